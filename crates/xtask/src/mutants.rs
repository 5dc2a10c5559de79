use std::path::PathBuf;

use crate::command::{cargo, program};

/// The version that the list of survivors was made with.
const CARGO_MUTANTS: &str = "27.1.0";
/// Where a mistake gives somebody a wrong answer.
const CRATES: [&str; 5] = ["kycvs-domain", "kycvs-registry", "kycvs-consent", "kycvs-token", "kycvs"];

/// Changes one line after the other and runs the tests of its crate; `--changed` only what differs from the branch `main`.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    if !program("cargo-mutants --version").succeeds() {
        cargo(&format!("install cargo-mutants --locked --version {CARGO_MUTANTS}")).run()?;
    }
    let mut line = "mutants --no-shuffle --output target".to_owned();
    for name in CRATES {
        line += &format!(" --package {name}");
    }
    let mut further = arguments.to_vec();
    if further.first() == Some(&"--changed") {
        further.remove(0);
        line += &format!(" --in-diff {}", difference()?.display());
    }
    cargo(&format!("{line} {}", further.join(" "))).run()
}

/// What differs from `main`, as a file.
fn difference() -> Result<PathBuf, String> {
    let file = PathBuf::from("target/mutants.diff");
    let output = program("git diff main...HEAD").output()?;
    std::fs::create_dir_all("target")
        .and_then(|()| std::fs::write(&file, output))
        .map_err(|error| error.to_string())?;
    Ok(file)
}
