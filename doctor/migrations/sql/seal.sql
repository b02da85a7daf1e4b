-- What was sealed stays as it was read by the doctor. These hold for whoever writes, the application's raw SQL included.
CREATE FUNCTION doctor_session_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'doctor session %: sessions are never deleted', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'doctor_session_kept';
    END IF;
    IF OLD.status IN ('LOCKED', 'EMERGENCY', 'ABANDONED')
        AND (OLD.status = 'LOCKED' OR NEW.status <> OLD.status OR NEW.fee_transfer_id IS NOT NULL) THEN
        RAISE EXCEPTION 'doctor session % is % and cannot change', OLD.id, OLD.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'doctor_session_locked';
    END IF;
    IF OLD.status = 'SUBMITTED' AND (
        NEW.status NOT IN ('SUBMITTED', 'LOCKED')
        OR (to_jsonb(NEW) - 'status' - 'locked_at') IS DISTINCT FROM (to_jsonb(OLD) - 'status' - 'locked_at')
    ) THEN
        RAISE EXCEPTION 'doctor session % is sealed and can only be locked', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'doctor_session_sealed';
    END IF;
    IF NEW.status = 'LOCKED' AND OLD.status <> 'SUBMITTED' THEN
        RAISE EXCEPTION 'doctor session % was not submitted', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'doctor_session_not_submitted';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER doctor_session_guard BEFORE UPDATE OR DELETE ON doctor_session
    FOR EACH ROW EXECUTE FUNCTION doctor_session_guard();

CREATE FUNCTION doctor_message_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    found text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'doctor message %: what was said is not edited', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'doctor_message_kept';
    END IF;
    -- The lock makes this wait for a submission under way, and then see its result.
    SELECT status INTO found FROM doctor_session
        WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.session_id ELSE OLD.session_id END FOR SHARE;
    IF TG_OP = 'INSERT' AND found IN ('SUBMITTED', 'LOCKED', 'ABANDONED') THEN
        RAISE EXCEPTION 'doctor session % is % and takes no more messages', NEW.session_id, found
            USING ERRCODE = 'check_violation', CONSTRAINT = 'doctor_message_sealed';
    END IF;
    IF TG_OP = 'DELETE' AND found IN ('SUBMITTED', 'LOCKED', 'EMERGENCY') THEN
        RAISE EXCEPTION 'doctor session % is % and keeps its messages', OLD.session_id, found
            USING ERRCODE = 'check_violation', CONSTRAINT = 'doctor_message_sealed';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER doctor_message_guard BEFORE INSERT OR UPDATE OR DELETE ON doctor_message
    FOR EACH ROW EXECUTE FUNCTION doctor_message_guard();

CREATE TRIGGER doctor_addendum_append_only BEFORE UPDATE OR DELETE ON doctor_addendum
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER doctor_assignment_event_append_only BEFORE UPDATE OR DELETE ON doctor_assignment_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER doctor_feedback_append_only BEFORE UPDATE OR DELETE ON doctor_feedback
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
REVOKE DELETE ON doctor_session, doctor_assignment, doctor_emergency_alert, doctor_aathma_webhook FROM {app};
REVOKE UPDATE, DELETE ON doctor_addendum, doctor_assignment_event, doctor_feedback FROM {app};
