use std::sync::Arc;

use anyhow::Result;
use kycvs::registry::Registry;
use kycvs::token::TokenIssuer;
use kycvs::{ServiceKey, StatusService, StatusServiceBuilder};
use kycvs_axum::{Config, Http, Sandbox};
use kycvs_examples::Data;

use crate::sms::Sms;

/// A service that sends to people, with everything in one file.
pub(crate) fn production(data: &Data, registry: Arc<dyn Registry>, config: Config, sms: Sms) -> Result<Http> {
    let sender = sms.sender(config.registered_entities())?;
    let builder = builder(data, registry, &config)?.store(data.store.clone()).sender(sender);
    let service = config.apply_to(builder).build()?;
    Ok(Http::new(Arc::new(service), config)?)
}

/// A service to try things on: it has a sender, a clock and a store of its own.
pub(crate) fn sandbox(data: &Data, registry: Arc<dyn Registry>, config: Config) -> Result<Sandbox> {
    Ok(Sandbox::new(builder(data, registry, &config)?, config)?)
}

/// What both have: people and keys.
fn builder(data: &Data, registry: Arc<dyn Registry>, config: &Config) -> Result<StatusServiceBuilder> {
    Ok(StatusService::builder()
        .registry(registry)
        .issuer(TokenIssuer::new(config.issuer.url.as_str(), data.signing_key.clone())?)
        .key(ServiceKey::from_bytes(*data.service_key.secret_bytes())))
}
