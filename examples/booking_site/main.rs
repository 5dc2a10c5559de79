//! A railway's site that asks for the vaccination status while it books, and a sandbox for it to ask. It is a site like any other:
//! it knows KYC-VS by its HTTP API alone. `kycvs.rs` has the two calls, `passenger.html` the three lines.
//!
//!     cargo run --example booking_site

mod bookings;
mod kycvs;
mod pages;
mod site;

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use kycvs_axum::{ApiKeyHash, Config};
use kycvs_examples::{BadRows, Ending, RegistryFile, end, import, sample_file};
use kycvs_memory::MemoryStore;
use kycvs_sample::SampleRegistry;
use kycvs_sandbox::Sandbox;
use lexopt::prelude::*;
use tokio::net::TcpListener;

const HELP: &str = "\
Books train tickets on a site that embeds the consent page of KYC-VS, over a sandbox: no SMS is sent, and nothing is kept.

Usage: cargo run --example booking_site -- [--listen ADDRESS] [--site-listen ADDRESS]

  --listen ADDRESS       where the sandbox listens (default 127.0.0.1:8080; port 0 takes a free one)
  --site-listen ADDRESS  where the site listens (default 127.0.0.1:8081)
  --help                 this text

It prints both addresses, and people to book for. Exit status: 0 it was asked to end, 2 a flag or an address could not be
used.
";

/// The railway's secret. Only its server and KYC-VS have it; a browser never does.
const API_KEY: &str = "the-key-of-the-booking-site";

/// How many people the sandbox has.
const PEOPLE: u64 = 1_000;

#[tokio::main]
async fn main() -> ExitCode {
    end(run().await)
}

async fn run() -> Result<Ending> {
    let (mut listen, mut site_listen) = (here(8080), here(8081));
    let mut flags = lexopt::Parser::from_env();
    while let Some(flag) = flags.next()? {
        match flag {
            Long("listen") => listen = flags.value()?.parse_with(address)?,
            Long("site-listen") => site_listen = flags.value()?.parse_with(address)?,
            Long("help") | Short('h') => {
                io::stdout().write_all(HELP.as_bytes())?;
                return Ok(Ending::Well);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let (kycvs_listener, site_listener) = (bind(listen, "--listen").await?, bind(site_listen, "--site-listen").await?);
    let (kycvs_url, site_url) = (url(&kycvs_listener)?, url(&site_listener)?);
    let sandbox = sandbox(&kycvs_url, &site_url).await?;
    let site = site::router(&kycvs_url, API_KEY, &site_url)?;

    let mut out = io::stdout();
    writeln!(out, "server   {kycvs_url}\nsandbox  {kycvs_url}/sandbox\nsite     {site_url}")?;
    let sample = SampleRegistry::new(1, PEOPLE);
    let people: Vec<_> = (0..PEOPLE).map_while(|number| sample.person_at(number)).collect();
    for status in 0..=2 {
        if let Some((mobile, person)) = people.iter().find(|(_, person)| person.course.expected_status() == status) {
            writeln!(out, "status-{status} {mobile}  {}", person.name)?;
        }
    }
    out.flush()?;
    tokio::select! {
        () = sandbox.http().serve(kycvs_listener, sandbox.router(), std::future::pending()) => {}
        // It says that it never fails.
        _ = axum::serve(site_listener, site) => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(Ending::Well)
}

/// A KYC-VS with a thousand people who do not exist, where this site may ask.
async fn sandbox(kycvs_url: &str, site_url: &str) -> Result<Sandbox> {
    let config = format!(
        r#"
        [issuer]
        url = "{kycvs_url}"
        name = "Example Ministry of Health"
        grievance = "grievance@kycvs.example"
        [[entity]]
        id = "railway"
        name = "Example Railways"
        api_key_sha256 = "{}"
        purposes = [{{ code = "railway-booking", text = "to book a railway ticket" }}]
        origins = ["{site_url}"]
        return_urls = ["{site_url}/kycvs/return"]
        "#,
        ApiKeyHash::of(API_KEY).to_hex()
    );
    let key = ::kycvs::registry::RegistryKey::generate()?;
    let registry = ::kycvs::registry::SealedRegistry::open(&key, Arc::new(MemoryStore::new())).await?;
    let people = sample_file(&SampleRegistry::new(1, PEOPLE))?;
    import(&registry, RegistryFile::open(people.path())?, BadRows::of_sample()).await?;
    Ok(Sandbox::new(Arc::new(registry), Config::from_toml(&config)?)?)
}

async fn bind(address: SocketAddr, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address} ({flag})"))
}

fn url(listener: &TcpListener) -> io::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}

fn here(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "an address is an IP address with a port, such as 127.0.0.1:8080")
}
