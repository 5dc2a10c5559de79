use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use kycvs_consent::{Answer, Challenge, ConsentId, DataFiduciary, Identifier, NoticeHash, RequestId, Stage, later};
use kycvs_store::{Decision, Limit, StoreError, Version, Versioned};
use kycvs_token::{KeyRing, SignIn, StatusClaims, StatusToken, TokenVerifier};
use zeroize::Zeroizing;

use crate::people::by_phone;
use crate::{Error, Person, StatusService};

/// A use of what a host limits by itself. `what` and `whom` name the count; the store sees a pseudonym of them.
#[derive(Clone, Copy, Debug)]
pub struct HostUse<'a> {
    /// What is counted.
    pub what: &'a str,
    /// For whom.
    pub whom: &'a str,
    /// How many there may be.
    pub limits: &'a [Limit],
}

/// What those need who put a protocol in front of the service, such as HTTP with a page. They get time, keys, notes and
/// limits from the service, so that they have no store, clock or secret of their own.
impl StatusService {
    /// The time by the service's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The `iss` of its tokens.
    pub fn issuer(&self) -> &str {
        self.answerer.issuer.issuer()
    }

    /// Who answers, and where to ask and to complain.
    pub fn fiduciary(&self) -> &DataFiduciary {
        &self.answerer.fiduciary
    }

    /// The public keys to publish now.
    pub fn published_keys(&self) -> KeyRing {
        self.answerer.issuer.published_keys(self.clock.now())
    }

    /// A verifier of its own tokens, with the keys that are published now.
    pub fn verifier(&self) -> TokenVerifier {
        match self.issuer().strip_suffix("/sandbox") {
            Some(issuer) if self.is_sandbox() => TokenVerifier::for_sandbox(issuer, self.published_keys()),
            _ => TokenVerifier::new(self.issuer(), self.published_keys()),
        }
    }

    /// Signs an ID token of OpenID Connect about the person of a status token of its own.
    ///
    /// # Errors
    /// [`Error::SigningUnavailable`].
    pub async fn sign_id_token(
        &self,
        claims: &StatusClaims,
        token: &StatusToken,
        sign_in: SignIn<'_>,
    ) -> Result<String, Error> {
        self.answerer.issuer.issue_id_token(claims, token, sign_in).await.map_err(Error::SigningUnavailable)
    }

    /// Whether its tokens prove nothing, by [`TokenIssuer::for_sandbox`](kycvs_token::TokenIssuer::for_sandbox).
    pub fn is_sandbox(&self) -> bool {
        self.answerer.issuer.is_sandbox()
    }

