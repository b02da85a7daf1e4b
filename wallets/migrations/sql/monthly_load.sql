-- What may be loaded into a small prepaid instrument in a month: 10,000 rupees (Reserve Bank, Master Directions of August 2021).
INSERT INTO wallets_limit (tier, name, valid_from, amount) VALUES ('SMALL', 'MONTHLY_LOAD', '2021-08-27 00:00+05:30', 1000000);

-- Top-ups and contributions are loads. Corrections and refunds are not: they are held by the balance limit alone, or by none.
CREATE FUNCTION ledger_loaded(p_wallet uuid, p_at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT COALESCE(sum(t.own_amount + t.others_amount), 0)
    FROM wallets_entry e JOIN wallets_transfer t ON t.id = e.transfer_id
    WHERE e.wallet_id = p_wallet AND e.at >= date_trunc('month', p_at, 'Asia/Kolkata')
          AND t.direction = 1 AND t.purpose_id IN ('TOPUP', 'CONTRIBUTION')
$$;

CREATE FUNCTION ledger_balance_room(w wallets_wallet, p_at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT COALESCE(ledger_limit(w.tier, 'BALANCE', p_at), 0) - w.own_balance - w.others_balance - w.incoming_reserved
$$;

-- How much more may be loaded into w at p_at under the limits then in force; negative when a limit was lowered below what is there.
CREATE OR REPLACE FUNCTION ledger_headroom(w wallets_wallet, p_at timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    monthly bigint := ledger_limit(w.tier, 'MONTHLY_LOAD', p_at);
    room bigint := ledger_balance_room(w, p_at);
BEGIN
    IF monthly IS NOT NULL THEN
        room := LEAST(room, monthly - ledger_loaded(w.id, p_at) - w.incoming_reserved);
    END IF;
    RETURN room;
END
$$;

CREATE FUNCTION ledger_room_for(r ledger_request, w wallets_wallet) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF r.purpose_id IN ('TOPUP', 'CONTRIBUTION') THEN
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
    IF r.purpose_id = 'TOPUP' THEN
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

-- For showing how much may still be topped up: reads only.
GRANT EXECUTE ON FUNCTION
    ledger_headroom(wallets_wallet, timestamptz),
    ledger_balance_room(wallets_wallet, timestamptz),
    ledger_loaded(uuid, timestamptz)
TO {app};
