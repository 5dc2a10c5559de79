//! What a person takes home: their own record, in formats that other readers know.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, Utc};
use kycvs_domain::{DoseHistory, Mobile, Policy, VaccinationStatus, evaluate};
use kycvs_token::{IssueError, KeyRing, SignerError};

use crate::history::{Line, Told};
use crate::{Error, PersonSession, StatusService};

/// Writes cards: the seam between the service and what knows their formats.
///
/// `kycvs-cards` brings one, with its feature `service`. A service without one gives none.
#[async_trait]
pub trait CardWriter: Send + Sync {
    /// Writes every card that can hold the person's record. A format that has no code for a dose, or no letters for the name, is left
    /// out; a dose never is.
    ///
    /// # Errors
    /// The signer did not sign.
    async fn write(&self, holder: &CardHolder<'_>, now: DateTime<Utc>) -> Result<Vec<Card>, SignerError>;

    /// The keys that cards are signed with, as readers of SMART Health Cards fetch them below the issuer's URL.
    fn public_keys(&self) -> &KeyRing;
}

#[async_trait]
impl<W: CardWriter + ?Sized> CardWriter for Arc<W> {
    async fn write(&self, holder: &CardHolder<'_>, now: DateTime<Utc>) -> Result<Vec<Card>, SignerError> {
        (**self).write(holder, now).await
    }

    fn public_keys(&self) -> &KeyRing {
        (**self).public_keys()
    }
}

/// Whose card it is, for a writer alone. `Debug` shows nothing.
pub struct CardHolder<'a> {
    /// The name under which the registry knows the person.
    pub name: &'a str,
    /// The number on which it does.
    pub mobile: &'a Mobile,
    /// What names the person to who issues, at most 32 letters and digits: a pseudonym that stays the same, or the source's number.
    pub person: &'a str,
    /// What the registry has of them.
    pub history: &'a DoseHistory,
    /// The last dose's number and the length of its series: as the record says them, else "n of n" of a person whom a policy calls
    /// fully vaccinated. None where nobody knows.
    pub place: Option<(u8, u8)>,
    /// 128 random bits as 22 characters: the number of what is issued.
    pub id: &'a str,
}

/// A card, for the person alone. `Debug` shows its kind.
#[derive(Clone, PartialEq, Eq)]
pub struct Card {
    /// Which: `smart-health-card`, `eu-dcc` or `fhir`.
    pub kind: &'static str,
    /// The media type of the file.
    pub media_type: &'static str,
    /// The name of the file.
    pub file_name: &'static str,
    /// The file.
    pub file: String,
    /// The text of its QR code, where it fits one.
    pub code: Option<String>,
}

impl StatusService {
    /// Whether people get cards.
    pub fn gives_cards(&self) -> bool {
        self.cards.is_some()
    }

    /// The keys that cards are signed with; none of a service that gives none.
    pub fn card_keys(&self) -> Option<&KeyRing> {
        self.cards.as_deref().map(CardWriter::public_keys)
    }

    /// The person's own doses as cards, from the registry, for the person who opened their page: an entity has no way to them. What a
    /// certificate said that was presented is not among them. Nothing of them is kept; that the person took a copy, on the consent that
    /// opened the page, is in the ledger and in their [`history`](Self::history), once for each session.
    ///
    /// # Errors
    /// [`Error::NoMatchingRecord`] for a person whom the registry has no longer, [`Error::RegistryUnavailable`],
    /// [`Error::SigningUnavailable`], [`Error::RandomUnavailable`], [`Error::StoreUnavailable`]; then no card was given.
    #[tracing::instrument(name = "kycvs.cards", skip_all, err(level = "info"))]
    pub async fn cards(&self, session: &PersonSession) -> Result<Vec<Card>, Error> {
        let Some(writer) = &self.cards else { return Ok(Vec::new()) };
        let mobile = &session.mobile;
        let request = &session.request;
        let asked = request.people.first().ok_or(Error::NotFound)?;
        let found = self.answerer.registry.find_again(mobile, &session.person).await;
        let found = found.map_err(Error::RegistryUnavailable)?.ok_or(Error::NoMatchingRecord)?;
        let id = BASE64_URL_SAFE_NO_PAD.encode(self.draw_bytes()?);
        let (now, history) = (self.clock.now(), &found.history);
        let judged = (&self.answerer.policy, self.answerer.today(now));
        let name = session.name();
        let person = self.pseudonyms.principal(&session.person, &request.entity.id);
        let person: String = person.iter().map(|byte| format!("{byte:02x}")).collect();
        let holder = CardHolder::new((&name, mobile, &person), history, judged, &id);
        let written = writer.write(&holder, now).await;
        let written = written.map_err(|error| Error::SigningUnavailable(IssueError::Signer(error)))?;
        if !written.is_empty() {
            let given_at = session.opened_at();
            let consent = self.answerer.copy(request, asked, (&session.person, history), given_at);
            let told = Told { person: session.person, status: None, as_of: judged.1, policy: request.policy.clone() };
            let line = Line { consent: consent.id, told: Some(told) };
            self.books.ledger.record_copy(&request.mobile_key, &consent, &line).await?;
        }
        Ok(written)
    }
}

impl<'a> CardHolder<'a> {
    /// A holder whose record is complete where it says so itself, or where this policy does today.
    pub fn new(
        (name, mobile, person): (&'a str, &'a Mobile, &'a str),
        history: &'a DoseHistory,
        (policy, today): (&Policy, NaiveDate),
        id: &'a str,
    ) -> Self {
        Self { name, mobile, person, history, place: place(history, policy, today), id }
    }
}

/// No card may say more than the record: that a series is over says the record, or the policy.
fn place(history: &DoseHistory, policy: &Policy, today: NaiveDate) -> Option<(u8, u8)> {
    let (at, last) = history.doses.iter().enumerate().max_by_key(|(_, dose)| dose.given_on)?;
    let recorded = last.dose_number.zip(last.series_doses);
    let by_policy = || {
        let evaluation = evaluate(history, policy, today);
        let number = u8::try_from(evaluation.doses.get(at)?.number?).ok()?;
        (evaluation.status == VaccinationStatus::FullyVaccinated).then_some((number, number))
    };
    recorded.or_else(by_policy)
}

impl fmt::Debug for CardHolder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardHolder(redacted)")
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Card({})", self.kind)
    }
}
