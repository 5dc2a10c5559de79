//! Every figure that the project has set itself, in one run: the table and the plot of `docs/benchmarks.md`.
//!
//! It takes twenty minutes, 7 GB of memory and 8 GB of disk; `KYCVS_BENCH_PEOPLE=1000000` makes it a tenth.
#![allow(clippy::print_stdout)] // the table is what it is for
#![allow(clippy::unwrap_used)] // a benchmark that cannot go on ends by panicking

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use kycvs::token::Algorithm;
use kycvs_benches::contest::{Quartiles, Times, contest};
use kycvs_benches::footprint;
use kycvs_benches::host::{ConfirmRows, Host};
use kycvs_benches::lookup::{ANSWER, GET, HMAC, KYCVS, Lookup, OPEN, RAW, RIVAL};
use kycvs_benches::plot::{Line, svg};
use kycvs_benches::scale::Scale;
use kycvs_benches::table::{figure, heading, ratio};
use kycvs_benches::token::{ISSUE, SIGN, Tokens, VERIFY, VERIFY_SIGNATURE};
use kycvs_redb::RedbStore;

fn main() {
    if footprint::was_such_a_process() {
        return;
    }
    let scale = Scale::of_this_run();
    heading();
    footprints(&scale);
    tokens(&scale);
    confirms(&scale);
    groups(&scale);
    let memory = lookups(&scale, "in memory", Targets { parts: "≤ 1.4", answer: "≤ 1.10" }, |people, _| {
        Lookup::in_memory(people, &scale)
    });
    let redb = lookups(&scale, "in redb", Targets { parts: "≤ 1.3", answer: "≤ 1.25" }, |people, folder| {
        Lookup::in_redb(folder, people, &scale)
    });
    plot(&scale, &memory, &redb);
}

fn footprints(scale: &Scale) {
    let people = scale.people as f64;
    figure("memory, B/person", "≤ 130", footprint::in_memory(scale.people) / people);
    for size in [scale.people / 10, scale.people] {
        let import = footprint::imported(size);
        figure(&format!("import of {size} people on one core, rows/s"), "≥ 200,000", import.rows / import.seconds);
        figure("… its memory at most, MiB", "bounded", import.peak_bytes / f64::from(1 << 20));
        figure("redb file, B/person", "", import.file_bytes / size as f64);
        figure("… compacted", "≤ 130", import.compacted_bytes / size as f64);
    }
}

fn tokens(scale: &Scale) {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let (name, tokens) = (algorithm.name(), Tokens::new(algorithm));
        let times = contest(tokens.ways(), scale.pick(1000, 2), scale.pick(20, 1));
        ratio(&format!("{name}: issue / ring's sign"), "≤ 1.05", times.ratio(&[ISSUE], &[SIGN]));
        ratio(
            &format!("{name}: verify and decode / ring's verify"),
            "≤ 1.03",
            times.ratio(&[VERIFY], &[VERIFY_SIGNATURE]),
        );
    }
}

/// Confirms of 64 people at once, and the same rows in a commit for each, in turns.
fn confirms(scale: &Scale) {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(RedbStore::open(folder.path().join("kycvs.redb")).unwrap());
    let host = Arc::new(Host::over(store.clone()));
    let rows = ConfirmRows::of(&host, &*store);
    let rate = |count: usize, took: Duration| count as f64 / took.as_secs_f64();
    let (many, few) = scale.pick((4_000, 500), (64, 2));
    let mut rounds: Vec<(f64, f64)> = (0..scale.pick(15, 1))
        .map(|round| {
            let raw = rows.one_commit_each(&folder.path().join(format!("{round}.redb")), few as u64);
            (rate(many, host.confirm_many(many, 64)), rate(few, raw))
        })
        .collect();
    rounds.sort_by(|one, other| (one.0 / one.1).total_cmp(&(other.0 / other.1)));
    let at = |quarter: usize| rounds[(rounds.len() - 1) * quarter / 4];
    let [low, median, high] = [1, 2, 3].map(|quarter| at(quarter).0 / at(quarter).1);
    ratio("durable confirms, 64 at once / one commit each", "≥ 8", Quartiles { low, median, high });
    let (confirms, commits) = at(2);
    println!("… confirms a second: {confirms:.0}; commits a second: {commits:.0} | | |");
}

