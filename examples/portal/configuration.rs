use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use kycvs_axum::Config;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use toml::de::{DeTable, Deserializer, Error};

use crate::demonstration;
use crate::sms::Sms;

/// A configuration file: what `kycvs-axum` reads, and the SMS gateway.
pub(crate) struct Configuration {
    pub(crate) http: Config,
    sms: Option<Sms>,
}

const MAX_BYTES: u64 = 1 << 20;

impl Configuration {
    /// Reads a file.
    ///
    /// # Errors
    /// One that cannot be read, and the line of what is wrong in it. What stands there is not repeated: it may be a password.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let name = path.display();
        if fs::metadata(path).with_context(|| format!("cannot open {name}"))?.len() > MAX_BYTES {
            bail!("{name} is longer than a megabyte: it is no configuration");
        }
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        Self::parse(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            anyhow!("{name}:{line}: {}", error.message())
        })
    }

    /// What the demonstration runs on: the file that documents every setting.
    pub(crate) fn of_the_demonstration() -> Result<Config> {
        Ok(Self::parse(include_str!("portal.toml"))?.http)
    }

    fn parse(text: &str) -> Result<Self, Error> {
        let mut table = DeTable::parse(text)?;
        let sms = table.get_mut().remove("sms").map(|value| Sms::deserialize(value.into_deserializer())).transpose()?;
        Ok(Self { http: Config::deserialize(Deserializer::from(table))?, sms })
    }

    /// What production needs beside: a gateway, and keys that not everyone knows.
    pub(crate) fn for_production(self) -> Result<(Config, Sms)> {
        if let Some(entity) = self.http.entities.iter().find(|entity| demonstration::knows(&entity.api_key_sha256)) {
            bail!("the entity `{}` has an API key of the demonstration, which everyone knows", entity.id);
        }
        if self.http.entities.is_empty() {
            bail!("the configuration has no [[entity]]: nobody could ask anything");
        }
        let sms = self.sms.context(
            "the configuration has no SMS gateway: add [sms.kannel], [sms.msg91] or [sms.http], or try it by --sandbox",
        )?;
        Ok((self.http, sms))
    }
}
