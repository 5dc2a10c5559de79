use std::io::{self, Write};

use anyhow::Result;
use kycvs_axum::{Config, Origin, ReturnUrl};

/// The key of the railway in `sandbox.toml`. Everyone knows it, so no production server takes it.
pub(crate) const RAILWAY_KEY: &str = "demonstration-key-of-the-railway";
/// The key of the airline.
const AIRLINE_KEY: &str = "demonstration-key-of-the-airline";
/// The key of the hospital.
const HOSPITAL_KEY: &str = "demonstration-key-of-the-hospital";

/// The configuration of `sandbox.toml`, for servers at these addresses.
pub(crate) fn config(url: &str, site_url: Option<&str>) -> Result<Config> {
    let mut config = Config::from_toml(include_str!("../sandbox.toml"))?;
    config.issuer.url = Origin::parse(url)?;
    if let Some(site_url) = site_url {
        for entity in &mut config.entities {
            entity.origins.push(Origin::parse(site_url)?);
            entity.return_urls.push(ReturnUrl::parse(&format!("{site_url}/kycvs/return"))?);
        }
    }
    Ok(config)
}

pub(crate) fn tell_keys() -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "api-key  railway    {RAILWAY_KEY}")?;
    writeln!(out, "api-key  airline    {AIRLINE_KEY}")?;
    writeln!(out, "api-key  hospital   {HOSPITAL_KEY}")
}
