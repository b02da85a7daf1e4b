-- Sponsors' prepaid money. A pot follows the transfers that come out of it in the same statement, so that no way of giving can
-- leave it out; the CHECK on its balance holds for all of them.
--
-- Lock order: pot, then wallet. Whoever gives or takes back locks the pot before the wallet's functions lock the wallet.

CREATE FUNCTION pot_write(p_contra uuid, p_id uuid, p_kind text, p_amount bigint, p_reference text, p_at timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    pot wallets_pot;
BEGIN
    UPDATE wallets_pot SET balance = balance + p_amount, entries = entries + 1 WHERE contra_id = p_contra RETURNING * INTO pot;
    IF FOUND THEN
        INSERT INTO wallets_pot_entry (contra_id, number, id, kind, amount, balance_after, reference, at)
        VALUES (p_contra, pot.entries, p_id, p_kind, p_amount, pot.balance, p_reference, p_at);
    END IF;
    RETURN pot.balance;
END
$$;

CREATE FUNCTION pot_move() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF pot_write(NEW.contra_id, NEW.id, CASE NEW.direction WHEN 1 THEN 'CONTRIBUTION' ELSE 'RETURN' END,
                 -NEW.direction * (NEW.own_amount + NEW.others_amount), '', NEW.at) IS NULL
       AND EXISTS (SELECT FROM wallets_contra_account WHERE id = NEW.contra_id AND kind_id = 'sponsor') THEN
        RAISE EXCEPTION 'sponsor account % has no pot', NEW.contra_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER transfer_moves_pot AFTER INSERT ON wallets_transfer FOR EACH ROW
WHEN (NEW.purpose_id = 'CONTRIBUTION' OR NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION pot_move();

CREATE FUNCTION pot_open(p_contra uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO wallets_pot (contra_id, balance, entries)
    SELECT id, 0, 0 FROM wallets_contra_account WHERE id = p_contra AND kind_id = 'sponsor' ON CONFLICT DO NOTHING;
END
$$;

-- Money that reached us from a sponsor. The same id again is the same deposit; the same bank reference is refused by its index.
CREATE FUNCTION pot_deposit(
    p_id uuid, p_contra uuid, p_amount bigint, p_reference text, p_at timestamptz, OUT outcome text, OUT balance_after bigint
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    earlier wallets_pot_entry;
BEGIN
    PERFORM FROM wallets_pot WHERE contra_id = p_contra FOR NO KEY UPDATE;
    IF NOT FOUND OR p_amount <= 0 THEN
        outcome := CASE WHEN FOUND THEN 'INVALID_AMOUNT' ELSE 'UNKNOWN_POT' END;
        RETURN;
    END IF;
    SELECT * INTO earlier FROM wallets_pot_entry e WHERE e.id = p_id;
    IF NOT FOUND THEN
        balance_after := pot_write(p_contra, p_id, 'DEPOSIT', p_amount, p_reference, p_at);
        outcome := 'POSTED';
    ELSIF (earlier.contra_id, earlier.amount, earlier.reference) = (p_contra, p_amount, p_reference::varchar) THEN
        balance_after := earlier.balance_after;
        outcome := 'POSTED';
    ELSE
        outcome := 'MISMATCH';
    END IF;
END
$$;

-- Out of the pot, into a wallet. An empty pot is not remembered as the refusal of this id: the sponsor pays in and asks again.
CREATE FUNCTION ledger_contribute(
    p_id uuid, p_wallet uuid, p_amount bigint, p_contra uuid, p_reference_type text, p_reference_id text,
    p_group uuid, p_source text, p_note text, p_at timestamptz
) RETURNS ledger_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    pot wallets_pot;
BEGIN
    SELECT * INTO pot FROM wallets_pot WHERE contra_id = p_contra FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN ledger_result_of('UNKNOWN_CONTRA', false, NULL, 0, 0);
    ELSIF pot.balance < p_amount AND NOT EXISTS (SELECT FROM wallets_transfer WHERE id = p_id)
          AND NOT EXISTS (SELECT FROM wallets_transfer_refusal WHERE id = p_id) THEN
        RETURN ledger_result_of('POT_EMPTY', false, NULL, 0, 0);
    END IF;
    RETURN ledger_post(p_id, p_wallet, 1, p_amount, p_contra, 'CONTRIBUTION', p_reference_type, p_reference_id,
                       p_group, p_source, p_note, p_at);
END
$$;

-- Refunds of contributions give back to the pot: it is locked first here too.
ALTER FUNCTION ledger_refund(uuid, uuid, bigint, text, timestamptz) RENAME TO ledger_refund_transfer;
REVOKE EXECUTE ON FUNCTION ledger_refund_transfer(uuid, uuid, bigint, text, timestamptz) FROM {app};
CREATE FUNCTION ledger_refund(p_id uuid, p_transfer uuid, p_amount bigint, p_note text, p_at timestamptz)
RETURNS ledger_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM wallets_pot p WHERE p.contra_id =
        (SELECT t.contra_id FROM wallets_transfer t WHERE t.id = p_transfer AND t.purpose_id = 'CONTRIBUTION') FOR NO KEY UPDATE;
    RETURN ledger_refund_transfer(p_id, p_transfer, p_amount, p_note, p_at);
END
$$;

CREATE TRIGGER pot_no_delete BEFORE DELETE ON wallets_pot FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER pot_no_truncate BEFORE TRUNCATE ON wallets_pot EXECUTE FUNCTION refuse_change();
CREATE TRIGGER pot_entry_append_only BEFORE UPDATE OR DELETE ON wallets_pot_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER pot_entry_no_truncate BEFORE TRUNCATE ON wallets_pot_entry EXECUTE FUNCTION refuse_change();

REVOKE INSERT, UPDATE, DELETE ON wallets_pot, wallets_pot_entry FROM {app};
GRANT EXECUTE ON FUNCTION
    pot_open(uuid),
    pot_deposit(uuid, uuid, bigint, text, timestamptz),
    ledger_contribute(uuid, uuid, bigint, uuid, text, text, uuid, text, text, timestamptz),
    ledger_refund(uuid, uuid, bigint, text, timestamptz)
TO {app};
