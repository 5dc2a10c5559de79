use chrono::{DateTime, TimeDelta, Utc};
use kycvs_consent::{ConsentEvent, ConsentId, ConsentRecord, Identifier, Language, Notice, NoticeFacts};
use kycvs_domain::PersonName;
use kycvs_log::{ProofFile, VerifierKey};
use kycvs_store::{Day, Entry, Key};
use kycvs_token::StatusListToken;

use crate::log::{Leaf, Log, Statement, list_statement};
use crate::{Access, Error, Sample, StatusService};

/// How often hosts keep.
const KEPT_EVERY: TimeDelta = TimeDelta::seconds(60);

impl StatusService {
    /// The public half of the log's key, by which everyone checks it; `None` when there is no log.
    pub fn log_key(&self) -> Option<&VerifierKey> {
        self.log.as_ref().map(|log| log.public.verifier_key())
    }

    /// What the log serves under a path of C2SP's tlog-tiles, such as `checkpoint` or `tile/0/000`; `None` for another path,
    /// what is not published yet, and what is forgotten.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn log_file(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        match &self.log {
            Some(log) => log.file(path).await,
            None => Ok(None),
        }
    }

    /// The proof that an entry of a consent is in the public log: number 0 is the artefact, the others what happened to it, in order. Its
    /// `extra` is the salt: with it and the entry's SHA-256, [`leaf_of`](crate::leaf_of) is the leaf. `None` until the entry is
    /// published, within an hour or so, and where there is no log.
    ///
    /// The salt opens the leaf, so the proof is for the person, for the entity that got the answer, and for an auditor.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such entry; [`Error::StoreUnavailable`].
    pub async fn log_proof(&self, id: &ConsentId, number: u32) -> Result<Option<ProofFile>, Error> {
        let Some(log) = &self.log else { return Ok(None) };
        let key = Key::from(*id.as_bytes());
        let record = self.books.ledger.read(id).await?.ok_or(Error::NotFound)?;
        let place = usize::try_from(number).map_err(|_| Error::NotFound)?;
        let body = log.store.read(&key).await?.into_iter().nth(place).ok_or(Error::NotFound)?;
        let written_at = written_at(&record, place).ok_or(Error::NotFound)?;
        log.prove(Leaf::of(&Entry { id: key, seq: number, body }), written_at).await
    }

    /// The same of the artefact, for the entity that got the answer.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a consent that another entity got; [`Error::StoreUnavailable`].
    pub async fn log_proof_for(&self, entity: &Identifier, id: &ConsentId) -> Result<Option<ProofFile>, Error> {
        let record = self.books.ledger.read(id).await?.ok_or(Error::NotFound)?;
        if record.consent.verifying_entity.id != *entity {
            return Err(Error::NotFound);
        }
        self.log_proof(id, 0).await
    }

    /// The proof that a status list is in the public log, for whoever kept it: [`statement_of_list`](crate::statement_of_list) says what
    /// its leaf is made of. `None` until it is published, for a list that was never signed here, and where there is no log.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn log_proof_of_list(&self, list: &StatusListToken) -> Result<Option<ProofFile>, Error> {
        let (Some(log), Ok(claims)) = (&self.log, list.claims_unverified()) else { return Ok(None) };
        let statement = list_statement(&claims.uri, claims.issued_at, list.as_str());
        let (entry, _) = statement.write(claims.issued_at)?;
        log.prove(Leaf::of(&entry), claims.issued_at).await
    }

    /// When what was written until now is in the public log, if its witnesses sign; `None` where there is no log.
    pub fn log_due_at(&self) -> Option<DateTime<Utc>> {
        self.log.as_ref().map(|log| log.next_tick(self.clock.now()) + KEPT_EVERY)
    }

    /// Notes that somebody reads consents who is neither their person nor their entity: on each, so that the person sees it on their page;
    /// and in the public log, how and how many, and not which. [`audit_sample`](Self::audit_sample) does it by itself.
    ///
    /// # Errors
    /// [`Error::NotFound`] when one of them is not there, [`Error::StoreUnavailable`]: then they are not to be shown.
    pub async fn note_access(&self, how: Access, consents: &[ConsentId]) -> Result<(), Error> {
        for consent in consents {
            self.note_read(consent, how.reader()).await?;
        }
        let Some(log) = &self.log else { return Ok(()) };
        let (at, consents) = (self.clock.now(), consents.len() as u64);
        log.state(&Statement::Access { how, at, consents }, at).await
    }

    /// States the keys of today, each time they change, and once a day who may ask for what, by which notice.
    pub(crate) async fn state_facts(&self, log: &Log, now: DateTime<Utc>) -> Result<(), Error> {
        let is_new_day = log.is_new_day(Day::of(now));
        let keys = self.answerer.issuer.published_keys(now);
        log.state(&Statement::Keys(keys.iter().map(|key| key.key_id().as_str()).collect()), now).await?;
        let Some(person) = PersonName::parse("Name").ok().filter(|_| is_new_day) else { return Ok(()) };
        let entities = self.directory.now();
        for (entity, registered) in entities.purposes() {
            let purpose = &registered.purpose;
            let policy = registered.policies.first().unwrap_or(&self.answerer.policy);
            let notice = |language: Language| {
                let facts = NoticeFacts {
                    fiduciary: &self.answerer.fiduciary,
                    entity: &entity.in_language(language),
                    people: &[&person],
                    purpose: &registered.in_language(language),
                    reference: None,
                    policy: policy.shown_name(language.tag()),
                    on: None,
                    validity: self.guard.limits.token_lifetime,
                    ends_tokens: self.lists.is_some(),
                };
                (language.tag(), Notice::write(facts, language).reference.hash.to_string())
            };
            let statement = Statement::Entity {
                id: entity.entity.id.as_str(),
                name: entity.entity.name.as_str(),
                purpose: purpose.code.as_str(),
                text: purpose.text.as_str(),
                notices: Language::ALL.iter().copied().map(notice).collect(),
            };
            log.state(&statement, now).await?;
        }
        Ok(())
    }

    /// Opens entries of the public log for an auditor: those that their seed picks from the published checkpoint. `None` where there
    /// is no log. What is opened are artefacts of consents, which hold neither name nor number nor status.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn audit_sample(&self, seed: &[u8], count: usize) -> Result<Option<Sample>, Error> {
        let Some(log) = &self.log else { return Ok(None) };
        let (sample, opened) = log.sample(seed, count).await?;
        let opened: Vec<ConsentId> = opened.iter().map(|key| ConsentId::from_bytes(*key.as_bytes())).collect();
        self.note_access(Access::Sample, &opened).await?;
        Ok(Some(sample))
    }
}

fn written_at(record: &ConsentRecord, number: usize) -> Option<DateTime<Utc>> {
    match number.checked_sub(1) {
        None => Some(record.consent.given_at),
        Some(event) => record.events.get(event).map(ConsentEvent::at),
    }
}
