use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use chrono::TimeDelta;
use kycvs::token::{Algorithm, SigningKey};
use kycvs::transparency::VerifierKey;
use kycvs::{PublicLog, PublicLogError, Witness};
use serde::Deserialize;
use url::Url;

use crate::keys::{LOG, make, read};
use crate::witness::HttpWitness;

/// `[log]`: the public log. A file without it has none.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogSettings {
    /// Its name for ever.
    origin: String,
    #[serde(default = "hour")]
    every_seconds: u32,
    #[serde(default)]
    witness: Vec<WitnessSettings>,
    /// How many of them must sign; default all.
    witnesses_wanted: Option<usize>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct WitnessSettings {
    url: String,
    /// `name+id+key`, as it publishes it.
    key: String,
}

fn hour() -> u32 {
    3600
}

impl LogSettings {
    /// Everything that is wrong in them, by place.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let mut faults: Vec<(String, String)> = Vec::new();
        let place = |error: &PublicLogError| match error {
            PublicLogError::Origin(_) | PublicLogError::Algorithm => "log.origin",
            PublicLogError::Witnesses => "log.witnesses_wanted",
            _ => "log.every_seconds",
        };
        let key = SigningKey::generate(Algorithm::EdDsa).map(Arc::new);
        match (self.witnesses(), key) {
            (Err((place, error)), _) => faults.push((format!("log.{place}"), crate::ending::words(&error))),
            (Ok(witnesses), Ok(key)) => {
                if let Err(error) = self.log(key, witnesses) {
                    faults.push((place(&error).to_owned(), error.to_string()));
                }
            }
            (Ok(_), Err(error)) => faults.push(("log.origin".to_owned(), error.to_string())),
        }
        faults
    }

    /// The log, with its key from the folder of the keys, where it is made if it is not there.
    ///
    /// # Errors
    /// A key that cannot be made or read, and settings that have faults.
    pub(crate) fn open(&self, keys: &Path) -> Result<PublicLog> {
        Self::make_key(keys)?;
        let key = SigningKey::from_pkcs8(Algorithm::EdDsa, &read(keys, LOG)?).context(LOG)?;
        let witnesses = self.witnesses().map_err(|(place, error)| error.context(format!("log.{place}")))?;
        Ok(self.log(Arc::new(key), witnesses)?)
    }

    /// Makes the key in this folder if it is not there.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(crate) fn make_key(keys: &Path) -> Result<()> {
        make(keys, LOG, || Ok(SigningKey::generate_pkcs8(Algorithm::EdDsa)?.secret_bytes().to_vec()))
    }

    fn log(&self, key: Arc<SigningKey>, witnesses: Vec<Arc<dyn Witness>>) -> Result<PublicLog, PublicLogError> {
        let wanted = self.witnesses_wanted.unwrap_or(witnesses.len());
        let log = PublicLog::new(&self.origin, key)?.witnesses(witnesses, wanted)?;
        log.every(TimeDelta::seconds(self.every_seconds.into()))
    }

    /// Those who sign, too; or the place of one that cannot.
    fn witnesses(&self) -> Result<Vec<Arc<dyn Witness>>, (String, anyhow::Error)> {
        let witness = |(at, settings): (usize, &WitnessSettings)| {
            let wrong = |key: &str, error| (format!("witness[{at}].{key}"), error);
            let key = VerifierKey::parse(&settings.key).map_err(|_| {
                wrong(
                    "key",
                    anyhow!("it must be the witness's key as it publishes it: name, id and key, with + between them"),
                )
            })?;
            let must = "it must be a URL such as https://witness.example";
            let url = Url::parse(&settings.url).map_err(|_| wrong("url", anyhow!(must)))?;
            let witness =
                HttpWitness::new(&url, key, Duration::from_secs(5)).map_err(|_| wrong("url", anyhow!(must)))?;
            Ok(Arc::new(witness) as Arc<dyn Witness>)
        };
        self.witness.iter().enumerate().map(witness).collect()
    }
}
