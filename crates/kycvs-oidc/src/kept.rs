//! What a client's request becomes while the person is at the page: sealed in a URL, and then a code that works once.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL};
use chrono::{DateTime, TimeDelta, Utc};
use kycvs::consent::{Identifier, later};
use kycvs::store::{StoreError, Version};
use kycvs::{Error, StatusService};
use kycvs_axum::ReturnUrl;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// How long a code works. RFC 6749 recommends ten minutes at most; a redirect takes a second.
const CODE_LIFETIME: TimeDelta = TimeDelta::seconds(60);

/// The first byte of what is sealed or kept here. What the page seals begins with another one.
const FORMAT: u8 = 2;

/// What a client asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) client: Identifier,
    pub(crate) redirect_uri: ReturnUrl,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    /// The SHA-256 of a secret that only the client knows, in base64url.
    pub(crate) challenge: String,
    pub(crate) scope: String,
}

/// What an access token opens: the claims, until then.
#[derive(Serialize, Deserialize)]
pub(crate) struct Access {
    pub(crate) claims: Value,
    pub(crate) expires_at: DateTime<Utc>,
}

/// What travels sealed. One kind is not taken for the other.
#[derive(Serialize, Deserialize)]
pub(crate) enum Travelling {
    Asked(Asked),
    Access(Access),
}

impl Travelling {
    pub(crate) fn seal(&self, service: &StatusService) -> Result<String, Error> {
        Ok(BASE64URL.encode(service.seal(written(self)?)?))
    }

    /// Opens what was sealed here; `None` for anything else.
    pub(crate) fn unseal(service: &StatusService, sealed: &str) -> Option<Self> {
        let (_, opened) = service.unseal(&BASE64URL.decode(sealed).ok()?)?;
        read(&opened)
    }
}

/// A code on its way to the client.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) asked: Asked,
    /// What the page handed over.
    pub(crate) result_code: String,
    expires_at: DateTime<Utc>,
}

/// A code as it was found, to be used up.
pub(crate) struct OpenGrant {
    pub(crate) grant: Grant,
    place: [u8; 16],
    version: Version,
}

/// What is kept under a code: nothing more once it was used.
#[derive(Serialize, Deserialize)]
enum Note {
    Open(Grant),
    Used,
}

impl Grant {
    /// Keeps what a code stands for, and gives the code.
    pub(crate) async fn keep(service: &StatusService, asked: Asked, result_code: &str) -> Result<String, Error> {
        let code = service.draw_bytes()?;
        let expires_at = later(service.now(), CODE_LIFETIME);
        let note = Note::Open(Self { asked, result_code: result_code.to_owned(), expires_at });
        service.keep_note(&place_of(&code), None, written(&note)?, expires_at).await?;
        Ok(BASE64URL.encode(code))
    }

    /// Finds what a code stands for, if it works.
    pub(crate) async fn find(service: &StatusService, code: &str) -> Result<Option<OpenGrant>, Error> {
        let Some(code) = BASE64URL.decode(code).ok().and_then(|code| <[u8; 16]>::try_from(code).ok()) else {
            return Ok(None);
        };
        let place = place_of(&code);
        let Some(note) = service.note(&place).await? else { return Ok(None) };
        match read(&note.body).ok_or(StoreError::Damaged { what: "note" })? {
            Note::Open(grant) if service.now() < grant.expires_at => {
                Ok(Some(OpenGrant { grant, place, version: note.version }))
            }
            Note::Open(_) | Note::Used => Ok(None),
        }
    }
}

impl OpenGrant {
    /// Uses the code up. Of any number of calls at once, exactly one wins.
    pub(crate) async fn use_up(&self, service: &StatusService) -> Result<bool, Error> {
        let used = written(&Note::Used)?;
        match service.keep_note(&self.place, Some(self.version), used, self.grant.expires_at).await {
            Ok(_) => Ok(true),
            Err(Error::StoreUnavailable(StoreError::Conflict)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Where the note of a code is: no code of another kind leads to it.
fn place_of(code: &[u8; 16]) -> [u8; 16] {
    let hash: [u8; 32] = Sha256::new_with_prefix(b"kycvs oidc code").chain_update(code).finalize().into();
    std::array::from_fn(|at| hash.get(at).copied().unwrap_or_default())
}

fn written(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![FORMAT];
    serde_json::to_writer(&mut bytes, value).map_err(StoreError::unavailable)?;
    Ok(bytes)
}

fn read<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Option<T> {
    let json = bytes.strip_prefix(&[FORMAT])?;
    serde_json::from_slice(json).ok()
}
