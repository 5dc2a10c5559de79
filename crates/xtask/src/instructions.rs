use std::collections::BTreeMap;
use std::fs;

use crate::command::{cargo, program};

const PROGRAM: &str = "target/release/kycvs-instructions";
const BASELINE: &str = "crates/kycvs-instructions/baseline.tsv";

/// By how many per cent a path may be slower than it was kept.
const BOUND: f64 = 3.0;

/// How often a path runs in two counts, whose difference has no start and no set-up in it. Comparisons of a secret run more often, so
/// that what differs between two starts, a thousand instructions or two, is a tenth of one in a round.
const TIMES: [u64; 2] = [20, 220];
const TIMES_OF_SECRETS: [u64; 2] = [20, 20_020];

/// By how many instructions comparisons of one secret may differ: by none, as far as it can be counted.
const ALIKE: f64 = 0.5;

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
    let (mut lines, mut slower, mut alike) = (String::new(), Vec::new(), BTreeMap::<&str, Vec<f64>>::new());
    for (path, kind) in listed.lines().filter_map(|line| line.split_once('\t')) {
        if let Some(secret) = kind.strip_prefix("alike ") {
            let now = instructions(path, TIMES_OF_SECRETS)?;
            eprintln!("{path:36} {now:>9.1}");
            alike.entry(secret).or_default().push(now);
            continue;
        }
        let now = instructions(path, TIMES)?.round();
        let change = kept.get(path).map(|kept| (now / kept - 1.0) * 100.0);
        let told = change.map_or_else(|| "new".to_owned(), |change| format!("{change:+.1} %"));
        eprintln!("{path:36} {now:>9} {told:>8} {kind}");
        lines.push_str(&format!("{path}\t{now}\n"));
        if kind == "bounded" && change.is_none_or(|change| change > BOUND) {
            slower.push(path);
        }
    }
    let spread =
        |counts: &[f64]| counts.iter().copied().fold(0.0, f64::max) - counts.iter().copied().fold(f64::MAX, f64::min);
    if let Some((secret, counts)) = alike.iter().find(|(_, counts)| spread(counts) > ALIKE) {
        return Err(format!("the comparison of a {secret} says where it is wrong, in {counts:?} instructions"));
    }
    if keep {
        return fs::write(BASELINE, lines).map_err(|error| format!("{BASELINE}: {error}"));
    }
    if slower.is_empty() { Ok(()) } else { Err(format!("more than {BOUND} % over {BASELINE}: {}", slower.join("; "))) }
}

/// What one round of a path takes.
fn instructions(path: &str, times: [u64; 2]) -> Result<f64, String> {
    let [few, many] = [count(path, times[0])?, count(path, times[1])?];
    Ok((many - few) / (times[1] - times[0]) as f64)
}

/// All that the program takes for so many rounds, as callgrind says it at its end.
fn count(path: &str, times: u64) -> Result<f64, String> {
    let valgrind = "valgrind --tool=callgrind --callgrind-out-file=/dev/null";
    let told = program(&format!("{valgrind} {PROGRAM}")).argument(path).argument(&times.to_string()).errors()?;
    let counted = told.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    counted.ok_or_else(|| format!("callgrind counted nothing for {path}: {told}"))
}

fn baseline() -> BTreeMap<String, f64> {
    let kept = fs::read_to_string(BASELINE).unwrap_or_default();
    let line = |line: &str| {
        let (path, count) = line.split_once('\t')?;
        Some((path.to_owned(), count.parse().ok()?))
    };
    kept.lines().filter_map(line).collect()
}
