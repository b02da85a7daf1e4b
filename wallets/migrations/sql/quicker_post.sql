-- The door for every ordinary movement, as before, with one look at all that decides instead of one at each.
CREATE OR REPLACE FUNCTION ledger_post(
    p_id uuid, p_wallet uuid, p_direction int, p_amount bigint, p_contra uuid, p_purpose text,
    p_reference_type text, p_reference_id text, p_group uuid, p_source text, p_note text, p_at timestamptz
) RETURNS ledger_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r ledger_request := (p_id, p_wallet, p_direction, p_amount, p_contra, p_purpose,
                         p_reference_type, p_reference_id, p_group, NULL, NULL, p_source, p_note, p_at);
    w wallets_wallet;
    obstacle text;
    is_known boolean;
    is_allowed boolean;
    pool text;
    others bigint;
BEGIN
    SELECT * INTO w FROM wallets_wallet WHERE id = p_wallet FOR NO KEY UPDATE;
    SELECT EXISTS (SELECT FROM wallets_transfer t WHERE t.id = p_id) OR EXISTS (SELECT FROM wallets_transfer_refusal f WHERE f.id = p_id),
           (SELECT p.pool FROM wallets_purpose p WHERE p.code = p_purpose),
           EXISTS (SELECT FROM wallets_contra_account c
                   JOIN wallets_allowance a ON a.contra_kind_id = c.kind_id
                        AND a.merchant_category_id IS NOT DISTINCT FROM c.merchant_category_id
                   WHERE c.id = p_contra AND a.wallet_kind_id = w.kind_id AND a.direction = p_direction AND a.purpose_id = p_purpose)
    INTO is_known, pool, is_allowed;
    obstacle := ledger_obstacle(w);
    IF is_known THEN
        RETURN ledger_earlier(r, w);
    ELSIF obstacle IS NOT NULL THEN
        RETURN ledger_refuse(r, w, obstacle);
    ELSIF p_amount <= 0 THEN
        RETURN ledger_refuse(r, w, 'INVALID_AMOUNT');
    ELSIF NOT is_allowed THEN
        IF NOT EXISTS (SELECT FROM wallets_contra_account WHERE id = p_contra) THEN
            RETURN ledger_refuse(r, w, 'UNKNOWN_CONTRA');
        END IF;
        RETURN ledger_refuse(r, w, 'NOT_ALLOWED');
    ELSIF p_direction = 1 THEN
        RETURN ledger_credit(r, w);
    END IF;
    -- Money out, from what is not held. Own money only for withdrawals and the like, others' first for everything paid.
    others := CASE pool WHEN 'OTHERS_FIRST' THEN LEAST(p_amount, w.others_balance - w.others_held) WHEN 'OTHERS' THEN p_amount ELSE 0 END;
    IF others > w.others_balance - w.others_held OR p_amount - others > w.own_balance - w.own_held THEN
        RETURN ledger_refuse(r, w, 'INSUFFICIENT_BALANCE');
    END IF;
    RETURN ledger_write(r, w, p_amount - others, others);
END
$$;
DROP FUNCTION ledger_debit(ledger_request, wallets_wallet);
