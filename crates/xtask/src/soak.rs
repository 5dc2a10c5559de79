use crate::command::cargo;

/// Load and faults on real servers. It is a program of its own, so that nobody else waits for it to be built.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    cargo(&format!("run --release --package kycvs-soak -- {}", arguments.join(" "))).run()
}

/// Acts at random among a million tokens, by hosts that are killed: a test at its full size.
pub(crate) fn trust() -> Result<(), String> {
    let test = "test --release --package kycvs --test all killed_at_random:: -- --nocapture";
    cargo(test).env("KYCVS_TRUST_TOKENS", "1000000").run()
}
