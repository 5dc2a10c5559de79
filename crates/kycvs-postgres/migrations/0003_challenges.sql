-- OTP requests: written a few times, and forgotten after a day.

CREATE TABLE kycvs.challenge (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0),
    -- Microseconds since 1970. It stays while codes are entered, so that an attempt needs no new entry in any index.
    purge_at bigint NOT NULL,
    body bytea NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

ALTER TABLE kycvs.challenge ALTER COLUMN body SET STORAGE EXTERNAL;
-- A purge that finds nothing reads the first page of it, each minute on each host.
CREATE INDEX challenge_purge ON kycvs.challenge (purge_at);
