use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kycvs::consent::{Identifier, Language, Nonce, Reference, RequestId};
use kycvs::store::{StoreError, Version};
use kycvs::{Error, Granted, RequestState, StatusService};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Origin, ReturnUrl};

/// One visit to the consent page: who asks, for what, and how far the person got. It knows no mobile but its range, and no name
/// but one that the entity gave.
///
/// As it was opened, it is in its id, sealed: a visit costs no store anything before its first form. From then on it is a
/// note, too, which is what counts.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) entity: Identifier,
    pub(crate) purpose: Identifier,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<Identifier>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) on: Option<NaiveDate>,
    pub(crate) reference: Option<Reference>,
    pub(crate) given_name: Option<GivenName>,
    pub(crate) language: Language,
    pub(crate) way_back: WayBack,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) stage: Stage,
    /// To how many messages it has led.
    pub(crate) messages: u32,
}

/// The name of the person, as the entity that opened the visit knows it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum GivenName {
    /// It stands on the page, and nothing else is asked about.
    Fixed(String),
    /// The person types a name, and the entity learns whether it is this one's.
    Expected(String),
}

/// How long a session is kept when its time is over: who comes back to the page is told so, in the frame that it is in.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);

/// How the person gets back to where they came from.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum WayBack {
    /// The page is framed, or opened as a window, by a page of this origin, and tells it by a message.
    Embedded(Origin),
    /// The person is sent on to this URL, with the entity's own `state`.
    Redirect { url: ReturnUrl, state: String },
}

/// How far the person got.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// Nothing was asked yet.
    New,
    /// A code is on its way. It is noted before that: who hangs up meanwhile goes on here.
    Asked {
        /// The request.
        request: RequestId,
        /// Proves that a form comes from the page that asked: the session's id alone, which the embedding site knows too,
        /// shows nothing and confirms nothing.
        form_key: FormKeyHash,
        /// The number but its last four digits.
        range: String,
    },
    /// It was answered; whoever has the form key may withdraw.
    Answered {
        /// The request.
        request: RequestId,
        /// As before.
        form_key: FormKeyHash,
    },
    /// It was declined or withdrawn.
    Ended,
}

/// A session as it was found.
pub(crate) struct Found {
    pub(crate) session: Session,
    /// Where its note is.
    pub(crate) place: Place,
    /// The version of its note; `None` before the first form.
    pub(crate) version: Option<Version>,
}

/// Where the note of a session is: 128 random bits, from its id.
pub(crate) type Place = [u8; 16];

/// A secret of 128 bits that the page keeps in its form, and in a cookie of its own.
pub(crate) struct FormKey([u8; 16]);

/// Its SHA-256.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FormKeyHash([u8; 32]);

/// What a host gets from the page and its server exchanges for the answer.
pub(crate) struct ResultCode([u8; 16]);

/// What is kept. A session's place is no result code, and the other way round.
#[derive(Serialize, Deserialize)]
enum Note {
    Session(Session),
    Result(Handed),
}

/// What a result code stands for.
#[derive(Serialize, Deserialize)]
pub(crate) struct Handed {
    pub(crate) entity: Identifier,
    pub(crate) session: Place,
    pub(crate) request: RequestId,
    pub(crate) purpose: Identifier,
    pub(crate) reference: Option<Reference>,
    /// What goes back with the person; none where the page is embedded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<String>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// The first byte of what is sealed or kept. A release that writes another format reads this one, too.
const FORMAT: u8 = 1;

/// The longest id that is looked at: a visit with the longest name, reference, URL and state is shorter.
const MAX_ID_BYTES: usize = 8 << 10;

/// Sessions and result codes, among the service's own records.
#[derive(Clone, Copy)]
pub(crate) struct Sessions<'a>(pub(crate) &'a StatusService);

