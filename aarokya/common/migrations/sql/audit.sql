-- What is hashed: every column that says what happened, and the previous hash, as canonical JSON text.
CREATE FUNCTION common_audit_hash(entry common_audit) RETURNS text LANGUAGE sql STABLE
SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
    SELECT encode(sha256(convert_to((to_jsonb(entry) - 'id' - 'hash')::text, 'UTF8')), 'hex')
$$;

-- Numbers, links and hashes a new entry. The lock is per day, held until the transaction ends: acts of one day stand in a line.
CREATE FUNCTION common_audit_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('common_audit'), (NEW.day - DATE '2000-01-01')::int);
    SELECT number, hash INTO last FROM common_audit WHERE day = NEW.day ORDER BY number DESC LIMIT 1;
    NEW.number := COALESCE(last.number, 0) + 1;
    NEW.previous_hash := COALESCE(last.hash, repeat('0', 64));
    NEW.hash := '';
    NEW.hash := common_audit_hash(NEW);
    RETURN NEW;
END
$$;

CREATE TRIGGER common_audit_link BEFORE INSERT ON common_audit FOR EACH ROW EXECUTE FUNCTION common_audit_link();
CREATE TRIGGER common_audit_append_only BEFORE UPDATE OR DELETE ON common_audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER common_audit_no_truncate BEFORE TRUNCATE ON common_audit EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE ON common_audit FROM {app};

-- Every place where a chain does not hold: a gap in the numbers, a wrong link, or a row that was altered.
CREATE FUNCTION common_audit_breaks() RETURNS TABLE (day date, number int, problem text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    WITH chain AS (
        SELECT a.*, lag(a.number, 1, 0) OVER w AS number_before, lag(a.hash, 1, repeat('0', 64)::varchar) OVER w AS hash_before,
               common_audit_hash(a) AS recomputed
        FROM common_audit a WINDOW w AS (PARTITION BY a.day ORDER BY a.number)
    )
    SELECT day, number, 'numbers are missing before this entry' FROM chain WHERE number <> number_before + 1
    UNION ALL SELECT day, number, 'does not link to the entry before it' FROM chain WHERE previous_hash <> hash_before
    UNION ALL SELECT day, number, 'was altered after it was written' FROM chain WHERE hash <> recomputed
$$;
GRANT EXECUTE ON FUNCTION common_audit_breaks(), common_audit_hash(common_audit) TO {app};
