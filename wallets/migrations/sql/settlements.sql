-- What was drawn up stays; only its payment is noted later. Lines and snapshots are facts.
REVOKE UPDATE, DELETE ON wallets_settlement_line, wallets_contra_snapshot FROM {app};
REVOKE UPDATE, DELETE ON wallets_settlement FROM {app};
GRANT UPDATE (transfers, amount, status, paid_by, bank_reference, last_modified_at) ON wallets_settlement TO {app};
