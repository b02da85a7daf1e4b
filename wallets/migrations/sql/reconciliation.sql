-- Who asked, for what and why stays as it was written; the application decides, it does not rewrite.
REVOKE UPDATE, DELETE ON wallets_adjustment, wallets_difference FROM {app};
GRANT UPDATE (status, decided_by, decided_at, transfer_id, last_modified_at) ON wallets_adjustment TO {app};
GRANT UPDATE (status, ours, theirs, known_there, seen_at, closed_at, last_modified_at) ON wallets_difference TO {app};

-- Corrections of others' money; ADJUSTMENT corrects own money.
INSERT INTO wallets_purpose (code, label, pool) VALUES ('ADJUSTMENT_OTHERS', 'Adjustment of others'' money', 'OTHERS');
INSERT INTO wallets_allowance (wallet_kind_id, direction, purpose_id, contra_kind_id, merchant_category_id) VALUES
    ('HEALTH',  1, 'ADJUSTMENT_OTHERS', 'suspense', NULL),
    ('HEALTH', -1, 'ADJUSTMENT_OTHERS', 'suspense', NULL);
