//! Replays many seeds, or one with its trace.
#![allow(clippy::print_stdout)] // a command line tool speaks on the terminal

use std::process::ExitCode;

use anyhow::{Context, Result};
use kycvs_replay::{Plant, replay};
use lexopt::prelude::*;

const HELP: &str = "\
Replays whole flows from seeds, and says which broke a rule.

Usage: cargo xtask replay [--seeds N] [--from SEED] [--seed SEED] [--plant BUG]

  --seeds N     how many seeds (default 10000)
  --from SEED   the first of them (default 0)
  --seed SEED   this one alone, with its trace
  --plant BUG   plants a bug and stops where it is found: lost-write, double-send, stale-read, clock-step,
                cancelled-call, reordered-reply
  --help        this text

Exit status: 0 every rule held, or the planted bug was found; 1 a rule was broken, or the bug was not found; 2 a wrong flag.
";

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        println!("error: {error:#}");
        ExitCode::from(2)
    })
}

fn run() -> Result<ExitCode> {
    let (mut seeds, mut from, mut single, mut plant) = (10_000_u64, 0_u64, false, None);
    let mut flags = lexopt::Parser::from_env();
    while let Some(flag) = flags.next()? {
        match flag {
            Long("seeds") => seeds = flags.value()?.parse()?,
            Long("from") => from = flags.value()?.parse()?,
            Long("seed") => (from, seeds, single) = (flags.value()?.parse()?, 1, true),
            Long("plant") => plant = Some(planted(&flags.value()?.string()?)?),
            Long("help") => {
                print!("{HELP}");
                return Ok(ExitCode::SUCCESS);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    for seed in from..from.saturating_add(seeds) {
        let replay = replay(seed, plant)?;
        if single {
            println!("{}", replay.trace.join("\n"));
        }
        if !replay.broken.is_empty() {
            println!("seed {seed}: {}", replay.broken.join("; "));
            return Ok(if plant.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
    println!("{seeds} seeds, every rule held");
    Ok(if plant.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn planted(name: &str) -> Result<Plant> {
    Plant::ALL.into_iter().find(|plant| plant.name() == name).with_context(|| format!("no such bug to plant: `{name}`"))
}
