use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, FixedOffset, SubsecRound, TimeDelta, Utc};
use kycvs_consent::{
    Answer, Consent, ConsentId, DataFiduciary, DataItem, Grant, Method, Random, Request, Schema, Subject, later,
};
use kycvs_domain::{Policy, VaccinationStatus, status_of};
use kycvs_registry::{Found, Registry};
use kycvs_token::{ConsentReference, StatusClaims, TokenIssuer};

use crate::Error;
use crate::key::Pseudonyms;

/// Whom a token names in `sub`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SubjectKind {
    /// Nobody: a random word for each token, so that two tokens of one person cannot be told to be so.
    #[default]
    Random,
    /// The mobile number, by a pseudonym that one verifying entity sees again and two cannot compare. The registry tells
    /// nothing that would tell apart the people on one number.
    Pairwise,
}

/// Looks up, evaluates, writes down what was agreed to, and signs: the steps from a right code to its answer. It stores
/// nothing.
pub(crate) struct Answerer {
    pub(crate) registry: Arc<dyn Registry>,
    pub(crate) policy: Policy,
    pub(crate) issuer: TokenIssuer,
    pub(crate) fiduciary: DataFiduciary,
    pub(crate) lifetime: TimeDelta,
    pub(crate) subject_kind: SubjectKind,
    pub(crate) time_zone: FixedOffset,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) pseudonyms: Arc<Pseudonyms>,
}

impl Answerer {
    /// Finds the answer to a request whose right code was entered at `now`.
    pub(crate) async fn answer(
        &self,
        request: &Request,
        subject: &Subject,
        now: DateTime<Utc>,
    ) -> Result<Answer, Error> {
        let Subject { mobile, name } = subject;
        let found = self.registry.find(mobile, name, None).await.map_err(Error::RegistryUnavailable)?;
        let Some(Found { history, .. }) = found.found() else { return Ok(Answer::NoRecord) };
        let now = now.trunc_subsecs(0);
        let status = status_of(&history, &self.policy, self.today(now));
        let principal = BASE64_URL_SAFE_NO_PAD.encode(self.pseudonyms.principal(mobile, &request.entity.id));
        let consent = self.consent(request, principal, now)?;
        let token = self.sign(&consent, status, now).await?;
        Ok(Answer::Granted(Box::new(Grant { status, token, token_expires_at: consent.valid_until, consent })))
    }

    fn today(&self, now: DateTime<Utc>) -> chrono::NaiveDate {
        now.with_timezone(&self.time_zone).date_naive()
    }

    fn consent(&self, request: &Request, principal: String, now: DateTime<Utc>) -> Result<Consent, Error> {
        Ok(Consent {
            id: ConsentId::of(&request.id, request.opened_at),
            schema: Schema::V1,
            principal,
            data_fiduciary: self.fiduciary.clone(),
            verifying_entity: request.entity.clone(),
            reference: request.reference.clone(),
            purpose: request.purpose.clone(),
            data_items: [DataItem::Status],
            notice: request.notice.clone(),
            method: Method::OtpSms { request: request.id },
            token_id: self.random_word()?,
            given_at: now,
            valid_until: later(now, self.lifetime),
        })
    }

    async fn sign(&self, consent: &Consent, status: VaccinationStatus, now: DateTime<Utc>) -> Result<String, Error> {
        let artefact = consent.to_bytes().map_err(kycvs_store::StoreError::unavailable)?;
        let claims = StatusClaims {
            audience: consent.verifying_entity.id.as_str().to_owned(),
            subject: match self.subject_kind {
                SubjectKind::Random => self.random_word()?,
                SubjectKind::Pairwise => consent.principal.clone(),
            },
            token_id: consent.token_id.clone(),
            issued_at: now,
            expires_at: consent.valid_until,
            status,
            as_of: self.today(now),
            policy: self.policy.reference().to_owned(),
            purpose: consent.purpose.code.as_str().to_owned(),
            reference: consent.reference.as_ref().map(|reference| reference.as_str().to_owned()),
            consent: ConsentReference { id: consent.id.to_string(), hash: Consent::hash_of(&artefact) },
            bearer: None,
            status_list: None,
        };
        Ok(self.issuer.issue(&claims).await.map_err(Error::SigningUnavailable)?.token.into_string())
    }

    /// 128 random bits (OWASP ASVS 5.0, 11.5.1) as 22 characters.
    fn random_word(&self) -> Result<String, Error> {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes)?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }
}
