use std::fs::File;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::Parser;
use clap::builder::NonEmptyStringValueParser;
use clap::builder::TypedValueParser;
use kycvs_axum::{Config, ConfigError};
use kycvs_sample::SampleRegistry;

/// A KYC-VS to try an integration on
///
/// It serves the whole HTTP API with its pages. Nothing is sent: read the codes at /sandbox/outbox. The clock moves by
/// /sandbox/clock, and /sandbox/reset starts over. It keeps nothing, and its tokens prove nothing.
///
/// Without --config it has three entities, whose API keys it prints.
#[derive(Parser)]
#[command(version, after_help = AFTER)]
pub(crate) struct Options {
    /// Where the sandbox listens; port 0 takes a free one. Default: host and port of issuer.url if they are this machine's,
    /// or 127.0.0.1:8080
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Serve a small site here that embeds the consent page
    #[arg(long, value_name = "ADDR", conflicts_with = "config")]
    pub(crate) site_listen: Option<SocketAddr>,
    /// Your issuer and entities: [issuer], [[entity]], [limits] and [page] of a server's configuration
    #[arg(long, value_name = "FILE.toml", value_parser = NonEmptyStringValueParser::new().map(PathBuf::from))]
    pub(crate) config: Option<PathBuf>,
    /// Your own fictitious people, instead of the sample
    #[arg(long, value_name = "FILE.csv", conflicts_with = "people",
        value_parser = NonEmptyStringValueParser::new().map(PathBuf::from))]
    pub(crate) registry: Option<PathBuf>,
    /// The size of the sample, 1 to 10000000
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    people: u64,
}

const AFTER: &str = "\
Examples:
  kycvs-sandbox
  kycvs-sandbox --site-listen 127.0.0.1:8081
  kycvs-sandbox --config site.toml --registry people.csv
  curl 'http://127.0.0.1:8080/sandbox/outbox?mobile=9876543210'

Exit status: 0 stopped by a signal, 2 a flag, a file or an address cannot be used.";

const DEFAULT_PORT: u16 = 8080;
const MAX_CONFIG_BYTES: u64 = 1 << 20;

impl Options {
    /// Refuses what the flags alone do not show.
    pub(crate) fn check(&self) -> Result<()> {
        if self.config.is_none() && self.listen.is_some_and(|listen| !listen.ip().is_loopback()) {
            bail!(
                "everybody knows the API keys of this sandbox, so it listens on this machine only, such as on \
                 127.0.0.1: give --config with entities of your own (see --help)"
            );
        }
        Ok(())
    }

    /// Where to listen: as the command line says, or where the configuration says that people reach it.
    pub(crate) fn listen(&self, config: Option<&Config>) -> SocketAddr {
        let reached = || config.and_then(|config| config.issuer.url.local_address());
        self.listen.or_else(reached).unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)))
    }

    /// The sample people, unless there are others.
    pub(crate) fn sample(&self) -> Option<SampleRegistry> {
        self.registry.is_none().then(|| SampleRegistry::new(1, self.people))
    }
}

/// Reads a configuration file.
pub(crate) fn read(path: &Path) -> Result<Config> {
    let name = path.display();
    let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
    let mut text = String::new();
    // A byte more than it may have, which shows that it is longer.
    let read = file.take(MAX_CONFIG_BYTES + 1).read_to_string(&mut text);
    if read.with_context(|| format!("cannot read {name}"))? as u64 > MAX_CONFIG_BYTES {
        bail!("{name} is longer than 1 MiB: it is not a configuration file");
    }
    let config = Config::from_toml(&text).map_err(|error| match error {
        ConfigError::Text { line, what } => anyhow!("{name}:{line}: {what}"),
        other => anyhow!(other).context(format!("{name} cannot be used")),
    })?;
    config.check().with_context(|| format!("{name} cannot be used"))?;
    Ok(config)
}
