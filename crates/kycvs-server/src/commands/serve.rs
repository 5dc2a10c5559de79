use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use kycvs::token::TokenIssuer;
use kycvs::{ServiceKey, StatusService};
use kycvs_axum::Http;
use tokio::net::TcpListener;

use crate::cli;
use crate::config::Configuration;
use crate::ending::Ending;
use crate::stores::Stores;

/// Where, and of what.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kycvs serve --config /etc/kycvs/kycvs.toml
  kycvs serve --config kycvs.toml --data /var/lib/kycvs --keys /etc/kycvs/keys

It ends by Ctrl-C or SIGTERM, once running calls have ended.

Exit status: 0 it was asked to end, 2 the configuration, a store or an address cannot be used.")]
pub(crate) struct Options {
    /// Your issuer, entities and SMS gateway
    #[arg(long, value_name = "FILE.toml", value_parser = cli::path())]
    config: PathBuf,
    /// Where the server listens; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Keep everything in this folder, in an embedded store; it is made where there is none
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    data: Option<PathBuf>,
    /// The folder of the keys; default DIR-keys beside the data
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    keys: Option<PathBuf>,
}

/// Serves until it is asked to end.
pub(crate) async fn run(options: Options) -> Result<Ending> {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .init();
    let Configuration { http: config, stores, messages, sender } = Configuration::read(&options.config)?;
    let stores = Stores::open(&stores.or_folders(options.data, options.keys)).await?;
    let issuer = TokenIssuer::new(config.issuer.url.as_str(), stores.keys.signing.clone())?;
    let builder = StatusService::builder()
        .registry(Arc::new(stores.registry().await?))
        .issuer(issuer)
        .key(ServiceKey::from_bytes(*stores.keys.service.secret_bytes()))
        .sender(sender)
        .limits(messages.limits());
    let service = config.apply_to(stores.apply_to(builder)).build()?;
    let http = Http::new(Arc::new(service), config)?;
    let listener = TcpListener::bind(options.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on {} (--listen)", options.listen))?;
    writeln!(io::stdout(), "server   http://{}", listener.local_addr()?)?;
    io::stdout().flush()?;
    http.serve(listener, http.router().merge(http.cowin_compat_router()), stop()?).await;
    Ok(Ending::Well)
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
