use crate::command::cargo;

/// Load and faults on real servers. It is a program of its own, so that nobody else waits for it to be built.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    cargo(&format!("run --release --package kycvs-soak -- {}", arguments.join(" "))).run()
}
