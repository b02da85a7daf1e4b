-- Moves the wallet and writes its history. AFTER INSERT: a BEFORE trigger would also fire for the row that
-- ON CONFLICT DO NOTHING then skips, and move money without a transfer.
CREATE FUNCTION ledger_move() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved record;
BEGIN
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
CREATE TRIGGER transfer_moves_wallet AFTER INSERT ON wallets_transfer FOR EACH ROW EXECUTE FUNCTION ledger_move();
