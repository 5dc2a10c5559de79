-- The ledger: entries of consents, split like the households, since it grows by every answer and is never made smaller.
-- A role that is granted SELECT and INSERT on it, and nothing else, is all that a host needs.

CREATE TABLE kycvs.consent (
    id uuid NOT NULL,
    seq integer NOT NULL CHECK (seq >= 0),
    entry bytea NOT NULL,
    PRIMARY KEY (id, seq)
) PARTITION BY RANGE (id);

SELECT kycvs.split('consent', 'fillfactor = 100');
