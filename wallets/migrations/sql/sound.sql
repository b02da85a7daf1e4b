-- PostgreSQL reads every CHECK and WHEN of a table from its text and plans it anew for each statement: a movement spent a fifth of
-- the server's time on thirteen of them. A function is planned once in a session, so each table asks one for all that must hold.
CREATE FUNCTION wallet_is_sound(
    own_balance bigint, others_balance bigint, own_held bigint, others_held bigint, incoming_reserved bigint, cap bigint,
    entries bigint, attempts smallint, status text, issuer_wallet text
) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN own_held >= 0 AND others_held >= 0                                   -- nothing negative is held
       AND own_balance >= own_held AND others_balance >= others_held            -- no overdraft, and what is held is there
       AND incoming_reserved >= 0 AND entries >= 0 AND attempts >= 0
       AND cap >= own_balance + others_balance + incoming_reserved              -- within the limit, promised head-room included
       AND (status <> 'COMPLETED' OR issuer_wallet IS NOT NULL);                -- who says it is open at the issuer knows its id
END
$$;
GRANT EXECUTE ON FUNCTION wallet_is_sound(bigint, bigint, bigint, bigint, bigint, bigint, bigint, smallint, text, text) TO {app};
ALTER TABLE wallets_wallet ADD CONSTRAINT wallet_sound CHECK (wallet_is_sound(
    own_balance, others_balance, own_held, others_held, incoming_reserved, cap, entries, attempts, status, transcorp_wallet_id));

CREATE FUNCTION transfer_is_sound(direction smallint, own_amount bigint, others_amount bigint) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN direction IN (1, -1) AND own_amount >= 0 AND others_amount >= 0 AND (own_amount > 0 OR others_amount > 0);
END
$$;
ALTER TABLE wallets_transfer ADD CONSTRAINT transfer_sound CHECK (transfer_is_sound(direction, own_amount, others_amount));

-- A pot follows the transfers that come out of it. Asked for by the wallet's trigger: one trigger is cheaper than two, one with a WHEN.
CREATE FUNCTION pot_follow(t wallets_transfer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF pot_write(t.contra_id, t.id, CASE t.direction WHEN 1 THEN 'CONTRIBUTION' ELSE 'RETURN' END,
                 -t.direction * (t.own_amount + t.others_amount), '', t.at) IS NULL
       AND EXISTS (SELECT FROM wallets_contra_account WHERE id = t.contra_id AND kind_id = 'sponsor') THEN
        RAISE EXCEPTION 'sponsor account % has no pot', t.contra_id USING ERRCODE = 'check_violation';
    END IF;
END
$$;
DROP TRIGGER transfer_moves_pot ON wallets_transfer;
DROP FUNCTION pot_move();

-- Moves the wallet, and the pot if there is one, and writes the history. AFTER INSERT: a BEFORE trigger would also fire for the row
-- that ON CONFLICT DO NOTHING then skips, and move money without a transfer.
CREATE OR REPLACE FUNCTION ledger_move() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved record;
BEGIN
    IF NEW.purpose_id = 'CONTRIBUTION' OR NEW.reverses_id IS NOT NULL THEN
        PERFORM pot_follow(NEW);
    END IF;
    UPDATE wallets_wallet SET
        own_balance = own_balance + NEW.direction * NEW.own_amount,
        others_balance = others_balance + NEW.direction * NEW.others_amount,
        entries = entries + 1,
        last_modified_at = GREATEST(last_modified_at, NEW.at)
    WHERE id = NEW.wallet_id
    RETURNING own_balance, others_balance, entries, standing INTO moved;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'wallet % does not exist', NEW.wallet_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF moved.standing <> 'OPEN' THEN
        RAISE EXCEPTION 'wallet % is %', NEW.wallet_id, moved.standing USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO wallets_entry (wallet_id, number, transfer_id, own_after, others_after, at)
    VALUES (NEW.wallet_id, moved.entries, NEW.id, moved.own_balance, moved.others_balance, NEW.at);
    RETURN NULL;
END
$$;
