//! Set-up and checks that cargo alone cannot do: `cargo xtask` lists them.
#![allow(clippy::print_stderr)] // a command line tool speaks on the terminal

mod advisories;
mod book;
mod checks;
mod command;
mod fuzz;
mod instructions;
mod mutants;
mod release;
mod setup;
mod soak;

use std::process::ExitCode;

use command::cargo;

const USAGE: &str = "\
usage: cargo xtask test [--install]
                           run all tests; --install first installs the servers, browsers and languages that they need
       cargo xtask check   format, lints, documentation, licences, bans, known faults and packages
       cargo xtask advisories [FOLDER]
                           hold dependencies against the known faults of a snapshot; with a clone of RustSec's database, cut a new one
       cargo xtask book    build the site of docs/ into target/book
       cargo xtask names   false accepts and false rejects over the labelled pairs of names
       cargo xtask fuzz [TARGET] [--seconds N]
                           made-up bytes for the parsers of foreign bytes, ten minutes each
       cargo xtask mutants [--changed | CRATE...]
                           whether a test sees each change of a line, in five crates or in what differs from main
       cargo xtask instructions [--keep]
                           the instructions of the hot paths, and whether one takes 3 % more than it was kept with
       cargo xtask screenshots [--keep]
                           every state of the page in all languages, light and dark, in three widths, and whether one looks otherwise than it
                           was kept
       cargo xtask playground   build the WebAssembly of docs/playground
       cargo xtask minimal  build with the oldest versions that the manifests allow
       cargo xtask semver REV
                           hold the APIs of the libraries to those of a commit or tag
       cargo xtask parts   list what is in the server (SBOM, CycloneDX)
       cargo xtask reproduce   build the server in two folders, and compare the two
       cargo xtask release  all four, for the newest tag; build the packages as crates.io would
       cargo xtask deb     the Debian package of the server, with its man page and completions
       cargo xtask replay   whole flows from seeds, in an order that each seed decides; --help lists the options
       cargo xtask soak    load and faults on PostgreSQL and Redis; --help lists the options
       cargo xtask soak trust
                           10,000 acts at random among 1,000,000 tokens, by hosts that are killed; about an hour, 8 GB of disk";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["test"] => setup::check().and_then(|()| test()),
        ["test", "--install"] => setup::install().and_then(|()| test()),
        ["check"] => checks::all(),
        ["advisories"] => advisories::check(),
        ["advisories", clone] => advisories::cut(clone),
        ["book"] => book::build(),
        ["names"] => cargo("run --quiet --package kycvs-domain --example names").run(),
        ["fuzz", ref arguments @ ..] => fuzz::run(arguments),
        ["mutants", ref arguments @ ..] => mutants::run(arguments),
        ["instructions", ref arguments @ ..] => instructions::run(arguments),
        ["screenshots"] => screenshots("compare"),
        ["screenshots", "--keep"] => screenshots("keep"),
        ["playground"] => playground(),
        ["replay", ref arguments @ ..] => {
            cargo(&format!("run --quiet --release --package kycvs-replay -- {}", arguments.join(" "))).run()
        }
        ["minimal"] => release::minimal(),
        ["semver", since] => release::semver(since),
        ["parts"] => release::parts(),
        ["reproduce"] => release::reproduce(),
        ["release"] => release::run(),
        ["deb"] => release::deb(),
        ["soak", "trust"] => soak::trust(),
        ["soak", ref arguments @ ..] => setup::check().and_then(|()| soak::run(arguments)),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Takes the pictures into `target/screenshots`, and compares them with those that are kept, or keeps them.
fn screenshots(wanted: &str) -> Result<(), String> {
    cargo("test --package kycvs-sandbox --test browser every_state_is_good").env("KYCVS_SCREENSHOTS", wanted).run()
}

/// The module beside the page that loads it.
fn playground() -> Result<(), String> {
    cargo("build --profile playground --target wasm32-unknown-unknown --package kycvs-playground").run()?;
    let built = "target/wasm32-unknown-unknown/playground/kycvs_playground.wasm";
    let bytes =
        std::fs::copy(built, "docs/playground/kycvs_playground.wasm").map_err(|error| format!("{built}: {error}"))?;
    eprintln!(
        "docs/playground/kycvs_playground.wasm: {bytes} bytes. Serve the folder: python3 -m http.server --directory docs/playground"
    );
    Ok(())
}

/// Every test of every package. Benchmarks run once each, on small data.
fn test() -> Result<(), String> {
    let tests = cargo("test --workspace --features kycvs-server/otlp --no-fail-fast").run();
    tests.and(cargo("test --workspace --features kycvs-server/otlp --no-fail-fast --bench *").run())
}
