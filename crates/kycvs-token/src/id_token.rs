//! An ID token (OpenID Connect Core 1.0, section 2) that brings a status, for systems that speak that standard.

use chrono::{DateTime, NaiveDate, Utc};
use kycvs_status::VaccinationStatus;
use serde::Serialize;

use crate::issuer::Content;
use crate::jws::TokenType;
use crate::{IssueError, SignerError, StatusClaims, StatusToken, TokenIssuer};

/// What an ID token says beside its issuer, its audience, its subject and the status: those are the status token's.
#[derive(Clone, Copy, Debug)]
pub struct SignIn<'a> {
    /// `iat`: when it is issued.
    pub issued_at: DateTime<Utc>,
    /// `exp`: when a client must have read it.
    pub expires_at: DateTime<Utc>,
    /// `nonce`: what the client sent to find its own request again.
    pub nonce: Option<&'a str>,
}

/// The claims about a person that an ID token and a `userinfo` answer share.
#[derive(Clone, Debug, Serialize)]
pub struct StatusInfo<'a> {
    sub: &'a str,
    vaccination_status: VaccinationStatus,
    policy: &'a str,
    as_of: NaiveDate,
    purpose: &'a str,
    status_token: &'a str,
}

impl<'a> StatusInfo<'a> {
    /// The claims of a verified status token, and the token itself.
    pub fn new(claims: &'a StatusClaims, token: &'a StatusToken) -> Self {
        Self {
            sub: &claims.subject,
            vaccination_status: claims.status,
            policy: &claims.policy,
            as_of: claims.as_of,
            purpose: &claims.purpose,
            status_token: token.as_str(),
        }
    }
}

impl TokenIssuer {
    /// Signs an ID token about the person of a status token, for the entity that this was issued to. It is no status token, and
    /// is refused as one.
    ///
    /// # Errors
    /// [`IssueError::Signer`].
    pub async fn issue_id_token(
        &self,
        claims: &StatusClaims,
        token: &StatusToken,
        sign_in: SignIn<'_>,
    ) -> Result<String, IssueError> {
        let wire = Wire {
            iss: self.issuer(),
            sandbox: self.is_sandbox(),
            aud: &claims.audience,
            iat: sign_in.issued_at.timestamp(),
            exp: sign_in.expires_at.timestamp(),
            auth_time: claims.issued_at.timestamp(),
            amr: ["otp"],
            nonce: sign_in.nonce,
            about: StatusInfo::new(claims, token),
        };
        // Texts and numbers are always written; only the type of `serde_json` says otherwise.
        let json = serde_json::to_vec(&wire).map_err(SignerError::new)?;
        Ok(self.sign(Content::Jws(TokenType::Id, &json), sign_in.issued_at).await?)
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    iss: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sandbox: bool,
    aud: &'a str,
    iat: i64,
    exp: i64,
    /// When the person entered the code.
    auth_time: i64,
    amr: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(flatten)]
    about: StatusInfo<'a>,
}
