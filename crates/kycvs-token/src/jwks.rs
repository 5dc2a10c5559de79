//! The key ring as a JWK set (RFC 7517), both ways.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use serde::Serialize;

use crate::json::{Integers, JsonFault, Object, Value};
use crate::{Algorithm, KeyRing, KeyRingError, MAX_KEYS, PublicKey};

/// The longest JWK set that is read, in bytes: 64 KiB.
pub const MAX_JWKS_BYTES: usize = 64 * 1024;

/// The members that hold a private or a symmetric key, of any key type (RFC 7518 section 6).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl KeyRing {
    /// Reads a JWK set.
    ///
    /// Keys that are not for us (another `kty` or `crv`, a `use` other than `sig`, `key_ops` without `verify`) are passed
    /// over, as RFC 7517 section 5 says. A key for us must be right in every member: `alg`, where it stands, its curve's;
    /// `kid`, where it stands, its RFC 7638 thumbprint; `x` and `y` canonical base64url of 32 bytes.
    ///
    /// # Errors
    /// The [`KeyRingError`] says what is wrong, and in which key.
    pub fn from_jwks(text: &str) -> Result<Self, KeyRingError> {
        if text.len() > MAX_JWKS_BYTES {
            return Err(KeyRingError::TooLong);
        }
        let set = Object::parse(text.as_bytes(), Integers::NONE).map_err(|fault| match fault {
            JsonFault::Duplicate(name) => KeyRingError::DuplicateName { name },
            _ => KeyRingError::NotAJwkSet,
        })?;
        let Some(Value::Array(members)) = set.get("keys") else { return Err(KeyRingError::NotAJwkSet) };
        if members.len() > MAX_KEYS {
            return Err(KeyRingError::TooManyKeys);
        }
        let mut keys = Vec::new();
        for (at, member) in members.iter().enumerate() {
            let Value::Object(jwk) = member else { return Err(KeyRingError::NotAJwkSet) };
            keys.extend(read(jwk, at)?);
        }
        Self::new(keys)
    }

    /// Writes the JWK set to publish, as `/.well-known/jwks.json` serves it.
    pub fn to_jwks(&self) -> String {
        let keys: Vec<_> = self.iter().map(Jwk::from).collect();
        // Only a map with keys that are no text, or a broken `Serialize`, can fail here.
        serde_json::to_string(&JwkSet { keys }).unwrap_or_default()
    }
}

/// One key of a set; `None` when it is not for us.
fn read(jwk: &Object<'_>, at: usize) -> Result<Option<PublicKey>, KeyRingError> {
    if PRIVATE_MEMBERS.into_iter().any(|member| jwk.get(member).is_some()) {
        return Err(KeyRingError::PrivateKey { at });
    }
    let algorithm = match (text(jwk, "kty"), text(jwk, "crv")) {
        (Some("EC"), Some("P-256")) => Algorithm::Es256,
        (Some("OKP"), Some("Ed25519")) => Algorithm::EdDsa,
        _ => return Ok(None),
    };
    if !is_for_signatures(jwk) {
        return Ok(None);
    }
    let wrong = |member| KeyRingError::WrongMember { at, member };
    if jwk.get("alg").is_some() && text(jwk, "alg") != Some(algorithm.name()) {
        return Err(wrong("alg"));
    }
    let mut bytes = coordinate(jwk, "x").ok_or(wrong("x"))?;
    if algorithm == Algorithm::Es256 {
        bytes.insert(0, 4); // SEC 1 section 2.3.3: 4 means that both coordinates follow
        bytes.extend(coordinate(jwk, "y").ok_or(wrong("y"))?);
    }
    let key = PublicKey::from_bytes(algorithm, &bytes).map_err(|_| wrong("x"))?;
    if jwk.get("kid").is_some() && text(jwk, "kid") != Some(key.key_id().as_str()) {
        return Err(wrong("kid"));
    }
    Ok(Some(key))
}

fn is_for_signatures(jwk: &Object<'_>) -> bool {
    let is_verify = |operation: &Value<'_>| matches!(operation, Value::Text(text) if text == "verify");
    let by_use = jwk.get("use").is_none() || text(jwk, "use") == Some("sig");
    let by_operations = match jwk.get("key_ops") {
        None => true,
        Some(Value::Array(operations)) => operations.iter().any(is_verify),
        Some(_) => false,
    };
    by_use && by_operations
}

fn text<'o>(jwk: &'o Object<'_>, member: &str) -> Option<&'o str> {
    match jwk.get(member) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

fn coordinate(jwk: &Object<'_>, member: &str) -> Option<Vec<u8>> {
    BASE64URL.decode(text(jwk, member)?).ok().filter(|bytes| bytes.len() == 32)
}

#[derive(Serialize)]
struct JwkSet<'a> {
    keys: Vec<Jwk<'a>>,
}

#[derive(Serialize)]
struct Jwk<'a> {
    kty: &'static str,
    crv: &'static str,
    x: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    alg: &'static str,
    r#use: &'static str,
    kid: &'a str,
}

impl<'a> From<&'a PublicKey> for Jwk<'a> {
    fn from(key: &'a PublicKey) -> Self {
        let (kty, crv) = match key.algorithm() {
            Algorithm::Es256 => ("EC", "P-256"),
            Algorithm::EdDsa => ("OKP", "Ed25519"),
        };
        let (x, y) = key.coordinates();
        Self { kty, crv, x, y, alg: key.algorithm().name(), r#use: "sig", kid: key.key_id().as_str() }
    }
}
