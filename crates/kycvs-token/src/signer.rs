use std::error::Error;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use ring::rand::SystemRandom;
use ring::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use zeroize::Zeroizing;

use crate::{Algorithm, KeyError, PublicKey};

/// Signs tokens with one private key, which may live elsewhere: in an HSM, a KMS or another process.
///
/// [`SigningKey`] is the one that keeps the key in this process.
///
/// A key management service signs the SHA-256 digest of the message. Check the first signature after each start with
/// [`PublicKey::verifies`], and make 64 bytes of DER by [`der_to_fixed`](crate::der_to_fixed):
///
/// | service | call | the answer |
/// |---|---|---|
/// | AWS KMS | `Sign`, `MessageType` `DIGEST`, `ECDSA_SHA_256` | DER |
/// | Google Cloud KMS | `asymmetricSign` with the digest | DER |
/// | Vault transit | `sign`, `prehashed`, `marshaling_algorithm` `jws` | base64url of 64 bytes after `vault:v1:` |
/// | Azure Key Vault | `sign`, `ES256`, the digest in base64url | base64url of 64 bytes |
#[async_trait]
pub trait Signer: Send + Sync {
    /// The public half of the key. It also says the algorithm.
    fn public_key(&self) -> &PublicKey;

    /// Signs `message`, which is not hashed yet. The signature is 64 bytes: `r || s` for ES256 (an HSM that answers in
    /// DER is converted by its adapter), `R || S` for EdDSA.
    ///
    /// # Errors
    /// [`SignerError`], with the device's own error as its source.
    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignerError>;
}

#[async_trait]
impl<S: Signer + ?Sized> Signer for Arc<S> {
    fn public_key(&self) -> &PublicKey {
        (**self).public_key()
    }

    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignerError> {
        (**self).sign(message).await
    }
}

/// The signer did not sign; trying later may help.
#[derive(Debug)]
pub struct SignerError(Box<dyn Error + Send + Sync>);

impl fmt::Display for SignerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signer did not sign")
    }
}

impl Error for SignerError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

impl SignerError {
    /// Wraps the error of a device or a driver. Its text must not hold the message or a key.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// A private key in this process.
pub struct SigningKey {
    pair: KeyPair,
    public: PublicKey,
    random: SystemRandom,
}

enum KeyPair {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

/// A private key as a file holds it: PKCS#8, DER. Wiped when dropped, and never printed.
pub struct Pkcs8(Zeroizing<Vec<u8>>);

impl Pkcs8 {
    /// The secret bytes, for a host to store where it stores secrets.
    pub fn secret_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Pkcs8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pkcs8(redacted)")
    }
}

impl SigningKey {
    /// Makes a new key that lives as long as this process.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        Self::from_pkcs8(algorithm, Self::generate_pkcs8(algorithm)?.secret_bytes())
    }

    /// Makes a new key to be stored; [`from_pkcs8`](Self::from_pkcs8) loads it.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn generate_pkcs8(algorithm: Algorithm) -> Result<Pkcs8, KeyError> {
        let random = SystemRandom::new();
        let document = match algorithm {
            Algorithm::Es256 => EcdsaKeyPair::generate_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, &random),
            Algorithm::EdDsa => Ed25519KeyPair::generate_pkcs8(&random),
        };
        let document = document.map_err(|_| KeyError::NoRandomness)?;
        Ok(Pkcs8(Zeroizing::new(document.as_ref().to_vec())))
    }

    /// Loads a PKCS#8 key in DER, as [`generate_pkcs8`](Self::generate_pkcs8) or `openssl genpkey -outform DER` makes it.
    ///
    /// # Errors
    /// [`KeyError::InvalidPrivateKey`] for anything else, or a public half that is not the private one's.
    pub fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let random = SystemRandom::new();
        let pair = match algorithm {
            Algorithm::Es256 => {
                EcdsaKeyPair::from_pkcs8(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, der, &random).map(KeyPair::Es256)
            }
            // OpenSSL writes version 1, which leaves the public half out; ring checks it where it is there.
            Algorithm::EdDsa => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map(KeyPair::EdDsa),
        };
        let pair = pair.map_err(|_| KeyError::InvalidPrivateKey)?;
        let public = match &pair {
            KeyPair::Es256(pair) => PublicKey::from_bytes(algorithm, pair.public_key().as_ref())?,
            KeyPair::EdDsa(pair) => PublicKey::from_bytes(algorithm, pair.public_key().as_ref())?,
        };
        Ok(Self { pair, public, random })
    }
}

#[async_trait]
impl Signer for SigningKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignerError> {
        let signature = match &self.pair {
            KeyPair::Es256(pair) => {
                pair.sign(&self.random, message).map_err(|_| SignerError::new(KeyError::NoRandomness))?
            }
            KeyPair::EdDsa(pair) => pair.sign(message),
        };
        signature.as_ref().try_into().map_err(SignerError::new)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}
