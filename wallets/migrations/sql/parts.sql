-- What the public functions are made of. Nobody but the owner may call these; they inherit the caller's search path.

-- One wish: what a transfer, a capture or a refund is asked to be.
CREATE TYPE ledger_request AS (
    id uuid, wallet_id uuid, direction smallint, amount bigint, contra_id uuid, purpose_id text,
    reference_type text, reference_id text, group_id uuid, reverses_id uuid, hold_id uuid, source text, note text, at timestamptz
);

-- What came of it. outcome: POSTED, HELD, RESERVED, RELEASED …, or the reason of a refusal; amounts in paise.
-- replayed: it had happened (or been refused) before. available_after is the wallet's present value even in a replay.
-- direction: of a posted transfer, else 0.
CREATE TYPE ledger_result AS (
    outcome text, replayed boolean, wallet_id uuid, own_amount bigint, others_amount bigint,
    own_after bigint, others_after bigint, available_after bigint, direction smallint
);

-- The lock of every movement. NO KEY: a plain FOR UPDATE would fight with foreign key checks and deadlock under load.
CREATE FUNCTION ledger_lock(p_wallet uuid) RETURNS wallets_wallet LANGUAGE sql AS $$
    SELECT * FROM wallets_wallet WHERE id = p_wallet FOR NO KEY UPDATE
$$;

CREATE FUNCTION ledger_result_of(p_outcome text, p_replayed boolean, w wallets_wallet, p_own bigint, p_others bigint)
RETURNS ledger_result LANGUAGE sql IMMUTABLE AS $$
    SELECT (p_outcome, p_replayed, w.id, p_own, p_others, w.own_balance, w.others_balance,
            w.own_balance + w.others_balance - w.own_held - w.others_held, 0)::ledger_result
$$;

-- Why this wallet moves no money now, or NULL.
CREATE FUNCTION ledger_obstacle(w wallets_wallet) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN w.id IS NULL THEN 'UNKNOWN_WALLET'
        WHEN w.standing <> 'OPEN' THEN 'WALLET_' || w.standing
        WHEN w.issuer_status = 'BLOCKED' THEN 'WALLET_BLOCKED'
    END
$$;

-- Refuse r for good: the same id keeps this answer, whatever has changed since.
CREATE FUNCTION ledger_refuse(r ledger_request, w wallets_wallet, p_reason text) RETURNS ledger_result LANGUAGE plpgsql AS $$
BEGIN
    IF r.wallet_id IS NULL THEN  -- nobody's wallet: nothing to remember it by
        RETURN ledger_result_of(p_reason, false, w, 0, 0);
    END IF;
    INSERT INTO wallets_transfer_refusal (id, wallet_id, direction, amount, contra_id, purpose_id, reference_type, reference_id, reason, at)
    VALUES (r.id, r.wallet_id, r.direction, r.amount, r.contra_id, r.purpose_id, r.reference_type, r.reference_id, p_reason, r.at)
    ON CONFLICT (id) DO NOTHING;
    RETURN ledger_result_of(p_reason, false, w, 0, 0);
END
$$;

-- The earlier outcome of r's id: the transfer (every field compared, but for the time and the source's name, which may change), the refusal, or NULL.
CREATE FUNCTION ledger_earlier(r ledger_request, w wallets_wallet) RETURNS ledger_result LANGUAGE plpgsql STABLE AS $$
DECLARE
    t wallets_transfer;
    e wallets_entry;
    f wallets_transfer_refusal;
