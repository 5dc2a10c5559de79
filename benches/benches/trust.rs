//! What withdrawal, history and the log cost, held against the same service without them: the table of `docs/benchmarks.md`.
//!
//! *Before* is the same service in the same run over a store that keeps the consent alone ([`Before`](kycvs_benches::before::Before)), without status lists and without
//! a log. It starts servers of its own.
#![allow(clippy::print_stdout)] // the table is what it is for
#![allow(clippy::unwrap_used)] // a benchmark that cannot go on ends by panicking

use std::hint::black_box;
use std::sync::Arc;

use chrono::TimeDelta;
use kycvs::store::Day;
use kycvs::token::{
    Algorithm, DEFAULT_LIST_AGE, SigningKey, StatusClaims, StatusList, StatusListClaims, StatusListToken, StatusLists,
    StatusReference, TokenIssuer, TokenVerifier, VaccinationStatus,
};
use kycvs::{ListName, ManualClock};
use kycvs_benches::contest::{Quartiles, contest, way};
use kycvs_benches::host::{Host, ISSUER};
use kycvs_benches::people::{at_once, one_thread};
use kycvs_benches::postgres::Database;
use kycvs_benches::process::{cpu_time, on_one_core, peak_bytes, reset_peak, resident_bytes};
use kycvs_benches::scale::Scale;
use kycvs_benches::table::{figure, heading, ratio};
use kycvs_benches::token::{claims, now};
use kycvs_memory::MemoryStore;
use kycvs_redb::RedbStore;
use kycvs_test_servers::Redis;

