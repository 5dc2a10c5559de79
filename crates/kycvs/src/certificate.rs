//! Certificates that people present beside, or instead of, what the registry knows.

use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, Utc};
use kycvs_consent::{Certificate, Challenge, Evidence, Identifier, Pending, Request, RequestId, Subject};
use kycvs_domain::{
    BirthDate, BirthYear, Choice, DoseHistory, Mobile, PersonName, Policy, Source, VaccinationStatus, choose, status_of,
};
use kycvs_registry::{Found, Lookup, PersonTag, Registry, RegistryError};
use kycvs_store::Versioned;
use kycvs_token::EvidenceKind;

use crate::key::Pseudonyms;
use crate::service::until_won;
use crate::{Error, OpenRequest, StatusService};

/// Reads and verifies certificates of other issuers: the seam between the service and what knows their formats.
///
/// `kycvs-records` brings one, with its feature `service`. A service without one takes no certificates.
pub trait CertificateReader: Send + Sync {
    /// Reads what a person presents, such as the text of a QR code, and verifies it offline with the keys that the host trusts,
    /// as of `now`. The doses that it gives are of [`Source::Certificate`].
    ///
    /// # Errors
    /// [`CertificateRefusal`] says why it is not taken.
    fn read(&self, presented: &[u8], now: DateTime<Utc>) -> Result<Certificate, CertificateRefusal>;

    /// The longest file, in bytes, that [`shown_in`](Self::shown_in) reads; `None` of a reader that reads no pictures, which is the default.
    fn max_file_bytes(&self) -> Option<usize> {
        None
    }

    /// What a file shows: of a picture or PDF the text of its code, of any other file itself. It takes up to seconds of a core, so call it
    /// where blocking is allowed; once `goes_on` says no, it ends.
    ///
    /// # Errors
    /// [`CertificateRefusal`] of a picture or PDF without a code that can be read.
    fn shown_in(&self, file: &[u8], _goes_on: &dyn Fn() -> bool) -> Result<Vec<u8>, CertificateRefusal> {
        Ok(file.to_vec())
    }
}

impl<R: CertificateReader + ?Sized> CertificateReader for Arc<R> {
    fn read(&self, presented: &[u8], now: DateTime<Utc>) -> Result<Certificate, CertificateRefusal> {
        (**self).read(presented, now)
    }

    fn max_file_bytes(&self) -> Option<usize> {
        (**self).max_file_bytes()
    }

    fn shown_in(&self, file: &[u8], goes_on: &dyn Fn() -> bool) -> Result<Vec<u8>, CertificateRefusal> {
        (**self).shown_in(file, goes_on)
    }
}

/// Why a certificate was not taken. It repeats nothing of the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the certificate is not taken: {reason}")]
pub struct CertificateRefusal {
    /// What it is, such as `eu-dcc`; none for what is no certificate.
    pub format: Option<&'static str>,
    /// A stable word, such as `issuer-not-trusted` or `invalid-signature`.
    pub reason: &'static str,
}

impl CertificateRefusal {
    /// What a service says that takes no certificates.
    pub const NOT_TAKEN: Self = Self { format: None, reason: "not-taken" };
    /// The certificate names somebody else than the request.
    pub const ANOTHER_PERSON: Self = Self { format: None, reason: "another-person" };
    /// As many mobile numbers as one certificate serves have used it.
    pub const TOO_MANY_MOBILES: Self = Self { format: None, reason: "too-many-mobiles" };
}

impl StatusService {
    /// Whether people may present certificates.
    pub fn takes_certificates(&self) -> bool {
        self.certificates.is_some()
    }

    /// The longest file of a certificate that people may upload, in bytes; `None` where no pictures are read.
    pub fn max_file_bytes(&self) -> Option<usize> {
        self.certificates.as_deref().and_then(CertificateReader::max_file_bytes)
    }

