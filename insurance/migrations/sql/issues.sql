-- What was issued and handed out are facts.
CREATE TRIGGER insurance_policy_issue_append_only BEFORE UPDATE OR DELETE ON insurance_policy_issue FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER insurance_issued_document_append_only BEFORE UPDATE OR DELETE ON insurance_issued_document FOR EACH ROW EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE ON insurance_policy_issue, insurance_issued_document FROM {app};
