//! How large a run is.

use std::env;

/// Sizes and lengths of a run.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Whether this only shows that everything runs: `cargo test --benches`.
    pub is_test: bool,
    /// The most people.
    pub people: u64,
}

/// How many people unless `KYCVS_BENCH_PEOPLE` says otherwise.
const PEOPLE: u64 = 10_000_000;
const PEOPLE_OF_A_TEST: u64 = 1_000;

impl Scale {
    /// The scale that the command line and the environment ask for. Cargo passes `--bench` unless it runs tests.
    pub fn of_this_run() -> Self {
        let arguments: Vec<String> = env::args().collect();
        let has = |name: &str| arguments.iter().any(|argument| argument == name);
        let is_test = has("--test") || !has("--bench");
        let asked = env::var("KYCVS_BENCH_PEOPLE").ok().map(|people| people.replace('_', "").parse().unwrap());
        Self { is_test, people: if is_test { PEOPLE_OF_A_TEST } else { asked.unwrap_or(PEOPLE) } }
    }

    /// Whether a part of a program is to run: one that the command line names, or any where it names none.
    pub fn includes(&self, part: &str) -> bool {
        let mut named = env::args().skip(1).filter(|argument| !argument.starts_with('-')).peekable();
        named.peek().is_none() || named.any(|name| name == part)
    }

    /// 10,000 people, ten times as many, and so on up to the most; in a test only the most.
    pub fn sizes(&self) -> Vec<u64> {
        let powers = (4..).map(|power| 10_u64.pow(power)).take_while(|size| *size < self.people);
        powers.chain([self.people]).collect()
    }

    /// `measured`, or `tested` in a test.
    pub fn pick<T>(&self, measured: T, tested: T) -> T {
        if self.is_test { tested } else { measured }
    }
}
