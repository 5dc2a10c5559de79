use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::command::{cargo, program};

/// The version that the list of survivors was made with.
const CARGO_MUTANTS: &str = "27.1.0";

/// Where a mistake gives somebody a wrong answer, the quickest first.
const CRATES: [&str; 5] = ["kycvs-consent", "kycvs-token", "kycvs", "kycvs-registry", "kycvs-domain"];

/// How long the changes of one landing may take, and a sample of each crate. What is not tried then is left to a whole run.
const MINUTES: u64 = 20;

/// How a change is tried: by the tests of its own crate, without its doc tests, of which each is a program to be linked.
const HOW: &str = "--cap-lints true --package";

/// In a whole run the tests pass first without a change, which says how long they take.
const WHOLE: &str = "--no-shuffle --minimum-test-timeout 60";
/// In a short one they do not: that is another step of CI.
const SHORT: &str = "--baseline skip --timeout 300";

/// The tests that try no change: they build and run programs of others (other languages, scanners), for minutes.
const LEFT_OUT: &str = "--skip interop:: --skip qr::";

/// `timeout` says so when the time is over; what it had to kill says the other.
const OUT_OF_TIME: [i32; 2] = [124, 137];
/// What cargo-mutants says when all changes were seen, if some by tests that did not end.
const ALL_SEEN: [i32; 2] = [0, 3];

/// Changes one line after the other and runs the tests of its crate: in all five crates or in those that are named; with `--sample`
/// at random for a while; with `--changed` in what differs from `main`.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let of_ours = |crates: &[&str]| crates.iter().all(|name| CRATES.contains(name));
    match arguments {
        ["--changed"] => changed(),
        ["--sample", crates @ ..] if of_ours(crates) => {
            each(crates, |name| tried_until(minutes_from_now(), "--shuffle", name))
        }
        crates if of_ours(crates) => each(crates, |name| cargo(&mutants(WHOLE, name)).run()),
        _ => Err(format!("`mutants` takes --changed, or --sample or nothing and some of {}", CRATES.join(" "))),
    }
}

/// One crate after the other, so that each has a result of its own.
fn each(crates: &[&str], tried: impl Fn(&str) -> Result<(), String>) -> Result<(), String> {
    install()?;
    let crates = if crates.is_empty() { &CRATES } else { crates };
    let missed: Vec<_> = crates.iter().copied().filter(|name| tried(name).is_err()).collect();
    if missed.is_empty() { Ok(()) } else { Err(format!("look at target/mutants for {}", missed.join(", "))) }
}

/// What differs, crate by crate, until the time is over.
fn changed() -> Result<(), String> {
    let until = minutes_from_now();
    let base = base()?;
    let mut differences = Vec::new();
    for name in CRATES {
        differences.extend(difference(&base, name)?.map(|file| (name, file)));
    }
    if differences.is_empty() {
        eprintln!("nothing differs in {}", CRATES.join(", "));
        return Ok(());
    }
    each(&differences.iter().map(|(name, _)| *name).collect::<Vec<_>>(), |name| {
        let file = differences.iter().find(|(other, _)| *other == name).map(|(_, file)| file.display().to_string());
        tried_until(until, &format!("--no-shuffle --in-diff {}", file.unwrap_or_default()), name)
    })
}

fn minutes_from_now() -> Instant {
    Instant::now() + Duration::from_secs(60 * MINUTES)
}

/// Lets cargo-mutants work until then: a Ctrl-C lets it stop its tests, and half a minute later it is killed.
fn tried_until(until: Instant, how: &str, name: &str) -> Result<(), String> {
    let seconds = until.saturating_duration_since(Instant::now()).as_secs();
    if seconds == 0 {
        eprintln!("{name} is left to a whole run");
        return Ok(());
    }
    let line = mutants(&format!("{SHORT} {how}"), name);
    match program(&format!("timeout --signal INT --kill-after 30 {seconds} cargo {line}")).code()? {
        code if ALL_SEEN.contains(&code) => Ok(()),
        code if OUT_OF_TIME.contains(&code) => {
            eprintln!("not all of {name} was tried: the rest is left to a whole run");
            Ok(())
        }
        code => Err(format!("cargo-mutants ended with {code}: look at target/mutants/{name}")),
    }
}

/// The arguments of cargo for changes of a crate, and for its tests.
fn mutants(how: &str, name: &str) -> String {
    format!("mutants {HOW} {name} {how} --output target/mutants/{name} -- --lib --test all -- {LEFT_OUT}")
}

/// Sees to it that the tool is there, and a folder for its results.
fn install() -> Result<(), String> {
    std::fs::create_dir_all("target/mutants").map_err(|error| format!("target/mutants: {error}"))?;
    if cargo("mutants --version").succeeds() {
        return Ok(());
    }
    cargo(&format!("install cargo-mutants --locked --version {CARGO_MUTANTS}")).run()
}

/// Where this branch left `main`; on `main` itself, or without one, the commit before.
fn base() -> Result<String, String> {
    let text = |line: &str| Ok::<_, String>(String::from_utf8_lossy(&program(line).output()?).trim().to_owned());
    let head = text("git rev-parse HEAD")?;
    Ok(text("git merge-base main HEAD").ok().filter(|base| *base != head).unwrap_or_else(|| "HEAD~1".to_owned()))
}

/// What differs in the sources of a crate since `base`, as a file; `None` where nothing does, or nothing came before.
fn difference(base: &str, name: &str) -> Result<Option<PathBuf>, String> {
    if !program(&format!("git rev-parse {base}")).succeeds() {
        return Ok(None);
    }
    let output = program(&format!("git diff {base} HEAD -- crates/{name}/src")).output()?;
    if output.is_empty() {
        return Ok(None);
    }
    let file = PathBuf::from(format!("target/mutants-{name}.diff"));
    let written = std::fs::create_dir_all("target").and_then(|()| std::fs::write(&file, output));
    written.map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Some(file))
}
