use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use kycvs_consent::{
    Answer, Challenge, CodeKey, Confirmation, EndReason, Ended, Entered, Identifier, Language, Nonce, Notice,
    NoticeFacts, OtpCode, Pending, Random, Reference, Request, RequestId, Stage, Subject, Verified, later,
};
use kycvs_domain::{Mobile, PersonName, names_match};
use kycvs_store::{StoreError, Version, Versioned};

use crate::answer::Answerer;
use crate::books::Books;
use crate::corrections::Corrections;
use crate::entity::Directory;
use crate::explanation::ForPerson;
use crate::guard::Guard;
use crate::key::{Pseudonyms, WithdrawalKey};
use crate::ledger::FRESH;
use crate::lists::Lists;
use crate::log::Log;
use crate::me::is_me;
use crate::outcome::{Granted, OpenRequest, RequestState};
use crate::sending::Delivery;
use crate::{CertificateReader, Clock, Error, OtpDomain, OtpSender, Retention, StatusServiceBuilder};

/// A question: is this person vaccinated?
#[derive(Clone, Debug)]
pub struct StatusRequest {
    /// Who asks.
    pub entity: Identifier,
    /// The mobile number that the person gave.
    pub mobile: Mobile,
    /// The name that the person gave.
    pub name: PersonName,
    /// For what: a code of one of the entity's purposes.
    pub purpose: Identifier,
    /// By which rules: the id of one of the purpose's policies. Without it, by the first of them.
    pub policy: Option<Identifier>,
    /// For which day, such as that of the arrival: today, or at most a year ahead. Without it, for the day of the answer.
    pub on: Option<NaiveDate>,
    /// The entity's own name for the transaction, such as a PNR.
    pub reference: Option<Reference>,
    /// The language of the notice and the message.
    pub language: Language,
    /// The name that the entity knows the person by, where the person types a name of their own: the answer then says whether
    /// the two are one person's. It is not kept.
    pub expected_name: Option<PersonName>,
    /// Whether the notice is shown before the code is entered. Where a protocol has no room for one, the artefact says so.
    pub shows_notice: bool,
}

/// Answers one question about one person, with that person's consent.
///
/// [`request`](Self::request) sends a code, [`confirm`](Self::confirm) takes it and answers. Every call is safe to make
/// from any number of threads and hosts over the same stores, and to repeat.
pub struct StatusService {
    pub(crate) directory: Directory,
    pub(crate) guard: Guard,
    pub(crate) books: Arc<Books>,
    pub(crate) answerer: Answerer,
    pub(crate) certificates: Option<Arc<dyn CertificateReader>>,
    pub(crate) sender: Arc<dyn OtpSender>,
    pub(crate) otp_domain: Option<OtpDomain>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) lists: Option<Arc<Lists>>,
    pub(crate) log: Option<Log>,
    pub(crate) withdrawals: WithdrawalKey,
    pub(crate) corrections: Corrections,
    pub(crate) retention: Retention,
    pub(crate) code_key: CodeKey,
    pub(crate) pseudonyms: Arc<Pseudonyms>,
}

/// How often a call begins again because another call changed its request meanwhile. A request changes at most seven times
/// (three wrong codes, two resends, a right code, an end), so honest stores never get there.
const MAX_CONFLICTS: usize = 16;

impl StatusService {
    /// Starts to put a service together.
    pub fn builder() -> StatusServiceBuilder {
        StatusServiceBuilder::default()
    }

    /// Opens a request and sends the person a code.
    ///
    /// The registry is not read: what happens here is the same for people it knows and people it does not.
    ///
    /// # Errors
    /// [`Error::UnknownEntity`], [`Error::UnknownPurpose`], [`Error::UnknownPolicy`], [`Error::DayOutOfRange`],
    /// [`Error::PolicyOverdue`], [`Error::MobileLocked`], [`Error::TooManyRequests`],
    /// [`Error::SmsUnavailable`], [`Error::StoreUnavailable`], [`Error::RandomUnavailable`]. After any of them there is no
    /// request.
    pub async fn request(&self, asked: StatusRequest) -> Result<OpenRequest, Error> {
        self.request_as(self.draw_id()?, asked).await
    }

