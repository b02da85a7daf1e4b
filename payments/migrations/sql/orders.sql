-- How far an order has come. The same numbers stand in payments/models/statuses.py; a test compares them.
CREATE FUNCTION payments_rank(status text) RETURNS int LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE status
        WHEN 'CREATED' THEN 0 WHEN 'SESSION_OPEN' THEN 10 WHEN 'PENDING' THEN 20
        WHEN 'FAILED' THEN 30 WHEN 'EXPIRED' THEN 30 WHEN 'MISMATCH' THEN 35
        WHEN 'CHARGED' THEN 40 WHEN 'REVERSED' THEN 50
    END
$$;
GRANT EXECUTE ON FUNCTION payments_rank(text) TO {app};

-- Whatever the code believes: an order never goes back, never changes what it is for, never loses money it has captured.
CREATE FUNCTION payments_order_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.status <> OLD.status AND payments_rank(NEW.status) <= payments_rank(OLD.status) THEN
        RAISE EXCEPTION 'order % cannot go from % to %', OLD.order_id, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_order_rank';
    END IF;
    IF (NEW.order_id, NEW.user_id, NEW.type, NEW.amount, NEW.gateway_amount, NEW.wallet_amount, NEW.currency, NEW.reference_type, NEW.reference_id)
        IS DISTINCT FROM
       (OLD.order_id, OLD.user_id, OLD.type, OLD.amount, OLD.gateway_amount, OLD.wallet_amount, OLD.currency, OLD.reference_type, OLD.reference_id)
       OR NEW.captured < OLD.captured
       OR (OLD.settled_at IS NOT NULL AND (NEW.settled_at, NEW.settlement) IS DISTINCT FROM (OLD.settled_at, OLD.settlement)) THEN
        RAISE EXCEPTION 'order %: what it is for and what it settled cannot change', OLD.order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_order_facts';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER payments_order_guard BEFORE UPDATE ON payments_order FOR EACH ROW EXECUTE FUNCTION payments_order_guard();
REVOKE DELETE ON payments_order, payments_refund, payments_webhook_inbox FROM {app};

-- Sum of refunds that are not failed ≤ what was captured. Callers lock the order first, so two cannot both see room.
CREATE FUNCTION payments_refund_budget() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    budget bigint;
    spent bigint;
BEGIN
    SELECT captured INTO budget FROM payments_order WHERE id = NEW.order_id FOR NO KEY UPDATE;
    SELECT COALESCE(sum(amount), 0) INTO spent FROM payments_refund WHERE order_id = NEW.order_id AND status <> 'FAILURE';
    IF spent > budget THEN
        RAISE EXCEPTION 'refunds of order % would exceed what was captured', NEW.order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_refund_budget';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER payments_refund_budget AFTER INSERT ON payments_refund FOR EACH ROW EXECUTE FUNCTION payments_refund_budget();

CREATE TRIGGER payments_order_event_append_only BEFORE UPDATE OR DELETE ON payments_order_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payments_order_event_no_truncate BEFORE TRUNCATE ON payments_order_event EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payments_charge_append_only BEFORE UPDATE OR DELETE ON payments_charge FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payments_charge_no_truncate BEFORE TRUNCATE ON payments_charge EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE ON payments_order_event, payments_charge FROM {app};