impl Sessions<'_> {
    /// Opens a session, and gives its id: the session itself, sealed. Nothing is stored.
    pub(crate) fn open(self, session: &Session) -> Result<String, Error> {
        Ok(BASE64_URL_SAFE_NO_PAD.encode(self.0.seal(written(session)?)?))
    }

    /// Reads a session, for a while also one that is over its time.
    pub(crate) async fn load(self, id: &str) -> Result<Found, Error> {
        let (place, opened) = self.unseal(id)?;
        Ok(match self.read(&place).await? {
            Some((Note::Session(session), version)) => Found { session, place, version: Some(version) },
            Some(_) => return Err(Error::NotFound),
            None if self.0.now() >= kycvs::consent::later(opened.expires_at, REMEMBERED) => {
                return Err(Error::NotFound);
            }
            None => Found { session: opened, place, version: None },
        })
    }

    /// Where the note of a session is, by its id.
    pub(crate) fn place_of(self, id: &str) -> Result<Place, Error> {
        self.unseal(id).map(|(place, _)| place)
    }

    /// Writes a session, provided it is still as it was read.
    pub(crate) async fn save(
        self,
        place: &Place,
        expected: Option<Version>,
        session: &Session,
    ) -> Result<Version, Error> {
        let forget_at = kycvs::consent::later(session.expires_at, REMEMBERED);
        self.keep(place, expected, &Note::Session(session.clone()), forget_at).await
    }

    /// Makes a code that the entity exchanges for the answer to a request.
    pub(crate) async fn result_code(self, handed: Handed) -> Result<ResultCode, Error> {
        let code = ResultCode(self.0.draw_bytes()?);
        let expires_at = handed.expires_at;
        self.keep(&code.0, None, &Note::Result(handed), expires_at).await?;
        Ok(code)
    }

    /// Exchanges a code for the answer and what it answers, and again while the code lives: an answer may be lost on its way.
    /// Another entity's code is not found, and neither is one of another session than `of`, where that is given.
    pub(crate) async fn exchange(
        self,
        entity: &Identifier,
        code: &ResultCode,
        of: Option<Place>,
    ) -> Result<(Granted, Handed), Error> {
        let Some((Note::Result(handed), _)) = self.read(&code.0).await? else { return Err(Error::NotFound) };
        let is_of_session = of.is_none_or(|of| of == handed.session);
        if handed.entity != *entity || !is_of_session || self.0.now() >= handed.expires_at {
            return Err(Error::NotFound);
        }
        match self.0.state(entity, &handed.request).await? {
            RequestState::Answered(answers) => Ok((answers.only()?, handed)),
            _ => Err(Error::NotFound),
        }
    }

    /// Opens an id. What nobody here sealed is not found, and costs no store anything.
    fn unseal(self, id: &str) -> Result<(Place, Session), Error> {
        let sealed = Some(id).filter(|id| id.len() <= MAX_ID_BYTES);
        let sealed = sealed.and_then(|id| BASE64_URL_SAFE_NO_PAD.decode(id).ok());
        let opened = sealed.and_then(|sealed| self.0.unseal(&sealed));
        let read = opened.and_then(|(place, note)| Some((place, self::read(&note)?)));
        read.ok_or(Error::NotFound)
    }

    async fn read(self, id: &[u8; 16]) -> Result<Option<(Note, Version)>, Error> {
        let Some(kept) = self.0.note(id).await? else { return Ok(None) };
        let note = read(&kept.body).ok_or(StoreError::Damaged { what: "note" })?;
        Ok(Some((note, kept.version)))
    }

    async fn keep(
        self,
        id: &[u8; 16],
        expected: Option<Version>,
        note: &Note,
        forget_at: DateTime<Utc>,
    ) -> Result<Version, Error> {
        self.0.keep_note(id, expected, written(note)?, forget_at).await
    }
}

impl Session {
    /// Whether its time is over, so that nothing more can be done in it.
    pub(crate) fn is_over(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at
    }
}

impl FormKey {
    pub(crate) fn draw(service: &StatusService) -> Result<Self, Error> {
        service.draw_bytes().map(Self)
    }

    /// Names the page that holds the key as the one that enters a code: what it sends twice is answered twice.
    pub(crate) fn attempt(&self) -> Nonce {
        Nonce::from_random(self.0)
    }

    pub(crate) fn hash(&self) -> FormKeyHash {
        FormKeyHash(Sha256::digest(self.0).into())
    }
}

fn written(note: &impl Serialize) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![FORMAT];
    serde_json::to_writer(&mut bytes, note).map_err(StoreError::unavailable)?;
    Ok(bytes)
}

fn read<T: DeserializeOwned>(note: &[u8]) -> Option<T> {
    let (FORMAT, note) = note.split_first().map(|(format, note)| (*format, note))? else { return None };
    serde_json::from_slice(note).ok()
}

/// Gives the 16 bytes of a type their one text form, 22 characters of base64url.
macro_rules! text_of_16_bytes {
    ($($kind:ident),*) => {$(
        impl $kind {
            pub(crate) fn parse(text: &str) -> Option<Self> {
                let mut bytes = [0; 16];
                let read = BASE64_URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
                (read == 16).then_some(Self(bytes))
            }

            pub(crate) fn text(&self) -> String {
                BASE64_URL_SAFE_NO_PAD.encode(self.0)
            }
        }
    )*};
}
text_of_16_bytes!(FormKey, ResultCode);

#[cfg(test)]
mod tests;