    /// The same under an id of the caller's, of 128 random bits, who can note it before the message is on its way.
    ///
    /// # Errors
    /// As [`request`](Self::request).
    #[tracing::instrument(name = "kycvs.request", skip_all, fields(entity = %asked.entity), err(level = "info"))]
    pub async fn request_as(&self, id: RequestId, asked: StatusRequest) -> Result<OpenRequest, Error> {
        let now = self.clock.now();
        let (entity, registered) = self.directory.find(&asked.entity, &asked.purpose)?;
        let purpose = &registered.purpose;
        let today = self.answerer.today(now);
        let policy = registered.policy(asked.policy.as_ref(), asked.on, &self.answerer.policy, today)?;
        let mobile_key = self.pseudonyms.mobile(&asked.mobile);
        self.guard.check(&mobile_key, &asked.entity, now).await?;
        self.guard.take_send(&asked.mobile, &asked.entity, now).await?;

        let facts = NoticeFacts {
            fiduciary: &self.answerer.fiduciary,
            entity,
            person: &asked.name,
            purpose,
            reference: asked.reference.as_ref(),
            policy: policy.shown_name(asked.language.tag()),
            on: asked.on,
            validity: self.guard.limits.token_lifetime,
            ends_tokens: self.lists.is_some(),
        };
        let notice = if is_me(&asked.entity) {
            Notice::write_own_page(facts.fiduciary, facts.person, asked.language)
        } else {
            Notice::write(facts, asked.language)
        };
        let request = Request {
            id,
            entity: entity.clone(),
            purpose: purpose.clone(),
            reference: asked.reference,
            policy: policy.reference().to_owned(),
            on: asked.on,
            notice: notice.reference,
            notice_shown: asked.shows_notice,
            name_matches: asked.expected_name.map(|expected| names_match(&asked.name, expected.normalised())),
            name_commitment: self.pseudonyms.name(&id, &asked.name),
            mobile_key,
            opened_at: now,
            expires_at: later(now, self.guard.limits.challenge.request_lifetime),
        };
        let code = self.draw_code()?;
        let stored = self.code_key.store(request.binding(), &code.proof());
        let subject = Subject { mobile: asked.mobile, name: asked.name, certificate: None };
        let pending = Pending::open(request, subject, notice.text, stored, &self.guard.limits.challenge);

        let version = self.books.put(None, &Challenge::Pending(pending.clone())).await?;
        if let Err(error) = self.send(code, &pending).await {
            self.end_unsent(pending, version).await;
            return Err(error);
        }
        tracing::info!(request = %pending.request().id, "opened");
        self.open_request(&pending)
    }

    /// Sends a new code for a request. The old one is no longer good once the new one was surely sent.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::ResendTooEarly`], [`Error::NoResendLeft`], [`Error::RequestExpired`],
    /// [`Error::RequestLocked`], [`Error::AlreadyUsed`], and as [`request`](Self::request). After any of them the code in hand is
    /// as good as before.
    #[tracing::instrument(name = "kycvs.resend", skip_all, fields(%entity, request = %id), err(level = "info"))]
    pub async fn resend(&self, entity: &Identifier, id: &RequestId) -> Result<OpenRequest, Error> {
        until_won(|| self.try_resend(entity, id)).await
    }

    /// Of several calls only the one that wins the write counts a message and sends it.
    async fn try_resend(&self, entity: &Identifier, id: &RequestId) -> Result<OpenRequest, Error> {
        let now = self.clock.now();
        let Versioned { body, version } = self.books.load(entity, id, now).await?;
        let before = body.into_pending()?;
        before.check_resend(&self.guard.limits.challenge, now)?;
        self.guard.check_unlocked(before.request(), now).await?;
        self.guard.check_send(&before.subject().mobile, entity, now).await?;

        let code = self.draw_code()?;
        let stored = self.code_key.store(before.request().binding(), &code.proof());
        let pending = before.clone().resend(stored, &self.guard.limits.challenge, now)?;
        self.books.put(Some(version), &Challenge::Pending(pending.clone())).await?;
        let sent = async {
            self.guard.take_send(&before.subject().mobile, entity, now).await?;
            self.send(code, &pending).await
        };
        match sent.await {
            Ok(Delivery::Taken) => self.settle(&pending, Pending::sent).await,
            Ok(Delivery::Unknown) => {}
            Err(error) => {
                self.settle(&pending, |pending| pending.not_sent(before.clone())).await;
                return Err(error);
            }
        }
        self.open_request(&pending)
    }

    /// Notes what became of a message. The request may be over by now; and if it cannot be noted, both codes stay good.
    async fn settle(&self, sent: &Pending, outcome: impl Fn(Pending) -> Pending) {
        let request = sent.request();
        let attempt = async || {
            let Versioned { body, version } =
                self.books.load(&request.entity.id, &request.id, self.clock.now()).await?;
            let Challenge::Pending(pending) = body else { return Ok(()) };
            self.books.put(Some(version), &Challenge::Pending(outcome(pending))).await.map(|_| ())
        };
        if let Err(error) = until_won(attempt).await {
            tracing::warn!(request = %request.id, %error, "what became of a message could not be noted");
        }
    }

