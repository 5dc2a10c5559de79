//! Cards as a `kycvs` service gives them to people.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use kycvs::{Card, CardHolder, CardWriter};
use kycvs_token::{KeyRing, Signer, SignerError};

use crate::fhir::{Author, immunization_record};
use crate::{CardError, EuDcc, Holder, eu_dcc, health_card};

/// Writes a SMART Health Card, an EU DCC where the key has a certificate, and an NRCeS ImmunizationRecord.
pub struct Writer {
    url: String,
    organization: String,
    signer: Arc<dyn Signer>,
    keys: KeyRing,
    dcc: Option<DccKey>,
}

/// How the key of cards is known in trust lists of EU DCC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DccKey {
    /// The country that issues, two capital letters (ISO 3166-1).
    pub country: String,
    /// The first 8 bytes of the SHA-256 of the key's certificate in DER.
    pub key_id: [u8; 8],
}

/// How long the seal of an EU DCC holds. The doses in it hold for ever; whoever reads it wants to see it renewed.
const SEAL: TimeDelta = TimeDelta::days(365);

impl Writer {
    /// A writer of cards by `organization`, signed by an ES256 key that is published at `url` and `/.well-known/jwks.json`. `dcc` is
    /// the key's name in trust lists of EU DCC; without one none is written.
    ///
    /// # Errors
    /// [`CardError::Algorithm`] for another key, [`CardError::Issuer`] for a URL that no card takes.
    pub fn new(
        url: impl Into<String>,
        organization: impl Into<String>,
        signer: Arc<dyn Signer>,
        dcc: Option<DccKey>,
    ) -> Result<Self, CardError> {
        let (url, organization) = (url.into(), organization.into());
        crate::shc::check_issuer(&url, signer.public_key())?;
        let keys = KeyRing::from(signer.public_key().clone());
        Ok(Self { url, organization, signer, keys, dcc })
    }

    async fn health_card(&self, holder: &Holder<'_>, now: DateTime<Utc>) -> Result<Card, CardError> {
        let card = health_card(holder, &self.url, &*self.signer, now).await?;
        Ok(Card {
            kind: "smart-health-card",
            media_type: "application/smart-health-card",
            file_name: "vaccination.smart-health-card",
            file: card.file(),
            code: card.qr_text(),
        })
    }

    async fn eu_dcc(
        &self,
        holder: &Holder<'_>,
        key: &DccKey,
        of: &CardHolder<'_>,
        now: DateTime<Utc>,
    ) -> Result<Card, CardError> {
        let about = EuDcc {
            country: &key.country,
            issuer: &self.organization,
            id: &format!("URN:UVCI:01:{}:{}", key.country, of.id.to_ascii_uppercase().replace(['-', '_'], "/")),
            key_id: key.key_id,
            place: of.place.ok_or(CardError::Range("the number of the dose"))?,
            expires_at: now + SEAL,
        };
        let text = eu_dcc(holder, &about, &*self.signer, now).await?;
        Ok(Card {
            kind: "eu-dcc",
            media_type: "text/plain; charset=us-ascii",
            file_name: "vaccination-hc1.txt",
            file: text.clone(),
            code: Some(text),
        })
    }

    fn fhir(&self, holder: &Holder<'_>, of: &CardHolder<'_>, now: DateTime<Utc>) -> Result<Card, CardError> {
        let author = Author { organization: &self.organization, identifier: (&self.url, of.id) };
        Ok(Card {
            kind: "fhir",
            media_type: "application/fhir+json",
            file_name: "vaccination-fhir.json",
            file: immunization_record(holder, (&self.url, of.person), Some(&of.mobile.e164()), &author, now)?,
            code: None,
        })
    }
}

#[async_trait]
impl CardWriter for Writer {
    async fn write(&self, of: &CardHolder<'_>, now: DateTime<Utc>) -> Result<Vec<Card>, SignerError> {
        let holder = Holder { name: of.name, birth: of.history.birth, doses: &of.history.doses };
        let mut written = vec![self.health_card(&holder, now).await];
        if let Some(key) = &self.dcc {
            written.push(self.eu_dcc(&holder, key, of, now).await);
        }
        written.push(self.fhir(&holder, of, now));
        let kept = written.into_iter().filter_map(|card| match card {
            Ok(card) => Some(Ok(card)),
            Err(CardError::Signer(error)) => Some(Err(error)),
            Err(_) => None,
        });
        kept.collect()
    }

    fn public_keys(&self) -> &KeyRing {
        &self.keys
    }
}
