use std::sync::Arc;

use chrono::{DateTime, Utc};
use kycvs_consent::{
    Answer, AskedPerson, Challenge, CodeKey, Confirmation, Entered, Grant, Identifier, Nonce, OtpCode, Pending, Random,
    Request, RequestId, Stage, Verified,
};
use kycvs_domain::Mobile;
use kycvs_store::{StoreError, Version, Versioned};

use crate::answer::Answerer;
use crate::booking::Booking;
use crate::books::Books;
use crate::corrections::Corrections;
use crate::directory::Directory;
use crate::explanation::ForPerson;
use crate::guard::Guard;
use crate::key::{Pseudonyms, WithdrawalKey};
use crate::ledger::{FRESH, Standing};
use crate::lists::Lists;
use crate::log::Log;
use crate::me::is_me;
use crate::people::{self, by_phone};
use crate::sending::Delivery;
use crate::{
    Answers, CardWriter, CertificateReader, Clock, Error, Granted, HostUse, LinkBase, OpenRequest, OtpDomain,
    OtpSender, PersonAnswer, Retention, StatusRequest, StatusServiceBuilder, Told,
};

/// A question that the limits let in: its messages are counted, and wait to be sent.
#[derive(Debug)]
#[must_use = "its messages are counted"]
pub struct Admitted(StatusRequest);

impl Admitted {
    /// Who asks.
    pub fn entity(&self) -> &Identifier {
        &self.0.entity
    }
}

/// Answers one question about one to six people, with the consent of each.
///
/// [`request`](Self::request) sends a code, [`confirm`](Self::confirm) takes it and answers. Every call is safe to make
/// from any number of threads and hosts over the same stores, and to repeat.
pub struct StatusService {
    pub(crate) directory: Arc<Directory>,
    pub(crate) guard: Guard,
    pub(crate) books: Arc<Books>,
    pub(crate) answerer: Answerer,
    pub(crate) certificates: Option<Arc<dyn CertificateReader>>,
    pub(crate) cards: Option<Arc<dyn CardWriter>>,
    pub(crate) sender: Arc<dyn OtpSender>,
    pub(crate) otp_domain: Option<OtpDomain>,
    pub(crate) links: Option<LinkBase>,
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

    /// Opens a request for each mobile number, and sends each its code. The request that it gives is the first number's, and
    /// names the whole [group](Self::group).
    ///
    /// The registry is not read: what happens here is the same for people it knows and people it does not.
    ///
    /// # Errors
    /// [`Error::People`], [`Error::UnknownEntity`], [`Error::UnknownPurpose`], [`Error::UnknownPolicy`],
    /// [`Error::DayOutOfRange`], [`Error::PolicyOverdue`], [`Error::MobileLocked`], [`Error::TooManyRequests`],
    /// [`Error::SmsUnavailable`], [`Error::StoreUnavailable`], [`Error::RandomUnavailable`]. After any of them there is no
    /// request, and nobody but the first number may have got a message. Where another number's message fails, its people do not
    /// answer.
    pub async fn request(&self, asked: StatusRequest) -> Result<OpenRequest, Error> {
        let admitted = self.admit(asked, &[], None).await?;
        self.open(self.draw_id()?, admitted).await
    }