BEGIN
    SELECT * INTO t FROM wallets_transfer WHERE id = r.id;
    IF FOUND THEN
        IF (t.wallet_id, t.direction, t.own_amount + t.others_amount, t.contra_id, t.purpose_id, t.reference_type, t.reference_id,
            t.group_id, t.reverses_id, t.hold_id, t.note)
           IS DISTINCT FROM (r.wallet_id, r.direction, r.amount, r.contra_id, r.purpose_id, r.reference_type, r.reference_id,
            r.group_id, r.reverses_id, r.hold_id, r.note) THEN
            RETURN ledger_result_of('MISMATCH', true, w, 0, 0);
        END IF;
        SELECT * INTO e FROM wallets_entry WHERE transfer_id = t.id;
        RETURN ('POSTED', true, w.id, t.own_amount, t.others_amount, e.own_after, e.others_after,
                w.own_balance + w.others_balance - w.own_held - w.others_held, t.direction)::ledger_result;
    END IF;
    SELECT * INTO f FROM wallets_transfer_refusal WHERE id = r.id;
    IF FOUND THEN
        IF (f.wallet_id, f.direction, f.amount, f.contra_id, f.purpose_id, f.reference_type, f.reference_id)
           IS DISTINCT FROM (r.wallet_id, r.direction, r.amount, r.contra_id, r.purpose_id, r.reference_type, r.reference_id) THEN
            RETURN ledger_result_of('MISMATCH', true, w, 0, 0);
        END IF;
        RETURN ledger_result_of(f.reason, true, w, 0, 0);
    END IF;
    RETURN NULL;
END
$$;

-- Write the transfer; its trigger moves the wallet, which the caller has locked and found able to bear it.
CREATE FUNCTION ledger_write(r ledger_request, w wallets_wallet, p_own bigint, p_others bigint) RETURNS ledger_result LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO wallets_transfer (id, wallet_id, direction, own_amount, others_amount, contra_id, purpose_id, reference_type,
                                  reference_id, group_id, reverses_id, hold_id, source, note, at)
    VALUES (r.id, r.wallet_id, r.direction, p_own, p_others, r.contra_id, r.purpose_id, r.reference_type,
            r.reference_id, r.group_id, r.reverses_id, r.hold_id, r.source, r.note, r.at)
    ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN  -- one wallet's requests stand in line, so another wallet took this id meanwhile
        RETURN ledger_result_of('MISMATCH', true, w, 0, 0);
    END IF;
    w.own_balance := w.own_balance + r.direction * p_own;
    w.others_balance := w.others_balance + r.direction * p_others;
    RETURN ('POSTED', false, w.id, p_own, p_others, w.own_balance, w.others_balance,
            w.own_balance + w.others_balance - w.own_held - w.others_held, r.direction)::ledger_result;
END
$$;

-- Whether the ring-fence lets r through: purpose, kind of the other side, and its merchant category.
CREATE FUNCTION ledger_allows(r ledger_request, w wallets_wallet) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM wallets_contra_account c
        JOIN wallets_allowance a ON a.contra_kind_id = c.kind_id AND a.merchant_category_id IS NOT DISTINCT FROM c.merchant_category_id
        WHERE c.id = r.contra_id AND a.wallet_kind_id = w.kind_id AND a.direction = r.direction AND a.purpose_id = r.purpose_id
    )
$$;

CREATE FUNCTION ledger_limit(p_tier text, p_name text, p_at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT amount FROM wallets_limit WHERE tier = p_tier AND name = p_name AND valid_from <= p_at ORDER BY valid_from DESC LIMIT 1
$$;

-- How much more may come into w at p_at under the limits then in force; negative when a limit was lowered below what is there.
CREATE FUNCTION ledger_headroom(w wallets_wallet, p_at timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    monthly bigint := ledger_limit(w.tier, 'MONTHLY_LOAD', p_at);
    month_began timestamptz := date_trunc('month', p_at, 'Asia/Kolkata');
    loaded bigint;
    room bigint := COALESCE(ledger_limit(w.tier, 'BALANCE', p_at), 0) - w.own_balance - w.others_balance - w.incoming_reserved;
BEGIN
    IF monthly IS NOT NULL THEN
        SELECT COALESCE(sum(t.own_amount + t.others_amount), 0) INTO loaded
        FROM wallets_entry e JOIN wallets_transfer t ON t.id = e.transfer_id
        WHERE e.wallet_id = w.id AND e.at >= month_began AND t.direction = 1 AND t.reverses_id IS NULL;
        room := LEAST(room, monthly - loaded - w.incoming_reserved);
    END IF;
    RETURN room;
END
$$;

-- Lift the wallet's cap to what this movement may bring it to; the CHECK on the row then holds for all that follows.
CREATE FUNCTION ledger_set_cap(p_wallet uuid, p_cap bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE wallets_wallet SET cap = p_cap WHERE id = p_wallet AND cap <> p_cap
$$;
