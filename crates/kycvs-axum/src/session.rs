mod given;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use kycvs::consent::{Identifier, Language, Nonce, Reference, RequestId, later};
use kycvs::store::{StoreError, Version};
use kycvs::{Error, Granted, RequestState, StatusService};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub(crate) use self::given::{Given, GivenPerson};
use crate::problem::{Problem, ProblemCode};
use crate::{Origin, ReturnUrl};

/// One visit to the consent page, as it was opened: who asks, and for what. It is in its id, sealed, and stored nowhere.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) entity: Identifier,
    pub(crate) purpose: Identifier,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<Identifier>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) on: Option<NaiveDate>,
    pub(crate) reference: Option<Reference>,
    /// Where the people are noted whom the entity named, if it named any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) given: Option<Place>,
    /// Whether it asked about a list of people, and so reads a list of answers.
    pub(crate) is_booking: bool,
    pub(crate) language: Language,
    pub(crate) way_back: WayBack,
    pub(crate) expires_at: DateTime<Utc>,
}

/// How long a session is known when its time is over: a person who comes back then reads so on the page.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);

/// How the person gets back to where they came from.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum WayBack {
    /// The page is framed, or opened as a window, by a page of this origin, and tells it by a message.
    Embedded(Origin),
    /// The person is sent on to this URL, with the entity's own `state`.
    Redirect { url: ReturnUrl, state: String },
    /// The person came by the link of a message, and has nothing to get back to.
    Nowhere,
}

/// What a visit led to, as it is noted. It knows no mobile but its range. What became of a request, the request itself knows.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Stage {
    /// Nothing is asked, though something was.
    New,
    /// A code is on its way. It is noted before that: who hangs up meanwhile goes on here.
    Asked(Asked),
    /// It was declined or withdrawn.
    Ended,
}

/// The one request of a visit that counts.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) request: RequestId,
    /// Of the browser that asked: the session's id alone, which the embedding site knows too, shows nothing.
    pub(crate) form_key: KeyedHash,
    /// What was typed, so that a form which is sent twice sends one message.
    pub(crate) typed: KeyedHash,
    /// The number but its last four digits.
    pub(crate) range: String,
    /// The language that was chosen by then.
    pub(crate) language: Language,
}

/// What the forms of a page carry from the second step on, sealed: they come from the page that asked, and say what it asked, so
/// that no note is read for them.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Ticket {
    pub(crate) session: Place,
    pub(crate) request: RequestId,
    pub(crate) key: FormKey,
    /// The number but its last four digits, and these.
    pub(crate) range: String,
    pub(crate) last_four: String,
    /// The people, as they are shown: once it is answered, the request names nobody any more.
    pub(crate) people: Vec<NamedPlace>,
    /// How many more people the booking is about, whose codes go to other numbers.
    pub(crate) others: u8,
    /// All of it, sealed.
    #[serde(skip)]
    pub(crate) text: String,
}

/// A person of a request, by the place in the list that was asked about.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct NamedPlace {
    pub(crate) position: u8,
    pub(crate) name: String,
}

/// Where the note of a session is: 128 random bits, from its id.
pub(crate) type Place = [u8; 16];

/// A secret of 128 bits that the page keeps in its first form, and in a cookie of its own.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct FormKey([u8; 16]);

/// A SHA-256 of a form key, with what else was hashed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyedHash([u8; 32]);

/// What is sealed in the hands of others: neither of them is the other.
#[derive(Serialize, Deserialize)]
enum Sealed {
    Session(Session),
    Ticket(Ticket),
    Result(Handed),
}

/// What a result code says, which a host gets from the page and its server exchanges for the answer.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Handed {
    pub(crate) session: Place,
    pub(crate) request: RequestId,
    pub(crate) purpose: Identifier,
    pub(crate) reference: Option<Reference>,
    /// Whether it stands for a list of answers.
    pub(crate) is_booking: bool,
    /// What goes back with the person; none where the page is embedded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<String>,
    pub(crate) expires_at: DateTime<Utc>,
}

/// The first byte of what is sealed or kept. A release that writes another format reads this one, too.
const FORMAT: u8 = 1;

/// The longest text that is looked at: an id with the longest name, reference, URL and state is shorter.
const MAX_TEXT_BYTES: usize = 8 << 10;

/// Sessions, tickets and result codes, and the notes of visits among the service's own records.
#[derive(Clone, Copy)]
pub(crate) struct Sessions<'a>(pub(crate) &'a StatusService);

