use std::sync::Arc;

use anyhow::Result;
use kycvs::registry::Registry;
use kycvs::token::TokenIssuer;
use kycvs::{ServiceKey, StatusService, StatusServiceBuilder};
use kycvs_axum::{Config, Http, Sandbox};
use kycvs_examples::Keys;

use crate::configuration::Production;
use crate::stores::Stores;

/// A service that sends to people.
pub(crate) fn production(stores: &Stores, registry: Arc<dyn Registry>, production: Production) -> Result<Http> {
    let Production { http, sender, messages } = production;
    let builder = stores.apply_to(builder(stores.keys(), registry, &http)?);
    let builder = builder.sender(sender).limits(messages.limits());
    let service = http.apply_to(builder).build()?;
    Ok(Http::new(Arc::new(service), http)?)
}

/// A service to try things on: it has a sender, a clock and a store of its own.
pub(crate) fn sandbox(keys: &Keys, registry: Arc<dyn Registry>, config: Config) -> Result<Sandbox> {
    Ok(Sandbox::new(builder(keys, registry, &config)?, config)?)
}

/// What both have: people and keys.
fn builder(keys: &Keys, registry: Arc<dyn Registry>, config: &Config) -> Result<StatusServiceBuilder> {
    Ok(StatusService::builder()
        .registry(registry)
        .issuer(TokenIssuer::new(config.issuer.url.as_str(), keys.signing.clone())?)
        .key(ServiceKey::from_bytes(*keys.service.secret_bytes())))
}
