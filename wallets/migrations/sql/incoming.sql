-- Head-room for top-ups under way: taken before the customer pays, given back when the order ends.

CREATE FUNCTION ledger_close_reservation(w wallets_wallet, p_order text, p_state text, p_at timestamptz) RETURNS wallets_wallet
LANGUAGE plpgsql AS $$
DECLARE
    freed bigint;
BEGIN
    UPDATE wallets_incoming_reservation SET state = p_state, resolved_at = p_at
    WHERE order_id = p_order AND wallet_id = w.id AND state = 'OPEN' RETURNING amount INTO freed;
    IF FOUND THEN
        UPDATE wallets_wallet SET incoming_reserved = incoming_reserved - freed WHERE id = w.id RETURNING * INTO w;
    END IF;
    RETURN w;
END
$$;

-- Reservations whose order was never heard of again stop counting once somebody else needs the room.
CREATE FUNCTION ledger_drop_expired_reservations(w wallets_wallet, p_at timestamptz) RETURNS wallets_wallet LANGUAGE plpgsql AS $$
DECLARE
    stale text;
BEGIN
    FOR stale IN SELECT order_id FROM wallets_incoming_reservation WHERE wallet_id = w.id AND state = 'OPEN' AND expires_at <= p_at LOOP
        w := ledger_close_reservation(w, stale, 'RELEASED', p_at);
    END LOOP;
    RETURN w;
END
$$;

CREATE FUNCTION ledger_reserve_incoming(p_order text, p_wallet uuid, p_amount bigint, p_expires_at timestamptz, p_at timestamptz)
RETURNS ledger_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w wallets_wallet := ledger_lock(p_wallet);
    earlier wallets_incoming_reservation;
    obstacle text := ledger_obstacle(w);
BEGIN
    SELECT * INTO earlier FROM wallets_incoming_reservation WHERE order_id = p_order;
    IF FOUND THEN
        RETURN ledger_result_of(
            CASE WHEN (earlier.wallet_id, earlier.amount) = (p_wallet, p_amount) THEN 'RESERVED' ELSE 'MISMATCH' END, true, w, 0, 0);
    ELSIF obstacle IS NOT NULL THEN
        RETURN ledger_result_of(obstacle, false, w, 0, 0);
    ELSIF p_amount <= 0 THEN
        RETURN ledger_result_of('INVALID_AMOUNT', false, w, 0, 0);
    END IF;
    IF p_amount > ledger_headroom(w, p_at) THEN
        w := ledger_drop_expired_reservations(w, p_at);
        IF p_amount > ledger_headroom(w, p_at) THEN
            RETURN ledger_result_of('OVER_LIMIT', false, w, 0, 0);
        END IF;
    END IF;
    INSERT INTO wallets_incoming_reservation (order_id, wallet_id, amount, state, expires_at, at)
    VALUES (p_order, p_wallet, p_amount, 'OPEN', p_expires_at, p_at);
    UPDATE wallets_wallet SET incoming_reserved = incoming_reserved + p_amount, cap = ledger_limit(tier, 'BALANCE', p_at)
    WHERE id = p_wallet RETURNING * INTO w;
    RETURN ledger_result_of('RESERVED', false, w, p_amount, 0);
END
$$;

-- Gives an order's head-room back; unknown, used and released reservations are left as they are.
CREATE FUNCTION ledger_release_incoming(p_order text, p_at timestamptz) RETURNS ledger_result LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w wallets_wallet;
BEGIN
    w := ledger_lock((SELECT wallet_id FROM wallets_incoming_reservation WHERE order_id = p_order));
    IF w.id IS NOT NULL THEN
        w := ledger_close_reservation(w, p_order, 'RELEASED', p_at);
    END IF;
    RETURN ledger_result_of('RELEASED', false, w, 0, 0);
END
$$;
