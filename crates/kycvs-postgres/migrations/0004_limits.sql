-- When each key was used: a sliding log, one entry for each second in which there were uses.
-- It is logged like everything else: an unlogged table is empty after a crash, and every locked number would be free.

CREATE TABLE kycvs.use_log (
    key uuid NOT NULL PRIMARY KEY,
    -- Ascending seconds since 1970, and the uses in one.
    seconds bigint[] NOT NULL,
    counts bigint[] NOT NULL,
    -- The second from which on nothing of it counts.
    stale_at bigint NOT NULL,
    stale_hour bigint GENERATED ALWAYS AS (stale_at / 3600) STORED,
    CHECK (cardinality(seconds) = cardinality(counts))
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX use_log_stale ON kycvs.use_log (stale_hour);

-- The first of some uses that has no room, by its place from 1 on, and the second from which on it has; no row when all have
-- room. Limit number i holds for the use at place limit_of[i]: at most maxima[i] in any windows[i] seconds. A use further
-- ahead than the window is long was counted by a clock that was wrong, and does not count.
CREATE FUNCTION kycvs.without_room(
    now bigint, keys uuid[], limit_of bigint[], maxima bigint[], windows bigint[]
) RETURNS TABLE (which bigint, retry_at bigint) LANGUAGE sql STABLE AS $$
    SELECT use.place, max(full_at.second + held.per)
    FROM (
        SELECT k.key, k.place, row_number() OVER (PARTITION BY k.key ORDER BY k.place) - 1 AS earlier
        FROM unnest(keys) WITH ORDINALITY AS k (key, place)
    ) AS use
    JOIN unnest(limit_of, maxima, windows) AS held (place, most, per) ON held.place = use.place
    CROSS JOIN LATERAL (
        SELECT newer.second FROM (
            SELECT near.second, sum(near.count) OVER (ORDER BY near.second DESC) AS used
            FROM (
                SELECT entry.second, entry.count
                FROM kycvs.use_log log CROSS JOIN unnest(log.seconds, log.counts) AS entry (second, count)
                WHERE log.key = use.key
                UNION ALL
                SELECT now, use.earlier WHERE use.earlier > 0
            ) AS near
            WHERE near.second > now - held.per AND near.second <= now + held.per
        ) AS newer
        WHERE newer.used >= held.most ORDER BY newer.second DESC LIMIT 1
    ) AS full_at
    GROUP BY use.place ORDER BY use.place LIMIT 1
$$;

-- Counts all uses, or none when one has no room: then it answers as without_room does.
CREATE FUNCTION kycvs.take(
    now bigint, keys uuid[], limit_of bigint[], maxima bigint[], windows bigint[]
) RETURNS TABLE (which bigint, retry_at bigint) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    -- A refusal locks no row, so that a flood of refused calls holds nobody up.
    RETURN QUERY SELECT room.which, room.retry_at
        FROM kycvs.without_room(take.now, take.keys, take.limit_of, take.maxima, take.windows) AS room;
    IF FOUND THEN
        RETURN;
    END IF;

    -- Locks every key, also one that is not there yet, in the order of keys: no two calls wait for each other.
    INSERT INTO kycvs.use_log AS log (key, seconds, counts, stale_at)
    SELECT DISTINCT k.key, '{}'::bigint[], '{}'::bigint[], take.now FROM unnest(keys) AS k (key) ORDER BY k.key
    ON CONFLICT (key) DO UPDATE SET stale_at = log.stale_at WHERE false;

    RETURN QUERY SELECT room.which, room.retry_at
        FROM kycvs.without_room(take.now, take.keys, take.limit_of, take.maxima, take.windows) AS room;
    IF FOUND THEN
        DELETE FROM kycvs.use_log log WHERE log.key = ANY (take.keys) AND log.seconds = '{}';
        RETURN;
    END IF;

    UPDATE kycvs.use_log log SET
        seconds = counted.seconds,
        counts = counted.counts,
        -- What a wrong clock counted is dropped, and its time with it.
        stale_at = greatest(counted.newest + counted.longest, CASE
            WHEN log.seconds[cardinality(log.seconds)] > take.now + counted.longest THEN take.now
            ELSE log.stale_at
        END)
    FROM (
        SELECT used.key, used.longest, max(entry.second) AS newest,
            array_agg(entry.second ORDER BY entry.second) AS seconds,
            array_agg(entry.count ORDER BY entry.second) AS counts
        FROM (
            SELECT k.key, count(DISTINCT k.place) AS uses, coalesce(max(held.per), 0) AS longest
            FROM unnest(take.keys) WITH ORDINALITY AS k (key, place)
            LEFT JOIN unnest(take.limit_of, take.windows) AS held (place, per) ON held.place = k.place
            GROUP BY k.key
        ) AS used
        CROSS JOIN LATERAL (
            -- Of more than 1024 entries, those of each step become one at the last of their seconds: UseLog::merge.
            SELECT max(one.second) AS second, sum(one.count)::bigint AS count
            FROM (
                SELECT kept.second, sum(kept.count) AS count, count(*) OVER () AS entries
                FROM (
                    SELECT e.second, e.count
                    FROM kycvs.use_log old CROSS JOIN unnest(old.seconds, old.counts) AS e (second, count)
                    WHERE old.key = used.key
                        AND e.second > take.now - used.longest AND e.second <= take.now + used.longest
                    UNION ALL
                    SELECT take.now, used.uses
                ) AS kept
                GROUP BY kept.second
            ) AS one
            GROUP BY CASE WHEN one.entries > 1024 THEN one.second / (used.longest / 512 + 1) ELSE one.second END
        ) AS entry
        GROUP BY used.key, used.longest
    ) AS counted
    WHERE log.key = counted.key;
END $$;
