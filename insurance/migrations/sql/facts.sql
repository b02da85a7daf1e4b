-- Prices and words once sold, members and received premiums are facts: they are only ever inserted.
CREATE TRIGGER insurance_benefit_version_append_only BEFORE UPDATE OR DELETE ON insurance_benefit_version FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER insurance_plan_variant_append_only BEFORE UPDATE OR DELETE ON insurance_plan_variant FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER insurance_policy_member_append_only BEFORE UPDATE OR DELETE ON insurance_policy_member FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER insurance_premium_payment_append_only BEFORE UPDATE OR DELETE ON insurance_premium_payment FOR EACH ROW EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE ON insurance_benefit_version, insurance_plan_variant, insurance_policy_member, insurance_premium_payment FROM {app};

-- A policy never changes hands, variant or price, and none of these rows ever disappears.
CREATE FUNCTION insurance_policy_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.primary_user_id, NEW.benefit_id, NEW.provider_id, NEW.variant_id, NEW.plan_code, NEW.premium_amounts)
        IS DISTINCT FROM
       (OLD.primary_user_id, OLD.benefit_id, OLD.provider_id, OLD.variant_id, OLD.plan_code, OLD.premium_amounts) THEN
        RAISE EXCEPTION 'policy %: what was sold to whom cannot change', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'insurance_policy_facts';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER insurance_policy_guard BEFORE UPDATE ON insurance_policy FOR EACH ROW EXECUTE FUNCTION insurance_policy_guard();
REVOKE DELETE ON insurance_policy, insurance_mrn, insurance_patient_registration, insurance_benefit, insurance_benefit_provider FROM {app};
