use std::fs;
use std::path::{Path, PathBuf};

use crate::command::program;

/// The targets, as `crates/kycvs-fuzz/src/main.rs` has them.
const TARGETS: [&str; 16] = [
    "records",
    "fhir",
    "trust",
    "revocations",
    "scan",
    "token",
    "jwks",
    "status-list",
    "cose",
    "log",
    "policy",
    "history",
    "csv",
    "config",
    "text",
    "stored",
];

/// What libFuzzer needs to see which branches an input takes.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=4";
/// Build scripts and macros are to have none of it, so the platform is named.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// Feeds made-up bytes to the parsers, all of them or one, for so many seconds each (ten minutes by default). It begins with
/// `crates/kycvs-fuzz/seeds`, goes on with what earlier runs found, in `crates/kycvs-fuzz/corpus`, and leaves what broke a parser in `crates/kycvs-fuzz/artifacts`.
pub(crate) fn run(arguments: &[&str]) -> Result<(), String> {
    let usage = || format!("usage: cargo xtask fuzz [TARGET] [--seconds N]; a target is one of {}", TARGETS.join(", "));
    let (targets, seconds) = match arguments {
        [] => (TARGETS.to_vec(), 600),
        ["--seconds", seconds] => (TARGETS.to_vec(), seconds.parse().map_err(|_| usage())?),
        [target] => (vec![*target], 600),
        [target, "--seconds", seconds] => (vec![*target], seconds.parse().map_err(|_| usage())?),
        _ => return Err(usage()),
    };
    if !targets.iter().all(|target| TARGETS.contains(target)) {
        return Err(usage());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kycvs-fuzz");
    let built = root.join("target");
    let manifest = root.join("Cargo.toml");
    // Not the cargo that runs this, which is a stable one.
    program(&format!(
        "rustup run nightly cargo build --release --target {PLATFORM} --manifest-path {}",
        manifest.display()
    ))
    .env("RUSTFLAGS", COVERAGE)
    .env("CARGO_TARGET_DIR", &built.to_string_lossy())
    .run()
    .map_err(|error| format!("{error}; it needs `rustup toolchain install nightly` and a C++ compiler"))?;
    let fuzzer = built.join(PLATFORM).join("release/kycvs-fuzz");
    let broken: Vec<_> = targets.into_iter().filter(|target| fuzz(&root, &fuzzer, target, seconds).is_err()).collect();
    if broken.is_empty() {
        Ok(())
    } else {
        Err(format!("look at crates/kycvs-fuzz/artifacts for {}", broken.join(", ")))
    }
}

fn fuzz(root: &Path, fuzzer: &Path, target: &str, seconds: u32) -> Result<(), String> {
    let folder = |name: &str| -> Result<PathBuf, String> {
        let path = root.join(name).join(target);
        fs::create_dir_all(&path).map_err(|error| format!("cannot make {}: {error}", path.display()))?;
        Ok(path)
    };
    let (corpus, artifacts) = (folder("corpus")?, folder("artifacts")?);
    let line = format!(
        "{} -max_total_time={seconds} -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 -artifact_prefix={}/ {} {}",
        fuzzer.display(),
        artifacts.display(),
        corpus.display(),
        root.join("seeds").join(target).display(),
    );
    program(&line).env("KYCVS_FUZZ", target).run()
}