impl Sessions<'_> {
    /// Opens a session, and gives its id: the session itself, sealed. Nothing is stored.
    pub(crate) fn open(self, session: Session) -> Result<String, Error> {
        self.seal(&Sealed::Session(session))
    }

    /// Reads the id of a session, and where its note is; for a while also of one that is over its time.
    pub(crate) fn read(self, id: &str) -> Result<(Place, Session), Error> {
        match self.unseal(id) {
            Some((place, Sealed::Session(session))) if self.0.now() < later(session.expires_at, REMEMBERED) => {
                Ok((place, session))
            }
            _ => Err(Error::NotFound),
        }
    }

    /// Reads what a visit led to, with its version; `None` before its first form.
    pub(crate) async fn noted(self, place: &Place) -> Result<Option<(Stage, Version)>, Error> {
        let Some(kept) = self.0.note(place).await? else { return Ok(None) };
        let stage = read(&kept.body).ok_or(StoreError::Damaged { what: "note" })?;
        Ok(Some((stage, kept.version)))
    }

    /// Notes it, provided that the note is still as it was read; for as long as `session` is known.
    pub(crate) async fn note(
        self,
        (place, session): (&Place, &Session),
        expected: Option<Version>,
        stage: &Stage,
    ) -> Result<Version, Error> {
        self.0.keep_note(place, expected, written(stage)?, later(session.expires_at, REMEMBERED)).await
    }

    /// What the forms of a visit carry once something was asked in it.
    pub(crate) fn ticket(self, unsealed: Ticket) -> Result<Ticket, Error> {
        let text = self.seal(&Sealed::Ticket(unsealed.clone()))?;
        Ok(Ticket { text, ..unsealed })
    }

    /// Reads a ticket of a visit; `None` for another's, and for any other text.
    pub(crate) fn read_ticket(self, of: &Place, text: &str) -> Option<Ticket> {
        match self.unseal(text)?.1 {
            Sealed::Ticket(ticket) if ticket.session == *of => Some(Ticket { text: text.to_owned(), ..ticket }),
            _ => None,
        }
    }

    /// Makes a code that the entity exchanges for the answer to a request. Nothing is stored.
    pub(crate) fn result_code(self, handed: Handed) -> Result<String, Error> {
        self.seal(&Sealed::Result(handed))
    }

    /// What a code stands for, as often as it is asked while the code lives: an answer may be lost on its way. A code of another
    /// session than `of`, where that is given, is not found, nor is one that is over.
    pub(crate) fn handed(self, code: &str, of: Option<Place>) -> Result<Handed, Problem> {
        let not_found = |why| Err(Problem::with_detail(ProblemCode::NotFound, why));
        match self.unseal(code) {
            Some((_, Sealed::Result(handed))) if of.is_some_and(|of| of != handed.session) => {
                not_found("The result code is of another visit than `session`.")
            }
            Some((_, Sealed::Result(handed))) if self.0.now() >= handed.expires_at => not_found(
                "The result code is more than two minutes old. The page, where it is still open, has a new one.",
            ),
            Some((_, Sealed::Result(handed))) => Ok(handed),
            _ => not_found("This is no result code of this server. Send it whole, as the page gave it."),
        }
    }

    /// The answer about the one person that a code stands for. Another entity's is not found, nor is that of a booking.
    pub(crate) async fn answer(self, entity: &Identifier, handed: &Handed) -> Result<Granted, Error> {
        match self.0.state(entity, &handed.request).await? {
            RequestState::Answered(answers) if !handed.is_booking => answers.only(),
            _ => Err(Error::NotFound),
        }
    }

    fn seal(self, sealed: &Sealed) -> Result<String, Error> {
        Ok(BASE64_URL_SAFE_NO_PAD.encode(self.0.seal(written(sealed)?)?))
    }

    /// Opens a text. What nobody here sealed is nothing, and costs no store anything.
    fn unseal(self, text: &str) -> Option<(Place, Sealed)> {
        let sealed = Some(text).filter(|text| text.len() <= MAX_TEXT_BYTES);
        let (place, note) = self.0.unseal(&BASE64_URL_SAFE_NO_PAD.decode(sealed?).ok()?)?;
        Some((place, read(&note)?))
    }
}

impl Session {
    /// Whether its time is over, so that nothing more can be done in it.
    pub(crate) fn is_over(&self, now: DateTime<Utc>) -> bool {
        now >= self.expires_at
    }
}

impl Ticket {
    /// Names the page that holds it as the one that enters a code: what it sends twice is answered twice.
    pub(crate) fn attempt(&self) -> Nonce {
        Nonce::from_random(self.key.0)
    }
}

impl FormKey {
    pub(crate) fn draw(service: &StatusService) -> Result<Self, Error> {
        service.draw_bytes().map(Self)
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        let read = BASE64_URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        (read == 16).then_some(Self(bytes))
    }

    pub(crate) fn text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The hash of texts that only who has the key can make.
    pub(crate) fn hash(&self, texts: &[&str]) -> KeyedHash {
        let hash =
            texts.iter().fold(Sha256::new_with_prefix(self.0), |hash, text| hash.chain_update(text).chain_update([0]));
        KeyedHash(hash.finalize().into())
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

#[cfg(test)]
mod tests;
