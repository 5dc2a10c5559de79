use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use chrono::TimeDelta;
use kycvs::token::{KeyDevice, KeyFolder, RotationPolicy};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::rates::Span;

/// `[signing]`: where the private keys of tokens are. Without it, in files of the keys' folder.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SigningSettings {
    /// Tokens of PKCS#11, between which keys take turns.
    #[serde(default)]
    pkcs11: Vec<Pkcs11Settings>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(feature = "pkcs11"), allow(dead_code))] // what this build names, and does not open
struct Pkcs11Settings {
    /// The vendor's library.
    module: PathBuf,
    /// The label of the token.
    token: String,
    pin: Zeroizing<String>,
    time_limit: Option<Span>,
}

/// How long a key is on standby before its turn: as long as it then signs.
const USE: TimeDelta = TimeDelta::days(30);

impl SigningSettings {
    /// Everything that is wrong in them, by place.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        for (at, settings) in self.pkcs11.iter().enumerate() {
            let mut fault = |is_one: bool, key: &str, what: &str| {
                if is_one {
                    faults.push((format!("signing.pkcs11[{at}]{key}"), what.to_owned()));
                }
            };
            let label = &settings.token;
            fault(label.is_empty() || label.contains('@'), ".token", "the label of a token is not empty, and has no @");
            let is_known = self.pkcs11.iter().take(at).any(|other| other.token == *label);
            fault(is_known, ".token", "two tokens have this label: give each its own");
            fault(settings.limit() > Duration::from_secs(30), ".time_limit", "it must be 30 s at most");
            fault(!cfg!(feature = "pkcs11"), "", "this kycvs was built without the feature pkcs11");
        }
        faults
    }

    /// How keys take turns: with two tokens, one key is always on standby.
    pub(crate) fn policy(&self) -> RotationPolicy {
        let usual = RotationPolicy::default();
        match self.has_standby() {
            true => RotationPolicy { publish_before_use: USE, use_for: USE, ..usual },
            false => usual,
        }
    }

    /// Whether there is a second token.
    pub(crate) fn has_standby(&self) -> bool {
        self.pkcs11.len() > 1
    }

    /// A folder whose further keys are made where these settings say. The modules are loaded, and nothing is asked of a token.
    ///
    /// # Errors
    /// A module that cannot be loaded.
    pub(crate) fn apply_to(&self, folder: KeyFolder) -> Result<KeyFolder> {
        let folder = match self.device()? {
            Some(device) => folder.in_device(device),
            None => folder,
        };
        Ok(if self.has_standby() { folder.with_standby() } else { folder })
    }

    #[cfg(not(feature = "pkcs11"))]
    pub(crate) fn device(&self) -> Result<Option<Arc<dyn KeyDevice>>> {
        Ok(None)
    }

    /// The tokens; `None` where keys are files.
    ///
    /// # Errors
    /// A module that cannot be loaded.
    #[cfg(feature = "pkcs11")]
    pub(crate) fn device(&self) -> Result<Option<Arc<dyn KeyDevice>>> {
        use anyhow::Context;
        use kycvs_pkcs11::{Pin, Pkcs11Keys, Pkcs11Module, Pkcs11Options, Pkcs11Token};

        let mut modules: Vec<(&PathBuf, Pkcs11Module)> = Vec::new();
        let mut tokens = Vec::new();
        for settings in &self.pkcs11 {
            let known = modules.iter().find(|(path, _)| *path == &settings.module).map(|(_, module)| module.clone());
            let module = match known {
                Some(module) => module,
                None => Pkcs11Module::load(&settings.module)
                    .with_context(|| format!("[signing] pkcs11: {}", settings.module.display()))?,
            };
            modules.push((&settings.module, module.clone()));
            let pin = settings.pin.clone();
            tokens.push(Pkcs11Token::new(&module, &settings.token, Pin::from_fn(move || Ok(pin.clone()))));
        }
        let limits = self.pkcs11.iter().map(Pkcs11Settings::limit).max();
        let Some(time_limit) = limits else { return Ok(None) };
        let options = Pkcs11Options { time_limit, ..Pkcs11Options::default() };
        Ok(Some(Arc::new(Pkcs11Keys::new(tokens, options))))
    }
}

impl Pkcs11Settings {
    fn limit(&self) -> Duration {
        self.time_limit.map_or(Duration::from_secs(2), Into::into)
    }
}
