use chrono::{DateTime, Utc};
use kycvs_consent::{Consent, ConsentEvent, ConsentId, ConsentState, DataItem, GivenBy, Notice, NoticeFacts, Outcome};
use kycvs_token::{ReceiptClaims, ReceiptToken};
use serde_json::{Value, json};

use crate::{Error, HistoryEntry, PersonSession, StatusService};

/// What a person has in hand of one consent: the artefact, its state, and where it is withdrawn. It is made when it is
/// asked for, and never kept.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The consent, and what was shared on it. What was shared is shown to the person; it is not in the signed receipt.
    pub entry: HistoryEntry,
    /// The words of the notice as they were shown, where they can be written again: the same name, and words of the same hash.
    pub notice: Option<Notice>,
    /// Where the person withdraws it, without a code.
    pub withdraw: String,
    /// The signed receipt: type `kycvs-receipt+jwt`.
    pub token: ReceiptToken,
    made_at: DateTime<Utc>,
    issuer: String,
}

impl StatusService {
    /// The receipt of one consent of a person.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one that is not in their [`history`](Self::history); [`Error::SigningUnavailable`], and as
    /// [`history`](Self::history).
    #[tracing::instrument(name = "kycvs.receipt", skip_all, err(level = "info"))]
    pub async fn receipt(&self, session: &PersonSession, consent: &ConsentId) -> Result<Receipt, Error> {
        let made_at = self.clock.now();
        let history = self.history(session).await?;
        let entry = history.iter().find(|entry| entry.record.consent.id == *consent).ok_or(Error::NotFound)?.clone();
        // An id begins with its day.
        let of_day = |other: &&HistoryEntry| other.record.consent.id.as_bytes()[..2] == consent.as_bytes()[..2];
        let lines = u32::try_from(history.iter().filter(of_day).count()).unwrap_or(u32::MAX);
        let withdraw = entry.record.consent.data_fiduciary.withdrawal.as_str().to_owned();
        let claims = ReceiptClaims {
            issued_at: made_at,
            consent: entry.record.consent.to_bytes().map_err(kycvs_store::StoreError::unavailable)?,
            state: word(entry.state).to_owned(),
            state_at: entry.record.events.iter().rfind(|event| event.ends()).map(ConsentEvent::at),
            withdraw: withdraw.clone(),
            lines,
        };
        let token = self.answerer.issuer.issue_receipt(&claims).await.map_err(Error::SigningUnavailable)?;
        let notice = self.notice_again(session, &entry);
        Ok(Receipt { entry, notice, withdraw, token, made_at, issuer: self.issuer().to_owned() })
    }

    /// Writes the notice of a consent again. Its words are kept nowhere, since they name the person; its hash tells whether these
    /// are they.
    fn notice_again(&self, session: &PersonSession, entry: &HistoryEntry) -> Option<Notice> {
        let consent = &entry.record.consent;
        let language = consent.notice.language;
        let own = self.answerer.policy.reference();
        let policy = self.answerer.policy(entry.policy.as_deref().unwrap_or(own))?;
        let validity = self.guard.limits.token_lifetime;
        [None, entry.as_of].into_iter().flat_map(|on| [(on, true), (on, false)]).find_map(|(on, ends_tokens)| {
            let facts = NoticeFacts {
                fiduciary: &consent.data_fiduciary,
                entity: &consent.verifying_entity,
                people: &[&session.name],
                purpose: &consent.purpose,
                reference: consent.reference.as_ref(),
                policy: policy.shown_name(language.tag()),
                on,
                validity,
                ends_tokens,
            };
            Some(Notice::write(facts, language)).filter(|notice| notice.reference.hash == consent.notice.hash)
        })
    }
}

