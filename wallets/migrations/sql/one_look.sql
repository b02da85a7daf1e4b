-- The door for every ordinary movement. A payment that nothing stands against, which is nearly every call, takes two statements: one
-- locks the wallet and looks up the ring-fence, whose rows do not change under it; the other inserts the transfer and tells by that
-- whether the id was seen before. The refusal of an id is looked for there, after the lock: whoever held it may have written one.
-- All else is judged at leisure below.
CREATE OR REPLACE FUNCTION ledger_post(
    p_id uuid, p_wallet uuid, p_direction int, p_amount bigint, p_contra uuid, p_purpose text,
    p_reference_type text, p_reference_id text, p_group uuid, p_source text, p_note text, p_at timestamptz
) RETURNS ledger_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    own_before bigint;
    others_before bigint;
    own_free bigint;
    others_free bigint;
    is_usable boolean;
    pool text;  -- NULL: the ring-fence has no row for this
    own bigint;
    others bigint;
BEGIN
    SELECT w.own_balance, w.others_balance, w.own_balance - w.own_held, w.others_balance - w.others_held,
           w.standing = 'OPEN' AND w.issuer_status <> 'BLOCKED',
           (SELECT p.pool FROM wallets_contra_account c
            JOIN wallets_allowance a ON a.contra_kind_id = c.kind_id AND a.merchant_category_id IS NOT DISTINCT FROM c.merchant_category_id
            JOIN wallets_purpose p ON p.code = a.purpose_id
            WHERE c.id = p_contra AND a.wallet_kind_id = w.kind_id AND a.direction = p_direction AND a.purpose_id = p_purpose)
    INTO own_before, others_before, own_free, others_free, is_usable, pool
    FROM wallets_wallet w WHERE w.id = p_wallet FOR NO KEY UPDATE OF w;
    -- From what is not held. Own money only for withdrawals and the like, others' first for everything paid.
    others := CASE pool WHEN 'OTHERS_FIRST' THEN LEAST(p_amount, others_free) WHEN 'OTHERS' THEN p_amount ELSE 0 END;
    own := p_amount - others;
    IF p_direction = -1 AND p_amount > 0 AND pool IS NOT NULL AND is_usable AND own <= own_free AND others <= others_free THEN
        INSERT INTO wallets_transfer (id, wallet_id, direction, own_amount, others_amount, contra_id, purpose_id, reference_type,
                                      reference_id, group_id, source, note, at)
        SELECT p_id, p_wallet, -1, own, others, p_contra, p_purpose, p_reference_type,
               p_reference_id, p_group, p_source, p_note, p_at
        WHERE NOT EXISTS (SELECT FROM wallets_transfer_refusal f WHERE f.id = p_id)
        ON CONFLICT (id) DO NOTHING;
        IF FOUND THEN
            RETURN ('POSTED', false, p_wallet, own, others, own_before - own, others_before - others,
                    own_free + others_free - p_amount, -1)::ledger_result;
        END IF;
    END IF;
    RETURN ledger_judge((p_id, p_wallet, p_direction, p_amount, p_contra, p_purpose, p_reference_type, p_reference_id,
                         p_group, NULL, NULL, p_source, p_note, p_at)::ledger_request, ledger_lock(p_wallet));
END
$$;

-- Django's indexes that nobody searches by: a movement opens each of them to update a wallet. That of the user leads another one.
DROP INDEX wallets_wallet_transcorp_wallet_id_e4be47cf_like;
