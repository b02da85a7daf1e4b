-- Anchors are facts: nobody changes or removes one.
CREATE TRIGGER backoffice_anchor_append_only BEFORE UPDATE OR DELETE ON backoffice_audit_anchor
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER backoffice_anchor_no_truncate BEFORE TRUNCATE ON backoffice_audit_anchor EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE ON backoffice_audit_anchor FROM {app};
