use std::io::{self, Write};

use anyhow::Result;
use kycvs_axum::{ApiKeyHash, Config, Origin, ReturnUrl};

use crate::configuration::Configuration;

/// The key of the railway in `portal.toml`. Everyone knows it, so production does not take it.
pub(crate) const RAILWAY_KEY: &str = "demonstration-key-of-the-railway";
/// The key of the airline.
const AIRLINE_KEY: &str = "demonstration-key-of-the-airline";

const KEYS: [(&str, &str); 2] = [("railway", RAILWAY_KEY), ("airline", AIRLINE_KEY)];

/// The configuration of `portal.toml`, for servers at these addresses.
pub(crate) fn config(portal_url: &str, site_url: &str) -> Result<Config> {
    let mut config = Configuration::of_the_demonstration()?;
    config.issuer.url = Origin::parse(portal_url)?;
    for entity in &mut config.entities {
        entity.origins = vec![Origin::parse(site_url)?];
        entity.return_urls = vec![ReturnUrl::parse(&format!("{site_url}/kycvs/return"))?];
    }
    Ok(config)
}

/// Whether it is the hash of a key that stands above.
pub(crate) fn knows(hash: &ApiKeyHash) -> bool {
    KEYS.iter().any(|(_, key)| ApiKeyHash::of(key) == *hash)
}

pub(crate) fn tell_keys() -> io::Result<()> {
    let mut out = io::stdout().lock();
    KEYS.iter().try_for_each(|(entity, key)| writeln!(out, "{:<8} {entity:<10} {key}", "api-key"))
}
