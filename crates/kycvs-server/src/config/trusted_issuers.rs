use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use kycvs::registry::Join;
use kycvs::{CertificateReader, StatusServiceBuilder};
use kycvs_records::{Reader, Rules};
use serde::Deserialize;

use crate::commands::trust;
use crate::revocations;

/// `[trusted_issuers]`: whose certificates people may present.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssuerSettings {
    /// The trust list, as `kycvs trust import` writes it.
    list: PathBuf,
    /// The public half of the key that signed it.
    list_key: Option<PathBuf>,
    /// A folder of what issuers have revoked, as `kycvs verify --revocations` takes it.
    revocations: Option<PathBuf>,
    /// Whether a certificate counts whose seal has expired.
    #[serde(default)]
    accept_expired_seals: bool,
    #[serde(default)]
    of_known_people: OfKnownPeople,
}

/// What counts of a person whom the registry knows, too.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum OfKnownPeople {
    /// The doses of both.
    #[default]
    Merged,
    /// The registry alone.
    Ignored,
}

/// What a service takes certificates by.
#[derive(Clone)]
pub(crate) struct TrustedIssuers {
    reader: Arc<dyn CertificateReader>,
    join: Join,
}

impl IssuerSettings {
    /// Reads the lists.
    ///
    /// # Errors
    /// A list or a key that cannot be used.
    pub(crate) fn open(&self) -> Result<TrustedIssuers> {
        let trust = trust::open(&self.list, self.list_key.as_deref()).context("the trust list cannot be used")?;
        let revoked = self.revocations.as_deref().map(revocations::open).transpose();
        let revoked = revoked.context("the revocation lists cannot be used")?.unwrap_or_default();
        let rules = Rules { accept_expired_seals: self.accept_expired_seals };
        let join = match self.of_known_people {
            OfKnownPeople::Merged => Join::Merged,
            OfKnownPeople::Ignored => Join::FirstAlone,
        };
        Ok(TrustedIssuers { reader: of_files(Reader::new(trust.with_revocations(revoked), rules)), join })
    }
}

/// Takes pictures and PDFs, too.
#[cfg(feature = "scan")]
fn of_files(reader: Reader) -> Arc<dyn CertificateReader> {
    Arc::new(kycvs_scan::Scanning(reader))
}

#[cfg(not(feature = "scan"))]
fn of_files(reader: Reader) -> Arc<dyn CertificateReader> {
    Arc::new(reader)
}

impl TrustedIssuers {
    pub(crate) fn apply_to(&self, builder: StatusServiceBuilder) -> StatusServiceBuilder {
        builder.certificates(self.reader.clone()).join(self.join)
    }
}
