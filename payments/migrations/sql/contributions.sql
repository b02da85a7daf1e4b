-- Who pays is one of the facts that never change.
CREATE OR REPLACE FUNCTION payments_order_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status <> OLD.status AND payments_rank(NEW.status) <= payments_rank(OLD.status) THEN
        RAISE EXCEPTION 'order % cannot go from % to %', OLD.order_id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_order_rank';
    END IF;
    IF (NEW.order_id, NEW.user_id, NEW.grant_id, NEW.type, NEW.amount, NEW.gateway_amount, NEW.wallet_amount, NEW.currency,
        NEW.reference_type, NEW.reference_id)
        IS DISTINCT FROM
       (OLD.order_id, OLD.user_id, OLD.grant_id, OLD.type, OLD.amount, OLD.gateway_amount, OLD.wallet_amount, OLD.currency,
        OLD.reference_type, OLD.reference_id)
       OR NEW.captured < OLD.captured
       OR (OLD.settled_at IS NOT NULL AND (NEW.settled_at, NEW.settlement) IS DISTINCT FROM (OLD.settled_at, OLD.settlement)) THEN
        RAISE EXCEPTION 'order %: what it is for and what it settled cannot change', OLD.order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_order_facts';
    END IF;
    RETURN NEW;
END
$$;
