use crate::advisories;
use crate::command::{cargo, program};

/// The version that the checks were last read with.
const CARGO_DENY: &str = "0.20.2";

/// Everything that a change must pass beside its tests.
pub(crate) fn all() -> Result<(), String> {
    cargo("fmt --all -- --check").run()?;
    cargo("clippy --workspace --features kycvs-server/otlp --all-targets -- -D warnings").run()?;
    cargo("doc --workspace --features kycvs-server/otlp --no-deps").env("RUSTDOCFLAGS", "-D warnings").run()?;
    if !program("cargo-deny --version").succeeds() {
        cargo(&format!("install cargo-deny --locked --version {CARGO_DENY}")).run()?;
    }
    cargo("deny check licenses bans sources").run()?;
    advisories::check()?;
    // What crates.io would get: versions, licences, descriptions, no cycle. `cargo xtask release` also builds it.
    cargo("publish --workspace --dry-run --no-verify --allow-dirty --quiet").run()
}
