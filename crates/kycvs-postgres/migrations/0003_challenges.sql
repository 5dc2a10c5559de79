-- OTP requests: written a few times, and forgotten after a day.

CREATE TABLE kycvs.challenge (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL CHECK (version > 0),
    -- Microseconds since 1970.
    purge_at bigint NOT NULL,
    -- What the purge looks for. It changes once an hour at most, so that an attempt needs no new entry in any index.
    purge_hour bigint GENERATED ALWAYS AS (purge_at / 3600000000) STORED,
    body bytea NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

ALTER TABLE kycvs.challenge ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX challenge_purge ON kycvs.challenge (purge_hour);
