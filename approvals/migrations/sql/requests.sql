-- What was asked, by whom and why stays as it was written; it is decided once.
REVOKE UPDATE, DELETE ON approvals_request FROM {app};
GRANT UPDATE (state, decided_by, decided_for, decided_at, decision_reason, outcome, last_modified_at) ON approvals_request TO {app};
REVOKE DELETE ON approvals_limit, approvals_delegation FROM {app};
REVOKE UPDATE ON approvals_delegation FROM {app};
GRANT UPDATE (ended_by) ON approvals_delegation TO {app};

CREATE FUNCTION approvals_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'WAITING' AND (NEW.state, NEW.decided_by, NEW.decided_for) IS DISTINCT FROM (OLD.state, OLD.decided_by, OLD.decided_for) THEN
        RAISE EXCEPTION 'request % was decided', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_decided_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_decided_once BEFORE UPDATE ON approvals_request
    FOR EACH ROW EXECUTE FUNCTION approvals_decided_once();

-- For tables whose rows may take a step only once a second person agreed: the kind is the trigger's argument.
CREATE FUNCTION approvals_require() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM approvals_request r
                   WHERE r.kind = TG_ARGV[0] AND r.subject_id = NEW.id::text AND r.state = 'APPROVED') THEN
        RAISE EXCEPTION '% of % needs a second person', TG_ARGV[0], NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_required';
    END IF;
    RETURN NEW;
END $$;
GRANT EXECUTE ON FUNCTION approvals_decided_once(), approvals_require() TO {app};

-- Finance decides about money, ops about what is sold; amounts in paise.
INSERT INTO approvals_limit (kind, role, alone_up_to, approve_up_to) VALUES
    ('REFUND', 'finance', 500000, NULL),
    ('PAYOUT', 'finance', -1, NULL),
    ('SETTLEMENT', 'finance', -1, NULL),
    ('ADJUSTMENT', 'finance', -1, NULL),
    ('PLAN', 'ops', -1, NULL),
    ('PLAN', 'finance', -1, NULL),
    ('EXPORT', 'ops', -1, NULL),
    ('EXPORT', 'finance', -1, NULL),
    ('UNMASK', 'ops', -1, NULL),
    ('UNMASK', 'finance', -1, NULL);