    /// The first half of [`request`](Self::request): counts its messages, and with them what the host counts, or refuses it and
    /// counts nothing. A number that is locked for the `network` from which somebody asks gets no message.
    ///
    /// # Errors
    /// [`Error::HostLimit`] when one of `uses` has no room; else as [`request`](Self::request).
    #[tracing::instrument(name = "kycvs.admit", skip_all, fields(entity = %asked.entity), err(level = "info"))]
    pub async fn admit(
        &self,
        asked: StatusRequest,
        uses: &[HostUse<'_>],
        network: Option<&str>,
    ) -> Result<Admitted, Error> {
        let now = self.clock.now();
        let entities = self.directory.now();
        let (_, registered) = entities.find(&asked.entity, &asked.purpose)?;
        let today = self.answerer.today(now);
        registered.policy(asked.policy.as_ref(), asked.on, &self.answerer.policy, today)?;
        let phones = by_phone(&asked.people)?;
        self.check_links(phones.len())?;
        let mobiles: Vec<&Mobile> = phones.iter().map(|phone| &phone.mobile).collect();
        for mobile in &mobiles {
            self.guard.check(&self.pseudonyms.mobile(mobile), &asked.entity, network, now).await?;
        }
        self.guard.take_sends(&mobiles, &asked.entity, uses, now).await?;
        Ok(Admitted(asked))
    }

    /// The second half: opens the requests and sends the codes. The id is 128 random bits of the caller's, who can note it before
    /// a message is on its way.
    ///
    /// # Errors
    /// As [`request`](Self::request), but for its limits.
    #[tracing::instrument(name = "kycvs.request", skip_all, fields(entity = %asked.entity), err(level = "info"))]
    pub async fn open(&self, id: RequestId, Admitted(asked): Admitted) -> Result<OpenRequest, Error> {
        let now = self.clock.now();
        let phones = by_phone(&asked.people)?;
        let entities = self.directory.now();
        let (entity, registered) = entities.find(&asked.entity, &asked.purpose)?;
        let today = self.answerer.today(now);
        let policy = registered.policy(asked.policy.as_ref(), asked.on, &self.answerer.policy, today)?;
        let (entity, purpose) = (entity.in_language(asked.language), registered.in_language(asked.language));
        let booking = Booking { asked: &asked, entity, purpose, policy, lead: id, now };
        let drafts = self.draft(&booking, &phones)?;
        let unsent = self.write(drafts).await?;
        let open = self.send_all(unsent).await?;
        tracing::info!(request = %id, phones = phones.len(), "opened");
        self.open_request(&open)
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
        self.guard.check_unlocked(before.request(), None, now).await?;
        self.guard.check_sends(&[&before.subject().mobile], entity, now).await?;

        let code = self.draw_code()?;
        let stored = self.code_key.store(before.request().binding(), &code.proof());
        let pending = before.clone().resend(stored, &self.guard.limits.challenge, now)?;
        self.books.put(Some(version), &Challenge::Pending(pending.clone())).await?;
        let sent = async {
            self.guard.take_sends(&[&before.subject().mobile], entity, &[], now).await?;
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

    /// Takes the code and answers about everybody whose code it is, but those who are left out. With it the person agrees to the
    /// notice whose hash comes along.
    ///
    /// A code works once. The call may be repeated with the same nonce for two minutes and gives the same answers, so a reply
    /// that was lost loses nothing. The consents are in the ledger before anything is answered.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::People`], [`Error::NoticeMismatch`], [`Error::WrongCode`], [`Error::CodeExpired`],
    /// [`Error::RequestExpired`], [`Error::RequestLocked`], [`Error::MobileLocked`], [`Error::AlreadyUsed`],
    /// [`Error::BirthYearNeeded`], after which nobody is answered about yet; and [`Error::StoreUnavailable`],
    /// [`Error::RegistryUnavailable`], [`Error::SigningUnavailable`], [`Error::RandomUnavailable`], and
    /// [`Error::UnknownPolicy`] where this host does not know the request's policy, after which the call may be repeated.
    pub async fn confirm(&self, entity: &Identifier, id: &RequestId, entered: &Confirmation) -> Result<Answers, Error> {
        self.confirm_from(entity, id, entered, None, &[]).await
    }

    /// The same, for a host that knows from which `network` somebody enters the code: whoever guesses locks the number there
    /// first. A right code clears what the host counted, too, by `what` and `whom`.
    ///
    /// # Errors
    /// As [`confirm`](Self::confirm).
    #[tracing::instrument(name = "kycvs.confirm", skip_all, fields(%entity, request = %id), err(level = "info"))]
    pub async fn confirm_from(
        &self,
        entity: &Identifier,
        id: &RequestId,
        entered: &Confirmation,
        network: Option<&str>,
        counts: &[(&str, &str)],
    ) -> Result<Answers, Error> {
        let (verified, standing) = until_won(|| self.try_confirm(entity, id, entered, network)).await?;
        let Stage::Answered(answers) = verified.stage() else { return Err(Error::NotFound) };
        // A year of birth that is nobody's counts like a wrong code.
        let is_guess = |(asked, answer): (&AskedPerson, &Answer)| {
            matches!(answer, Answer::NoRecord(_)) && entered.birth_years.contains_key(&asked.position)
        };
        if !verified.request().people.iter().zip(answers).any(is_guess) {
            self.guard.forget_failures(verified.request(), network, counts).await;
        }
        self.deliver(verified.request(), answers, standing, Some(&entered.attempt))
    }

    async fn try_confirm(
        &self,
        entity: &Identifier,
        id: &RequestId,
        entered: &Confirmation,
        network: Option<&str>,
    ) -> Result<(Verified, Vec<Standing>), Error> {
        if is_me(entity) {
            return Err(Error::NotFound); // a code that opens the person's own page agrees to nothing else
        }
        let now = self.clock.now();
        let (verified, version) = self.judge(entity, id, entered, network, now).await?;
        self.answer(verified, version, entered, now).await
    }

    /// Judges a code. Whether it was right or wrong is written and counted first, in the same two writes, so that neither an
    /// answer nor its time tells anything that was not counted. Whoever loses the first write has learnt nothing.
    pub(crate) async fn judge(
        &self,
        entity: &Identifier,
        id: &RequestId,
        entered: &Confirmation,
        network: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(Verified, Version), Error> {
        let Versioned { body, version } = self.books.load(entity, id, now).await?;
        people::check(entered, body.request())?;
        self.guard.check_unlocked(body.request(), network, now).await?;
        match body.enter(&self.code_key, entered, &self.guard.limits.challenge, now) {
            Entered::New(verified) => {
                let version = self.books.put(Some(version), &Challenge::Verified(verified.clone())).await?;
                self.guard.count_right(verified.request(), network, now).await?;
                Ok((verified, version))
            }
            Entered::Again(verified) => Ok((verified, version)),
            Entered::Wrong { next, attempts_left } => {
                self.books.put(Some(version), &next).await?;
                self.guard.count_wrong(next.request(), network, now).await?;
                Err(Error::WrongCode { attempts_left })
            }
            Entered::Over(over) => Err(over.into()),
        }
    }

    /// Finds the answers to a request whose code was entered, unless it has them, and sees to it that their artefacts are in the
    /// ledger. All are written at once.
    async fn answer(
        &self,
        verified: Verified,
        version: Version,
        entered: &Confirmation,
        now: DateTime<Utc>,
    ) -> Result<(Verified, Vec<Standing>), Error> {
        let request = verified.request();
        let subject = match verified.stage() {
            Stage::Open(subject) => subject,
            Stage::Answered(answers) => {
                let standing = self.books.record(request, answers, now).await?;
                return Ok((verified, standing));
            }
        };
        let subject = self.admit_certificates(request, subject.clone(), now).await?;
        let seal = |for_person: &ForPerson| self.books.seal(&self.sealed_for(request, &entered.attempt), for_person);
        let answers = self.answerer.answer(request, &subject, entered, seal, now).await?;
        if self.clock.now() - now > FRESH {
            return Err(StoreError::Conflict.into()); // a record may have been corrected meanwhile: it is read again
        }
        let answered = verified.answer(answers, &self.guard.limits.challenge, now);
        let standing = self.books.answer(version, &answered, self.clock.now()).await?;
        Ok((answered, standing))
    }

    /// Hands out answers that are stored to who did not enter the code, once their artefacts are in the ledger.
    pub(crate) async fn told(
        &self,
        request: &Request,
        answers: &[Answer],
        now: DateTime<Utc>,
    ) -> Result<Answers, Error> {
        let standing = self.books.record(request, answers, now).await?;
        self.deliver(request, answers, standing, None)
    }

    /// Hands out answers whose artefacts are in the ledger; what is for the people alone, to the caller who entered the code.
    fn deliver(
        &self,
        request: &Request,
        answers: &[Answer],
        standing: Vec<Standing>,
        attempt: Option<&Nonce>,
    ) -> Result<Answers, Error> {
        let people = request.people.iter().zip(answers).zip(standing).map(|((asked, answer), standing)| {
            let told = match (standing, answer) {
                (Standing::Withdrawn, _) => Told::Withdrawn,
                (Standing::Over, _) => Told::Over,
                (Standing::InForce, Answer::NoRecord(_)) => Told::NoRecord,
                (Standing::InForce, Answer::LeftOut(_)) => Told::Declined,
                (Standing::InForce, Answer::Granted(grant)) => {
                    Told::Granted(Box::new(self.granted(request, asked, grant, attempt)?))
                }
            };
            Ok(PersonAnswer { position: asked.position, told })
        });
        Ok(Answers { people: people.collect::<Result<_, Error>>()? })
    }

    fn granted(
        &self,
        request: &Request,
        asked: &AskedPerson,
        grant: &Grant,
        attempt: Option<&Nonce>,
    ) -> Result<Granted, Error> {
        let (disclosures, needs) = match attempt.map(|attempt| self.sealed_for(request, attempt)) {
            Some(id) => self.books.unseal(&id, &grant.for_person)?.open(&self.answerer.policy_of(request)?),
            None => Default::default(),
        };
        tracing::info!(consent = %grant.consent.id, "granted");
        Ok(Granted {
            status: grant.status,
            token: grant.token.clone().into(),
            cwt: grant.cwt.clone().map(Into::into),
            token_id: grant.consent.token_id().unwrap_or_default().to_owned(),
            expires_at: grant.token_expires_at,
            consent_id: grant.consent.id,
            name_matches: asked.name_matches,
            disclosures,
            needs,
        })
    }

    fn sealed_for(&self, request: &Request, attempt: &Nonce) -> [u8; 16] {
        self.pseudonyms.disclosures(&request.id, attempt)
    }

    pub(crate) fn open_request(&self, pending: &Pending) -> Result<OpenRequest, Error> {
        let attempt = Nonce::from_random(self.draw_bytes()?);
        Ok(OpenRequest::new(pending, self.guard.limits.challenge.code_digits, attempt))
    }

    pub(crate) fn draw_code(&self) -> Result<OtpCode, Error> {
        Ok(OtpCode::draw(&*self.random, self.guard.limits.challenge.code_digits)?)
    }

    pub(crate) fn draw_id(&self) -> Result<RequestId, Error> {
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
