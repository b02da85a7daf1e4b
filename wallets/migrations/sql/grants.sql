-- The application reads everything here and writes nothing but provisioning: money moves through the functions alone.
REVOKE INSERT, UPDATE, DELETE ON
    wallets_wallet, wallets_transfer, wallets_entry, wallets_hold, wallets_incoming_reservation, wallets_transfer_refusal,
    wallets_contra_account, wallets_wallet_kind, wallets_contra_kind, wallets_purpose, wallets_merchant_category,
    wallets_allowance, wallets_limit
FROM {app};
GRANT UPDATE (status, issuer_status, issuer_customer_id, transcorp_wallet_id, attempts, next_attempt_at, last_error, last_modified_at)
    ON wallets_wallet TO {app};
GRANT INSERT ON wallets_contra_account TO {app};
GRANT UPDATE (name, city, last_modified_at) ON wallets_contra_account TO {app};
REVOKE UPDATE, DELETE ON wallets_issuer_posting FROM {app};

GRANT EXECUTE ON FUNCTION
    ledger_post(uuid, uuid, int, bigint, uuid, text, text, text, uuid, text, text, timestamptz),
    ledger_refund(uuid, uuid, bigint, text, timestamptz),
    ledger_hold(uuid, uuid, bigint, text, timestamptz, timestamptz),
    ledger_capture(uuid, uuid, bigint, uuid, text, text, uuid, text, text, timestamptz),
    ledger_release(uuid),
    ledger_reserve_incoming(text, uuid, bigint, timestamptz, timestamptz),
    ledger_release_incoming(text, timestamptz),
    ledger_open_wallet(uuid, uuid, text, timestamptz),
    ledger_set_standing(uuid, text, timestamptz),
    ledger_set_tier(uuid, text, timestamptz),
    ledger_limit(text, text, timestamptz)
TO {app};
