-- The ledger: entries of consents and of whatever else must be proved later. Ids begin with a day, so each day is a partition,
-- which is written while the day lasts and is dropped whole when the law's time is over. A role that is granted SELECT and
-- INSERT on the parent, and nothing else, is all that a host needs to write it.

CREATE TABLE kycvs.entry (
    id uuid NOT NULL,
    seq integer NOT NULL CHECK (seq >= 0),
    body bytea NOT NULL,
    PRIMARY KEY (id, seq)
) PARTITION BY RANGE (id);

-- What lasts: its ids begin where days end.
CREATE TABLE kycvs.entry_lasting PARTITION OF kycvs.entry
    FOR VALUES FROM ('ffff0000-0000-0000-0000-000000000000') TO (MAXVALUE);

-- The least id of a day, counted from 1970-01-01.
CREATE FUNCTION kycvs.first_id(day integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT rpad(lpad(to_hex(day), 4, '0'), 32, '0')::uuid $$;

-- Makes the partition of a day, when the first entry of that day has found none. It runs as the owner, since a host owns no
-- table. ATTACH lets others write meanwhile, which CREATE … PARTITION OF does not.
CREATE FUNCTION kycvs.open_day(day integer) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET client_min_messages = warning AS $$
DECLARE
    name text := 'entry_' || to_char(date '1970-01-01' + day, 'YYYYMMDD');
BEGIN
    IF day NOT BETWEEN 0 AND 65534 THEN
        RAISE numeric_value_out_of_range;
    END IF;
    PERFORM pg_advisory_xact_lock(x'6b796376732d64'::bigint); -- "kycvs-d" in ASCII
    IF to_regclass('kycvs.' || name) IS NULL THEN
        EXECUTE format('CREATE TABLE kycvs.%I (LIKE kycvs.entry INCLUDING ALL)', name);
        EXECUTE format('ALTER TABLE kycvs.entry ATTACH PARTITION kycvs.%I FOR VALUES FROM (%L) TO (%L)',
            name, kycvs.first_id(day), kycvs.first_id(day + 1));
    END IF;
END $$;

-- What waits to be published. A row lives for some minutes.
CREATE TABLE kycvs.posting (
    topic smallint NOT NULL,
    id uuid NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (topic, id)
) WITH (autovacuum_vacuum_scale_factor = 0.02);

-- What is published.
CREATE TABLE kycvs.page (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0),
    body bytea NOT NULL
);
ALTER TABLE kycvs.page ALTER COLUMN body SET STORAGE EXTERNAL; -- what is signed does not compress

-- For how many days nobody but the owner can forget an entry: the owner may set another number.
ALTER TABLE kycvs.layout ADD COLUMN ledger_days integer NOT NULL DEFAULT 373 CHECK (ledger_days > 0);

-- Forgets the days before one. Only who is granted it may run it: it drops tables of the owner. Who is granted it, and is not the
-- owner, forgets no day that is to be kept, by this server's clock.
CREATE FUNCTION kycvs.forget_before(day integer) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    past regclass;
    first_kept integer := current_date - date '1970-01-01' - (SELECT ledger_days FROM kycvs.layout);
BEGIN
    IF session_user <> current_user AND day > first_kept THEN
        RAISE insufficient_privilege USING MESSAGE = 'these days of the ledger are to be kept';
    END IF;
    FOR past IN
        SELECT child.oid FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
        WHERE inhparent = 'kycvs.entry'::regclass AND child.relname ~ '^entry_\d{8}$'
            AND to_date(right(child.relname, 8), 'YYYYMMDD') < date '1970-01-01' + day
    LOOP
        EXECUTE format('DROP TABLE %s', past);
    END LOOP;
    DELETE FROM kycvs.page WHERE id < kycvs.first_id(day);
END $$;
REVOKE EXECUTE ON FUNCTION kycvs.forget_before FROM PUBLIC;

-- Whether a host may forget what is of a person who asks for it, before its day: where the law has no floor, the owner sets it.
ALTER TABLE kycvs.layout ADD COLUMN erases_at_once boolean NOT NULL DEFAULT false;

-- Forgets the entries of some ids. One without a body stays in their place until the day is over. It is planned for its ids, so that it
-- locks the partitions of their days.
CREATE FUNCTION kycvs.forget(ids uuid[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF session_user <> current_user AND NOT (SELECT erases_at_once FROM kycvs.layout) THEN
        RAISE insufficient_privilege USING MESSAGE = 'entries of the ledger are to be kept until their day';
    END IF;
    DELETE FROM kycvs.entry WHERE id = ANY (ids) AND seq > 0;
    UPDATE kycvs.entry SET body = '' WHERE id = ANY (ids);
END $$;
REVOKE EXECUTE ON FUNCTION kycvs.forget FROM PUBLIC;
