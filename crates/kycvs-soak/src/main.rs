//! Hosts over PostgreSQL and Redis under load and under faults, all of them real processes on this machine, and the check of
//! the books: requests, messages, tokens and consents counted from both sides must agree.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a command line tool speaks on the terminal

mod books;
mod client;
mod cpu;
mod disk;
mod faults;
mod gateway;
mod host;
mod http;
mod last_step;
mod load;
mod network;
mod one_code;
mod passenger;
mod rig;
mod settings;
mod sms;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use cpu::Cpu;
use kycvs_test_servers::{Postgres, Redis, RedisCluster};
use lexopt::prelude::*;
use load::Working;
use rig::{Rig, ShortLived};

const USAGE: &str = "\
usage: cargo xtask soak [--seconds N] [--clients N] [--hosts N] [--store postgres|redis|cluster]
       cargo xtask soak --faults [--rounds N] [--clients N] [--store postgres|redis|cluster]
       cargo xtask soak --one-code [--rounds N] [--store postgres|redis|cluster]
       cargo xtask soak --full-disk [--clients N] [--store postgres|redis|cluster]

Without --faults: request and confirm for N seconds (30) from N clients (64) to N hosts (2); then throughput, latencies, the
CPU time of a booking, and the check of the books. With it: every fault of docs/reliability.md, one after the other; N kills of a host (100).
--one-code sends one right code a thousand times at once to two hosts, N rounds (100), and counts the consents.
--full-disk mounts a small file system, so it wants root.";

struct Options {
    seconds: u64,
    clients: u64,
    hosts: usize,
    rounds: u32,
    store: String,
    work: Work,
}

/// What is tried.
enum Work {
    Load,
    Faults,
    OneCode,
    FullDisk,
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some("host") => serve().await,
        Some("--help" | "-h") => {
            println!("{USAGE}");
            Ok(())
        }
        _ => soak().await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<()> {
    host::run(host::HostSettings::from_environment()?).await
}

async fn soak() -> Result<()> {
    let options = options()?;
    match options.work {
        Work::Load => load(&options).await,
        Work::Faults => faults::all(&options.store, options.rounds, options.clients).await,
        Work::OneCode => one_code::race(&options.store, options.rounds).await,
        Work::FullDisk => disk::fill(short_lived(&options.store)?, options.clients).await,
    }
}

async fn load(options: &Options) -> Result<()> {
    let rig = Rig::over(Postgres::start(&[]), short_lived(&options.store)?, options.hosts).await?;
    let before = Cpu::so_far()?;
    let working = Working::start(&rig, options.clients);
    tokio::time::sleep(Duration::from_secs(options.seconds)).await;
    println!("{}", Cpu::so_far()?.of_each(before, working.answers()));
    let title = format!("{} clients, {} hosts, {}", options.clients, options.hosts, options.store);
    working.end(&rig, &title, 0).await?;
    Ok(())
}

/// Starts what requests and limits lie in.
fn short_lived(name: &str) -> Result<ShortLived> {
    Ok(match name {
        "postgres" => ShortLived::Postgres,
        "redis" => ShortLived::Redis(Redis::start()),
        "cluster" => ShortLived::Cluster(RedisCluster::start()),
        _ => bail!("there is no such store\n{USAGE}"),
    })
}

fn options() -> Result<Options> {
    let mut options =
        Options { seconds: 30, clients: 64, hosts: 2, rounds: 100, store: "redis".to_owned(), work: Work::Load };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("seconds") => options.seconds = arguments.value()?.parse()?,
            Long("clients") => options.clients = arguments.value()?.parse()?,
            Long("hosts") => options.hosts = arguments.value()?.parse()?,
            Long("rounds") => options.rounds = arguments.value()?.parse()?,
            Long("store") => options.store = arguments.value()?.string()?,
            Long("faults") => options.work = Work::Faults,
            Long("one-code") => options.work = Work::OneCode,
            Long("full-disk") => options.work = Work::FullDisk,
            _ => bail!("{}\n{USAGE}", argument.unexpected()),
        }
    }
    if options.clients == 0 || options.hosts == 0 || options.rounds == 0 {
        bail!("there must be a client, a host and a round\n{USAGE}");
    }
    Ok(options)
}
