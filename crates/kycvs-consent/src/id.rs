use std::fmt;
use std::str::FromStr;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Names one status request: 128 random bits (OWASP ASVS 5.0, 11.5.1), as text 22 characters of base64url.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestId(Id);

/// Names one consent: the day in UTC on which its request was opened, as two bytes, and fourteen of a hash of the request's id
/// and of the person's place in it. So one person of a request can never give two consents, consents of a day sort together,
/// and the request's id does not follow from it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConsentId(Id);

/// What leads a person from a message to the request that waits for their code: 128 random bits, as text 22 characters of
/// base64url. The request's id follows from it, and it does not follow from the id.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Link(Id);

/// 128 random bits that a caller draws, so that a call which it repeats is known to be its own. As text, 22 characters of
/// base64url.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Nonce(Id);

/// The text is no id: 22 characters of base64url that stand for 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 22 characters of base64url")]
pub struct IdError;

impl RequestId {
    /// Takes 16 bytes, which must come from the system's random number generator.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(Id(bytes))
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`IdError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        Id::parse(text).map(Self)
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0.0
    }
}

impl ConsentId {
    /// The consent of the person at `position` of a request that was opened at `opened_at`.
    pub fn of(request: &RequestId, position: u8, opened_at: DateTime<Utc>) -> Self {
        let label = Sha256::new().chain_update(b"kycvs consent id v3");
        let digest = label.chain_update(request.as_bytes()).chain_update([position]).finalize();
        let mut id = [0; 16];
        id.iter_mut().zip(day_of(opened_at).to_be_bytes().into_iter().chain(digest)).for_each(|(to, from)| *to = from);
        Self(Id(id))
    }

    /// Takes up the 16 bytes of an id.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Id(bytes))
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`IdError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        Id::parse(text).map(Self)
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0.0
    }
}

impl Link {
    /// Takes 16 bytes, which must come from the system's random number generator.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(Id(bytes))
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`IdError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        Id::parse(text).map(Self)
    }

    /// The text form, for the message to the person and for nothing else.
    pub fn secret(&self) -> String {
        self.0.into()
    }

    /// The request that it leads to.
    pub fn request(&self) -> RequestId {
        let digest = Sha256::new().chain_update(b"kycvs link v1").chain_update(self.0.0).finalize();
        let mut id = [0; 16];
        id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        RequestId(Id(id))
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(redacted)")
    }
}

impl Nonce {
    /// Takes 16 bytes, which must come from the system's random number generator.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(Id(bytes))
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`IdError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        Id::parse(text).map(Self)
    }

    /// The text form, for the caller who repeats a call and for nobody else.
    pub fn secret(&self) -> String {
        self.0.into()
    }

    /// The 16 bytes, for the same.
    pub fn secret_bytes(&self) -> &[u8; 16] {
        &self.0.0
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce(redacted)")
    }
}

/// Days since 1970-01-01 in UTC, of which the last two numbers are not used as days (the year 2149).
fn day_of(instant: DateTime<Utc>) -> u16 {
    let last = u16::MAX - 1;
    u16::try_from(instant.timestamp().div_euclid(86_400).clamp(0, last.into())).unwrap_or(last)
}

/// What ids of any kind are: 16 bytes with one text form.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Id([u8; 16]);

impl Id {
    fn parse(text: &str) -> Result<Self, IdError> {
        let mut bytes = [0; 16];
        match BASE64_URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(16) => Ok(Self(bytes)),
            _ => Err(IdError),
        }
    }
}

/// Its text is wiped, since some ids are secrets.
impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(String::from(*self)))
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        Self::parse(&text).map_err(D::Error::custom)
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        BASE64_URL_SAFE_NO_PAD.encode(id.0)
    }
}

impl FromStr for RequestId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl FromStr for ConsentId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from(self.0))
    }
}

impl fmt::Display for ConsentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from(self.0))
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({self})")
    }
}

impl fmt::Debug for ConsentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConsentId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_has_one_text(bytes: [u8; 16], text in "\\PC{0,30}") {
            let id = RequestId::from_random(bytes);
            prop_assert_eq!(RequestId::parse(&id.to_string()), Ok(id));
            if let Ok(id) = RequestId::parse(&text) {
                prop_assert_eq!(id.to_string(), text);
            }
        }

        #[test]
        fn a_person_of_a_request_has_one_consent(
            a: [u8; 16], b: [u8; 16], i: u8, j: u8, day in 0..65_535_i64, second in 0..86_400_i64,
        ) {
            let (a, b) = (RequestId::from_random(a), RequestId::from_random(b));
            let opened_at = DateTime::from_timestamp(day * 86_400 + second, 0).unwrap();
            let (one, other) = (ConsentId::of(&a, i, opened_at), ConsentId::of(&b, j, opened_at));
            prop_assert_eq!(one == other, (a, i) == (b, j));
            prop_assert_eq!(ConsentId::of(&a, j, opened_at) == one, i == j);
            prop_assert_eq!(i64::from(u16::from_be_bytes([one.as_bytes()[0], one.as_bytes()[1]])), day);
            prop_assert!(one.as_bytes()[2..] != a.as_bytes()[2..]);
        }
    }

    #[test]
    fn a_link_leads_to_one_request_and_shows_itself_to_nobody() {
        let (link, other) = (Link::from_random([1; 16]), Link::from_random([2; 16]));
        assert_eq!(Link::parse(&link.secret()).unwrap().request(), link.request());
        assert_ne!(link.request(), other.request());
        assert_ne!(link.request().to_string(), link.secret());
        assert_eq!(format!("{link:?}"), "Link(redacted)");
    }

    #[test]
    fn ids_have_a_text_and_a_nonce_has_one_for_its_caller_alone() {
        let (request, nonce) = (RequestId::from_random([0; 16]), Nonce::from_random([0; 16]));
        let text = "AAAAAAAAAAAAAAAAAAAAAA";
        let consent = ConsentId::parse(text).unwrap();
        assert_eq!((request.to_string(), consent.to_string()), (text.to_owned(), text.to_owned()));
        assert_eq!(format!("{request:?} {consent:?}"), format!("RequestId({text}) ConsentId({text})"));
        assert_eq!((nonce.secret(), format!("{nonce:?}")), (text.to_owned(), "Nonce(redacted)".to_owned()));
    }

    #[test]
    fn days_end_in_2149_before_the_two_numbers_that_are_none() {
        for (second, day) in
            [(-1, 0), (86_399, 0), (86_400, 1), (65_534 * 86_400, 65_534), (i64::from(u32::MAX) * 2, 65_534)]
        {
            assert_eq!(day_of(DateTime::from_timestamp(second, 0).unwrap()), day, "{second}");
        }
    }
}
