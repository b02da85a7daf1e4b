-- What a third party pays into a wallet through the gateway: others' money, one credit an order, under the order's reservation.
INSERT INTO wallets_purpose (code, label, pool) VALUES ('GIFT', 'Contribution', 'OTHERS');
INSERT INTO wallets_allowance (wallet_kind_id, direction, purpose_id, contra_kind_id, merchant_category_id)
VALUES ('HEALTH', 1, 'GIFT', 'gateway_clearing', NULL);

CREATE OR REPLACE FUNCTION ledger_loaded(p_wallet uuid, p_at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT COALESCE(sum(t.own_amount + t.others_amount), 0)
    FROM wallets_entry e JOIN wallets_transfer t ON t.id = e.transfer_id
    WHERE e.wallet_id = p_wallet AND e.at >= date_trunc('month', p_at, 'Asia/Kolkata')
          AND t.direction = 1 AND t.purpose_id IN ('TOPUP', 'CONTRIBUTION', 'GIFT')
$$;

CREATE OR REPLACE FUNCTION ledger_room_for(r ledger_request, w wallets_wallet) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF r.purpose_id IN ('TOPUP', 'CONTRIBUTION', 'GIFT') THEN
        RETURN ledger_headroom(w, r.at);
    END IF;
    RETURN ledger_balance_room(w, r.at);
END
$$;

-- Money in. The order's own reservation is part of the head-room it was promised.
CREATE OR REPLACE FUNCTION ledger_credit(r ledger_request, w wallets_wallet) RETURNS ledger_result LANGUAGE plpgsql AS $$
DECLARE
    pool text := (SELECT p.pool FROM wallets_purpose p WHERE p.code = r.purpose_id);
BEGIN
    IF r.purpose_id IN ('TOPUP', 'GIFT') THEN
        w := ledger_close_reservation(w, r.reference_id, 'USED', r.at);
    END IF;
    IF r.amount > ledger_room_for(r, w) THEN
        w := ledger_drop_expired_reservations(w, r.at);
        IF r.amount > ledger_room_for(r, w) THEN
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
