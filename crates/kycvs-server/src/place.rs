use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use kycvs::token::{Algorithm, SigningKey, SigningKeys, TokenIssuer};
use kycvs::{OtpMessage, OtpSender, SendError, ServiceKey, StatusService, StatusServiceBuilder};
use kycvs_axum::Config;

use crate::cli;
use crate::config::{Configuration, Kept, LogSettings};
use crate::stores::Stores;

/// Whose stores and keys a command works on.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("stores").args(["data", "config"]).multiple(true).required(true))]
pub(crate) struct Place {
    /// The stores of this configuration
    #[arg(long, value_name = "FILE.toml", value_parser = cli::path())]
    config: Option<PathBuf>,
    /// The embedded store in this folder
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    data: Option<PathBuf>,
    /// The folder of the keys; default: DIR-keys next to the data
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    keys: Option<PathBuf>,
}

impl Place {
    /// The service, for what an operator does with it. It sends nothing and signs nothing.
    pub(crate) async fn service(&self) -> Result<StatusService> {
        let (stores, log) = self.stores().await?;
        let config = nobody("http://127.0.0.1")?;
        let none = SigningKeys::single(Arc::new(SigningKey::generate(Algorithm::Es256)?));
        let (builder, _) = builder(&stores, &config, log.as_ref(), none).await?;
        Ok(config.apply_to(builder)?.sender(Arc::new(Nowhere)).build()?)
    }

    async fn stores(&self) -> Result<(Stores, Option<LogSettings>)> {
        let Kept { stores, log, .. } = match &self.config {
            Some(config) => Configuration::read_kept(config)?,
            None => Kept::default(),
        };
        Ok((Stores::open_existing(&stores.or_folders(self.data.clone(), self.keys.clone())).await?, log))
    }
}

/// What every service has of its stores and keys, and its issuer, whose signing keys change in time.
pub(crate) async fn builder(
    stores: &Stores,
    config: &Config,
    log: Option<&LogSettings>,
    signing: SigningKeys,
) -> Result<(StatusServiceBuilder, TokenIssuer)> {
    let issuer = TokenIssuer::with_keys(config.issuer.url.as_str(), signing)?;
    let builder = StatusService::builder()
        .registry(Arc::new(stores.registry().await?))
        .issuer(issuer.clone())
        .key(ServiceKey::from_bytes(*stores.keys.service.secret_bytes()));
    let builder = match stores.log(log).await? {
        Some(log) => builder.log(log),
        None => builder,
    };
    Ok((stores.apply_to(builder), issuer))
}

/// A configuration under which nobody may ask: of a server without a file, and of the tools.
pub(crate) fn nobody(url: &str) -> Result<Config> {
    let text = format!("[issuer]\nurl = \"{url}\"\nname = \"KYC-VS\"\ngrievance = \"the operator of this server\"\n");
    Ok(Config::from_toml(&text)?)
}

/// Where there is no gateway.
pub(crate) struct Nowhere;

#[async_trait::async_trait]
impl OtpSender for Nowhere {
    async fn send(&self, _: OtpMessage) -> Result<(), SendError> {
        Err(SendError::NotSent("there is no gateway".into()))
    }
}
