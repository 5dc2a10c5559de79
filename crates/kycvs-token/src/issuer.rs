use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use chrono::{DateTime, Utc};
use ring::rand::{SecureRandom as _, SystemRandom};

use crate::claims::is_plain;
use crate::jws::TokenType;
use crate::key::SIGNATURE_BYTES;
use crate::{
    Disclosure, KeyError, KeyRing, MAX_LIFETIME, Refusal, Signer, SignerError, SigningKeys, StatusClaims, StatusToken,
    cwt, cwt_claims, payload,
};

/// Issues status tokens. Clones share their keys: what [`set_keys`](Self::set_keys) does to one, it does to all.
#[derive(Clone)]
pub struct TokenIssuer {
    issuer: String,
    is_sandbox: bool,
    keys: Arc<RwLock<SigningKeys>>,
    by_standby: Arc<AtomicU64>,
}

/// Why no token was issued.
#[derive(Debug)]
#[non_exhaustive]
pub enum IssueError {
    /// Every verifier would refuse the token for this reason, so it is not signed.
    Invalid(Refusal),
    /// The system gave no random numbers to salt the bearer's digests with.
    Salt(KeyError),
    /// The signer did not sign.
    Signer(SignerError),
}

impl fmt::Display for IssueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(_) => f.write_str("a verifier would refuse the token"),
            Self::Salt(_) => f.write_str("the bearer's digests could not be salted"),
            Self::Signer(source) => fmt::Display::fmt(source, f),
        }
    }
}

impl std::error::Error for IssueError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Invalid(source) => Some(source),
            Self::Salt(source) => Some(source),
            Self::Signer(source) => source.source(),
        }
    }
}

impl From<KeyError> for IssueError {
    fn from(source: KeyError) -> Self {
        Self::Salt(source)
    }
}

impl From<SignerError> for IssueError {
    fn from(source: SignerError) -> Self {
        Self::Signer(source)
    }
}

/// A token, and what the person may show with it.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The token, a JWT, which shows nothing of the bearer.
    pub token: StatusToken,
    /// What opens the bearer's digests: the name, then the year of birth where there is one. Empty without a bearer. They
    /// belong to the person: whoever has them and the token reads the name.
    pub disclosures: Vec<Disclosure>,
}

impl TokenIssuer {
    /// An issuer with a single key. `issuer` becomes `iss`: the issuer's URL, a text as [`StatusClaims`] allows it.
    ///
    /// # Errors
    /// [`IssueError::Invalid`] for another text.
    pub fn new(issuer: impl Into<String>, signer: impl Signer + 'static) -> Result<Self, IssueError> {
        Self::with_keys(issuer, SigningKeys::single(Arc::new(signer)))
    }

