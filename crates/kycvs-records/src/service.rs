//! Certificates as a `kycvs` service takes them.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use kycvs::consent::Certificate;
use kycvs::{CertificateReader, CertificateRefusal};
use kycvs_domain::{BirthDate, PersonName};
use ring::digest::{SHA256, digest};

use crate::{Presented, Record, RecordError, Rules, TrustList};

/// Reads the certificates that people present to a service, by one trust list.
#[derive(Clone, Debug)]
pub struct Reader {
    trust: TrustList,
    rules: Rules,
}

impl Reader {
    /// A reader that trusts these keys.
    pub fn new(trust: TrustList, rules: Rules) -> Self {
        Self { trust, rules }
    }
}

impl CertificateReader for Reader {
    fn read(&self, presented: &[u8], now: DateTime<Utc>) -> Result<Certificate, CertificateRefusal> {
        let refused = |format| move |error: RecordError| CertificateRefusal { format, reason: error.code() };
        let presented = Presented::from_bytes(presented).map_err(refused(None))?;
        let format = presented.kind();
        let record = presented.verify(&self.trust, self.rules, now).map_err(refused(Some(format)))?;
        certificate(format, &record).map_err(refused(Some(format)))
    }
}

/// What an answer needs of a record.
fn certificate(format: &str, record: &Record) -> Result<Certificate, RecordError> {
    let names: Vec<_> = record.names().iter().filter_map(|name| PersonName::parse(name).ok()).collect();
    if names.is_empty() {
        return Err(RecordError::Shape("name"));
    }
    let id =
        if record.id().is_empty() { BASE64_URL_SAFE_NO_PAD.encode(content_hash(record)) } else { record.id().into() };
    Ok(Certificate {
        format: format.to_owned(),
        issuer: record.issuer().name.clone(),
        id,
        names,
        birth: record.birth(),
        doses: record.doses().to_vec(),
        caveat: record.caveats().first().map(|caveat| caveat.as_str().to_owned()),
    })
}

/// Replaces the number of a certificate without one: a card that is issued again for one person and the same doses is the same.
fn content_hash(record: &Record) -> [u8; 32] {
    let born = record.birth().map(BirthDate::first_day);
    let doses =
        record.doses().iter().map(|dose| format!("{}{}", dose.given_on, dose.product.map_or(0, |code| code.get())));
    let content =
        [record.names().join("\n"), format!("{born:?}")].into_iter().chain(doses).collect::<Vec<_>>().join("\n");
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, content.as_bytes()).as_ref());
    hash
}
