-- The rules of the health wallet, as rows.
INSERT INTO wallets_wallet_kind (code, label) VALUES ('HEALTH', 'Health savings wallet');

INSERT INTO wallets_contra_kind (code, label) VALUES
    ('gateway_clearing', 'Payment gateway: money charged, not yet settled'),
    ('sponsor', 'Employer, platform or sponsor that gives money'),
    ('insurer_payable', 'Owed to an insurer'),
    ('provider_payable', 'Owed to a provider of ours: doctor, lab'),
    ('merchant', 'Registered hospital, clinic, pharmacy or lab'),
    ('bank', 'Bank account of the holder'),
    ('fees', 'Fees'),
    ('refund_payable', 'Refunds under way to a source'),
    ('suspense', 'Differences that a person must explain');

INSERT INTO wallets_purpose (code, label, pool) VALUES
    ('TOPUP', 'Top-up', 'OWN'),
    ('CONTRIBUTION', 'Contribution', 'OTHERS'),
    ('INSURANCE_PREMIUM', 'Insurance premium', 'OTHERS_FIRST'),
    ('CONSULTATION', 'Consultation', 'OTHERS_FIRST'),
    ('HOSPITAL', 'Hospital', 'OTHERS_FIRST'),
    ('CLINIC', 'Clinic', 'OTHERS_FIRST'),
    ('PHARMACY', 'Pharmacy', 'OTHERS_FIRST'),
    ('LAB', 'Lab', 'OTHERS_FIRST'),
    ('HEALTHCARE', 'Other healthcare', 'OTHERS_FIRST'),
    ('WITHDRAWAL', 'Withdrawal', 'OWN'),
    ('REFUND', 'Refund', 'RESTORE'),
    ('ADJUSTMENT', 'Adjustment', 'OWN');

INSERT INTO wallets_merchant_category (code, label) VALUES
    ('5411', 'Grocery stores'),
    ('5912', 'Pharmacies'),
    ('6300', 'Insurance'),
    ('8011', 'Doctors'),
    ('8021', 'Dentists'),
    ('8031', 'Osteopaths'),
    ('8041', 'Chiropractors'),
    ('8042', 'Optometrists'),
    ('8049', 'Podiatrists'),
    ('8062', 'Hospitals'),
    ('8071', 'Medical and dental laboratories'),
    ('8099', 'Other medical services');

INSERT INTO wallets_allowance (wallet_kind_id, direction, purpose_id, contra_kind_id, merchant_category_id) VALUES
    ('HEALTH',  1, 'TOPUP', 'gateway_clearing', NULL),
    ('HEALTH',  1, 'CONTRIBUTION', 'sponsor', NULL),
    ('HEALTH', -1, 'INSURANCE_PREMIUM', 'insurer_payable', NULL),
    ('HEALTH', -1, 'CONSULTATION', 'provider_payable', NULL),
    ('HEALTH', -1, 'LAB', 'provider_payable', NULL),
    ('HEALTH', -1, 'WITHDRAWAL', 'bank', NULL),
    ('HEALTH',  1, 'ADJUSTMENT', 'suspense', NULL),
    ('HEALTH', -1, 'ADJUSTMENT', 'suspense', NULL);

-- Merchants, by purpose and category. A hospital has a pharmacy, a lab and consulting rooms under its own category.
INSERT INTO wallets_allowance (wallet_kind_id, direction, purpose_id, contra_kind_id, merchant_category_id)
SELECT 'HEALTH', -1, purpose, 'merchant', category
FROM (VALUES
    ('HOSPITAL', ARRAY['8062']),
    ('CLINIC', ARRAY['8011', '8021', '8031', '8041', '8042', '8049', '8062', '8099']),
    ('CONSULTATION', ARRAY['8011', '8021', '8031', '8041', '8042', '8049', '8062', '8099']),
    ('PHARMACY', ARRAY['5912', '8062']),
    ('LAB', ARRAY['8071', '8062']),
    ('HEALTHCARE', ARRAY['5912', '8011', '8021', '8031', '8041', '8042', '8049', '8062', '8071', '8099'])
) AS allowed (purpose, categories), unnest(categories) AS category;

-- Limits of the Reserve Bank for prepaid instruments, in paise: 10,000 and 2,00,000 rupees at any time.
INSERT INTO wallets_limit (tier, name, valid_from, amount) VALUES
    ('SMALL', 'BALANCE', '2021-08-27 00:00+05:30', 1000000),
    ('FULL_KYC', 'BALANCE', '2021-08-27 00:00+05:30', 20000000);