    /// An issuer whose keys take turns.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_keys(issuer: impl Into<String>, keys: SigningKeys) -> Result<Self, IssueError> {
        let issuer = issuer.into();
        if !is_plain(&issuer) {
            return Err(IssueError::Invalid(Refusal::MalformedClaim { claim: "iss" }));
        }
        Ok(Self { issuer, is_sandbox: false, keys: Arc::new(RwLock::new(keys)), by_standby: Arc::default() })
    }

    /// The same for a sandbox, whose tokens prove nothing: `/sandbox` follows the `iss`, and each token has the claim
    /// `"sandbox": true`. [`TokenVerifier::for_sandbox`](crate::TokenVerifier::for_sandbox) alone accepts them.
    ///
    /// # Errors
    /// As [`new`](Self::new): the longer text is too long.
    pub fn for_sandbox(self) -> Result<Self, IssueError> {
        let issuer = sandbox_issuer(&self.issuer);
        if !is_plain(&issuer) {
            return Err(IssueError::Invalid(Refusal::MalformedClaim { claim: "iss" }));
        }
        Ok(Self { issuer, is_sandbox: true, ..self })
    }

    /// Whether its tokens prove nothing.
    pub fn is_sandbox(&self) -> bool {
        self.is_sandbox
    }

    /// The `iss` of the tokens.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The public keys to publish at `now`.
    pub fn published_keys(&self, now: DateTime<Utc>) -> KeyRing {
        self.keys().published(now)
    }

    /// Goes on with other keys, such as [`KeyFolder::keep`](crate::KeyFolder::keep) returns. What is being signed is
    /// signed with the keys of before.
    pub fn set_keys(&self, keys: SigningKeys) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// How many signatures the key next in line made because the signer of the current one failed, since this issuer was
    /// made. When it rises, a device needs somebody.
    pub fn signed_by_standby(&self) -> u64 {
        self.by_standby.load(Ordering::Relaxed)
    }

    fn keys(&self) -> RwLockReadGuard<'_, SigningKeys> {
        // Nobody can panic while holding it, and a schedule is whole at any time.
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Signs a token with the key whose turn it is at `claims.issued_at`.
    ///
    /// # Errors
    /// [`IssueError::Invalid`] when a rule of [`StatusClaims`] is broken, [`IssueError::Salt`], [`IssueError::Signer`].
    pub async fn issue(&self, claims: &StatusClaims) -> Result<Issued, IssueError> {
        claims.check(MAX_LIFETIME).map_err(IssueError::Invalid)?;
        let (digests, disclosures) = match &claims.bearer {
            Some(bearer) => bearer.seal().map(|(digests, disclosures)| (Some(digests), disclosures))?,
            None => (None, Vec::new()),
        };
        // Texts and numbers are always written; only the type of `serde_json` says otherwise.
        let json =
            payload::encode(&self.issuer, self.is_sandbox, claims, digests.as_ref()).map_err(SignerError::new)?;
        let token = self.sign(Content::Jws(TokenType::Status, &json), claims.issued_at).await?;
        Ok(Issued { token: token.into(), disclosures })
    }

    /// Signs the statement of a token that was issued once more, as a CWT for a small QR code: a verifier takes either for the other.
    ///
    /// # Errors
    /// As [`issue`](Self::issue).
    pub async fn issue_cwt(&self, claims: &StatusClaims, issued: &Issued) -> Result<StatusToken, IssueError> {
        claims.check(MAX_LIFETIME).map_err(IssueError::Invalid)?;
        let payload = cwt_claims::write(&self.issuer, self.is_sandbox, claims, &issued.disclosures);
        Ok(self.sign(Content::Cwt(&payload), claims.issued_at).await?.into())
    }

    /// Signs by the key whose turn it is at `now`, or the one that stands by.
    pub(crate) async fn sign(&self, content: Content<'_>, now: DateTime<Utc>) -> Result<String, SignerError> {
        let (signer, standby) = {
            let keys = self.keys();
            (keys.signing(now).clone(), keys.standby(now).cloned())
        };
        match (sign_by(&*signer, content).await, standby) {
            (Err(failed), Some(standby)) => {
                let token = sign_by(&*standby, content).await.map_err(|_| failed)?;
                // A token has two spellings and counts once.
                self.by_standby.fetch_add(u64::from(matches!(content, Content::Jws(..))), Ordering::Relaxed);
                Ok(token)
            }
            (done, _) => done,
        }
    }
}

/// What is to be signed: JSON as a JWS, or the claims of a CWT.
#[derive(Clone, Copy)]
pub(crate) enum Content<'a> {
    Jws(TokenType, &'a [u8]),
    Cwt(&'a [u8]),
}

async fn sign_by(signer: &dyn Signer, content: Content<'_>) -> Result<String, SignerError> {
    match content {
        Content::Jws(kind, json) => jws_by(signer, kind, json).await,
        Content::Cwt(claims) => {
            let protected = cwt::protected(signer.public_key());
            let signature = signer.sign(&kycvs_cose::signed(&protected, claims)).await?;
            Ok(cwt::text(&protected, claims, &signature))
        }
    }
}

async fn jws_by(signer: &dyn Signer, kind: TokenType, json: &[u8]) -> Result<String, SignerError> {
    let header = match kind {
        TokenType::Status => Cow::Borrowed(signer.public_key().status_header()),
        _ => Cow::Owned(signer.public_key().encoded_header(kind)),
    };
    // One allocation: base64 takes four characters for three bytes, rounded up.
    let encoded_bytes = (json.len() + SIGNATURE_BYTES).div_ceil(3) * 4 + 4;
    let mut token = String::with_capacity(header.len() + encoded_bytes + 2);
    token.push_str(&header);
    token.push('.');
    BASE64URL.encode_string(json, &mut token);
    let signature = signer.sign(token.as_bytes()).await?;
    token.push('.');
    BASE64URL.encode_string(signature, &mut token);
    Ok(token)
}

/// The `iss` of a sandbox at the address of `issuer`.
pub(crate) fn sandbox_issuer(issuer: &str) -> String {
    format!("{issuer}/sandbox")
}

impl fmt::Debug for TokenIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenIssuer").field("issuer", &self.issuer).field("keys", &*self.keys()).finish()
    }
}

/// A new id for `jti` or `sub`: 128 bits of the system's randomness as 22 characters of base64url.
///
/// # Errors
/// [`KeyError::NoRandomness`].
pub fn random_id() -> Result<String, KeyError> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| KeyError::NoRandomness)?;
    Ok(BASE64URL.encode(bytes))
}
