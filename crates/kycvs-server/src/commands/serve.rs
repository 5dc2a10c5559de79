use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use kycvs_sms::{Failover, Receipts};
use tokio::net::TcpListener;

use crate::cli;
use crate::config::{AtStart, Configuration, Ways};
use crate::descriptors;
use crate::ending::Ending;
use crate::live::{Live, Made};
use crate::log::LogOptions;
use crate::place::{Nowhere, builder, nobody};
use crate::signals;
use crate::stores::Stores;

/// Where, and of what.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  kycvs serve --config /etc/kycvs/kycvs.toml
  kycvs serve --config kycvs.toml --data /var/lib/kycvs --keys /etc/kycvs/keys
  kill -HUP $(pidof kycvs)
  kill -USR1 $(pidof kycvs)

HUP reloads the configuration without losing a call; a wrong one is refused as a whole, and the log names what needs a restart. USR1 copies an embedded store to the file named by [stores] copy_to.

Without --config there are no entities: the server publishes its keys and verifies tokens, and nothing else.

SIGTERM and Ctrl-C stop it: /readyz answers 503 at once, calls are accepted for `limits.drain_seconds`, and running calls finish.

Exit status: 0 stopped by a signal, 2 the configuration, a store or an address cannot be used.")]
pub(crate) struct Options {
    /// Your issuer, entities and SMS gateway
    #[arg(long, value_name = "FILE.toml", value_parser = cli::path())]
    config: Option<PathBuf>,
    /// Where the server listens; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Serve /healthz, /readyz and /metrics here instead of at --listen
    #[arg(long, value_name = "ADDR")]
    admin_listen: Option<SocketAddr>,
    /// Keep everything in an embedded store in this folder, made if missing
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    data: Option<PathBuf>,
    /// The folder of the keys; default: DIR-keys next to the data
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    keys: Option<PathBuf>,
    #[command(flatten)]
    log: LogOptions,
}

/// Half as long as a verifier may keep the key set.
const LOOK_AFTER_KEYS: Duration = Duration::from_secs(300);
const LOOK_AT_DEVICES: Duration = Duration::from_secs(10);

/// Serves until it is stopped.
pub(crate) async fn run(options: Options) -> Result<Ending> {
    let _traces = options.log.begin()?;
    let (settings, configuration) = match &options.config {
        Some(path) => {
            let configuration = read(path)?;
            (configuration.stores.clone(), Some(configuration))
        }
        None => Default::default(),
    };
    let limits = configuration.as_ref().map(|configuration| configuration.http.limits.clone()).unwrap_or_default();
    descriptors::make_room(&limits)?;
    let at_start = configuration.as_ref().map(|configuration| configuration.at_start.clone());
    let copy_to = settings.copy_to.clone();
    let mut stores = Stores::open(&settings.or_folders(options.data.clone(), options.keys.clone())).await?;
    if let Some(configuration) = &configuration {
        stores.keys.sign_by(&configuration.signing)?;
    }
    let listener = listen(options.listen, "--listen").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let receipts = Receipts::default();
    let made = match configuration {
        Some(configuration) => make(&stores, configuration, &receipts).await?,
        None => {
            let config = nobody(&url)?;
            let (builder, issuer) = builder(&stores, &config, None, stores.keys.signing()?).await?;
            let service = config.apply_to(builder)?.sender(Arc::new(Nowhere)).build()?;
            Made { service: Arc::new(service), config, issuer, reporters: vec![], oidc: None }
        }
    };
    let admin = match options.admin_listen {
        Some(address) => Some(listen(address, "--admin-listen").await?),
        None => None,
    };
    let live = Live::new(made, receipts, admin.is_some())?;
    // Installed before the URL is printed: until then a signal ends the process.
    let (stop, hang_up, copy) = (signals::stop()?, signals::hang_up()?, signals::copy()?);
    let mut out = io::stdout();
    writeln!(out, "server   {url}")?;
    if let Some(admin) = &admin {
        writeln!(out, "admin    http://{}", admin.local_addr()?)?;
    }
    out.flush()?;

    let reloading = reload_at(hang_up, options.config.as_deref().zip(at_start), &stores, &live);
    let copying = copy_at(copy, copy_to, &stores);
    tokio::select! {
        () = live.serve(listener, admin, stop) => {}
        () = reloading => {}
        () = copying => {}
        () = rotate(&stores, &live) => {}
        () = watch_devices(&live) => {}
    }
    Ok(Ending::Well)
}

