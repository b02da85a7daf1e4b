CREATE TRIGGER insurance_policy_reminder_append_only BEFORE UPDATE OR DELETE ON insurance_policy_reminder FOR EACH ROW EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE ON insurance_policy_reminder FROM {app};

-- A policy that expired before the day was written down ended when it was last touched.
UPDATE insurance_policy SET ended_on = (last_modified_at AT TIME ZONE 'Asia/Kolkata')::date WHERE status = 'expired' AND ended_on IS NULL;
