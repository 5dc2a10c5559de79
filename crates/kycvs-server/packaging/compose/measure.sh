#!/usr/bin/env bash
# What a booking costs KYC-VS, PostgreSQL and Redis: the figures of docs/deployment.md. From the repository's folder, with both
# running:
#
#     bash crates/kycvs-server/packaging/compose/measure.sh CONFIG
#
# CONFIG is a copy of kycvs.toml beside this file that names a folder for keys and the gateway at 127.0.0.1:8000, and has
# [messages] per_entity = 1000000. Divide the difference between two of the readings that it prints by the rows in between.
set -euo pipefail
config=$1
compose=$(dirname "$0")
export KYCVS_POSTGRES=${KYCVS_POSTGRES:-postgres://postgres@127.0.0.1/kycvs?sslmode=disable} KYCVS_REDIS=${KYCVS_REDIS:-redis://127.0.0.1}
KYCVS_API_KEY=$(openssl rand -hex 32)
KYCVS_API_KEY_SHA256=$(printf %s "$KYCVS_API_KEY" | sha256sum | cut -d ' ' -f 1)
export KYCVS_API_KEY KYCVS_API_KEY_SHA256
trap 'kill $(jobs -p) 2> /dev/null || true' EXIT

# For a large ledger, add before the second reading, from entries that are real, on their day:
#
#     INSERT INTO kycvs.entry SELECT overlay(gen_random_uuid()::text PLACING left(id::text, 4) FROM 1 FOR 4)::uuid, 0, body
#         FROM kycvs.entry, generate_series(1, 99) WHERE seq = 0;
#     CHECKPOINT;
reading() {
    echo "== $1"
    psql "$KYCVS_POSTGRES" <<'END'
SELECT root, sum(pg_total_relation_size(relid)) AS bytes, sum(pg_indexes_size(relid)) AS of_them_indexes
    FROM unnest(ARRAY['kycvs.household', 'kycvs.entry']) AS root, pg_partition_tree(root::regclass) WHERE isleaf GROUP BY root;
SELECT pg_current_wal_lsn() - '0/0' AS wal_bytes, (SELECT wal_fpi FROM pg_stat_wal) AS whole_pages;
SELECT xact_commit FROM pg_stat_database WHERE datname = current_database();
END
    redis-cli -u "$KYCVS_REDIS" info memory | grep used_memory:
    redis-cli -u "$KYCVS_REDIS" info commandstats | grep evalsha || true
    for server in $(jobs -p); do echo "$server: $(cut -d ' ' -f 14,15 "/proc/$server/stat") ticks of CPU"; done
}

cargo run --release --example import_registry -- people.csv --generate 1000000
kycvs migrate --config "$config"
reading 'no people'
kycvs import people.csv --config "$config"
reading 'a million people'
python3 "$compose/sms.py" 8000 > messages &
kycvs serve --config "$config" --listen 127.0.0.1:8081 &
kycvs serve --config "$config" --listen 127.0.0.1:8082 &
until curl -fs http://127.0.0.1:8081/readyz && curl -fs http://127.0.0.1:8082/readyz; do sleep 0.2; done > /dev/null
reading 'before the bookings'
python3 "$compose/book.py" 20000 people.csv messages 127.0.0.1:8081 127.0.0.1:8082
reading 'after 20,000 bookings'
redis-cli -u "$KYCVS_REDIS" --scan --pattern 'kycvs:*:c:*' | head -200 | xargs -n 1 redis-cli -u "$KYCVS_REDIS" memory usage
