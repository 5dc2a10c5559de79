//! A receipt of a consent: what a person has in hand, signed by the issuer.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::issuer::Content;
use crate::json::{Integers, JsonFault, Object};
use crate::jws::{Compact, TokenType};
use crate::payload::{instant, integer, required, text};
use crate::{IssueError, Refusal, SignerError, TokenIssuer, TokenVerifier};

/// The longest receipt that a verifier reads, in bytes of its JWS.
pub const MAX_RECEIPT_BYTES: usize = 16 * 1024;

/// What a receipt says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptClaims {
    /// `iat`: when it was made. Fractions of a second are dropped.
    pub issued_at: DateTime<Utc>,
    /// `consent`: the exact bytes of the consent artefact, whose hash is in the token.
    pub consent: Vec<u8>,
    /// `state`: how the consent stood then, such as `active` or `withdrawn`.
    pub state: String,
    /// `state_at`: since when, where something happened to it.
    pub state_at: Option<DateTime<Utc>>,
    /// `withdraw`: where it is withdrawn.
    pub withdraw: String,
    /// `lines`: how many answers about the person were given on that day, by this number. A list that has fewer later is
    /// evidence against who keeps it.
    pub lines: u32,
}

/// A signed receipt: a JWS in compact form. It is no status token, and is refused as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptToken(String);

impl ReceiptToken {
    /// The receipt as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for ReceiptToken {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl TokenIssuer {
    /// Signs a receipt, with the key whose turn it is at `claims.issued_at`.
    ///
    /// # Errors
    /// [`IssueError::Signer`].
    pub async fn issue_receipt(&self, claims: &ReceiptClaims) -> Result<ReceiptToken, IssueError> {
        let wire = Wire {
            iss: self.issuer(),
            iat: claims.issued_at.timestamp(),
            consent: BASE64URL.encode(&claims.consent),
            state: &claims.state,
            state_at: claims.state_at.map(|at| at.timestamp()),
            withdraw: &claims.withdraw,
            lines: claims.lines,
        };
        // Texts and numbers are always written; only the type of `serde_json` says otherwise.
        let json = serde_json::to_vec(&wire).map_err(SignerError::new)?;
        Ok(ReceiptToken(self.sign(Content::Jws(TokenType::Receipt, &json), claims.issued_at).await?))
    }
}

impl TokenVerifier {
    /// Verifies a receipt: length, signature, `typ`, issuer. It has no end: it says how a consent stood when it was made.
    ///
    /// # Errors
    /// The [`Refusal`] says why; a status token and a status list are refused as [`Refusal::WrongType`].
    pub fn verify_receipt(&self, receipt: impl AsRef<[u8]>) -> Result<ReceiptClaims, Refusal> {
        let receipt = receipt.as_ref();
        if receipt.len() > MAX_RECEIPT_BYTES {
            return Err(Refusal::TooLong);
        }
        let json = Compact::split(receipt)?.authenticate(self.keys(), TokenType::Receipt)?;
        let mut object = Object::parse(&json, &INTEGERS).map_err(|fault| match fault {
            JsonFault::Malformed => Refusal::ClaimsNotJson,
            JsonFault::Duplicate(claim) => Refusal::DuplicateClaim { claim },
            JsonFault::NotAnInteger(claim) => Refusal::MistypedClaim { claim },
        })?;
        if text(&mut object, "iss")? != self.issuer() {
            return Err(Refusal::WrongIssuer);
        }
        let malformed = |claim| Refusal::MalformedClaim { claim };
        let lines = required(integer(&mut object, "lines")?, "lines")?;
        Ok(ReceiptClaims {
            issued_at: required(instant(&mut object, "iat")?, "iat")?,
            consent: BASE64URL.decode(text(&mut object, "consent")?.as_bytes()).map_err(|_| malformed("consent"))?,
            state: text(&mut object, "state")?.into_owned(),
            state_at: instant(&mut object, "state_at")?,
            withdraw: text(&mut object, "withdraw")?.into_owned(),
            lines: u32::try_from(lines).map_err(|_| malformed("lines"))?,
        })
    }
}

const INTEGERS: Integers = Integers { own: &["iat", "state_at", "lines"], within: None };

#[derive(Serialize)]
struct Wire<'a> {
    iss: &'a str,
    iat: i64,
    consent: String,
    state: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_at: Option<i64>,
    withdraw: &'a str,
    lines: u32,
}