impl Receipt {
    /// The receipt in the words of the Data Privacy Vocabulary, by its profile of ISO/IEC TS 27560:2023: JSON-LD, for who
    /// collects such receipts. It is a view, and not signed.
    pub fn to_dpv_json(&self) -> Value {
        let consent = &self.entry.record.consent;
        let id = format!("urn:kycvs:consent:{}", consent.id);
        let recipients = [&consent.data_fiduciary.name, &consent.verifying_entity.name].map(|name| name.as_str());
        json!({
            "@context": {
                "dpv": "https://w3id.org/dpv#",
                "dct": "http://purl.org/dc/terms/",
                "schema": "https://schema.org/",
            },
            "@id": format!("urn:kycvs:receipt:{}:{}", consent.id, self.made_at.timestamp()),
            "@type": "dpv:ConsentReceipt",
            "dct:identifier": consent.id.to_string(),
            "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#receipt",
            "dct:created": self.made_at.to_rfc3339(),
            "dct:publisher": self.issuer,
            "schema:recipient": "dpv:DataSubject",
            "dpv:hasRecordOfActivity": {
                "@id": id,
                "@type": "dpv:ConsentRecord",
                "dct:identifier": consent.id.to_string(),
                "dct:conformsTo": "https://w3id.org/dpv/schema/dpv-27560#record",
                "dpv:hasDataSubject": consent.principal,
                "dpv:hasDataController": {
                    "@id": format!("urn:kycvs:fiduciary:{}", consent.data_fiduciary.id),
                    "dct:title": consent.data_fiduciary.name.as_str(),
                    "dpv:hasContact": consent.data_fiduciary.contact.as_str(),
                },
                "dpv:hasProcess": {
                    "@type": "dpv:Process",
                    "dpv:hasRecipient": recipients,
                    "dpv:hasPurpose": consent.purpose.text.as_str(),
                    "dpv:hasPersonalData": consent.processed.iter().map(data).collect::<Vec<_>>(),
                },
                "dpv:hasConsentControl": {
                    "@type": "dpv:WithdrawConsent",
                    "dpv:isExercisedAt": self.withdraw,
                },
                "dpv:hasNotice": {
                    "@type": "dpv:ConsentNotice",
                    "dct:identifier": format!("{}@{}", consent.notice.id, consent.notice.version),
                    "dct:language": consent.notice.language.tag(),
                    "schema:sha256": consent.notice.hash.to_string(),
                },
                "dpv:hasConsentStatus": self.statuses(consent),
            },
        })
    }

    /// What was decided, and what happened to it.
    fn statuses(&self, consent: &Consent) -> Vec<Value> {
        let by = match consent.given_by {
            GivenBy::HolderOfMobile => "dpv:DataSubject",
            GivenBy::Guardian => "dpv:GuardianOfDataSubject",
        };
        let given = match consent.outcome {
            Outcome::Refused => "dpv:ConsentRefused",
            Outcome::Shared { .. } | Outcome::Copied | Outcome::NoRecord => "dpv:ConsentGiven",
        };
        let status = |kind: &str, by: &str, at: DateTime<Utc>| json!({ "@type": kind, "dpv:isIndicatedBy": by, "dpv:isIndicatedAtTime": at.to_rfc3339() });
        let ended = self.entry.record.events.iter().filter(|event| event.ends());
        let happened = ended.map(|event| match event {
            ConsentEvent::Withdrawn { .. } => status("dpv:ConsentWithdrawn", by, event.at()),
            _ => status("dpv:ConsentInvalidated", "dpv:DataController", event.at()),
        });
        [status(given, by, consent.given_at)].into_iter().chain(happened).collect()
    }
}

fn word(state: ConsentState) -> &'static str {
    match state {
        ConsentState::Active => "active",
        ConsentState::Expired => "expired",
        ConsentState::Withdrawn => "withdrawn",
        ConsentState::Corrected => "corrected",
        ConsentState::Erased => "erased",
        ConsentState::Refused => "refused",
    }
}

fn data(item: &DataItem) -> &'static str {
    match item {
        DataItem::Mobile => "mobile number",
        DataItem::Name => "name",
        DataItem::BirthYear => "year of birth",
        DataItem::VaccinationRecord => "vaccination record",
        DataItem::Certificate => "vaccination certificate",
        DataItem::Status => "vaccination status",
    }
}