    /// Counts one use each of what the host limits by itself, such as messages asked for from one network address, or refuses
    /// the first that has no room and counts nothing.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn take(&self, uses: &[HostUse<'_>]) -> Result<Decision, Error> {
        Ok(self.guard.store.take(self.clock.now(), &self.guard.of_host(uses)).await?)
    }

    /// Forgets what [`take`](Self::take) counted, by `what` and `whom`.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn forget_uses(&self, counts: &[(&str, &str)]) -> Result<(), Error> {
        let keys: Vec<_> = counts.iter().map(|(what, whom)| self.pseudonyms.uses_of(what, whom)).collect();
        Ok(self.guard.store.clear(&keys).await?)
    }

    /// Sees whether people can be asked about in one request. Nothing is counted or stored.
    ///
    /// # Errors
    /// [`Error::People`].
    pub fn check_people(&self, people: &[Person]) -> Result<(), Error> {
        Ok(self.check_links(by_phone(people)?.len())?)
    }

    /// How many messages an entity may lead to.
    pub fn sends_of(&self, entity: &Identifier) -> &[Limit] {
        self.guard.sends_of(entity)
    }

    /// Seals a small note that somebody else keeps, such as a visit in the URL of its page: nothing is stored.
    ///
    /// # Errors
    /// [`Error::RandomUnavailable`] or [`Error::StoreUnavailable`].
    pub fn seal(&self, note: Vec<u8>) -> Result<Vec<u8>, Error> {
        let place = self.draw_bytes()?;
        let sealed = self.books.vault.seal.seal(&self.pseudonyms.travelling_note(&place), Zeroizing::new(note))?;
        Ok([place.as_slice(), &sealed].concat())
    }

    /// Opens what [`seal`](Self::seal) closed, here or at another host. With it comes its place, 128 random bits of its own,
    /// under which [notes](Self::keep_note) about it may be kept. `None` for anything else.
    pub fn unseal(&self, sealed: &[u8]) -> Option<([u8; 16], Zeroizing<Vec<u8>>)> {
        let (place, sealed) = sealed.split_first_chunk()?;
        let note = self.books.vault.seal.open(&self.pseudonyms.travelling_note(place), sealed.to_vec())?;
        Some((*place, note))
    }

    /// Reads a note that the host kept under `id`.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`].
    pub async fn note(&self, id: &[u8; 16]) -> Result<Option<Versioned<Zeroizing<Vec<u8>>>>, Error> {
        Ok(self.books.vault.load(&self.pseudonyms.note(id)).await?)
    }

    /// Keeps a small note of the host's own beside the requests, such as a session: sealed, under a pseudonym of `id`, until
    /// `forget_at`. The id is 128 random bits. `expected` is the version that was read; `None` when there must be none.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`]; its source is [`Conflict`](kycvs_store::StoreError::Conflict) when another writer was
    /// first.
    pub async fn keep_note(
        &self,
        id: &[u8; 16],
        expected: Option<Version>,
        note: Vec<u8>,
        forget_at: DateTime<Utc>,
    ) -> Result<Version, Error> {
        Ok(self.books.vault.put(&self.pseudonyms.note(id), expected, Zeroizing::new(note), forget_at).await?)
    }

    /// 128 random bits, from the service's source.
    ///
    /// # Errors
    /// [`Error::RandomUnavailable`].
    pub fn draw_bytes(&self) -> Result<[u8; 16], Error> {
        let mut bytes = [0; 16];
        self.random.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// The hash of the notice of a request that was opened by a protocol which shows none, in which entering the code is the
    /// agreement and the hash does not travel. Any other request is not found.
    ///
    /// # Errors
    /// [`Error::NotFound`] or [`Error::StoreUnavailable`].
    pub async fn notice_of(&self, entity: &Identifier, id: &RequestId) -> Result<NoticeHash, Error> {
        let challenge = self.books.load(entity, id, self.clock.now()).await?.body;
        let request = challenge.request();
        if request.notice_shown { Err(Error::NotFound) } else { Ok(request.notice.hash) }
    }

    /// How many people of a request were answered with a status; `None` before it is answered. A consent that was withdrawn since
    /// is found when the answer is fetched.
    ///
    /// # Errors
    /// [`Error::NotFound`] or [`Error::StoreUnavailable`].
    pub async fn statuses_given(&self, entity: &Identifier, id: &RequestId) -> Result<Option<usize>, Error> {
        let Challenge::Verified(verified) = self.books.load(entity, id, self.clock.now()).await?.body else {
            return Ok(None);
        };
        let Stage::Answered(answers) = verified.stage() else { return Ok(None) };
        Ok(Some(answers.iter().filter(|answer| matches!(answer, Answer::Granted(_))).count()))
    }

    /// The consents that a request gives when it is answered, one for each person, for who holds nothing but the request's id.
    ///
    /// # Errors
    /// [`Error::NotFound`] or [`Error::StoreUnavailable`].
    pub async fn consents_of(&self, entity: &Identifier, id: &RequestId) -> Result<Vec<ConsentId>, Error> {
        let challenge = self.books.load(entity, id, self.clock.now()).await?.body;
        let request = challenge.request();
        Ok(request.people.iter().map(|person| request.consent_of(person)).collect())
    }

    /// Sees whether every store can be read and written, as a request and its answer need it, and the registry asked. It writes
    /// over one note and one count of its own, which are purged like others, and leaves the ledger as it is.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`] or [`Error::RegistryUnavailable`] with the first that cannot.
    pub async fn check_stores(&self) -> Result<(), Error> {
        const NOBODY: [u8; 16] = [0; 16];
        const ANY_NUMBER: Limit = Limit { max: NonZeroU32::MAX, per_seconds: NonZeroU32::MIN };
        let (id, vault) = (self.pseudonyms.note(&NOBODY), &self.books.vault);
        let written = vault.load(&id).await?.map(|note| note.version);
        let forget_at = later(self.clock.now(), self.books.keep_finished);
        match vault.put(&id, written, Zeroizing::default(), forget_at).await {
            Ok(_) | Err(StoreError::Conflict) => {} // another host has just written it
            Err(error) => return Err(error.into()),
        }
        let _ = self.take(&[HostUse { what: "check of the stores", whom: "", limits: &[ANY_NUMBER] }]).await?;
        self.consent(&ConsentId::of(&RequestId::from_random(NOBODY), 0, self.clock.now())).await?;
        self.books.ledger.histories.store.check_writable().await?;
        self.answerer.registry.check().await.map_err(Error::RegistryUnavailable)
    }
}
