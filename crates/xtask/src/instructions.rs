use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::command::{cargo, program};

const PROGRAM: &str = "target/release/kycvs-instructions";
const BASELINE: &str = "crates/kycvs-instructions/baseline.tsv";

/// By how many per cent a path may be slower than it was kept.
const BOUND: f64 = 3.0;

/// How often a path runs in two counts, whose difference has no start and no set-up in it.
const TIMES: [u64; 2] = [200, 1_200];

/// Counts the instructions of the hot paths, and holds them to those that were kept, and comparisons of a secret to each other; with
/// `--keep` it keeps these.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let keep = match arguments {
        [] => false,
        ["--keep"] => true,
        _ => return Err("`instructions` takes --keep or nothing".to_owned()),
    };
    if !program("valgrind --version").succeeds() {
        return Err("valgrind is missing: apt-get install valgrind".to_owned());
    }
    cargo("build --quiet --release --package kycvs-instructions").run()?;
    let listed = String::from_utf8_lossy(&program(PROGRAM).output()?).into_owned();
    let kept = baseline();
    let (mut lines, mut slower, mut alike) = (String::new(), Vec::new(), BTreeMap::<&str, BTreeSet<u64>>::new());
    for (path, kind) in listed.lines().filter_map(|line| line.split_once('\t')) {
        let now = instructions(path)?;
        let change = kept.get(path).map(|kept| (now as f64 / *kept as f64 - 1.0) * 100.0);
        let told = change.map_or_else(|| "new".to_owned(), |change| format!("{change:+.1} %"));
        eprintln!("{path:30} {now:>9} {told:>8} {kind}");
        if let Some(secret) = kind.strip_prefix("alike ") {
            alike.entry(secret).or_default().insert(now);
            continue;
        }
        lines.push_str(&format!("{path}\t{now}\n"));
        if kind == "bounded" && change.is_none_or(|change| change > BOUND) {
            slower.push(path);
        }
    }
    if let Some((secret, counts)) = alike.iter().find(|(_, counts)| counts.len() > 1) {
        return Err(format!("the comparison of a {secret} says where it is wrong, in {counts:?} instructions"));
    }
    if keep {
        return fs::write(BASELINE, lines).map_err(|error| format!("{BASELINE}: {error}"));
    }
    if slower.is_empty() { Ok(()) } else { Err(format!("more than {BOUND} % over {BASELINE}: {}", slower.join("; "))) }
}

/// What one round of a path takes.
fn instructions(path: &str) -> Result<u64, String> {
    let [few, many] = [count(path, TIMES[0])?, count(path, TIMES[1])?];
    let rounds = TIMES[1] - TIMES[0];
    Ok((many.saturating_sub(few) + rounds / 2) / rounds)
}

/// All that the program takes for so many rounds, as callgrind says it at its end.
fn count(path: &str, times: u64) -> Result<u64, String> {
    let valgrind = "valgrind --tool=callgrind --callgrind-out-file=/dev/null";
    let told = program(&format!("{valgrind} {PROGRAM}")).argument(path).argument(&times.to_string()).errors()?;
    let counted = told.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    counted.ok_or_else(|| format!("callgrind counted nothing for {path}: {told}"))
}

fn baseline() -> BTreeMap<String, u64> {
    let kept = fs::read_to_string(BASELINE).unwrap_or_default();
    let line = |line: &str| {
        let (path, count) = line.split_once('\t')?;
        Some((path.to_owned(), count.parse().ok()?))
    };
    kept.lines().filter_map(line).collect()
}