    /// Takes the code and answers. With it the person agrees to the notice whose hash comes along.
    ///
    /// A code works once. The call may be repeated with the same nonce for two minutes and gives the same answer, so a reply
    /// that was lost loses nothing. The consent is in the ledger before anything is answered.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::NoticeMismatch`], [`Error::WrongCode`], [`Error::CodeExpired`],
    /// [`Error::RequestExpired`], [`Error::RequestLocked`], [`Error::MobileLocked`], [`Error::AlreadyUsed`],
    /// [`Error::BirthYearNeeded`], [`Error::NoMatchingRecord`], [`Error::ConsentWithdrawn`]; and [`Error::StoreUnavailable`],
    /// [`Error::RegistryUnavailable`], [`Error::SigningUnavailable`], [`Error::RandomUnavailable`], and
    /// [`Error::UnknownPolicy`] where this host does not know the request's policy, after which the call may be repeated.
    #[tracing::instrument(name = "kycvs.confirm", skip_all, fields(%entity, request = %id), err(level = "info"))]
    pub async fn confirm(&self, entity: &Identifier, id: &RequestId, entered: &Confirmation) -> Result<Granted, Error> {
        let verified = until_won(|| self.try_confirm(entity, id, entered)).await?;
        // A year of birth that is nobody's counts like a wrong code.
        if !matches!(verified.stage(), Stage::Answered(Answer::NoRecord(_))) || entered.birth_year.is_none() {
            self.guard.forget_failures(verified.request()).await;
        }
        self.deliver(verified, Some(&entered.attempt)).await
    }

    async fn try_confirm(
        &self,
        entity: &Identifier,
        id: &RequestId,
        entered: &Confirmation,
    ) -> Result<Verified, Error> {
        if is_me(entity) {
            return Err(Error::NotFound); // a code that opens the person's own page agrees to nothing else
        }
        let now = self.clock.now();
        let (verified, version) = self.judge(entity, id, entered, now).await?;
        self.answer(verified, version, entered, now).await
    }

    /// Judges a code. Whether it was right or wrong is written and counted first, in the same two writes, so that neither an
    /// answer nor its time tells anything that was not counted. Whoever loses the first write has learnt nothing.
    pub(crate) async fn judge(
        &self,
        entity: &Identifier,
        id: &RequestId,
        entered: &Confirmation,
        now: DateTime<Utc>,
    ) -> Result<(Verified, Version), Error> {
        let Versioned { body, version } = self.books.load(entity, id, now).await?;
        self.guard.check_unlocked(body.request(), now).await?;
        match body.enter(&self.code_key, entered, &self.guard.limits.challenge, now) {
            Entered::New(verified) => {
                let version = self.books.put(Some(version), &Challenge::Verified(verified.clone())).await?;
                self.guard.count_right(verified.request(), now).await?;
                Ok((verified, version))
            }
            Entered::Again(verified) => Ok((verified, version)),
            Entered::Wrong { next, attempts_left } => {
                self.books.put(Some(version), &next).await?;
                self.guard.count_wrong(next.request(), now).await?;
                Err(Error::WrongCode { attempts_left })
            }
            Entered::Over(over) => Err(over.into()),
        }
    }

    /// Finds the answer to a request whose code was entered, unless it has one.
    async fn answer(
        &self,
        verified: Verified,
        version: Version,
        entered: &Confirmation,
        now: DateTime<Utc>,
    ) -> Result<Verified, Error> {
        let Stage::Open(subject) = verified.stage() else { return Ok(verified) };
        let request = verified.request();
        let subject = self.admit(request, subject.clone(), now).await?;
        let seal = |for_person: &ForPerson| self.books.seal(&self.sealed_for(request, &entered.attempt), for_person);
        let answer = self.answerer.answer(request, &subject, entered.birth_year, seal, now).await?;
        if self.clock.now() - now > FRESH {
            return Err(StoreError::Conflict.into()); // the record may have been corrected meanwhile: it is read again
        }
        let answered = verified.answer(answer, &self.guard.limits.challenge, now);
        self.books.answer(version, &answered).await?;
        Ok(answered)
    }

    /// Hands out an answer that is stored, once its artefact is in the ledger; what is for the person alone, to the caller who
    /// entered the code.
    async fn deliver(&self, answered: Verified, attempt: Option<&Nonce>) -> Result<Granted, Error> {
        let Stage::Answered(answer) = answered.stage() else { return Err(Error::NotFound) };
        self.books.record(answered.request(), answer, self.clock.now()).await?;
        let Answer::Granted(grant) = answer else { return Err(Error::NoMatchingRecord) };
        let request = answered.request();
        let (disclosures, needs) = match attempt {
            Some(attempt) => {
                let for_person = self.books.unseal(&self.sealed_for(request, attempt), &grant.for_person)?;
                for_person.open(self.answerer.policy_of(request)?)
            }
            None => Default::default(),
        };
        tracing::info!(consent = %grant.consent.id, "granted");
        Ok(Granted {
            status: grant.status,
            token: grant.token.clone().into(),
            code: grant.code.clone().into(),
            expires_at: grant.token_expires_at,
            consent_id: grant.consent.id,
            name_matches: request.name_matches,
            disclosures,
            needs,
        })
    }

