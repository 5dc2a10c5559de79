-- A database, its owner, who migrates and imports, and the role of the servers. With `host_role` in the owner's configuration,
-- `kycvs migrate` grants that role what it needs: it can neither change nor delete an entry of the ledger.
--
--     psql -v owner_password=… -v host_password=… -f roles.sql
CREATE ROLE kycvs_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE kycvs_host LOGIN PASSWORD :'host_password';
CREATE DATABASE kycvs OWNER kycvs_owner;
REVOKE ALL ON DATABASE kycvs FROM PUBLIC;
GRANT CONNECT ON DATABASE kycvs TO kycvs_host;
