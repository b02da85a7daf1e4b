-- Installed in the test databases' template. `testing` holds a copy of every row that the migrations install;
-- testing.reset() brings all tables back to that state whatever a test did, past triggers and foreign keys.
CREATE SCHEMA testing;

CREATE FUNCTION testing.tables() RETURNS SETOF name LANGUAGE sql STABLE AS $$
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'django_migrations'
$$;

CREATE FUNCTION testing.columns(of name) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = format('public.%I', of)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
$$;

DO $$
DECLARE
    name name;
    found boolean;
BEGIN
    FOR name IN SELECT testing.tables() LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO found;
        IF found THEN
            EXECUTE format('CREATE TABLE testing.%I AS SELECT %s FROM public.%I', name, testing.columns(name), name);
        END IF;
    END LOOP;
END
$$;

-- DELETE and not TRUNCATE: with a handful of rows in each table it is many times faster.
CREATE FUNCTION testing.reset() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
DECLARE
    name name;
BEGIN
    FOR name IN SELECT testing.tables() LOOP
        EXECUTE format('DELETE FROM public.%I', name);
        IF to_regclass(format('testing.%I', name)) IS NOT NULL THEN
            EXECUTE format(
                'INSERT INTO public.%I (%s) OVERRIDING SYSTEM VALUE SELECT * FROM testing.%I', name, testing.columns(name), name);
        END IF;
    END LOOP;
END
$$;
