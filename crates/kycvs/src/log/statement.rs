use chrono::{DateTime, Utc};
use kycvs_consent::ReadBy;
use kycvs_store::{Day, Entry, Key, Posting, StoreError};
use kycvs_token::{Refusal, StatusListToken};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::leaf::Leaf;

/// What a service says about itself in the log. It is about nobody, so its leaf has no salt: whoever has what it is about opens it.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Statement<'a> {
    /// A status list that was signed. It is posted before the list is published.
    List {
        uri: &'a str,
        /// Seconds since 1970.
        iat: i64,
        /// Of the token, in hexadecimal digits.
        sha256: String,
    },
    /// The names of the keys that are published.
    Keys(Vec<&'a str>),
    /// What one entity may ask for, and the SHA-256 of the notice in each language for a person called `Name`.
    Entity { id: &'a str, name: &'a str, purpose: &'a str, text: &'a str, notices: Vec<(&'static str, String)> },
    /// An operator or an auditor read consents.
    Access { how: Access, at: DateTime<Utc>, consents: u64 },
}

/// How somebody read consents who is neither the person nor the entity that got the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Access {
    /// An auditor's sample opened them.
    Sample,
    /// An operator proved one.
    Proof,
    /// An operator looked at one.
    Show,
    /// An operator wrote one to a file.
    Export,
}

impl Access {
    /// As whom the person sees them.
    pub(crate) fn reader(self) -> ReadBy {
        match self {
            Self::Sample => ReadBy::Auditor,
            Self::Proof | Self::Show | Self::Export => ReadBy::Operator,
        }
    }
}

/// What the names of statements begin with. A consent's is a hash; one in 2^48 begins so.
const PUBLIC: [u8; 6] = *b"public";

impl Statement<'_> {
    /// What it is in the ledger under the day of `at`, and what waits for the log. The same statement is there once a day.
    pub(crate) fn write(&self, at: DateTime<Utc>) -> Result<(Entry, Posting), StoreError> {
        let body = self.to_bytes()?;
        let entry = Entry { id: place_of(Day::of(at), &body), seq: 0, body };
        let posting = Leaf::of(&entry).posting(at);
        Ok((entry, posting))
    }

    fn to_bytes(&self) -> Result<Vec<u8>, StoreError> {
        serde_json::to_vec(self).map_err(StoreError::unavailable)
    }
}

/// Whether a leaf is of a statement.
pub(super) fn is_public(id: &Key) -> bool {
    // A key that begins with a day has two bytes of it.
    id.as_bytes().get(2..8) == Some(&PUBLIC)
}

/// What the log has of a signed status list: the statement, and the day that it lies on. Whoever kept a list makes it from that, and
/// with a salt of 16 zeros and the number 0 it is the [leaf](crate::leaf_of).
///
/// # Errors
/// [`Refusal`] for what is no list.
pub fn statement_of_list(list: &StatusListToken) -> Result<Vec<u8>, Refusal> {
    let claims = list.claims_unverified()?;
    let statement = list_statement(&claims.uri, claims.issued_at, list.as_str());
    statement.to_bytes().map_err(|_| Refusal::MalformedClaim { claim: "sub" })
}

pub(crate) fn list_statement<'a>(uri: &'a str, issued_at: DateTime<Utc>, token: &str) -> Statement<'a> {
    let sha256 = Sha256::digest(token).iter().map(|byte| format!("{byte:02x}")).collect();
    Statement::List { uri, iat: issued_at.timestamp(), sha256 }
}

fn place_of(day: Day, body: &[u8]) -> Key {
    let mut name = [0; 14];
    let hash: [u8; 32] = Sha256::digest(body).into();
    name.iter_mut().zip(PUBLIC.into_iter().chain(hash)).for_each(|(to, from)| *to = from);
    Key::on_day(day, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_statement_is_public_and_a_consent_is_not() {
        let day = Day::FIRST.after(20_785);
        let (noon, later) = (day.start() + TimeDelta::hours(12), day.start() + TimeDelta::hours(13));
        let (entry, _) = Statement::Keys(vec!["a"]).write(noon).unwrap();
        assert_eq!(entry.body, br#"{"keys":["a"]}"#);
        assert!(is_public(&entry.id) && !is_public(&Key::on_day(day, [7; 14])));
        assert_eq!(entry.id, Statement::Keys(vec!["a"]).write(later).unwrap().0.id, "once a day");
        assert_ne!(entry.id, Statement::Keys(vec!["b"]).write(noon).unwrap().0.id);
        assert_ne!(entry.id, Statement::Keys(vec!["a"]).write(noon + TimeDelta::days(1)).unwrap().0.id);
    }
}
