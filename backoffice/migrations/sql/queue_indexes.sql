-- What the back office counts on every page and searches by hand, however large the tables are.
CREATE INDEX backoffice_quarantine ON common_outbox (id) WHERE quarantined_at IS NOT NULL AND done_at IS NULL;
CREATE INDEX backoffice_wallet_failed ON wallets_wallet (id) WHERE status = 'FAILED';
CREATE INDEX backoffice_registration_ambiguous ON insurance_patient_registration (id) WHERE status = 'AMBIGUOUS';
CREATE INDEX backoffice_policy_to_activate ON insurance_policy (created_at) WHERE status = 'pending';
CREATE INDEX backoffice_policy_number ON insurance_policy (upper(external_policy_id));
CREATE INDEX backoffice_user_phone ON accounts_user (phone);
CREATE INDEX backoffice_mrn_number ON insurance_mrn USING gin (external_mrn jsonb_path_ops);
CREATE INDEX backoffice_order_opened ON payments_order (opened_at);
CREATE INDEX backoffice_premium_received ON insurance_premium_payment (received_at);
CREATE INDEX backoffice_session_used ON accounts_usersession (last_used_at, user_id);
CREATE INDEX backoffice_audit_actor ON common_audit (actor, id);
CREATE INDEX backoffice_audit_action ON common_audit (action, id);
CREATE INDEX backoffice_refund_unfinished ON payments_refund (requested_at) WHERE finished_at IS NULL;
