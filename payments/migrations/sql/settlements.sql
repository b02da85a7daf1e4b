-- What the gateway reported stays as it was reported.
CREATE TRIGGER payments_settlement_line_append_only BEFORE UPDATE OR DELETE ON payments_settlement_line
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payments_settlement_line_no_truncate BEFORE TRUNCATE ON payments_settlement_line EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE ON payments_settlement_line FROM {app};
REVOKE DELETE ON payments_settlement_file FROM {app};
