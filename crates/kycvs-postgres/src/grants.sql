-- What a host needs to serve, and no more: it reads people and changes none, adds to the ledger, and forgets of it nothing that is to
-- be kept. An import writes people, and is the owner's.
GRANT USAGE ON SCHEMA kycvs TO kycvs_host;
GRANT SELECT ON kycvs.migration, kycvs.layout, kycvs.meta, kycvs.household TO kycvs_host;
GRANT SELECT, INSERT ON kycvs.entry TO kycvs_host;
GRANT SELECT, INSERT, UPDATE, DELETE ON kycvs.challenge, kycvs.use_log, kycvs.posting, kycvs.page TO kycvs_host;
GRANT EXECUTE ON FUNCTION kycvs.forget_before, kycvs.forget TO kycvs_host;
DO $grant$ DECLARE part regclass; BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits
        WHERE inhparent = 'kycvs.household'::regclass LOOP
        EXECUTE format('GRANT SELECT ON %s TO %I', part, 'kycvs_host');
    END LOOP;
END $grant$;