    /// What a file shows that somebody uploads, for [`present_once_read`](Self::present_once_read). It blocks for up to seconds, until
    /// `goes_on` says no.
    ///
    /// # Errors
    /// [`CertificateRefusal`] of a picture or PDF without a code that can be read.
    pub fn shown_in(&self, file: &[u8], goes_on: &dyn Fn() -> bool) -> Result<Vec<u8>, CertificateRefusal> {
        self.certificates.as_deref().ok_or(CertificateRefusal::NOT_TAKEN)?.shown_in(file, goes_on)
    }

    /// Reads and verifies a certificate for whoever checks one, and keeps nothing.
    ///
    /// # Errors
    /// [`CertificateRefusal`] says why it is not taken.
    pub fn read_certificate(&self, presented: &[u8]) -> Result<Certificate, CertificateRefusal> {
        let reader = self.certificates.as_deref().ok_or(CertificateRefusal::NOT_TAKEN)?;
        reader.read(presented, self.clock.now())
    }

    /// The status that a history has today by the service's own policy.
    pub fn status_today(&self, history: &DoseHistory) -> VaccinationStatus {
        status_of(history, &self.answerer.policy, self.answerer.today(self.clock.now()))
    }

    /// Takes a certificate that is presented before the code is entered, in the place of one that was presented before for the same
    /// person. It is verified at once and has to name a person of the request. What it says is kept with the request, sealed,
    /// and counts when the code is entered.
    ///
    /// # Errors
    /// [`Error::CertificateRefused`], [`Error::NotFound`], [`Error::TooManyRequests`] after too many of them,
    /// [`Error::RequestExpired`], [`Error::RequestLocked`], [`Error::AlreadyUsed`], [`Error::StoreUnavailable`]. After any of them
    /// the request is as it was.
    pub async fn present(&self, entity: &Identifier, id: &RequestId, presented: &[u8]) -> Result<OpenRequest, Error> {
        self.present_once_read(entity, id, async { Ok(presented.to_vec()) }).await
    }

    /// The same of what has to be read out of a file first. That begins once the request is known to take a further certificate, so that
    /// nobody has pictures read without end.
    ///
    /// # Errors
    /// As [`present`](Self::present), and what `shown` ends with.
    #[tracing::instrument(name = "kycvs.present", skip_all, fields(%entity, request = %id), err(level = "info"))]
    pub async fn present_once_read(
        &self,
        entity: &Identifier,
        id: &RequestId,
        shown: impl Future<Output = Result<Vec<u8>, CertificateRefusal>> + Send,
    ) -> Result<OpenRequest, Error> {
        let now = self.clock.now();
        let pending = self.books.load(entity, id, now).await?.body.into_pending()?;
        self.guard.take_presentation(pending.request(), now).await?;
        let certificate = self.read_certificate(&shown.await?)?;
        let position = named_by(&certificate, &pending).ok_or(CertificateRefusal::ANOTHER_PERSON)?;
        if !self.guard.check_certificate(&certificate, pending.request(), now).await? {
            return Err(CertificateRefusal::TOO_MANY_MOBILES.into());
        }
        until_won(|| self.try_present(entity, id, position, Some(&certificate))).await
    }

    /// Forgets the certificate that was presented for the person at `position`.
    ///
    /// # Errors
    /// As [`present`](Self::present), but for what is about the certificate.
    #[tracing::instrument(name = "kycvs.take_back", skip_all, fields(%entity, request = %id), err(level = "info"))]
    pub async fn take_back(&self, entity: &Identifier, id: &RequestId, position: u8) -> Result<OpenRequest, Error> {
        until_won(|| self.try_present(entity, id, position, None)).await
    }

    async fn try_present(
        &self,
        entity: &Identifier,
        id: &RequestId,
        position: u8,
        certificate: Option<&Certificate>,
    ) -> Result<OpenRequest, Error> {
        let now = self.clock.now();
        let Versioned { body, version } = self.books.load(entity, id, now).await?;
        let pending = body.into_pending()?;
        if pending.request().is_expired(now) {
            return Err(Error::RequestExpired);
        }
        let pending = pending.with_certificate(position, certificate.cloned());
        self.books.put(Some(version), &Challenge::Pending(pending.clone())).await?;
        self.open_request(&pending)
    }

