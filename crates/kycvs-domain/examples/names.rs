//! False accepts and false rejects over the labelled pairs of names, as a Markdown table: `cargo xtask names`.
#![allow(clippy::print_stdout, reason = "a table on the terminal is what it is for")]

use std::collections::BTreeMap;
use std::process::ExitCode;

use kycvs_domain::NameComparison;

const PAIRS: &str = include_str!("../tests/data/name_pairs.tsv");

/// What came of the pairs of one kind.
#[derive(Clone, Copy, Default)]
struct Count {
    one_person: u32,
    two_people: u32,
    false_accepts: u32,
    false_rejects: u32,
    birth_year_needed: u32,
}

fn main() -> ExitCode {
    let mut kinds: BTreeMap<&str, Count> = BTreeMap::new();
    let mut all = Count::default();
    for line in PAIRS.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let [asked, recorded, person, _, kind, _] = line.split('\t').collect::<Vec<_>>()[..] else {
            println!("six columns: {line}");
            return ExitCode::FAILURE;
        };
        let (is_same, found) = (person == "same", NameComparison::of(asked, recorded));
        for count in [kinds.entry(kind).or_default(), &mut all] {
            count.one_person += u32::from(is_same);
            count.two_people += u32::from(!is_same);
            count.false_accepts += u32::from(!is_same && found.is_match);
            count.false_rejects += u32::from(is_same && !found.is_match);
            count.birth_year_needed += u32::from(found.how == "birth-year-needed");
        }
    }
    println!(
        "| kind | pairs of one person | pairs of two people | false accepts | false rejects | year of birth asked |"
    );
    println!("|---|---|---|---|---|---|");
    for (kind, count) in kinds.into_iter().chain([("**all**", all)]) {
        let Count { one_person, two_people, false_accepts, false_rejects, birth_year_needed } = count;
        println!("| {kind} | {one_person} | {two_people} | {false_accepts} | {false_rejects} | {birth_year_needed} |");
    }
    if all.false_accepts == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
