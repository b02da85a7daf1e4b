-- Times are RFC 3339 UTC text with microseconds, so that text order is time order. Amounts are integer paise.
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, partner TEXT NOT NULL, system TEXT NOT NULL,
    operation TEXT NOT NULL, path TEXT NOT NULL, idempotency_key TEXT, body TEXT NOT NULL,
    status INTEGER, answer TEXT, fault TEXT
);
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT, partner TEXT NOT NULL, operation TEXT, mode TEXT NOT NULL,
    remaining INTEGER, delay_s REAL, contains TEXT
);
CREATE TABLE IF NOT EXISTS timers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, due_at TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS timers_due ON timers (due_at);

-- Juspay
CREATE TABLE IF NOT EXISTS routings (customer_id TEXT PRIMARY KEY, routing_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
    order_key TEXT PRIMARY KEY, -- upper case: ids that differ only in case are one order at Juspay
    order_id TEXT NOT NULL, id TEXT NOT NULL, customer_id TEXT NOT NULL,
    amount INTEGER NOT NULL, currency TEXT NOT NULL,
    status TEXT NOT NULL, previous_status TEXT NOT NULL, error_code TEXT,
    session TEXT NOT NULL, webhooks TEXT NOT NULL DEFAULT '{}', refund_outcome TEXT NOT NULL DEFAULT 'SUCCESS',
    mandate_id TEXT, execute_at TEXT, expires_at TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS txns (
    txn_id TEXT PRIMARY KEY, txn_uuid TEXT NOT NULL, order_key TEXT NOT NULL, attempt INTEGER NOT NULL,
    status TEXT NOT NULL, amount INTEGER NOT NULL, kind TEXT NOT NULL, payer_vpa TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS txns_order ON txns (order_key, attempt);
CREATE TABLE IF NOT EXISTS refunds (
    unique_request_id TEXT PRIMARY KEY, id TEXT NOT NULL, txn_id TEXT NOT NULL, order_key TEXT NOT NULL,
    amount INTEGER NOT NULL, status TEXT NOT NULL, initiated_by TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS refunds_order ON refunds (order_key);
CREATE TABLE IF NOT EXISTS mandates (
    mandate_id TEXT PRIMARY KEY, mandate_token TEXT NOT NULL, order_key TEXT NOT NULL, customer_id TEXT NOT NULL,
    status TEXT NOT NULL, max_amount INTEGER NOT NULL, frequency TEXT NOT NULL, start_date TEXT, end_date TEXT,
    debit_outcome TEXT NOT NULL DEFAULT 'CHARGED', failures INTEGER NOT NULL DEFAULT 0,
    activated_at TEXT, created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS notifications (
    object_reference_id TEXT PRIMARY KEY, id TEXT NOT NULL, mandate_id TEXT NOT NULL, amount INTEGER NOT NULL,
    txn_date TEXT NOT NULL, status TEXT NOT NULL, executions INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, event_name TEXT NOT NULL, subject TEXT NOT NULL,
    url TEXT NOT NULL, body TEXT NOT NULL, first_at TEXT NOT NULL, due_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'PENDING', last_answer TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_at) WHERE state = 'PENDING';

-- Wallet issuer
CREATE TABLE IF NOT EXISTS issuer_operations (
    operation_id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, answer TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS issuer_customers (
    customer_id TEXT PRIMARY KEY, customer_ref TEXT NOT NULL, phone TEXT NOT NULL, first_name TEXT, last_name TEXT,
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS issuer_wallets (
    wallet_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, status TEXT NOT NULL,
    balance INTEGER NOT NULL CHECK (balance >= 0), created_at TEXT NOT NULL
);

-- Narayana
CREATE TABLE IF NOT EXISTS patients (
    id INTEGER PRIMARY KEY AUTOINCREMENT, request_id TEXT UNIQUE, temp_number TEXT, mrn TEXT, first_name TEXT NOT NULL,
    last_name TEXT NOT NULL, date_of_birth TEXT NOT NULL, gender TEXT NOT NULL, phone TEXT NOT NULL,
    created_at TEXT NOT NULL
);

-- Aathma and Nama
CREATE TABLE IF NOT EXISTS consultations (
    id TEXT PRIMARY KEY, reference TEXT NOT NULL, body TEXT NOT NULL, status TEXT NOT NULL, version INTEGER NOT NULL,
    doctor INTEGER, slot_at TEXT, reason TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS consultation_addenda (key TEXT PRIMARY KEY, consultation_id TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS consultation_feedback (key TEXT PRIMARY KEY, consultation_id TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS on_call_alerts (key TEXT PRIMARY KEY, consultation_id TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS nama_scripts (id INTEGER PRIMARY KEY AUTOINCREMENT, behaviour TEXT NOT NULL, remaining INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS claims (
    claim_id TEXT PRIMARY KEY, request_id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, decision TEXT NOT NULL DEFAULT '',
    approved_amount INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', settlement_reference TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS claim_documents (document_id TEXT PRIMARY KEY, claim_id TEXT NOT NULL, sha256 TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS claim_answers (answer_id TEXT PRIMARY KEY, claim_id TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS claim_queries (query_id TEXT PRIMARY KEY, claim_id TEXT NOT NULL, text TEXT NOT NULL);

-- SMS
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, phone TEXT NOT NULL, text TEXT NOT NULL,
    provider TEXT NOT NULL, template_id TEXT NOT NULL, delivered INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_phone ON messages (phone);

-- Razorpay and Stripe: their objects as they show them, with what they belong to and our id of them.
CREATE TABLE IF NOT EXISTS objects (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, provider TEXT NOT NULL, kind TEXT NOT NULL,
    parent TEXT NOT NULL, ours TEXT NOT NULL, body TEXT NOT NULL, webhooks TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS objects_parent ON objects (parent, kind);
CREATE INDEX IF NOT EXISTS objects_ours ON objects (ours, kind);
CREATE TABLE IF NOT EXISTS idempotent_answers (
    provider TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (provider, key)
);
