//! KYC-VS as a server: the HTTP API with its consent page, a sandbox to try it on, and a railway that books with it.
//!
//!     cargo run --example portal
//!     cargo run --example portal -- --config portal.toml --data /var/lib/kycvs --registry people.csv
//!
//! `service.rs` puts the service together, `stores.rs` and `shared.rs` tell where it keeps things, and `booking/kycvs.rs` is all that a site needs to use it.

mod belonging;
mod booking;
mod configuration;
mod demonstration;
mod options;
mod people;
mod service;
mod shared;
mod sms;
mod stores;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use axum::Router;
use configuration::Configuration;
use kycvs::registry::{ImportSummary, SealedRegistry};
use kycvs_axum::Http;
use kycvs_examples::{BadRows, Data, Ending, RegistryFile, end, import, sample_file};
use options::{Mode, Options};
use shared::Shared;
use stores::Stores;
use tokio::net::TcpListener;
use tokio::sync::watch;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .init();
    end(run().await)
}

async fn run() -> Result<Ending> {
    let Some(options) = Options::from_flags()? else {
        io::stdout().write_all(options::HELP.as_bytes())?;
        return Ok(Ending::Well);
    };
    // Before anything is made for what is in it.
    let people = options.registry.as_deref().map(RegistryFile::open).transpose()?;
    match &options.mode {
        Mode::Demonstration { booking_listen } => demonstrate(&options, people, *booking_listen).await?,
        Mode::Sandbox { config } => {
            let configuration = Configuration::read(config)?;
            let (stores, registry) = open(&options, people, None).await?;
            let sandbox = service::sandbox(stores.keys(), registry.clone(), configuration.http)?;
            let portal = listen(options.listen, "--listen").await?;
            let router = sandbox.router().merge(sandbox.http().cowin_compat_router());
            say(&[("portal", &url(&portal)?), ("sandbox", &format!("{}/sandbox", url(&portal)?))])?;
            tell_people(&options, &registry).await?;
            sandbox.http().serve(portal, router, stop()?).await;
        }
        Mode::Production { config } => {
            let mut configuration = Configuration::read(config)?;
            let shared = configuration.stores.take();
            let production = configuration.for_production()?;
            keeps_everything(&options, shared.as_ref())?;
            let (stores, registry) = open(&options, people, shared).await?;
            let http = service::production(&stores, registry, production)?;
            let portal = listen(options.listen, "--listen").await?;
            say(&[("portal", &url(&portal)?)])?;
            http.serve(portal, http.router().merge(http.cowin_compat_router()), stop()?).await;
        }
        Mode::Migration { config } => {
            let shared = Configuration::read(config)?.stores;
            let shared = shared.context("the configuration has no [stores]: there is nothing to migrate")?;
            writeln!(io::stdout(), "Migrations: {} were missing.", shared.migrate().await?)?;
            open(&options, people, Some(shared)).await?;
        }
    }
    Ok(Ending::Well)
}

/// A sandbox with two entities, and the site of one of them.
async fn demonstrate(options: &Options, people: Option<RegistryFile>, booking_listen: SocketAddr) -> Result<()> {
    let (portal, site) = (listen(options.listen, "--listen").await?, listen(booking_listen, "--booking-listen").await?);
    let (portal_url, site_url) = (url(&portal)?, url(&site)?);
    let config = demonstration::config(&portal_url, &site_url)?;
    let (stores, registry) = open(options, people, None).await?;
    let sandbox = service::sandbox(stores.keys(), registry.clone(), config)?;

    say(&[
        ("portal", &portal_url),
        ("sandbox", &format!("{portal_url}/sandbox")),
        ("docs", &format!("{portal_url}/docs")),
        ("booking", &site_url),
    ])?;
    demonstration::tell_keys()?;
    tell_people(options, &registry).await?;

    let booking = booking::router(&portal_url, demonstration::RAILWAY_KEY, &site_url)?;
    let (stopping, stopped) = watch::channel(false);
    let stop = stop()?;
    let router = sandbox.router().merge(sandbox.http().cowin_compat_router());
    tokio::join!(
        async { (stop.await, stopping.send_replace(true)) },
        serve_portal(sandbox.http(), portal, router, stopped.clone()),
        serve_site(site, booking, stopped),
    );
    Ok(())
}

/// Tells whom to try. People of one's own file are not listed on the screen.
async fn tell_people(options: &Options, registry: &SealedRegistry) -> Result<()> {
    match options.sample() {
        Some(sample) => people::tell(&sample, registry).await,
        None => Ok(()),
    }
}

async fn serve_portal(http: &Http, listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let stop = async { drop(stopped.wait_for(|is_stopped| *is_stopped).await) };
    http.serve(listener, router, stop).await;
}

async fn serve_site(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let stop = async move { drop(stopped.wait_for(|is_stopped| *is_stopped).await) };
    // It says that it never fails.
    let _ = axum::serve(listener, router).with_graceful_shutdown(stop).await;
}

/// Whether a production server has one place where it keeps everything.
fn keeps_everything(options: &Options, shared: Option<&Shared>) -> Result<()> {
    match (&options.data, shared) {
        (None, Some(_)) if options.registry.is_some() => {
            bail!("the registry of several portals is imported once: give --registry with --migrate (see --help)")
        }
        (Some(_), None) | (None, Some(_)) => Ok(()),
        (Some(_), Some(_)) => bail!("give either --data DIR or [stores] in the configuration (see --help)"),
        (None, None) => bail!(
            "a production server keeps its keys and consents: give --data DIR, [stores] in the configuration, or \
             --sandbox (see --help)"
        ),
    }
}

/// Opens the stores, and fills the registry with people of one's own or of the sample.
async fn open(
    options: &Options,
    people: Option<RegistryFile>,
    shared: Option<Shared>,
) -> Result<(Stores, Arc<SealedRegistry>)> {
    let stores = match shared {
        Some(shared) => shared.open().await?,
        None => Stores::Own(Data::open(options.data.as_deref())?),
    };
    let registry = Arc::new(SealedRegistry::new(&stores.keys().registry, stores.households()));
    let summary = match (people, options.sample()) {
        (Some(file), _) => Some(import(&registry, file, BadRows::a_few()).await?),
        (None, Some(sample)) => {
            let file = sample_file(&sample)?;
            Some(import(&registry, RegistryFile::open(file.path())?, BadRows::a_few()).await?)
        }
        (None, None) => None,
    };
    if let Some(ImportSummary { rows, bad_rows, people_added, doses_added, .. }) = summary {
        writeln!(
            io::stdout(),
            "Registry: {rows} rows read, {people_added} people and {doses_added} doses new, {bad_rows} rows bad."
        )?;
        if rows > 0 && rows == bad_rows {
            bail!("no row of the registry could be imported");
        }
    }
    Ok((stores, registry))
}

async fn listen(address: SocketAddr, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address} ({flag})"))
}

/// Where a server is reached; with port 0 the system chose the port.
fn url(listener: &TcpListener) -> io::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}

/// Tells where things are, a line for each, to people and to programs.
fn say(places: &[(&str, &str)]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for (what, place) in places {
        writeln!(out, "{what:<8} {place}")?;
    }
    out.flush()
}

/// When it is asked to end: by Ctrl-C, and on Unix by SIGTERM.
fn stop() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).context("cannot wait for signals")?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}