    fn sealed_for(&self, request: &Request, attempt: &Nonce) -> [u8; 16] {
        self.pseudonyms.disclosures(&request.id, attempt)
    }

    /// Ends a request because the person declined, and writes that down; repeating it changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::RequestExpired`], [`Error::AlreadyUsed`] when it was answered,
    /// [`Error::RequestLocked`], [`Error::StoreUnavailable`].
    #[tracing::instrument(name = "kycvs.decline", skip_all, fields(%entity, request = %id), err(level = "info"))]
    pub async fn decline(&self, entity: &Identifier, id: &RequestId) -> Result<(), Error> {
        let declined = until_won(|| self.try_end(entity, id, EndReason::Declined)).await?;
        self.books.ledger.record_refusal(&self.answerer.refusal(&declined.request, declined.at)).await
    }

    /// Ends a request that nobody will answer, such as one that another took the place of. Nobody decided anything, so nothing
    /// is written down.
    ///
    /// # Errors
    /// As [`decline`](Self::decline).
    #[tracing::instrument(name = "kycvs.abandon", skip_all, fields(%entity, request = %id), err(level = "info"))]
    pub async fn abandon(&self, entity: &Identifier, id: &RequestId) -> Result<(), Error> {
        until_won(|| self.try_end(entity, id, EndReason::Abandoned)).await.map(|_| ())
    }

    async fn try_end(&self, entity: &Identifier, id: &RequestId, reason: EndReason) -> Result<Ended, Error> {
        let now = self.clock.now();
        let Versioned { body, version } = self.books.load(entity, id, now).await?;
        let was_over = matches!(&body, Challenge::Ended(_));
        let ended = body.end(reason, now)?;
        if !was_over {
            self.books.put(Some(version), &Challenge::Ended(ended.clone())).await?;
        }
        Ok(ended)
    }

    /// Tells the entity how its request stands; a granted one with its token.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::ConsentWithdrawn`], [`Error::AlreadyUsed`], [`Error::StoreUnavailable`].
    #[tracing::instrument(name = "kycvs.state", skip_all, fields(%entity, request = %id), err(level = "info"))]
    pub async fn state(&self, entity: &Identifier, id: &RequestId) -> Result<RequestState, Error> {
        let now = self.clock.now();
        match self.books.load(entity, id, now).await?.body {
            Challenge::Pending(pending) if pending.request().is_expired(now) => Ok(RequestState::Expired),
            Challenge::Pending(pending) => self.open_request(&pending).map(RequestState::Pending),
            Challenge::Verified(verified) if matches!(verified.stage(), Stage::Open(_)) => {
                Ok(if verified.request().is_expired(now) { RequestState::Expired } else { RequestState::Verified })
            }
            Challenge::Verified(verified) => match self.deliver(verified, None).await {
                Ok(granted) if now >= granted.expires_at => Ok(RequestState::Expired),
                Ok(granted) => Ok(RequestState::Granted(granted)),
                Err(Error::NoMatchingRecord) => Ok(RequestState::NoRecord),
                Err(error) => Err(error),
            },
            Challenge::Ended(Ended { reason: EndReason::Declined, .. }) => Ok(RequestState::Declined),
            Challenge::Ended(Ended { reason: EndReason::Locked, .. }) => Ok(RequestState::Locked),
            Challenge::Ended(Ended { reason: EndReason::Abandoned, .. }) => Ok(RequestState::Expired),
            Challenge::Ended(Ended { reason: EndReason::NotSent, .. }) => Err(Error::NotFound),
        }
    }

    pub(crate) fn open_request(&self, pending: &Pending) -> Result<OpenRequest, Error> {
        let attempt = Nonce::from_random(self.draw_bytes()?);
        Ok(OpenRequest::new(pending, self.guard.limits.challenge.code_digits, attempt))
    }

    fn draw_code(&self) -> Result<OtpCode, Error> {
        Ok(OtpCode::draw(&*self.random, self.guard.limits.challenge.code_digits)?)
    }

    fn draw_id(&self) -> Result<RequestId, Error> {
        Ok(RequestId::from_random(self.draw_bytes()?))
    }
}

/// Makes an attempt, and another when a different call changed the request meanwhile: what that one wrote decides.
pub(crate) async fn until_won<T, A>(attempt: impl Fn() -> A) -> Result<T, Error>
where
    A: Future<Output = Result<T, Error>>,
{
    for _ in 1..MAX_CONFLICTS {
        match attempt().await {
            Err(Error::StoreUnavailable(StoreError::Conflict)) => {}
            done => return done,
        }
    }
    attempt().await
}
