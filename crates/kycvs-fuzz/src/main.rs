//! The parsers of foreign bytes under libFuzzer. `cargo xtask fuzz` builds this and runs one target after the other; the variable
//! `KYCVS_FUZZ` names the target.
//!
//! A target panics where a parser does, and where what it read breaks a rule: what a parser wrote it reads again, and no certificate or
//! token says what none of the genuine ones does.
#![no_main]

mod files;
mod records;
mod tokens;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

type Target = fn(&[u8]);

const TARGETS: &[(&str, Target)] = &[
    ("records", records::certificate),
    ("fhir", records::fhir),
    ("trust", records::trust),
    ("revocations", records::revocations),
    ("scan", records::scan),
    ("token", tokens::token),
    ("jwks", tokens::jwks),
    ("status-list", tokens::status_list),
    ("cose", tokens::cose),
    ("log", tokens::log),
    ("policy", files::policy),
    ("history", files::history),
    ("csv", files::csv),
    ("config", files::config),
    ("text", files::text),
    ("stored", files::stored),
];

#[allow(clippy::panic)] // without a target there is nothing to do
static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("KYCVS_FUZZ").unwrap_or_default();
    let known = TARGETS.iter().find(|(target, _)| *target == name);
    known
        .unwrap_or_else(|| {
            panic!("set KYCVS_FUZZ to one of {:?}", TARGETS.iter().map(|(name, _)| name).collect::<Vec<_>>())
        })
        .1
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));
