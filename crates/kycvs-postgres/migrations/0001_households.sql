-- Sealed households. A key is a keyed hash already, so equal ranges of keys are equal shares of the people, and a host knows
-- the partition of a key from its first bits: a lookup goes straight to it. PARTITION BY HASH would spread no better, and
-- make every lookup lock all partitions first.

CREATE TABLE kycvs.layout (partitions integer NOT NULL CHECK (partitions BETWEEN 1 AND 1024));
INSERT INTO kycvs.layout VALUES (current_setting('kycvs.partitions')::integer);

-- What a database says of itself, such as whose it is.
CREATE TABLE kycvs.meta (name text NOT NULL PRIMARY KEY, value bytea NOT NULL);

-- Splits a table into partitions NAME_0000, NAME_0001 …, by equal ranges of the key.
CREATE FUNCTION kycvs.split(name text, options text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    partitions integer := (SELECT l.partitions FROM kycvs.layout l);
    number integer;
    first_key text;
    end_key text;
BEGIN
    FOR number IN 0 .. partitions - 1 LOOP
        first_key := quote_literal(rpad(lpad(to_hex(number * (65536 / partitions)), 4, '0'), 32, '0'));
        end_key := quote_literal(rpad(lpad(to_hex((number + 1) * (65536 / partitions)), 4, '0'), 32, '0'));
        IF number = partitions - 1 THEN
            end_key := 'MAXVALUE';
        END IF;
        EXECUTE format(
            'CREATE TABLE kycvs.%I PARTITION OF kycvs.%I FOR VALUES FROM (%s) TO (%s) WITH (%s)',
            name || '_' || lpad(number::text, 4, '0'), name, first_key, end_key, options);
    END LOOP;
END $$;

CREATE TABLE kycvs.household (
    key uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0),
    body bytea NOT NULL
) PARTITION BY RANGE (key);

-- What is sealed does not compress. It is set before the split, so that each partition takes it over.
ALTER TABLE kycvs.household ALTER COLUMN body SET STORAGE EXTERNAL;
-- Room on a page for a household that grows by a dose, which then needs no new entry in the index.
SELECT kycvs.split('household', 'fillfactor = 90');

-- Replaces and adds households, all or none; false when one is not at its version. Both lists are in the order of keys, and
-- rows are locked in that order, so that no two calls wait for each other. A row that another writer adds meanwhile fails
-- the call as a duplicate, which undoes it.
CREATE FUNCTION kycvs.write_households(
    old_keys uuid[], old_versions bigint[], old_bodies bytea[], new_keys uuid[], new_bodies bytea[]
) RETURNS boolean LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    done bigint;
BEGIN
    IF cardinality(old_keys) > 0 THEN
        SELECT count(*) INTO done FROM (
            SELECT FROM unnest(old_keys, old_versions) AS o (key, version)
            JOIN kycvs.household h ON h.key = o.key AND h.version = o.version
            ORDER BY h.key FOR UPDATE OF h
        ) AS locked;
        IF done < cardinality(old_keys) THEN
            RETURN false;
        END IF;
        UPDATE kycvs.household h SET version = o.version + 1, body = o.body
        FROM unnest(old_keys, old_versions, old_bodies) AS o (key, version, body)
        WHERE h.key = o.key;
    END IF;
    IF cardinality(new_keys) > 0 THEN
        INSERT INTO kycvs.household (key, version, body)
        SELECT n.key, 1, n.body FROM unnest(new_keys, new_bodies) AS n (key, body) ORDER BY n.key
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS done = ROW_COUNT;
        IF done < cardinality(new_keys) THEN
            IF done = 0 AND cardinality(old_keys) = 0 THEN
                RETURN false;
            END IF;
            RAISE unique_violation USING MESSAGE = 'another writer was first';
        END IF;
    END IF;
    RETURN true;
END $$;
