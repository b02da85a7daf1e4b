-- Facts stay as they were written, for the owner of the schema too.
CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE ON wallets_transfer FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfer_no_truncate BEFORE TRUNCATE ON wallets_transfer EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON wallets_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON wallets_entry EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refusal_append_only BEFORE UPDATE OR DELETE ON wallets_transfer_refusal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refusal_no_truncate BEFORE TRUNCATE ON wallets_transfer_refusal EXECUTE FUNCTION refuse_change();

-- The ledger's foreign keys carry no constraint (checking one would lock the row it names), so what they name cannot go away.
CREATE TRIGGER wallet_no_delete BEFORE DELETE ON wallets_wallet FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER wallet_no_truncate BEFORE TRUNCATE ON wallets_wallet EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contra_no_delete BEFORE DELETE ON wallets_contra_account FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contra_no_truncate BEFORE TRUNCATE ON wallets_contra_account EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hold_no_delete BEFORE DELETE ON wallets_hold FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hold_no_truncate BEFORE TRUNCATE ON wallets_hold EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reservation_no_delete BEFORE DELETE ON wallets_incoming_reservation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reservation_no_truncate BEFORE TRUNCATE ON wallets_incoming_reservation EXECUTE FUNCTION refuse_change();

-- What an account stands for decides what may be paid into it: fixed once the first transfer can name it.
CREATE TRIGGER contra_fixed BEFORE UPDATE OF id, kind_id, reference, code, merchant_category_id ON wallets_contra_account
FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE wallets_contra_account ADD CONSTRAINT contra_merchants_have_a_category
    CHECK ((kind_id = 'merchant') = (merchant_category_id IS NOT NULL));

-- Room on the page lets an update of balances stay there and touch no index.
ALTER TABLE wallets_wallet SET (fillfactor = 70);