/// Reloads the configuration at each signal. A wrong one is refused as a whole, and the old one stays in force.
async fn reload_at(mut hang_up: signals::Signal, file: Option<(&Path, AtStart)>, stores: &Stores, live: &Live) {
    while hang_up.next().await {
        let Some((path, at_start)) = &file else { continue };
        let reloaded = async {
            let configuration = read(path)?;
            let now = configuration.at_start.clone();
            live.renew(make(stores, configuration, live.receipts()).await?)?;
            Ok(now)
        };
        match reloaded.await {
            Ok(now) => {
                tracing::warn!("the configuration was reloaded");
                let settings = at_start.differences(&now).join(", ");
                if !settings.is_empty() {
                    tracing::warn!(settings, "what changed here needs a restart");
                }
            }
            Err(error) => {
                let words = crate::ending::words(&error);
                tracing::error!(error = words, "the configuration was refused: the old one stays in force");
            }
        }
    }
}

/// Copies an embedded store at each signal. A copy that fails is named, and the one before stays.
async fn copy_at(mut asked: signals::Signal, copy_to: Option<PathBuf>, stores: &Stores) {
    while asked.next().await {
        let copied = match copy_to.clone() {
            Some(path) => stores.copy_to(path).await,
            None => Err(anyhow::anyhow!("[stores] has no `copy_to`")),
        };
        match copied {
            Ok(()) => tracing::warn!("the store was copied"),
            Err(error) => tracing::error!(error = crate::ending::words(&error), "the store was not copied"),
        }
    }
}

/// Looks after the signing keys for as long as the server runs: each verifier has a new one before it signs.
async fn rotate(stores: &Stores, live: &Live) {
    loop {
        tokio::time::sleep(LOOK_AFTER_KEYS).await;
        match stores.keys.signing() {
            Ok(keys) => live.set_keys(keys),
            Err(error) => tracing::error!(error = crate::ending::words(&error), "the signing keys cannot be read"),
        }
    }
}

/// Says that a device does not sign, for as long as it does not.
async fn watch_devices(live: &Live) {
    let mut before = 0;
    loop {
        tokio::time::sleep(LOOK_AT_DEVICES).await;
        let signed = live.signed_by_standby();
        if signed > before {
            let tokens = signed - before;
            tracing::error!(tokens, "a standby key signed, since the primary device does not");
        }
        before = signed;
    }
}

/// A configuration that can be used. Its warnings go to the log.
fn read(path: &Path) -> Result<Configuration> {
    let configuration = Configuration::read(path)?;
    for warning in &configuration.warnings {
        tracing::warn!("{}:{warning}", path.display());
    }
    Ok(configuration)
}

async fn make(stores: &Stores, configuration: Configuration, receipts: &Receipts) -> Result<Made> {
    let Configuration {
        http: config,
        flow,
        service,
        issuers,
        cards,
        ways: Ways { links, reporters, .. },
        log,
        oidc,
        ..
    } = configuration;
    let sender = Arc::new(Failover::new(links, receipts.clone()));
    let (builder, issuer) = builder(stores, &config, log.as_ref(), stores.keys.signing()?).await?;
    let builder = service.apply_to(builder.sender(sender), &flow, &config.policies)?;
    let builder = issuers.iter().fold(builder, |builder, issuers| issuers.apply_to(builder));
    let builder = match cards {
        Some(cards) => builder.cards(Arc::new(stores.cards(&cards, &config.issuer).await?)),
        None => builder,
    };
    Ok(Made { service: Arc::new(config.apply_to(builder)?.build()?), config, issuer, reporters, oidc })
}

async fn listen(address: SocketAddr, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address} ({flag})"))
}
