//! What PostgreSQL and Redis cost under a host, held against the same work without us: the table of `docs/benchmarks.md`.
//!
//! It starts servers of its own. It takes five minutes and 4 GB of disk; `KYCVS_BENCH_PEOPLE=100000` makes it smaller.
#![allow(clippy::print_stdout)] // the table is what it is for
#![allow(clippy::unwrap_used)] // a benchmark that cannot go on ends by panicking

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use kycvs_benches::contest::{Quartiles, contest};
use kycvs_benches::host::{ConfirmRows, Host};
use kycvs_benches::lookup::KYCVS;
use kycvs_benches::people::sample;
use kycvs_benches::postgres::{BATCH, Database, Format, PostgresLookup, SELECT, SELECT_OF_ALL};
use kycvs_benches::redis_server::{EVALSHA, GET, LOAD, PUT_NEW, PUT_NEXT, RedisRequests};
use kycvs_benches::scale::Scale;
use kycvs_benches::table::{figure, heading, ratio};
use kycvs_memory::MemoryStore;
use kycvs_test_servers::Redis;
use tempfile::TempDir;

fn main() {
    let mut scale = Scale::of_this_run();
    scale.people = scale.people.min(1_000_000);
    heading();
    for (name, measure) in PARTS {
        if scale.includes(name) {
            measure(&scale);
        }
    }
}

/// A part of the table, and what makes it.
type Part = (&'static str, fn(&Scale));

/// What can be asked for by name, after `--`.
const PARTS: [Part; 4] =
    [("lookups", lookups), ("redis", requests_in_redis), ("confirms", confirms), ("imports", imports)];

/// What a confirm leaves behind: as large over servers as in memory.
fn confirm_rows() -> ConfirmRows {
    let store = Arc::new(MemoryStore::new());
    ConfirmRows::of(&Host::over(store.clone()), &*store)
}

/// A database into which a CSV of all people was imported, that CSV in a folder of its own, and how many rows it has.
fn imported(scale: &Scale) -> (Database, TempDir, PathBuf, u64) {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("registry.csv");
    let rows = sample(scale.people).write_csv(File::create(&csv).unwrap()).unwrap();
    let database = Database::start();
    database.import(&csv);
    (database, folder, csv, rows)
}

fn imports(scale: &Scale) {
    let (database, _folder, csv, csv_rows) = imported(scale);
    let households = database.households();
    let [text, binary] = [Format::Text, Format::Binary].map(|format| database.copy_out(format));

    let seconds = |work: &dyn Fn() -> f64| {
        database.empty();
        work()
    };
    let rounds: Vec<[f64; 5]> = (0..scale.pick(7, 1))
        .map(|_| {
            [
                seconds(&|| database.write(&households, false)),
                seconds(&|| database.copy_in(&text, Format::Text)),
                seconds(&|| database.write(&households, true)),
                seconds(&|| database.copy_in(&binary, Format::Binary)),
                seconds(&|| database.import(&csv)),
            ]
        })
        .collect();
    let over = |ours: usize, theirs: usize| Quartiles::of(rounds.iter().map(|round| round[theirs] / round[ours]));
    let median = |of: usize| Quartiles::of(rounds.iter().map(|round| round[of])).median;
    let households = households.len() as f64;
    ratio("new households by COPY / psql \\copy", "≥ 0.7", over(0, 1));
    ratio("… / psql \\copy in binary", "", over(0, 3));
    ratio("… having looked that they are new / psql \\copy", "", over(2, 1));
    ratio("whole import of CSV / psql \\copy of what it sealed", "", over(4, 1));
    for (what, of) in [("new households by COPY", 0), ("psql \\copy", 1), ("psql \\copy in binary", 3)] {
        figure(&format!("… {what}, rows/s"), "", households / median(of));
    }
    figure("… whole import, households/s", "", households / median(4));
    figure("… whole import, rows of CSV/s", "", csv_rows as f64 / median(4));
}

fn lookups(scale: &Scale) {
    let (database, ..) = imported(scale);
    database.settle();
    let people = scale.people;
    let lookup = PostgresLookup::one_by_one(&database, people, scale);
    let times = contest(lookup.ways(), scale.pick(400, 2), scale.pick(40, 5));
    ratio(&format!("status of one of {people} people / a prepared select"), "≤ 1.15", times.ratio(&[KYCVS], &[SELECT]));
    ratio("… / a prepared select from the whole table", "", times.ratio(&[KYCVS], &[SELECT_OF_ALL]));
    for way in [KYCVS, SELECT, SELECT_OF_ALL] {
        figure(&format!("… {way}, µs"), "", times.nanoseconds(&[way]).median / 1000.0);
    }
    drop(lookup);

    let lookup = PostgresLookup::pipelined(&database, people, scale);
    let times = contest(lookup.pipelines(), scale.pick(200, 1), 1);
    // Twice the rate is half the time.
    ratio("lookups a second, 64 in flight / prepared selects", "≥ 0.8", times.ratio(&[SELECT], &[KYCVS]));
    for way in [KYCVS, SELECT] {
        figure(&format!("… {way}, a second"), "", BATCH as f64 * 1e9 / times.nanoseconds(&[way]).median);
    }
}

fn requests_in_redis(scale: &Scale) {
    let requests = RedisRequests::with(confirm_rows().request);
    let times = contest(requests.ways(), scale.pick(400, 2), scale.pick(50, 5));
    ratio("Redis: load / GET", "≤ 1.2", times.ratio(&[LOAD], &[GET]));
    ratio("Redis: put of a next version / EVALSHA", "≤ 1.2", times.ratio(&[PUT_NEXT], &[EVALSHA]));
    ratio("Redis: put of a new request / EVALSHA", "≤ 1.2", times.ratio(&[PUT_NEW], &[EVALSHA]));
    for way in [LOAD, GET, PUT_NEXT, PUT_NEW, EVALSHA] {
        figure(&format!("… {way}, µs"), "", times.nanoseconds(&[way]).median / 1000.0);
    }
}

/// Confirms of one person and of six in turns; those of 64 people at once, and pgbench's inserts of their consents by 64 clients.
fn confirms(scale: &Scale) {
    const AT_ONCE: usize = 64;
    let rows = confirm_rows();
    let (database, redis) = (Database::start(), Redis::start());
    let host = Arc::new(Host::over_servers(&database.url(), &redis.url()));
    // First of all, since the confirms below ask about most numbers: a second answer of a day takes longer.
    let groups = (0..scale.pick(15, 1)).map(|_| {
        let [one, six] = host.confirm_in_turns(scale.pick(50, 1));
        six.as_secs_f64() / one.as_secs_f64()
    });
    ratio("confirm of six people on one phone / of one, PostgreSQL and Redis", "≤ 1.5", Quartiles::of(groups));
    let each = scale.pick(60, 2);
    let rounds: Vec<(f64, f64)> = (0..scale.pick(15, 1))
        .map(|_| {
            let confirms = AT_ONCE * each;
            let took = host.confirm_many(confirms, AT_ONCE);
            (confirms as f64 / took.as_secs_f64(), database.pgbench(&rows.consent, AT_ONCE, each))
        })
        .collect();
    let quartiles = |of: fn(&(f64, f64)) -> f64| Quartiles::of(rounds.iter().map(of));
    ratio("confirms over PostgreSQL and Redis, 64 at once / pgbench", "≥ 0.6", quartiles(|(ours, bare)| ours / bare));
    figure("… confirms a second", "", quartiles(|(ours, _)| *ours).median);
    figure("… pgbench's consents a second", "", quartiles(|(_, bare)| *bare).median);
}
