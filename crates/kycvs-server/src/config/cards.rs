use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use base64::{Engine, prelude::BASE64_STANDARD};
use kycvs::token::{Algorithm, PublicKey, Signer, SigningKey};
use kycvs_cards::{DccKey, Writer};
use kycvs_records::trust::import;
use serde::Deserialize;

use crate::bounded;
use crate::commands::trust::ders;
use crate::keys::{make, read};

/// `[cards]`: what people may take home of their own record. A file without it gives none.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardSettings {
    /// The certificate of the key, for EU DCC; without it none is written.
    certificate: Option<PathBuf>,
}

/// The private key of cards.
pub(crate) const CARDS: &str = "cards.key";

/// The longest file of a certificate, with those of the authorities above it.
const MAX_CERTIFICATE_BYTES: u64 = 64 << 10;

impl CardSettings {
    /// What is wrong in them, by place, for an issuer at this URL.
    pub(crate) fn faults(&self, url: &str) -> Vec<(&'static str, String)> {
        let certificate = self.certificate.as_deref().map(certified).transpose();
        let certificate = certificate.err().map(|error| ("cards.certificate", crate::ending::words(&error)));
        let is_https = url.starts_with("https://");
        let issuer = (!is_https).then(|| ("cards", "it needs an https issuer.url".to_owned()));
        certificate.into_iter().chain(issuer).collect()
    }

    /// Whether EU DCC can be written.
    pub(crate) fn has_certificate(&self) -> bool {
        self.certificate.is_some()
    }

    /// Makes the key in this folder if it is not there.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub(crate) fn make_key(keys: &Path) -> Result<()> {
        make(keys, CARDS, || Ok(SigningKey::generate_pkcs8(Algorithm::Es256)?.secret_bytes().to_vec()))
    }

    /// Writes cards by the key of this folder, which is made if it is not there.
    ///
    /// # Errors
    /// A key or a certificate that cannot be used, and an issuer's URL that no card takes.
    pub(crate) fn writer(&self, keys: &Path, url: &str, organization: &str) -> Result<Writer> {
        Self::make_key(keys)?;
        let key = SigningKey::from_pkcs8(Algorithm::Es256, &read(keys, CARDS)?).context(CARDS)?;
        let dcc = self.certificate.as_deref().map(|path| dcc_key(path, key.public_key())).transpose()?;
        Writer::new(format!("{url}/cards"), organization, Arc::new(key), dcc)
            .map_err(|_| anyhow!("[cards] needs an https issuer.url"))
    }
}

/// The name of the key in trust lists, by its certificate.
fn dcc_key(path: &Path, key: &PublicKey) -> Result<DccKey> {
    let (country, name, certified) = certified(path)?;
    if certified != key.as_bytes() {
        bail!("{} is not the certificate of {CARDS}", path.display());
    }
    let key_id = BASE64_STANDARD.decode(name).ok().and_then(|id| id.try_into().ok());
    Ok(DccKey { country, key_id: key_id.context("the key has no id")? })
}

/// The country, the key's name and the key of a certificate that may sign vaccinations.
fn certified(path: &Path) -> Result<(String, String, Vec<u8>)> {
    let file = bounded::read(path, MAX_CERTIFICATE_BYTES)?;
    let imported = import::certificates(ders(&file).iter().map(Vec::as_slice));
    let key = imported.keys.into_iter().next();
    let key = key.with_context(|| format!("{} is no certificate of a key that signs vaccinations", path.display()))?;
    Ok((key.issuer, key.name, key.key))
}
