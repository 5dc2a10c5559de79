use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use ring::{agreement, digest, rand, signature};

use crate::jws::TokenType;

/// The bytes of a signature, of either algorithm: `r || s` for ES256 (RFC 7518 section 3.4), `R || S` for EdDSA.
pub(crate) const SIGNATURE_BYTES: usize = 64;

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA over P-256 with SHA-256 (RFC 7518): the default, since every JOSE library, HSM, KMS and browser has it.
    Es256,
    /// Ed25519 (RFC 8037).
    EdDsa,
}

impl Algorithm {
    /// The algorithm as `alg` spells it: `ES256` or `EdDSA`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

/// The name of a key: the base64url SHA-256 of its required members, the thumbprint of RFC 7638. 43 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// The text, as `kid` carries it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({})", self.0)
    }
}

/// A public key that verifies tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: Algorithm,
    bytes: Vec<u8>,
    id: KeyId,
    /// The one header that our status tokens of this key have, encoded: written when issuing, recognised when verifying.
    status_header: String,
}

/// Why a key was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The bytes are not a public key of the algorithm.
    InvalidPublicKey,
    /// The bytes are not a PKCS#8 private key of the algorithm.
    InvalidPrivateKey,
    /// The system gave no random numbers.
    NoRandomness,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidPublicKey => "not a public key of the algorithm",
            Self::InvalidPrivateKey => "not a PKCS#8 private key of the algorithm",
            Self::NoRandomness => "the system gave no random numbers",
        })
    }
}

impl std::error::Error for KeyError {}

impl PublicKey {
    /// Takes the bytes of a key: for ES256 the uncompressed point, 65 bytes that begin with 4 (SEC 1 section 2.3.3); for
    /// EdDSA the 32 bytes of RFC 8032.
    ///
    /// # Errors
    /// [`KeyError::InvalidPublicKey`] for another length, or a point that is not on P-256. An Ed25519 key that is no
    /// point is found when it verifies nothing.
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyError> {
        match (algorithm, bytes.len(), bytes.first()) {
            (Algorithm::Es256, 65, Some(4)) => check_point(bytes)?,
            (Algorithm::EdDsa, 32, _) => {}
            _ => return Err(KeyError::InvalidPublicKey),
        }
        let mut key = Self { algorithm, bytes: bytes.to_vec(), id: KeyId(String::new()), status_header: String::new() };
        key.id = key.thumbprint();
        key.status_header = key.encoded_header(TokenType::Status);
        Ok(key)
    }

    /// The one algorithm that this key is for.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key's name.
    pub fn key_id(&self) -> &KeyId {
        &self.id
    }

    /// The bytes, as [`from_bytes`](Self::from_bytes) takes them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn status_header(&self) -> &str {
        &self.status_header
    }

    /// The header of a JWS by this key, encoded.
    pub(crate) fn encoded_header(&self, kind: TokenType) -> String {
        let (algorithm, typ) = (self.algorithm.name(), kind.name());
        BASE64URL.encode(format!(r#"{{"alg":"{algorithm}","typ":"{typ}","kid":"{}"}}"#, self.id))
    }

    /// The coordinates as a JWK holds them: `x`, and `y` for a curve that has one.
    pub(crate) fn coordinates(&self) -> (String, Option<String>) {
        match self.algorithm {
            Algorithm::Es256 => {
                let point = self.bytes.get(1..).and_then(|point| point.split_at_checked(32));
                let (x, y) = point.unwrap_or_default();
                (BASE64URL.encode(x), Some(BASE64URL.encode(y)))
            }
            Algorithm::EdDsa => (BASE64URL.encode(&self.bytes), None),
        }
    }

    /// Whether `signature` is this key's of `message`, as a [`Signer`](crate::Signer) makes it.
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let algorithm: &dyn signature::VerificationAlgorithm = match self.algorithm {
            Algorithm::Es256 => &signature::ECDSA_P256_SHA256_FIXED,
            Algorithm::EdDsa => &signature::ED25519,
        };
        signature::UnparsedPublicKey::new(algorithm, &self.bytes).verify(message, signature).is_ok()
    }

    /// RFC 7638 section 3: the required members in the order of their names, without spaces.
    fn thumbprint(&self) -> KeyId {
        let members = match self.coordinates() {
            (x, Some(y)) => format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#),
            (x, None) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
        };
        KeyId(BASE64URL.encode(digest::digest(&digest::SHA256, members.as_bytes())))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("algorithm", &self.algorithm).field("id", &self.id).finish_non_exhaustive()
    }
}

/// Refuses a point that is not on P-256. ring checks this only when a key is used, so it is used once, for an agreement.
fn check_point(bytes: &[u8]) -> Result<(), KeyError> {
    let ours = agreement::EphemeralPrivateKey::generate(&agreement::ECDH_P256, &rand::SystemRandom::new())
        .map_err(|_| KeyError::NoRandomness)?;
    let theirs = agreement::UnparsedPublicKey::new(&agreement::ECDH_P256, bytes);
    agreement::agree_ephemeral(ours, &theirs, |_| ()).map_err(|_| KeyError::InvalidPublicKey)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(algorithm: Algorithm, coordinates: &[&str]) -> PublicKey {
        let mut bytes = if algorithm == Algorithm::Es256 { vec![4] } else { vec![] };
        bytes.extend(coordinates.iter().flat_map(|text| BASE64URL.decode(text).unwrap()));
        PublicKey::from_bytes(algorithm, &bytes).unwrap()
    }

    fn verifies(key: &PublicKey, message: &str, signature: &str) -> bool {
        key.verifies(message.as_bytes(), &BASE64URL.decode(signature).unwrap().try_into().unwrap())
    }

    /// RFC 8037 appendix A.2.
    const ED25519: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    /// RFC 7515 appendix A.3.
    const P256: [&str; 2] =
        ["f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"];

    #[test]
    fn a_key_id_is_the_thumbprint_of_rfc_8037_appendix_a_3() {
        let key = key(Algorithm::EdDsa, &[ED25519]);
        assert_eq!(key.key_id().as_str(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn the_signature_of_rfc_8037_appendix_a_4_is_good() {
        let key = key(Algorithm::EdDsa, &[ED25519]);
        let signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        assert!(verifies(&key, signed, signature));
        assert!(!verifies(&key, &signed[1..], signature));
    }

    #[test]
    fn the_signature_of_rfc_7515_appendix_a_3_is_good() {
        let key = key(Algorithm::Es256, &P256);
        let signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        assert!(verifies(&key, signed, signature));
        assert!(!verifies(&key, &signed[1..], signature));
    }

    #[test]
    fn a_point_off_the_curve_is_no_key() {
        let mut bytes = key(Algorithm::Es256, &P256).as_bytes().to_vec();
        bytes[64] ^= 1;
        assert_eq!(PublicKey::from_bytes(Algorithm::Es256, &bytes), Err(KeyError::InvalidPublicKey));
    }

    #[test]
    fn a_key_of_another_length_or_form_is_no_key() {
        let point = key(Algorithm::Es256, &P256).as_bytes().to_vec();
        let compressed = [&[2], &point[1..33]].concat();
        for (algorithm, bytes) in [
            (Algorithm::Es256, &point[..64]),
            (Algorithm::Es256, &compressed),
            (Algorithm::Es256, &[]),
            (Algorithm::EdDsa, &point[..]),
            (Algorithm::EdDsa, &point[..31]),
        ] {
            assert_eq!(PublicKey::from_bytes(algorithm, bytes), Err(KeyError::InvalidPublicKey));
        }
    }
}
