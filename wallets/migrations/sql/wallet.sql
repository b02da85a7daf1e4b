-- Opens a user's wallet of one kind with nothing in it, or finds it. The application cannot insert wallets itself,
-- so none begins with money.
CREATE FUNCTION ledger_open_wallet(p_id uuid, p_user uuid, p_kind text, p_at timestamptz, OUT wallet_id uuid, OUT opened boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO wallets_wallet (
        id, created_at, last_modified_at, user_id, kind_id, status, issuer_status, issuer_customer_id, attempts, last_error,
        standing, tier, own_balance, others_balance, own_held, others_held, incoming_reserved, cap, entries
    ) VALUES (
        p_id, p_at, p_at, p_user, p_kind, 'CREATED', 'UNKNOWN', '', 0, '',
        'OPEN', 'SMALL', 0, 0, 0, 0, 0, COALESCE(ledger_limit('SMALL', 'BALANCE', p_at), 0), 0
    ) ON CONFLICT (user_id, kind_id) DO NOTHING RETURNING id INTO wallet_id;
    opened := FOUND;
    IF NOT opened THEN
        SELECT id INTO wallet_id FROM wallets_wallet WHERE user_id = p_user AND kind_id = p_kind;
    END IF;
END
$$;

-- Freezes, opens again or closes. A closed wallet is empty and stays closed.
CREATE FUNCTION ledger_set_standing(p_wallet uuid, p_standing text, p_at timestamptz) RETURNS ledger_result LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w wallets_wallet := ledger_lock(p_wallet);
BEGIN
    IF w.id IS NULL THEN
        RETURN ledger_result_of('UNKNOWN_WALLET', false, w, 0, 0);
    ELSIF w.standing = p_standing THEN
        RETURN ledger_result_of(p_standing, true, w, 0, 0);
    ELSIF w.standing = 'CLOSED' THEN
        RETURN ledger_result_of('WALLET_CLOSED', false, w, 0, 0);
    ELSIF p_standing = 'CLOSED' AND w.own_balance + w.others_balance + w.incoming_reserved > 0 THEN
        RETURN ledger_result_of('WALLET_NOT_EMPTY', false, w, 0, 0);
    END IF;
    UPDATE wallets_wallet SET standing = p_standing, last_modified_at = GREATEST(last_modified_at, p_at)
    WHERE id = p_wallet RETURNING * INTO w;
    RETURN ledger_result_of(p_standing, false, w, 0, 0);
END
$$;

-- Puts the wallet under the limits of another tier, from the next money that comes in.
CREATE FUNCTION ledger_set_tier(p_wallet uuid, p_tier text, p_at timestamptz) RETURNS ledger_result LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w wallets_wallet := ledger_lock(p_wallet);
BEGIN
    IF w.id IS NULL THEN
        RETURN ledger_result_of('UNKNOWN_WALLET', false, w, 0, 0);
    END IF;
    UPDATE wallets_wallet SET tier = p_tier, last_modified_at = GREATEST(last_modified_at, p_at),
        cap = GREATEST(ledger_limit(p_tier, 'BALANCE', p_at), own_balance + others_balance + incoming_reserved)
    WHERE id = p_wallet RETURNING * INTO w;
    RETURN ledger_result_of(p_tier, false, w, 0, 0);
END
$$;
