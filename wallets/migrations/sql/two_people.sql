-- What waits for a second person becomes a request of the approvals engine, under the same id.
INSERT INTO approvals_request (id, created_at, last_modified_at, kind, subject_type, subject_id, amount, reason, preview, payload,
                               requested_by, requested_at, expires_at, state, decided_by, decided_for, decision_reason, outcome)
SELECT id, now(), now(), 'ADJUSTMENT', 'wallets.adjustment', id::text, amount, reason, '[]', '{}',
       requested_by, created_at, now() + interval '3 days', 'WAITING', '', '', '', ''
FROM wallets_adjustment WHERE status = 'REQUESTED';
INSERT INTO approvals_request (id, created_at, last_modified_at, kind, subject_type, subject_id, amount, reason, preview, payload,
                               requested_by, requested_at, expires_at, state, decided_by, decided_for, decision_reason, outcome)
SELECT id, now(), now(), 'PAYOUT', 'wallets.withdrawal', id::text, amount, 'withdrawal of the customer', '[]', '{}',
       approved_by, created_at, now() + interval '365 days', 'WAITING', '', '', '', ''
FROM wallets_withdrawal WHERE status = 'APPROVED';
INSERT INTO approvals_request (id, created_at, last_modified_at, kind, subject_type, subject_id, amount, reason, preview, payload,
                               requested_by, requested_at, expires_at, state, decided_by, decided_for, decision_reason, outcome)
SELECT id, now(), now(), 'SETTLEMENT', 'wallets.settlement', id::text, amount, 'drawn up before', '[]', '{}',
       drawn_up_by, created_at, now() + interval '365 days', 'WAITING', '', '', '', ''
FROM wallets_settlement WHERE status = 'DRAWN_UP' AND amount > 0;

CREATE TRIGGER adjustment_approved BEFORE UPDATE OF status ON wallets_adjustment FOR EACH ROW
    WHEN (OLD.status = 'REQUESTED' AND NEW.status NOT IN ('REQUESTED', 'REJECTED'))
    EXECUTE FUNCTION approvals_require('ADJUSTMENT');
CREATE TRIGGER withdrawal_approved BEFORE UPDATE OF status ON wallets_withdrawal FOR EACH ROW
    WHEN (OLD.status <> 'PAID' AND NEW.status = 'PAID')
    EXECUTE FUNCTION approvals_require('PAYOUT');
CREATE TRIGGER settlement_approved BEFORE UPDATE OF status ON wallets_settlement FOR EACH ROW
    WHEN (OLD.status <> 'PAID' AND NEW.status = 'PAID')
    EXECUTE FUNCTION approvals_require('SETTLEMENT');
