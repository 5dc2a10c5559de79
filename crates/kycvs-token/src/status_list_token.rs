//! A status list as its issuer signs and publishes it (draft-ietf-oauth-status-list-21 section 5.1).

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::claims::is_plain;
use crate::issuer::Content;
use crate::json::{Integers, JsonFault, Object, Value};
use crate::jws::{Compact, TokenType};
use crate::payload::{instant, integer, required, text};
use crate::{IssueError, MAX_LIFETIME, Refusal, SignerError, StatusList, TokenIssuer, TokenVerifier};

/// The media type of a published list.
pub const STATUS_LIST_MEDIA_TYPE: &str = "application/statuslist+jwt";

/// The longest list that a verifier reads, in bytes of its JWS: 256 KiB, which hold a million random bits.
pub const MAX_STATUS_LIST_BYTES: usize = 256 * 1024;

/// How hard lists are compressed; the draft recommends the highest level.
const COMPRESSION: u8 = 9;

/// What a published list says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusListClaims {
    /// `sub`: the list's name, which the tokens in it have as their `uri`. It begins with the issuer and `/`, and is a text
    /// as [`StatusClaims`](crate::StatusClaims) allows it.
    pub uri: String,
    /// `iat`: the time at which the bits were right. Fractions of a second are dropped.
    pub issued_at: DateTime<Utc>,
    /// `exp`: until when a verifier may go by this list, more than zero and at most [`MAX_LIFETIME`] after `issued_at`.
    pub expires_at: DateTime<Utc>,
    /// `ttl`: after how long a verifier should fetch the list again, a second to [`MAX_LIFETIME`]. Fractions are dropped.
    pub time_to_live: Option<TimeDelta>,
    /// `status_list`: the bits.
    pub list: StatusList,
}

/// A signed status list: a JWS in compact form. It is public, and says nothing about anybody by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusListToken(String);

impl StatusListToken {
    /// A list that was issued before, as its publisher kept it.
    pub fn from_kept(text: String) -> Self {
        Self(text)
    }

    /// What it says, for its publisher, who kept it and issues the next one. **Nothing is verified**: whoever got a list from
    /// elsewhere takes [`TokenVerifier::verify_status_list`].
    ///
    /// # Errors
    /// [`Refusal`] for what is no list at all.
    pub fn claims_unverified(&self) -> Result<StatusListClaims, Refusal> {
        let payload = self.0.split('.').nth(1).unwrap_or_default();
        decode(&BASE64URL.decode(payload).map_err(|_| Refusal::ClaimsNotJson)?)
    }

    /// The list as text, to be published as [`STATUS_LIST_MEDIA_TYPE`].
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The list as text, without a copy.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl AsRef<[u8]> for StatusListToken {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl StatusListClaims {
    fn check(&self, issuer: &str) -> Result<(), Refusal> {
        if !is_plain(&self.uri) {
            return Err(Refusal::MalformedClaim { claim: "sub" });
        }
        if !self.uri.strip_prefix(issuer).is_some_and(|name| name.starts_with('/')) {
            return Err(Refusal::WrongIssuer);
        }
        if self.time_to_live.is_some_and(|ttl| !(1..=MAX_LIFETIME.num_seconds()).contains(&ttl.num_seconds())) {
            return Err(Refusal::MalformedClaim { claim: "ttl" });
        }
        match self.expires_at.timestamp() - self.issued_at.timestamp() {
            ..=0 => Err(Refusal::LifetimeNotPositive),
            seconds if seconds > MAX_LIFETIME.num_seconds() => Err(Refusal::LifetimeTooLong),
            _ => Ok(()),
        }
    }
}

impl TokenIssuer {
    /// Signs a status list, with the key whose turn it is at `claims.issued_at`.
    ///
    /// # Errors
    /// [`IssueError::Invalid`] when a rule of [`StatusListClaims`] is broken, [`IssueError::Signer`].
    pub async fn issue_status_list(&self, claims: &StatusListClaims) -> Result<StatusListToken, IssueError> {
        claims.check(self.issuer()).map_err(IssueError::Invalid)?;
        let wire = WireClaims {
            sub: &claims.uri,
            iat: claims.issued_at.timestamp(),
            exp: claims.expires_at.timestamp(),
            ttl: claims.time_to_live.map(|ttl| ttl.num_seconds()),
            status_list: WireList { bits: 1, lst: BASE64URL.encode(claims.list.to_zlib(COMPRESSION)) },
        };
        // Texts and numbers are always written; only the type of `serde_json` says otherwise.
        let json = serde_json::to_vec(&wire).map_err(SignerError::new)?;
        Ok(StatusListToken(self.sign(Content::Jws(TokenType::StatusList, &json), claims.issued_at).await?))
    }
}

impl TokenVerifier {
    /// Verifies a status list at the time `now`: length, signature, `typ`, that its name is the issuer's, times, and one
    /// bit for each position. Whoever holds lists uses [`StatusLists`](crate::StatusLists), which also joins them.
    ///
    /// # Errors
    /// The [`Refusal`] says why.
    pub fn verify_status_list(&self, token: impl AsRef<[u8]>, now: DateTime<Utc>) -> Result<StatusListClaims, Refusal> {
        let token = token.as_ref();
        if token.len() > MAX_STATUS_LIST_BYTES {
            return Err(Refusal::TooLong);
        }
        let json = Compact::split(token)?.authenticate(self.keys(), TokenType::StatusList)?;
        let claims = decode(&json)?;
        claims.check(self.issuer())?;
        self.check_times(claims.issued_at, claims.expires_at, now)?;
        Ok(claims)
    }
}

const INTEGERS: Integers =
    Integers { own: &["iat", "exp", "ttl"], within: Some(("status_list", &Integers { own: &["bits"], within: None })) };

#[derive(Serialize)]
struct WireClaims<'a> {
    sub: &'a str,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<i64>,
    status_list: WireList,
}

#[derive(Serialize)]
struct WireList {
    bits: u8,
    lst: String,
}

fn decode(json: &[u8]) -> Result<StatusListClaims, Refusal> {
    let mut object = Object::parse(json, &INTEGERS).map_err(|fault| match fault {
        JsonFault::Malformed => Refusal::ClaimsNotJson,
        JsonFault::Duplicate(claim) => Refusal::DuplicateClaim { claim },
        JsonFault::NotAnInteger(claim) => Refusal::MistypedClaim { claim },
    })?;
    let uri = text(&mut object, "sub")?.into_owned();
    let issued_at = required(instant(&mut object, "iat")?, "iat")?;
    let expires_at = required(instant(&mut object, "exp")?, "exp")?;
    let time_to_live = match integer(&mut object, "ttl")? {
        None => None,
        Some(seconds) => Some(TimeDelta::try_seconds(seconds).ok_or(Refusal::MalformedClaim { claim: "ttl" })?),
    };
    let list = match object.take("status_list") {
        Some(Value::Object(list)) => bits(list).ok_or(Refusal::MalformedClaim { claim: "status_list" })?,
        Some(_) => return Err(Refusal::MistypedClaim { claim: "status_list" }),
        None => return Err(Refusal::MissingClaim { claim: "status_list" }),
    };
    Ok(StatusListClaims { uri, issued_at, expires_at, time_to_live, list })
}

fn bits(mut list: Object<'_>) -> Option<StatusList> {
    match (list.take("bits"), list.take("lst")) {
        (Some(Value::Integer(1)), Some(Value::Text(stream))) => {
            StatusList::from_zlib(&BASE64URL.decode(stream.as_bytes()).ok()?).ok()
        }
        _ => None,
    }
}
