-- One try at a one-time code, counted before anybody compares: guesses at one number queue behind its advisory lock, so
-- no number of parallel requests gets more tries than the limits allow.
--
-- verdict: COMPARE (go on), MISSING, EXPIRED, USED, EXHAUSTED (of this challenge) or LOCKED until `retry_at`.
-- The guess is recorded as a failure; whoever finds the code right removes it again.
CREATE FUNCTION accounts_take_attempt(
    wanted_phone text, wanted_challenge uuid, from_address text, from_device text, own_platform uuid, guess uuid, moment timestamptz
)
RETURNS TABLE (verdict text, challenge_id uuid, digest text, retry_at timestamptz)
LANGUAGE plpgsql AS $$
DECLARE
    day_ago CONSTANT timestamptz := moment - interval '24 hours';
    pair_limit CONSTANT integer := 10;      -- failures of one number with one address or device
    number_limit CONSTANT integer := 50;    -- failures of one number from devices it does not know
    challenge accounts_otpchallenge%ROWTYPE;
    is_known boolean;
    pair_count integer;
    unknown_count integer;
    locked_until timestamptz;
    unknown_until timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('otp:' || wanted_phone, 0));

    is_known := from_device <> '' AND EXISTS (
        SELECT FROM accounts_usersession session JOIN accounts_user person ON person.id = session.user_id
        WHERE person.platform_id = own_platform AND person.phone = wanted_phone AND session.device = from_device
            AND session.revoked_because <> 'REUSE'
    );
    -- A device the number knows is judged by what it did from this address: naming it elsewhere cannot lock its owner out.
    SELECT
        count(*) FILTER (WHERE pair),
        count(*) FILTER (WHERE NOT known),
        max(locks_until) FILTER (WHERE pair),
        (array_agg(guessed_at ORDER BY guessed_at DESC) FILTER (WHERE NOT known))[number_limit] + interval '24 hours'
    INTO pair_count, unknown_count, locked_until, unknown_until
    FROM (
        SELECT earlier.known, earlier.guessed_at, earlier.locks_until, CASE
            WHEN is_known THEN earlier.address = from_address AND earlier.device = from_device
            ELSE NOT earlier.known AND (earlier.address = from_address OR (from_device <> '' AND earlier.device = from_device))
        END AS pair
        FROM accounts_otpguess earlier
        WHERE earlier.phone = wanted_phone AND earlier.guessed_at > day_ago
    ) recent;
    IF locked_until > moment THEN
        RETURN QUERY SELECT 'LOCKED', NULL::uuid, NULL::text, locked_until;
        RETURN;
    END IF;
    IF unknown_count >= number_limit AND NOT is_known THEN
        RETURN QUERY SELECT 'LOCKED', NULL::uuid, NULL::text, unknown_until;
        RETURN;
    END IF;

    SELECT * INTO challenge FROM accounts_otpchallenge candidate
    WHERE candidate.phone = wanted_phone AND (wanted_challenge IS NULL OR candidate.id = wanted_challenge)
    ORDER BY candidate.requested_at DESC, candidate.id DESC LIMIT 1;
    verdict := CASE
        WHEN challenge.id IS NULL THEN 'MISSING'
        WHEN challenge.expires_at <= moment THEN 'EXPIRED'
        WHEN challenge.verified_at IS NOT NULL THEN 'USED'
        WHEN challenge.attempts >= 5 THEN 'EXHAUSTED'
    END;
    IF verdict IS NOT NULL THEN
        RETURN QUERY SELECT verdict, challenge.id, NULL::text, NULL::timestamptz;
        RETURN;
    END IF;

    UPDATE accounts_otpchallenge AS taken SET attempts = taken.attempts + 1, last_modified_at = moment
    WHERE taken.id = challenge.id AND taken.attempts < 5 AND taken.verified_at IS NULL
    RETURNING taken.digest INTO digest;
    INSERT INTO accounts_otpguess (id, created_at, last_modified_at, phone, address, device, known, guessed_at, locks_until)
    VALUES (
        guess, moment, moment, wanted_phone, from_address, from_device, is_known, moment,
        CASE WHEN pair_count + 1 >= pair_limit THEN moment + interval '24 hours' END
    );
    RETURN QUERY SELECT CASE WHEN digest IS NULL THEN 'USED' ELSE 'COMPARE' END, challenge.id, digest, NULL::timestamptz;
END
$$;
GRANT EXECUTE ON FUNCTION accounts_take_attempt TO {app};
