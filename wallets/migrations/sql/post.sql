-- The door for every ordinary movement. The pool follows from the purpose: payments draw others' money first.
CREATE FUNCTION ledger_post(
    p_id uuid, p_wallet uuid, p_direction int, p_amount bigint, p_contra uuid, p_purpose text,
    p_reference_type text, p_reference_id text, p_group uuid, p_source text, p_note text, p_at timestamptz
) RETURNS ledger_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r ledger_request := (p_id, p_wallet, p_direction, p_amount, p_contra, p_purpose,
                         p_reference_type, p_reference_id, p_group, NULL, NULL, p_source, p_note, p_at);
    w wallets_wallet := ledger_lock(p_wallet);
    earlier ledger_result := ledger_earlier(r, w);
    obstacle text := ledger_obstacle(w);
BEGIN
    IF earlier.outcome IS NOT NULL THEN
        RETURN earlier;
    ELSIF obstacle IS NOT NULL THEN
        RETURN ledger_refuse(r, w, obstacle);
    ELSIF p_amount <= 0 THEN
        RETURN ledger_refuse(r, w, 'INVALID_AMOUNT');
    ELSIF NOT EXISTS (SELECT FROM wallets_contra_account WHERE id = p_contra) THEN
        RETURN ledger_refuse(r, w, 'UNKNOWN_CONTRA');
    ELSIF NOT ledger_allows(r, w) THEN
        RETURN ledger_refuse(r, w, 'NOT_ALLOWED');
    ELSIF p_direction = 1 THEN
        RETURN ledger_credit(r, w);
    END IF;
    RETURN ledger_debit(r, w);
END
$$;

-- Money in. The order's own reservation is part of the head-room it was promised.
CREATE FUNCTION ledger_credit(r ledger_request, w wallets_wallet) RETURNS ledger_result LANGUAGE plpgsql AS $$
DECLARE
    pool text := (SELECT p.pool FROM wallets_purpose p WHERE p.code = r.purpose_id);
BEGIN
    IF r.purpose_id = 'TOPUP' THEN
        w := ledger_close_reservation(w, r.reference_id, 'USED', r.at);
    END IF;
    IF r.amount > ledger_headroom(w, r.at) THEN
        w := ledger_drop_expired_reservations(w, r.at);
        IF r.amount > ledger_headroom(w, r.at) THEN
            RETURN ledger_refuse(r, w, 'OVER_LIMIT');
        END IF;
    END IF;
    PERFORM ledger_set_cap(w.id, ledger_limit(w.tier, 'BALANCE', r.at));
    IF pool = 'OTHERS' THEN
        RETURN ledger_write(r, w, 0, r.amount);
    END IF;
    RETURN ledger_write(r, w, r.amount, 0);
END
$$;

-- Money out, from what is not held. Own money only for withdrawals and the like, others' first for everything paid.
CREATE FUNCTION ledger_debit(r ledger_request, w wallets_wallet) RETURNS ledger_result LANGUAGE plpgsql AS $$
DECLARE
    share record;
BEGIN
    SELECT * INTO share FROM ledger_split(w, r.purpose_id, r.amount);
    IF share.own IS NULL THEN
        RETURN ledger_refuse(r, w, 'INSUFFICIENT_BALANCE');
    END IF;
    RETURN ledger_write(r, w, share.own, share.others);
END
$$;

-- What each pool of w gives to a payment of p_amount; NULLs when together they cannot.
CREATE FUNCTION ledger_split(w wallets_wallet, p_purpose text, p_amount bigint, OUT own bigint, OUT others bigint) LANGUAGE plpgsql STABLE AS $$
DECLARE
    pool text := (SELECT p.pool FROM wallets_purpose p WHERE p.code = p_purpose);
    own_free bigint := w.own_balance - w.own_held;
    others_free bigint := w.others_balance - w.others_held;
BEGIN
    others := CASE pool WHEN 'OTHERS_FIRST' THEN LEAST(p_amount, others_free) WHEN 'OTHERS' THEN p_amount ELSE 0 END;
    own := p_amount - others;
    IF own > own_free OR others > others_free THEN
        own := NULL;
        others := NULL;
    END IF;
END
$$;

-- Gives back what a transfer moved, in parts if need be. Each pool gets at most what it gave, own money first. A refund
-- may lift a wallet above its limit: the rules for prepaid instruments want refunds applied at once, even then.
-- The reversal of a top-up takes own money out again, so it needs that money to be there and not held.
CREATE FUNCTION ledger_refund(p_id uuid, p_transfer uuid, p_amount bigint, p_note text, p_at timestamptz)
RETURNS ledger_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    t wallets_transfer;
    w wallets_wallet;
    r ledger_request;
    earlier ledger_result;
    obstacle text;
    own_left bigint;
    others_left bigint;
    own_share bigint;
    others_share bigint;
BEGIN
    SELECT * INTO t FROM wallets_transfer WHERE id = p_transfer;
    w := ledger_lock(t.wallet_id);
    r := (p_id, t.wallet_id, -t.direction, p_amount, t.contra_id, 'REFUND',
          t.reference_type, t.reference_id, t.group_id, t.id, NULL, t.source, p_note, p_at);
    IF t.id IS NULL THEN
        RETURN ledger_result_of('UNKNOWN_TRANSFER', false, w, 0, 0);
    END IF;
    earlier := ledger_earlier(r, w);
    obstacle := ledger_obstacle(w);
    IF earlier.outcome IS NOT NULL THEN
        RETURN earlier;
    ELSIF obstacle IS NOT NULL THEN
        RETURN ledger_refuse(r, w, obstacle);
    ELSIF p_amount <= 0 OR t.reverses_id IS NOT NULL THEN
        RETURN ledger_refuse(r, w, 'INVALID_AMOUNT');
    END IF;
    SELECT t.own_amount - COALESCE(sum(own_amount), 0), t.others_amount - COALESCE(sum(others_amount), 0)
    INTO own_left, others_left FROM wallets_transfer WHERE reverses_id = t.id;
    own_share := LEAST(p_amount, own_left);
    others_share := p_amount - own_share;
    IF others_share > others_left THEN
        RETURN ledger_refuse(r, w, 'ABOVE_REFUNDABLE');
    ELSIF t.direction = 1 AND (own_share > w.own_balance - w.own_held OR others_share > w.others_balance - w.others_held) THEN
        RETURN ledger_refuse(r, w, 'INSUFFICIENT_BALANCE');
    ELSIF t.direction = -1 THEN
        PERFORM ledger_set_cap(w.id, GREATEST(w.cap, w.own_balance + w.others_balance + w.incoming_reserved + p_amount));
    END IF;
    RETURN ledger_write(r, w, own_share, others_share);
END
$$;
