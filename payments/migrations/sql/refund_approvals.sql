-- Refunds that wait become requests of the approvals engine, whose id is the refund's.
INSERT INTO approvals_request (id, created_at, last_modified_at, kind, subject_type, subject_id, amount, reason, preview, payload,
                               requested_by, requested_at, expires_at, state, decided_by, decided_for, decision_reason, outcome)
SELECT id, now(), now(), 'REFUND', 'payments.refund', id::text, amount, COALESCE(NULLIF(note, ''), 'asked for before'), '[]', '{}',
       requested_by, requested_at, now() + interval '3 days', 'WAITING', '', '', '', ''
FROM payments_refund WHERE status = 'AWAITING_APPROVAL';

CREATE TRIGGER refund_approved BEFORE UPDATE OF status ON payments_refund FOR EACH ROW
    WHEN (OLD.status = 'AWAITING_APPROVAL' AND NEW.status NOT IN ('AWAITING_APPROVAL', 'DECLINED'))
    EXECUTE FUNCTION approvals_require('REFUND');
