use std::fs;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use kycvs::store::Limit;
use kycvs::{Limits, OtpSender};
use kycvs_axum::{Brand, Config, ConfigError, Entity, HttpLimits, Issuer, read_toml};
use serde::Deserialize;

use crate::demonstration;
use crate::shared::Shared;
use crate::sms::Sms;

/// A configuration file: what `kycvs-axum` reads, and what a server has beside it.
pub(crate) struct Configuration {
    pub(crate) http: Config,
    pub(crate) stores: Option<Shared>,
    sms: Option<Sms>,
    messages: Messages,
}

/// What a server that sends to people is made of.
pub(crate) struct Production {
    pub(crate) http: Config,
    pub(crate) sender: Arc<dyn OtpSender>,
    pub(crate) messages: Messages,
}

/// `[messages]`: how many are sent.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Messages {
    /// To how many one entity may lead in a minute.
    per_entity: Option<NonZeroU32>,
    /// To how many numbers that differ in their last four digits only may lead in an hour.
    per_range: Option<NonZeroU32>,
}

impl Messages {
    /// The usual limits, but for what is told here: a national railway asks more than an employer.
    pub(crate) fn limits(&self) -> Limits {
        let usual = Limits::default();
        let or = |told: Option<NonZeroU32>, minutes: u32, usual: Vec<Limit>| match told {
            Some(max) => vec![Limit { max, per_seconds: NonZeroU32::MIN.saturating_add(60 * minutes - 1) }],
            None => usual,
        };
        Limits {
            sends_per_entity: or(self.per_entity, 1, usual.sends_per_entity),
            sends_per_prefix: or(self.per_range, 60, usual.sends_per_prefix),
            ..usual
        }
    }
}

/// Everything that a file may have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    issuer: Issuer,
    #[serde(default)]
    entity: Vec<Entity>,
    #[serde(default)]
    limits: HttpLimits,
    #[serde(default)]
    page: Brand,
    stores: Option<Shared>,
    sms: Option<Sms>,
    #[serde(default)]
    messages: Messages,
}

const MAX_BYTES: u64 = 1 << 20;

impl Configuration {
    /// Reads a file.
    ///
    /// # Errors
    /// One that cannot be read, and what is wrong in it: line, key, and what is expected there. What stands there is not
    /// repeated, since it may be a password.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let name = path.display();
        if fs::metadata(path).with_context(|| format!("cannot open {name}"))?.len() > MAX_BYTES {
            bail!("{name} is longer than a megabyte: it is no configuration");
        }
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        Self::parse(&text).map_err(|error| match error {
            ConfigError::Text { line, what } => anyhow!("{name}:{line}: {what}"),
            other => anyhow!(other).context(format!("{name} cannot be used")),
        })
    }

    /// What the demonstration runs on: the file that documents every setting.
    pub(crate) fn of_the_demonstration() -> Result<Config> {
        Ok(Self::parse(include_str!("portal.toml"))?.http)
    }

    fn parse(text: &str) -> Result<Self, ConfigError> {
        let File { issuer, entity, limits, page, stores, sms, messages } = read_toml(text)?;
        let http = Config { issuer, entities: entity, limits, page };
        http.check()?;
        Ok(Self { http, stores, sms, messages })
    }

    /// What production needs beside: a gateway, and keys that not everyone knows.
    pub(crate) fn for_production(self) -> Result<Production> {
        if let Some(entity) = self.http.entities.iter().find(|entity| demonstration::knows(&entity.api_key_sha256)) {
            bail!("the entity `{}` has an API key of the demonstration, which everyone knows", entity.id);
        }
        if self.http.entities.is_empty() {
            bail!("the configuration has no [[entity]]: nobody could ask anything");
        }
        let sms = self.sms.context(
            "the configuration has no SMS gateway: add [sms.kannel], [sms.msg91] or [sms.http], or try it by --sandbox",
        )?;
        let sender = sms.sender(self.http.registered_entities())?;
        Ok(Production { http: self.http, sender, messages: self.messages })
    }
}
