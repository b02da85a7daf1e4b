-- As before, and what a second person declined does not count either.
CREATE OR REPLACE FUNCTION payments_refund_budget() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    budget bigint;
    spent bigint;
BEGIN
    SELECT captured INTO budget FROM payments_order WHERE id = NEW.order_id FOR NO KEY UPDATE;
    SELECT COALESCE(sum(amount), 0) INTO spent FROM payments_refund
    WHERE order_id = NEW.order_id AND status NOT IN ('FAILURE', 'DECLINED');
    IF spent > budget THEN
        RAISE EXCEPTION 'refunds of order % would exceed what was captured', NEW.order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_refund_budget';
    END IF;
    RETURN NULL;
END
$$;
REVOKE DELETE ON payments_ticket FROM {app};
