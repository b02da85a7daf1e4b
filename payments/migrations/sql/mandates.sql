-- What the customer agreed to never changes, and the bank is never believed about another mandate than ours.
CREATE FUNCTION payments_mandate_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.user_id, NEW.type, NEW.reference_type, NEW.reference_id, NEW.registration_id, NEW.amount, NEW.max_amount, NEW.frequency)
        IS DISTINCT FROM
       (OLD.user_id, OLD.type, OLD.reference_type, OLD.reference_id, OLD.registration_id, OLD.amount, OLD.max_amount, OLD.frequency)
       OR (OLD.external_id <> '' AND NEW.external_id <> OLD.external_id) THEN
        RAISE EXCEPTION 'mandate %: what was agreed to cannot change', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_mandate_facts';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER payments_mandate_guard BEFORE UPDATE ON payments_mandate FOR EACH ROW EXECUTE FUNCTION payments_mandate_guard();

-- A debit keeps its order, its day and its amount, and is never above what was agreed to.
CREATE FUNCTION payments_execution_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND ((NEW.mandate_id, NEW.due_on, NEW.amount) IS DISTINCT FROM (OLD.mandate_id, OLD.due_on, OLD.amount)
        OR (OLD.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id)) THEN
        RAISE EXCEPTION 'debit %: mandate, day, amount and order cannot change', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_execution_facts';
    END IF;
    IF NEW.amount > (SELECT max_amount FROM payments_mandate WHERE id = NEW.mandate_id) THEN
        RAISE EXCEPTION 'debit %: above what was agreed to', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_execution_ceiling';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER payments_execution_guard BEFORE INSERT OR UPDATE ON payments_mandate_execution
    FOR EACH ROW EXECUTE FUNCTION payments_execution_guard();
REVOKE DELETE ON payments_mandate, payments_mandate_execution FROM {app};
