//! A sandbox as a server: the HTTP API with its pages, a clock that moves, and messages that are read instead of sent.

mod demonstration;
mod host;
mod options;
mod other_vaccines;
mod people;
mod registry;
mod site;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Context, Result};
use axum::Router;
use clap::Parser;
use kycvs_axum::Http;
use kycvs_sandbox::{Sandbox, StartPage};
use kycvs_webhook::Webhooks;
use options::Options;
use people::People;
use tokio::net::TcpListener;
use tokio::sync::watch;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where even this cannot be written, the status says it.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn run(options: Options) -> Result<()> {
    options.check()?;
    let given = options.config.as_deref().map(options::read).transpose()?;
    let listener = listen(options.listen(given.as_ref()), "--listen").await?;
    let site_listener = match options.site_listen {
        Some(address) => Some(listen(address, "--site-listen").await?),
        None => None,
    };
    let sandbox_url = url(&listener)?;
    let site_url = site_listener.as_ref().map(url).transpose()?;
    let config = match given {
        Some(config) => config,
        None => demonstration::config(&sandbox_url, site_url.as_deref())?,
    };
    let own_host = config.issuer.url.host().to_owned();
    let registry = registry::fill(&options).await?;
    let people = match options.sample() {
        Some(sample) => Some(People::find(&sample, &registry).await?),
        None => None,
    };
    let webhooks = Webhooks::new(&config)?;
    let sandbox = Sandbox::new(registry, config)?;
    webhooks.attach(sandbox.http());

    let mut places = vec![
        ("server", sandbox_url.clone()),
        ("sandbox", format!("{sandbox_url}/sandbox")),
        ("docs", format!("{sandbox_url}/docs")),
    ];
    places.extend(site_url.iter().map(|url| ("site", url.clone())));
    say(&places)?;
    if options.config.is_none() {
        demonstration::tell_keys()?;
    }
    if let Some(people) = &people {
        people.say()?;
    }
    let people = people.map(People::into_list).unwrap_or_default();
    let sandbox = sandbox.starting_with(StartPage { people, site: site_url.clone() });

    let openid_connect = kycvs_oidc::router(sandbox.http(), kycvs_oidc::Settings::default());
    let calls = sandbox.router().merge(sandbox.http().cowin_compat_router()).merge(openid_connect);
    let router = host::only(&own_host, calls);
    let (stopping, stopped) = watch::channel(false);
    let stop = stop()?;
    let site = async {
        let (Some(listener), Some(url)) = (site_listener, site_url) else { return };
        serve_site(listener, site::router(router.clone(), &sandbox_url, &url), stopped.clone()).await;
    };
    tokio::join!(
        async { (stop.await, stopping.send_replace(true)) },
        serve(sandbox.http(), listener, router.clone(), stopped.clone()),
        site,
    );
    Ok(())
}

async fn serve(http: &Http, listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let stop = async { drop(stopped.wait_for(|is_stopped| *is_stopped).await) };
    http.serve(listener, router, stop).await;
}

async fn serve_site(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let stop = async move { drop(stopped.wait_for(|is_stopped| *is_stopped).await) };
    // It says that it never fails.
    let _ = axum::serve(listener, router).with_graceful_shutdown(stop).await;
}

async fn listen(address: SocketAddr, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address} ({flag})"))
}

/// Where a server is reached; with port 0 the system chose the port.
fn url(listener: &TcpListener) -> io::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}

/// Tells where things are, a line for each, to people and to programs.
fn say(places: &[(&str, String)]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for (what, place) in places {
        writeln!(out, "{what:<8} {place}")?;
    }
    out.flush()
}

/// Ends by Ctrl-C, and on Unix by SIGTERM.
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
