-- Numbers for people. Gaps do no harm here.
CREATE SEQUENCE insurance_claim_number;
GRANT USAGE ON SEQUENCE insurance_claim_number TO {app};

-- Nothing of a claim ever disappears, and what was claimed for whom does not change.
REVOKE DELETE ON insurance_claim, insurance_claim_message, insurance_claim_document, insurance_claim_webhook FROM {app};
CREATE FUNCTION insurance_claim_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.policy_id, NEW.patient_id, NEW.number, NEW.incident_date, NEW.amount)
        IS DISTINCT FROM (OLD.policy_id, OLD.patient_id, OLD.number, OLD.incident_date, OLD.amount) THEN
        RAISE EXCEPTION 'claim %: what was claimed cannot change', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'insurance_claim_facts';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER insurance_claim_guard BEFORE UPDATE ON insurance_claim FOR EACH ROW EXECUTE FUNCTION insurance_claim_guard();
