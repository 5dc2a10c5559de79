//! A group answer: which tokens answer one booking, and for how many people nothing came.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::claims::{check_lifetime, is_plain};
use crate::issuer::Content;
use crate::json::{Integers, JsonFault, Object, Value};
use crate::jws::{Compact, TokenType};
use crate::payload::{instant, integer, optional_text, required, text};
use crate::{
    IssueError, MAX_LIFETIME, MAX_TOKEN_BYTES, Refusal, SignerError, StatusClaims, TokenIssuer, TokenVerifier,
};

/// The most people of one booking.
pub const MAX_GROUP: usize = 6;

/// What a group answer says, but for its issuer: of the people of one booking, who are its tokens, and how many have none.
///
/// It says nothing of a status, and who lacks a token and why is not in it. The rules of texts are those of [`StatusClaims`].
#[derive(Clone, PartialEq, Eq)]
pub struct GroupClaims {
    /// `aud`: the verifying entity that asked.
    pub audience: String,
    /// `jti`: the group answer's own id, 128 random bits or more.
    pub token_id: String,
    /// `iat`: when it was issued and begins to be valid. Fractions of a second are dropped.
    pub issued_at: DateTime<Utc>,
    /// `exp`: when it ends, more than zero and at most [`MAX_LIFETIME`] after `issued_at`. Fractions are dropped.
    pub expires_at: DateTime<Utc>,
    /// `group`: the `jti` of each token, all different. `answered` is how many they are.
    pub tokens: Vec<String>,
    /// `reference`: the entity's own transaction, such as a booking number.
    pub reference: Option<String>,
    /// `asked`: how many people the booking is about, 1 to [`MAX_GROUP`].
    pub asked: u8,
    /// `declined`: how many of them declined. With those who have a token, they are at most as many as were asked.
    pub declined: u8,
}

impl GroupClaims {
    /// Whether a verified token is one of the booking's: of the same entity and reference, and listed.
    pub fn includes(&self, status: &StatusClaims) -> bool {
        self.audience == status.audience && self.reference == status.reference && self.tokens.contains(&status.token_id)
    }

    fn check(&self) -> Result<(), Refusal> {
        let texts = [
            ("aud", self.audience.as_str()),
            ("jti", &self.token_id),
            ("reference", self.reference.as_deref().unwrap_or("-")),
        ];
        let tokens = self.tokens.iter().map(|token| ("group", token.as_str()));
        if let Some((claim, _)) = texts.into_iter().chain(tokens).find(|(_, text)| !is_plain(text)) {
            return Err(Refusal::MalformedClaim { claim });
        }
        if !(1..=MAX_GROUP).contains(&self.asked.into()) {
            return Err(Refusal::MalformedClaim { claim: "asked" });
        }
        let different = self.tokens.iter().collect::<BTreeSet<_>>().len();
        if different != self.tokens.len() || different > self.asked.into() {
            return Err(Refusal::MalformedClaim { claim: "group" });
        }
        if different + usize::from(self.declined) > self.asked.into() {
            return Err(Refusal::MalformedClaim { claim: "declined" });
        }
        check_lifetime(self.issued_at, self.expires_at, MAX_LIFETIME)
    }
}

/// It shows no token's id.
impl fmt::Debug for GroupClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupClaims")
            .field("audience", &self.audience)
            .field("issued_at", &self.issued_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A signed group answer: a JWS in compact form. It is no status token, and is refused as one.
#[derive(Clone, PartialEq, Eq)]
pub struct GroupToken(String);

impl GroupToken {
    /// The group answer as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The group answer as text, without a copy.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl AsRef<[u8]> for GroupToken {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for GroupToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GroupToken(redacted)")
    }
}

