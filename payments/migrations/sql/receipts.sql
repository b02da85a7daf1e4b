-- A series only goes up, one at a time; a receipt carries the number just taken and never changes.
CREATE FUNCTION payments_receipt_series_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.financial_year <> OLD.financial_year OR NEW.last_number <> OLD.last_number + 1 THEN
        RAISE EXCEPTION 'receipt series % goes from % to % and no further', OLD.financial_year, OLD.last_number, OLD.last_number + 1
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_receipt_series';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER payments_receipt_series_guard BEFORE UPDATE ON payments_receipt_series
    FOR EACH ROW EXECUTE FUNCTION payments_receipt_series_guard();

-- At commit the series stands where its receipts end: no number is taken without a receipt, no receipt without a number.
CREATE FUNCTION payments_receipt_complete() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    year text := CASE TG_TABLE_NAME WHEN 'payments_receipt' THEN to_jsonb(NEW) ->> 'series_id' ELSE to_jsonb(NEW) ->> 'financial_year' END;
    last int;
    highest int;
BEGIN
    SELECT last_number INTO last FROM payments_receipt_series WHERE financial_year = year;
    SELECT COALESCE(max(sequence), 0) INTO highest FROM payments_receipt WHERE series_id = year;
    IF last <> highest THEN
        RAISE EXCEPTION 'receipt series % is at %, its receipts end at %', year, last, highest
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_receipt_gap';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER payments_receipt_complete AFTER INSERT ON payments_receipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_receipt_complete();
CREATE CONSTRAINT TRIGGER payments_receipt_series_complete AFTER INSERT OR UPDATE ON payments_receipt_series
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_receipt_complete();

CREATE TRIGGER payments_receipt_append_only BEFORE UPDATE OR DELETE ON payments_receipt FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payments_receipt_no_truncate BEFORE TRUNCATE ON payments_receipt EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE ON payments_receipt FROM {app};
REVOKE DELETE ON payments_receipt_series FROM {app};
