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
    /// Keys that are not ours are passed over, as RFC 7517 section 5 says, so that none of them puts a gate out of use. Ours
    /// are for P-256 or Ed25519, with `x` and `y` in canonical base64url of 32 bytes and on the curve, and where they have
    /// one, with `use` `sig`, `verify` among `key_ops`, the `alg` of the curve, and as `kid` the RFC 7638 thumbprint. The
    /// same key again is passed over, too.
    ///
    /// # Errors
    /// The [`KeyRingError`] says what is wrong; a private or symmetric key of any kind, and which.
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
            if is_secret(jwk) {
                return Err(KeyRingError::SecretKey { at });
            }
            keys.extend(read(jwk).filter(|key| !keys.contains(key)));
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

/// Whether a key is private, or symmetric: then whoever verifies can sign.
fn is_secret(jwk: &Object<'_>) -> bool {
    text(jwk, "kty") == Some("oct") || PRIVATE_MEMBERS.into_iter().any(|member| jwk.get(member).is_some())
}

/// One key of a set; `None` when it is not ours.
fn read(jwk: &Object<'_>) -> Option<PublicKey> {
    let algorithm = match (text(jwk, "kty")?, text(jwk, "crv")?) {
        ("EC", "P-256") => Algorithm::Es256,
        ("OKP", "Ed25519") => Algorithm::EdDsa,
        _ => return None,
    };
    let is = |member, expected| jwk.get(member).is_none() || text(jwk, member) == Some(expected);
    if !is_for_signatures(jwk) || !is("alg", algorithm.name()) {
        return None;
    }
    let mut bytes = coordinate(jwk, "x")?;
    if algorithm == Algorithm::Es256 {
        bytes.insert(0, 4); // SEC 1 section 2.3.3: 4 means that both coordinates follow
        bytes.extend(coordinate(jwk, "y")?);
    }
    let key = PublicKey::from_bytes(algorithm, &bytes).ok()?;
    is("kid", key.key_id().as_str()).then_some(key)
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
