-- Sets money aside, others' first. The id is the caller's business key; a repeat finds the hold as it is.
CREATE FUNCTION ledger_hold(p_id uuid, p_wallet uuid, p_amount bigint, p_purpose text, p_expires_at timestamptz, p_at timestamptz)
RETURNS ledger_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r ledger_request := (p_id, p_wallet, -1, p_amount, NULL, p_purpose, 'HOLD', '', NULL, NULL, NULL, '', '', p_at);
    w wallets_wallet := ledger_lock(p_wallet);
    h wallets_hold;
    refused ledger_result := ledger_earlier(r, w);
    obstacle text := ledger_obstacle(w);
    share record;
BEGIN
    SELECT * INTO h FROM wallets_hold WHERE id = p_id;
    IF FOUND AND (h.wallet_id, h.own_amount + h.others_amount, h.purpose_id) IS DISTINCT FROM (p_wallet, p_amount, p_purpose::varchar) THEN
        RETURN ledger_result_of('MISMATCH', true, w, 0, 0);
    ELSIF h.id IS NOT NULL THEN
        RETURN ledger_result_of('HELD', true, w, h.own_amount, h.others_amount);
    ELSIF refused.outcome IS NOT NULL THEN
        RETURN refused;
    ELSIF obstacle IS NOT NULL THEN
        RETURN ledger_refuse(r, w, obstacle);
    ELSIF p_amount <= 0 OR p_expires_at <= clock_timestamp() THEN
        RETURN ledger_refuse(r, w, 'INVALID_AMOUNT');
    ELSIF NOT EXISTS (SELECT FROM wallets_allowance WHERE wallet_kind_id = w.kind_id AND direction = -1 AND purpose_id = p_purpose) THEN
        RETURN ledger_refuse(r, w, 'NOT_ALLOWED');
    END IF;
    SELECT * INTO share FROM ledger_split(w, p_purpose, p_amount);
    IF share.own IS NULL THEN
        RETURN ledger_refuse(r, w, 'INSUFFICIENT_BALANCE');
    END IF;
    INSERT INTO wallets_hold (id, wallet_id, purpose_id, own_amount, others_amount, state, expires_at, at)
    VALUES (p_id, p_wallet, p_purpose, share.own, share.others, 'ACTIVE', p_expires_at, p_at)
    ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN  -- another wallet's hold took this id meanwhile
        RETURN ledger_result_of('MISMATCH', true, w, 0, 0);
    END IF;
    UPDATE wallets_wallet SET own_held = own_held + share.own, others_held = others_held + share.others
    WHERE id = p_wallet RETURNING * INTO w;
    RETURN ledger_result_of('HELD', false, w, share.own, share.others);
END
$$;

-- End an active hold and free all of it. The caller has locked the wallet and seen the hold active since.
CREATE FUNCTION ledger_end_hold(h wallets_hold, p_state text) RETURNS wallets_wallet LANGUAGE plpgsql AS $$
DECLARE
    w wallets_wallet;
BEGIN
    UPDATE wallets_hold SET state = p_state, resolved_at = clock_timestamp() WHERE id = h.id AND state = 'ACTIVE';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'hold % is no longer active', h.id USING ERRCODE = 'check_violation';
    END IF;
    UPDATE wallets_wallet SET own_held = own_held - h.own_amount, others_held = others_held - h.others_amount
    WHERE id = h.wallet_id RETURNING * INTO w;
    RETURN w;
END
$$;

-- Turns a hold into a payment of at most its amount and frees the rest. Expiry is judged here, by the database's clock:
-- a sweeper that has not come by yet must not make an expired hold payable.
CREATE FUNCTION ledger_capture(
    p_id uuid, p_hold uuid, p_amount bigint, p_contra uuid, p_reference_type text, p_reference_id text,
    p_group uuid, p_source text, p_note text, p_at timestamptz
) RETURNS ledger_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    h wallets_hold;
    w wallets_wallet;
    r ledger_request;
    earlier ledger_result;
    obstacle text;
    others_share bigint;
BEGIN
    SELECT * INTO h FROM wallets_hold WHERE id = p_hold;
    w := ledger_lock(h.wallet_id);
    SELECT * INTO h FROM wallets_hold WHERE id = p_hold;  -- again, now that nobody else can resolve it
    IF h.id IS NULL THEN
        RETURN ledger_result_of('UNKNOWN_HOLD', false, w, 0, 0);
    END IF;
    r := (p_id, h.wallet_id, -1, p_amount, p_contra, h.purpose_id, p_reference_type, p_reference_id,
          p_group, NULL, h.id, p_source, p_note, p_at);
    earlier := ledger_earlier(r, w);
    obstacle := ledger_obstacle(w);
    IF earlier.outcome IS NOT NULL THEN
        RETURN earlier;
    ELSIF h.state = 'ACTIVE' AND h.expires_at <= clock_timestamp() THEN
        w := ledger_end_hold(h, 'EXPIRED');
        RETURN ledger_result_of('HOLD_EXPIRED', false, w, 0, 0);
    ELSIF h.state <> 'ACTIVE' THEN
        RETURN ledger_result_of('HOLD_' || h.state, true, w, 0, 0);
    ELSIF obstacle IS NOT NULL THEN
        RETURN ledger_refuse(r, w, obstacle);
    ELSIF p_amount <= 0 OR p_amount > h.own_amount + h.others_amount THEN
        RETURN ledger_refuse(r, w, 'ABOVE_HOLD');
    ELSIF NOT ledger_allows(r, w) THEN
        RETURN ledger_refuse(r, w, 'NOT_ALLOWED');
    END IF;
    others_share := LEAST(p_amount, h.others_amount);
    w := ledger_end_hold(h, 'CAPTURED');
    RETURN ledger_write(r, w, p_amount - others_share, others_share);
END
$$;

-- Lets a hold go. Releasing twice changes nothing; a captured hold cannot be released.
CREATE FUNCTION ledger_release(p_hold uuid) RETURNS ledger_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    h wallets_hold;
    w wallets_wallet;
BEGIN
    SELECT * INTO h FROM wallets_hold WHERE id = p_hold;
    w := ledger_lock(h.wallet_id);
    SELECT * INTO h FROM wallets_hold WHERE id = p_hold;
    IF h.id IS NULL THEN
        RETURN ledger_result_of('UNKNOWN_HOLD', false, w, 0, 0);
    ELSIF h.state <> 'ACTIVE' THEN
        RETURN ledger_result_of(CASE h.state WHEN 'CAPTURED' THEN 'HOLD_CAPTURED' ELSE h.state END, true, w, h.own_amount, h.others_amount);
    END IF;
    h.state := CASE WHEN h.expires_at <= clock_timestamp() THEN 'EXPIRED' ELSE 'RELEASED' END;
    w := ledger_end_hold(h, h.state);
    RETURN ledger_result_of(h.state, false, w, h.own_amount, h.others_amount);
END
$$;