impl TokenIssuer {
    /// Signs a group answer, with the key whose turn it is at `claims.issued_at`.
    ///
    /// # Errors
    /// [`IssueError::Invalid`] when a rule of [`GroupClaims`] is broken, [`IssueError::Signer`].
    pub async fn issue_group(&self, claims: &GroupClaims) -> Result<GroupToken, IssueError> {
        claims.check().map_err(IssueError::Invalid)?;
        let wire = Wire {
            iss: self.issuer(),
            sandbox: self.is_sandbox(),
            aud: &claims.audience,
            jti: &claims.token_id,
            iat: claims.issued_at.timestamp(),
            exp: claims.expires_at.timestamp(),
            group: &claims.tokens,
            reference: claims.reference.as_deref(),
            asked: claims.asked,
            answered: claims.tokens.len(),
            declined: claims.declined,
        };
        // Texts and numbers are always written; only the type of `serde_json` says otherwise.
        let json = serde_json::to_vec(&wire).map_err(SignerError::new)?;
        Ok(GroupToken(self.sign(Content::Jws(TokenType::Group, &json), claims.issued_at).await?))
    }
}

impl TokenVerifier {
    /// Verifies a group answer that was issued to `audience`, at the time `now`. The tokens that it lists are verified by
    /// [`verify`](Self::verify), each for itself; [`GroupClaims::includes`] says whether one belongs to it.
    ///
    /// # Errors
    /// The [`Refusal`] says why; a status token is refused as [`Refusal::WrongType`].
    pub fn verify_group(
        &self,
        group: impl AsRef<[u8]>,
        audience: &str,
        now: DateTime<Utc>,
    ) -> Result<GroupClaims, Refusal> {
        let group = group.as_ref();
        if group.len() > MAX_TOKEN_BYTES {
            return Err(Refusal::TooLong);
        }
        let json = Compact::split(group)?.authenticate(self.keys(), TokenType::Group)?;
        let mut object = Object::parse(&json, &INTEGERS).map_err(|fault| match fault {
            JsonFault::Malformed => Refusal::ClaimsNotJson,
            JsonFault::Duplicate(claim) => Refusal::DuplicateClaim { claim },
            JsonFault::NotAnInteger(claim) => Refusal::MistypedClaim { claim },
        })?;
        let claims = read(&mut object)?;
        claims.check()?;
        self.check_issuer(&text(&mut object, "iss")?, object.take("sandbox").is_some())?;
        if claims.audience != audience {
            return Err(Refusal::WrongAudience);
        }
        self.check_times(claims.issued_at, claims.expires_at, now)?;
        Ok(claims)
    }
}

fn read(object: &mut Object<'_>) -> Result<GroupClaims, Refusal> {
    let claims = GroupClaims {
        audience: text(object, "aud")?.into_owned(),
        token_id: text(object, "jti")?.into_owned(),
        issued_at: required(instant(object, "iat")?, "iat")?,
        expires_at: required(instant(object, "exp")?, "exp")?,
        tokens: tokens(object.take("group"))?,
        reference: optional_text(object, "reference", "reference")?.map(|reference| reference.into_owned()),
        asked: count(object, "asked")?,
        declined: count(object, "declined")?,
    };
    if usize::from(count(object, "answered")?) != claims.tokens.len() {
        return Err(Refusal::MalformedClaim { claim: "answered" });
    }
    Ok(claims)
}

fn tokens(value: Option<Value<'_>>) -> Result<Vec<String>, Refusal> {
    let Value::Array(tokens) = required(value, "group")? else { return Err(Refusal::MistypedClaim { claim: "group" }) };
    let text = |token| match token {
        Value::Text(token) => Ok(token.into_owned()),
        _ => Err(Refusal::MistypedClaim { claim: "group" }),
    };
    tokens.into_iter().map(text).collect()
}

fn count(object: &mut Object<'_>, claim: &'static str) -> Result<u8, Refusal> {
    let count = required(integer(object, claim)?, claim)?;
    u8::try_from(count).map_err(|_| Refusal::MalformedClaim { claim })
}

const INTEGERS: Integers = Integers { own: &["iat", "exp", "asked", "answered", "declined"], within: None };

#[derive(Serialize)]
struct Wire<'a> {
    iss: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sandbox: bool,
    aud: &'a str,
    jti: &'a str,
    iat: i64,
    exp: i64,
    group: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    asked: u8,
    answered: usize,
    declined: u8,
}