/// A confirm of six people on one phone against one of a single person, in turns.
fn groups(scale: &Scale) {
    let folder = tempfile::tempdir().unwrap();
    let host = Host::over(Arc::new(RedbStore::open(folder.path().join("kycvs.redb")).unwrap()));
    let rounds = (0..scale.pick(15, 1)).map(|_| {
        let [one, six] = host.confirm_in_turns(scale.pick(50, 1));
        six.as_secs_f64() / one.as_secs_f64()
    });
    ratio("confirm of six people on one phone / of one, redb", "≤ 1.5", Quartiles::of(rounds));
}

struct Targets {
    parts: &'static str,
    answer: &'static str,
}

/// The lookups at all sizes, and what is compared at the largest.
fn lookups(scale: &Scale, place: &str, targets: Targets, fill: impl Fn(u64, &Path) -> Lookup) -> Vec<(u64, Times)> {
    let tokens = Tokens::new(Algorithm::Es256);
    let mut all = Vec::new();
    for people in scale.sizes() {
        let folder = tempfile::tempdir().unwrap();
        let lookup = fill(people, folder.path());
        // Apart from one another, since two raw gets in a round would keep their store warmer than ours.
        let contest_of = |names: &[&str]| {
            let ways = lookup.ways().into_iter().filter(|(name, _)| names.contains(name)).collect();
            contest(ways, scale.pick(1000, 2), scale.pick(1000, 10))
        };
        let (times, parts) = (contest_of(&[KYCVS, RAW, RIVAL]), contest_of(&[KYCVS, HMAC, GET, OPEN]));
        let answer = contest(lookup.answer(&tokens), scale.pick(500, 2), scale.pick(100, 10));
        let in_nanoseconds = |times: &Times, way| format!("{way} {:.0}", cost(times, way));
        let each = [KYCVS, RAW, RIVAL].map(|way| in_nanoseconds(&times, way));
        let alone = [KYCVS, HMAC, GET, OPEN].map(|way| in_nanoseconds(&parts, way));
        println!("{people} people {place}, ns: {}; {} | | |", each.join(", "), alone.join(", "));
        ratio("… lookup / its raw parts in a row", targets.parts, times.ratio(&[KYCVS], &[RAW]));
        ratio("… lookup / its raw parts, each in its own loop", "", parts.ratio(&[KYCVS], &[HMAC, GET, OPEN]));
        ratio("… lookup / rival", "< 1", times.ratio(&[KYCVS], &[RIVAL]));
        ratio("… whole answer / ring's sign", targets.answer, answer.ratio(&[ANSWER], &[SIGN]));
        all.push((people, times));
    }
    let growth = |way| cost(&all[all.len() - 1].1, way) / cost(&all[1.min(all.len() - 1)].1, way);
    figure(&format!("growth of a lookup {place} from 100,000 people on, times"), "≤ the raw store's", growth(KYCVS));
    figure("… of its raw parts in a row", "", growth(RAW));
    all
}

fn cost(times: &Times, way: &str) -> f64 {
    times.nanoseconds(&[way]).median
}

fn plot(scale: &Scale, memory: &[(u64, Times)], redb: &[(u64, Times)]) {
    let line = |name, colour, dashed, all: &[(u64, Times)], way| Line {
        name,
        colour,
        dashed,
        points: all.iter().map(|(people, times)| (*people as f64, cost(times, way))).collect(),
    };
    let lines = [
        line("SQLite", "#c9772b", false, redb, RIVAL),
        line("KYC-VS in redb", "#3b82d6", false, redb, KYCVS),
        line("raw parts, redb", "#3b82d6", true, redb, RAW),
        line("HashMap by mobile, name", "#b84a9c", false, memory, RIVAL),
        line("KYC-VS in memory", "#2f9e63", false, memory, KYCVS),
        line("raw parts, memory", "#2f9e63", true, memory, RAW),
    ];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("target").join("lookup.svg");
    let plot = svg("Time of one lookup, from mobile and name to the status", &lines);
    if !scale.is_test {
        fs::write(&path, plot).unwrap();
    }
    println!("\n{} people at most; plot: {}", scale.people, path.display());
}
