#![doc = include_str!("../README.md")]

mod bearer;
mod claims;
mod issuer;
mod json;
mod jwks;
mod jws;
mod key;
mod key_ring;
mod payload;
#[cfg(feature = "qr")]
mod qr;
mod refusal;
mod rotation;
mod signer;
mod token;
mod verifier;

pub use bearer::{Bearer, Disclosure};
pub use claims::{ConsentReference, DEFAULT_LIFETIME, MAX_LIFETIME, MAX_TEXT_BYTES, StatusClaims, StatusReference};
pub use issuer::{IssueError, Issued, TokenIssuer, random_id};
pub use jwks::MAX_JWKS_BYTES;
pub use key::{Algorithm, KeyError, KeyId, PublicKey};
pub use key_ring::{KeyRing, KeyRingError, MAX_KEYS};
pub use kycvs_domain::VaccinationStatus;
#[cfg(feature = "qr")]
pub use qr::{ErrorCorrection, MAX_PNG_SCALE, MAX_QR_BYTES, QrCode, QrError};
pub use refusal::{Part, Refusal};
pub use rotation::{RotationPolicy, SigningKeys};
pub use signer::{Pkcs8, Signer, SignerError, SigningKey};
pub use token::{MAX_TOKEN_BYTES, StatusToken};
pub use verifier::{ShownStatus, TokenVerifier, VerifiedStatus, VerifierPolicy};