    /// The subject as it is answered about: without certificates that have served as many mobile numbers as they may.
    pub(crate) async fn admit_certificates(
        &self,
        request: &Request,
        mut subject: Subject,
        now: DateTime<Utc>,
    ) -> Result<Subject, Error> {
        for person in &mut subject.people {
            if let Some(certificate) = &person.certificate
                && !self.guard.take_certificate(certificate, request, now).await?
            {
                tracing::warn!(request = %request.id, "a certificate was used by as many mobile numbers as it may");
                person.certificate = None;
            }
        }
        Ok(subject)
    }
}

/// A certificate as a registry that knows one person, whatever their mobile number.
pub(crate) struct OfCertificate {
    pub(crate) certificate: Certificate,
    pub(crate) person: PersonTag,
}

#[async_trait]
impl Registry for OfCertificate {
    async fn find(
        &self,
        _mobile: &Mobile,
        name: &PersonName,
        birth_year: Option<BirthYear>,
    ) -> Result<Lookup, RegistryError> {
        Ok(match chosen(&self.certificate, name, birth_year) {
            Choice::One(()) => Lookup::Found(self.found()),
            Choice::AskBirthYear => Lookup::BirthYearNeeded,
            Choice::Nobody => Lookup::NotFound,
        })
    }

    async fn find_again(&self, _mobile: &Mobile, person: &PersonTag) -> Result<Option<Found>, RegistryError> {
        Ok((*person == self.person).then(|| self.found()))
    }
}

impl OfCertificate {
    fn found(&self) -> Found {
        let Certificate { birth, doses, .. } = &self.certificate;
        let history = DoseHistory { birth: *birth, doses: doses.clone(), immunity: Vec::new() };
        Found { history, person: self.person }
    }
}

/// The person of a request whom a certificate names, without a doubt rather than with one.
fn named_by(certificate: &Certificate, pending: &Pending) -> Option<u8> {
    let chosen_as = |choice| {
        let mut people = pending.people();
        people.find(|(_, named)| chosen(certificate, &named.name, None) == choice).map(|(asked, _)| asked.position)
    };
    chosen_as(Choice::One(())).or_else(|| chosen_as(Choice::AskBirthYear))
}

/// Whether a certificate is of the person who is asked about, by any of the ways in which it writes the name.
fn chosen(certificate: &Certificate, asked: &PersonName, birth_year: Option<BirthYear>) -> Choice<()> {
    let born = certificate.birth.and_then(BirthDate::year);
    let by_name = |name: &PersonName| choose(asked, birth_year, [(name.normalised(), born, ())]);
    let choices: Vec<_> = certificate.names.iter().map(by_name).collect();
    let found = |choice| choices.contains(&choice).then_some(choice);
    found(Choice::One(())).or(found(Choice::AskBirthYear)).unwrap_or(Choice::Nobody)
}

/// The status of a history, and what it rests on. A certificate counts where it raises what the registry says, and never
/// lowers it.
pub(crate) fn judged(history: &DoseHistory, policy: &Policy, on: NaiveDate) -> (VaccinationStatus, EvidenceKind) {
    let (presented, registered): (Vec<_>, Vec<_>) =
        history.doses.iter().partition(|dose| dose.source == Source::Certificate);
    let all = status_of(history, policy, on);
    if presented.is_empty() {
        return (all, EvidenceKind::Registry);
    }
    let of_registry = DoseHistory { doses: registered, ..history.clone() };
    match status_of(&of_registry, policy, on) {
        status if status >= all && !of_registry.doses.is_empty() => (status, EvidenceKind::Registry),
        _ => (all, EvidenceKind::Presented),
    }
}

/// What the artefact says a status rests on.
pub(crate) fn evidence(kind: EvidenceKind, certificate: Option<&Certificate>, pseudonyms: &Pseudonyms) -> Evidence {
    match (kind, certificate) {
        (EvidenceKind::Presented, Some(certificate)) => Evidence::Presented {
            format: certificate.format.clone(),
            issuer: certificate.issuer.clone(),
            digest: BASE64_URL_SAFE_NO_PAD.encode(pseudonyms.certificate(certificate)),
        },
        _ => Evidence::Registry,
    }
}
