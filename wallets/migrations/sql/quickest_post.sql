-- The door for every ordinary movement. A payment that nothing stands against, which is nearly every call, takes three statements:
-- lock, look, insert. The insert itself tells whether the id was seen before. All else is judged at leisure below.
CREATE OR REPLACE FUNCTION ledger_post(
    p_id uuid, p_wallet uuid, p_direction int, p_amount bigint, p_contra uuid, p_purpose text,
    p_reference_type text, p_reference_id text, p_group uuid, p_source text, p_note text, p_at timestamptz
) RETURNS ledger_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w wallets_wallet;
    is_refused boolean;
    pool text;  -- NULL: the ring-fence has no row for this
    own bigint;
    others bigint;
BEGIN
    SELECT * INTO w FROM wallets_wallet WHERE id = p_wallet FOR NO KEY UPDATE;
    SELECT EXISTS (SELECT FROM wallets_transfer_refusal f WHERE f.id = p_id),
           (SELECT p.pool FROM wallets_contra_account c
            JOIN wallets_allowance a ON a.contra_kind_id = c.kind_id AND a.merchant_category_id IS NOT DISTINCT FROM c.merchant_category_id
            JOIN wallets_purpose p ON p.code = a.purpose_id
            WHERE c.id = p_contra AND a.wallet_kind_id = w.kind_id AND a.direction = p_direction AND a.purpose_id = p_purpose)
    INTO is_refused, pool;
    -- From what is not held. Own money only for withdrawals and the like, others' first for everything paid.
    others := CASE pool WHEN 'OTHERS_FIRST' THEN LEAST(p_amount, w.others_balance - w.others_held) WHEN 'OTHERS' THEN p_amount ELSE 0 END;
    own := p_amount - others;
    IF p_direction = -1 AND p_amount > 0 AND pool IS NOT NULL AND NOT is_refused
       AND w.standing = 'OPEN' AND w.issuer_status <> 'BLOCKED'
       AND own <= w.own_balance - w.own_held AND others <= w.others_balance - w.others_held THEN
        INSERT INTO wallets_transfer (id, wallet_id, direction, own_amount, others_amount, contra_id, purpose_id, reference_type,
                                      reference_id, group_id, source, note, at)
        VALUES (p_id, p_wallet, -1, own, others, p_contra, p_purpose, p_reference_type, p_reference_id, p_group, p_source, p_note, p_at)
        ON CONFLICT (id) DO NOTHING;
        IF FOUND THEN
            RETURN ('POSTED', false, p_wallet, own, others, w.own_balance - own, w.others_balance - others,
                    w.own_balance + w.others_balance - w.own_held - w.others_held - p_amount, -1)::ledger_result;
        END IF;
    END IF;
    RETURN ledger_judge((p_id, p_wallet, p_direction, p_amount, p_contra, p_purpose, p_reference_type, p_reference_id,
                         p_group, NULL, NULL, p_source, p_note, p_at)::ledger_request, w);
END
$$;

-- Repeats, money in, and why a payment is refused. The caller has locked the wallet.
CREATE FUNCTION ledger_judge(r ledger_request, w wallets_wallet) RETURNS ledger_result LANGUAGE plpgsql AS $$
DECLARE
    earlier ledger_result := ledger_earlier(r, w);
    obstacle text := ledger_obstacle(w);
BEGIN
    IF earlier.outcome IS NOT NULL THEN
        RETURN earlier;
    ELSIF obstacle IS NOT NULL THEN
        RETURN ledger_refuse(r, w, obstacle);
    ELSIF r.amount <= 0 THEN
        RETURN ledger_refuse(r, w, 'INVALID_AMOUNT');
    ELSIF NOT EXISTS (SELECT FROM wallets_contra_account WHERE id = r.contra_id) THEN
        RETURN ledger_refuse(r, w, 'UNKNOWN_CONTRA');
    ELSIF NOT ledger_allows(r, w) THEN
        RETURN ledger_refuse(r, w, 'NOT_ALLOWED');
    ELSIF r.direction = 1 THEN
        RETURN ledger_credit(r, w);
    END IF;
    RETURN ledger_refuse(r, w, 'INSUFFICIENT_BALANCE');
END
$$;

-- Tells the handlers of wallet.credited or wallet.debited of a movement, in the statement that made it: no further round trip, and a
-- plan that is made once. A repeat and a refusal tell nobody. The caller needs the right to write the outbox.
CREATE FUNCTION ledger_announce(r ledger_result, p_transfer uuid, p_at timestamptz, p_credited text[], p_debited text[])
RETURNS ledger_result LANGUAGE plpgsql AS $$
DECLARE
    hearer text;
BEGIN
    IF r.outcome = 'POSTED' AND NOT r.replayed THEN
        FOREACH hearer IN ARRAY CASE r.direction WHEN 1 THEN p_credited ELSE p_debited END LOOP
            INSERT INTO common_outbox (topic, handler, key, payload, created_at, not_before, attempts, last_error)
            VALUES (CASE r.direction WHEN 1 THEN 'wallet.credited' ELSE 'wallet.debited' END, hearer, 'wallet:' || r.wallet_id,
                    jsonb_build_object('transfer_id', p_transfer), now(), p_at, 0, '');
        END LOOP;
    END IF;
    RETURN r;
END
$$;
GRANT EXECUTE ON FUNCTION ledger_announce(ledger_result, uuid, timestamptz, text[], text[]) TO {app};
