#![doc = include_str!("../README.md")]

mod bearer;
mod claims;
mod cwt;
mod cwt_claims;
mod der;
mod gate;
mod group;
mod id_token;
mod issuer;
mod json;
mod jwks;
mod jws;
mod key;
mod key_device;
mod key_folder;
mod key_ring;
mod payload;
mod policy_error;
#[cfg(feature = "qr")]
mod qr;
mod receipt;
mod refusal;
mod rotation;
mod secret_file;
mod signer;
mod status_folder;
mod status_list;
mod status_list_token;
mod status_lists;
mod token;
mod verifier;

pub use bearer::{Bearer, Disclosure};
pub use claims::{
    ConsentReference, DEFAULT_LIFETIME, EvidenceKind, MAX_LIFETIME, MAX_TEXT_BYTES, StatusClaims, StatusReference,
};
pub use der::{DerError, der_to_fixed};
pub use gate::{Gate, Lamp, Verdict};
pub use group::{GroupClaims, GroupToken, MAX_GROUP};
pub use id_token::{SignIn, StatusInfo};
pub use issuer::{IssueError, Issued, TokenIssuer, random_id};
pub use jwks::MAX_JWKS_BYTES;
pub use key::{Algorithm, KeyError, KeyId, PublicKey};
pub use key_device::{DeviceKey, KeyDevice};
pub use key_folder::{KeptKeys, KeyFolder, KeyFolderError};
pub use key_ring::{KeyRing, KeyRingError, MAX_KEYS};
pub use kycvs_status::VaccinationStatus;
pub use policy_error::PolicyError;
#[cfg(feature = "qr")]
pub use qr::{ErrorCorrection, MAX_PNG_SCALE, MAX_QR_BYTES, QrCode, QrError};
pub use receipt::{MAX_RECEIPT_BYTES, ReceiptClaims, ReceiptToken};
pub use refusal::{Part, Refusal};
pub use rotation::{MAX_KEY_USE, RotationPolicy, SigningKeys, SigningKeysError};
pub use secret_file::{SecretFile, SecretFileError};
pub use signer::{Pkcs8, Signer, SignerError, SigningKey};
pub use status_folder::{ListFault, ListProblem};
pub use status_list::{MAX_STATUS_LIST_POSITIONS, STATUS_LIST_SPECIFICATION, StatusList, StatusListError};
pub use status_list_token::{MAX_STATUS_LIST_BYTES, STATUS_LIST_MEDIA_TYPE, StatusListClaims, StatusListToken};
pub use status_lists::{DEFAULT_LIST_AGE, InsertError, Inserted, MAX_STATUS_LISTS, Standing, StatusLists, Unknown};
pub use token::{MAX_TOKEN_BYTES, StatusToken};
pub use verifier::{MAX_CLOCK_SKEW, ShownStatus, TokenVerifier, VerifiedStatus, VerifierPolicy};
