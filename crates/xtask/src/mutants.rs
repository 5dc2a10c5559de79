use std::path::PathBuf;

use crate::command::{cargo, program};

/// The version that the list of survivors was made with.
const CARGO_MUTANTS: &str = "27.1.0";

/// Where a mistake gives somebody a wrong answer, the quickest first.
const CRATES: [&str; 5] = ["kycvs-consent", "kycvs-token", "kycvs", "kycvs-registry", "kycvs-domain"];

/// How long the changes of one landing may take. What is not tried then is left to a whole run.
const CHANGED_MINUTES: u32 = 20;

/// How a change is tried: by the tests of its own crate, without its doc tests, of which each is a program to be linked.
const HOW: &str = "--no-shuffle --minimum-test-timeout 60 --cap-lints true";
const TESTS: &str = "-- --lib --tests";

/// Changes one line after the other and runs the tests of its crate: in all five crates, in those that are named, or with
/// `--changed` in what differs from `main`.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    match arguments {
        ["--changed"] => changed(),
        [] => whole(&CRATES),
        crates if crates.iter().all(|name| CRATES.contains(name)) => whole(crates),
        _ => Err(format!("`mutants` takes --changed, or some of {}", CRATES.join(" "))),
    }
}

/// One crate after the other, so that each has a result of its own.
fn whole(crates: &[&str]) -> Result<(), String> {
    install()?;
    let mut missed = Vec::new();
    for name in crates {
        let line = format!("mutants {HOW} --package {name} --output target/mutants/{name} {TESTS}");
        if cargo(&line).run().is_err() {
            missed.push(*name);
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(format!("look at target/mutants for {}", missed.join(", "))) }
}

fn changed() -> Result<(), String> {
    let Some(difference) = difference()? else {
        eprintln!("nothing differs in {}", CRATES.join(", "));
        return Ok(());
    };
    install()?;
    let packages = CRATES.map(|name| format!("--package {name}")).join(" ");
    let difference = difference.display();
    let line = format!("mutants {HOW} {packages} --in-diff {difference} --output target/mutants/changed {TESTS}");
    match program(&format!("timeout --foreground {CHANGED_MINUTES}m cargo {line}")).code()? {
        0 => Ok(()),
        124 => {
            eprintln!("not all was tried in {CHANGED_MINUTES} minutes: the rest is left to a whole run");
            Ok(())
        }
        code => Err(format!("cargo-mutants ended with {code}: look at target/mutants/changed")),
    }
}

/// Sees to it that the tool is there, and a folder for its results.
fn install() -> Result<(), String> {
    std::fs::create_dir_all("target/mutants").map_err(|error| format!("target/mutants: {error}"))?;
    if cargo("mutants --version").succeeds() {
        return Ok(());
    }
    cargo(&format!("install cargo-mutants --locked --version {CARGO_MUTANTS}")).run()
}

/// What differs in the sources of the five crates from where this branch left `main`, and on `main` itself, or without one, from
/// the commit before; `None` where nothing does, or nothing came before.
fn difference() -> Result<Option<PathBuf>, String> {
    let text = |line: &str| Ok::<_, String>(String::from_utf8_lossy(&program(line).output()?).trim().to_owned());
    let head = text("git rev-parse HEAD")?;
    let base =
        text("git merge-base main HEAD").ok().filter(|base| *base != head).unwrap_or_else(|| "HEAD~1".to_owned());
    if text(&format!("git rev-parse {base}")).is_err() {
        return Ok(None);
    }
    let sources = CRATES.map(|name| format!("crates/{name}/src")).join(" ");
    let output = program(&format!("git diff {base} HEAD -- {sources}")).output()?;
    if output.is_empty() {
        return Ok(None);
    }
    let file = PathBuf::from("target/mutants.diff");
    let written = std::fs::create_dir_all("target").and_then(|()| std::fs::write(&file, output));
    written.map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Some(file))
}