fn main() {
    let scale = Scale::of_this_run();
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
const PARTS: [Part; 5] = [
    ("token", token),
    ("verify", verify),
    ("keep", keep),
    ("redb", confirms_in_redb),
    ("servers", confirms_over_servers),
];

const AT_ONCE: usize = 64;
/// As many lists as a country has alive for tokens of a day, and how long each is.
const LISTS: u32 = 96;
const POSITIONS: u32 = 1 << 20;

/// What the longest position makes a token longer, and its QR code.
fn token(_: &Scale) {
    let issuer = issuer();
    let issue = |claims: &StatusClaims| at_once(issuer.issue(claims)).unwrap().token;
    let plain = claims(VaccinationStatus::FullyVaccinated);
    let status_list = Some(StatusReference { uri: uri(1), index: POSITIONS - 1 });
    let listed = issue(&StatusClaims { status_list, ..plain.clone() });
    let longer = listed.as_str().len() - issue(&plain).as_str().len();
    figure("token with its bit, bytes longer", "≤ 110", longer as f64);
    figure("… version of its QR code", "≤ 20", listed.qr().unwrap().version().into());
}

/// A gate that holds all lists looks into one of them.
fn verify(scale: &Scale) {
    let issuer = issuer();
    let verifier = TokenVerifier::new(ISSUER, issuer.published_keys(now()));
    let mut lists = StatusLists::new(DEFAULT_LIST_AGE).unwrap();
    for list in published(&issuer, scale.pick(LISTS, 3)) {
        lists.insert(&verifier, list.as_str(), now()).unwrap();
    }
    let status_list = Some(StatusReference { uri: uri(1), index: 3 });
    let claims = StatusClaims { status_list, ..claims(VaccinationStatus::FullyVaccinated) };
    let token = at_once(issuer.issue(&claims)).unwrap().token;
    let without = way("without", |_| verifier.verify(black_box(token.as_str()), &claims.audience, now()).unwrap());
    let with = way("with", |_| {
        let status = verifier.verify(black_box(token.as_str()), &claims.audience, now()).unwrap();
        black_box(lists.standing(status.claims(), now()))
    });
    let times = contest(vec![without, with], scale.pick(400, 2), scale.pick(50, 2));
    ratio("verify with 96 lists held / without", "≤ 1.05", times.ratio(&["with"], &["without"]));
}

/// One tick over a country's lists of which one bit in a hundred has risen.
fn keep(scale: &Scale) {
    let store = Arc::new(MemoryStore::new());
    let (issuer, clock) = (issuer(), Arc::new(ManualClock::at(now())));
    let host = Host::country(store, issuer.clone(), clock.clone());
    let lists =
        published(&issuer, scale.pick(LISTS, 3)).map(|list| list.into_string().into_bytes()).collect::<Vec<_>>();
    host.runtime.block_on(host.service.recover_status_lists(&lists)).unwrap();
    drop(lists);
    clock.advance(TimeDelta::seconds(300));
    let one = one_thread();
    let (took, published, more) = on_one_core(|| {
        let before = resident_bytes();
        reset_peak();
        let begun = cpu_time();
        let kept = one.block_on(host.service.keep()).unwrap();
        (cpu_time() - begun, kept.lists, peak_bytes().saturating_sub(before))
    });
    figure("lists that one keep published: 96 at 1 %, and those of fresh shards", "", published as f64);
    figure("keep of all of them, seconds of one core", "≤ 5", took.as_secs_f64());
    figure("… memory while it runs, MiB", "≤ 64", more as f64 / f64::from(1 << 20));
}

fn confirms_in_redb(scale: &Scale) {
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str| Arc::new(RedbStore::open(folder.path().join(name)).unwrap());
    let hosts = [Arc::new(Host::with_log(open("with"))), Arc::new(Host::before(open("before")))];
    let rates = rates(scale, &hosts);
    ratio("confirms in redb, 64 at once, with lines, lists and log / before", "≥ 0.85", rates);
}

/// In a ledger that is larger than the server's memory for it.
fn confirms_over_servers(scale: &Scale) {
    let rows = scale.pick(200_000, 100);
    let redis = [Redis::start(), Redis::start()];
    let databases = [Database::small(), Database::small()];
    databases.iter().for_each(|database| database.fill_ledger(rows));
    let [with, before] = [0, 1].map(|place| (databases[place].url(), redis[place].url()));
    let hosts = [
        Arc::new(Host::over_servers_with_log(&with.0, &with.1)),
        Arc::new(Host::over_servers_before(&before.0, &before.1)),
    ];
    let wal = || databases.each_ref().map(Database::wal_bytes);
    let begun = wal();
    let rates = rates(scale, &hosts);
    let written = wal();
    ratio("confirms over PostgreSQL and Redis, with lines, lists and log / before", "≥ 0.8", rates);
    figure("… ledger / memory that PostgreSQL has for it", "> 1", databases[0].ledger_share());
    figure("… WAL that they write / before", "", (written[0] - begun[0]) / (written[1] - begun[1]));
}

/// How many confirms the first host makes for each of the second, in turns.
fn rates(scale: &Scale, [with, before]: &[Arc<Host>; 2]) -> Quartiles {
    let confirms = AT_ONCE * scale.pick(30, 1);
    Quartiles::of((0..scale.pick(15, 1)).map(|round| {
        let seconds = |host: &Arc<Host>| host.confirm_many(confirms, AT_ONCE).as_secs_f64();
        // Who begins is cold.
        if round % 2 == 0 {
            let with = seconds(with);
            seconds(before) / with
        } else {
            let before = seconds(before);
            before / seconds(with)
        }
    }))
}

fn issuer() -> TokenIssuer {
    TokenIssuer::new(ISSUER, Arc::new(SigningKey::generate(Algorithm::Es256).unwrap())).unwrap()
}

fn uri(list: u32) -> String {
    let (days, shard) = (u16::try_from(list / 32).unwrap(), u16::try_from(list % 32).unwrap());
    ListName::new(Day::of(now()).before(days), shard).unwrap().uri(ISSUER)
}

/// Lists of three days, one bit in a hundred of each risen at random.
fn published(issuer: &TokenIssuer, count: u32) -> impl Iterator<Item = StatusListToken> {
    (0..count).map(|number| {
        let mut list = StatusList::new(POSITIONS).unwrap();
        let mut place = u64::from(number) + 1;
        for _ in 0..POSITIONS / 100 {
            place = place.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            list.raise(u32::try_from(place >> 44).unwrap()).unwrap();
        }
        let expires_at = now() + TimeDelta::hours(24);
        let claims = StatusListClaims { uri: uri(number), issued_at: now(), expires_at, time_to_live: None, list };
        at_once(issuer.issue_status_list(&claims)).unwrap()
    })
}
