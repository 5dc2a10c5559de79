//! Vaccination certificates that people already hold, read and verified offline.
//!
//! Depend on this crate to take a certificate as evidence beside, or instead of, a registry. It reads
//!
//! | what a person presents | format |
//! |---|---|
//! | CoWIN's certificate and those of the other DIVOC countries: JSON, or the ZIP in its QR code | W3C verifiable credential, JSON-LD |
//! | `HC1:…` of the EU and its kin | EU DCC 1.3, COSE |
//! | `shc:/…`, a JWS, or a `.smart-health-card` file | SMART Health Card |
//!
//! It does no I/O, reads no clock and fetches nothing on behalf of a certificate. A [`TrustList`] names the issuers' keys; it is one file that
//! the operator signs, made of public lists by [`trust::import`].
//!
//! ```
//! use kycvs_records::{Presented, RecordError, Rules, TrustList};
//! let presented = Presented::from_bytes(b"HC1:6BF")?;
//! let nobody = TrustList::default();
//! let now = chrono::DateTime::UNIX_EPOCH;
//! assert!(matches!(presented.verify(&nobody, Rules::default(), now), Err(RecordError::Container(_))));
//! # Ok::<(), RecordError>(())
//! ```

mod cbor;
mod cose;
mod date;
mod der;
mod divoc;
mod error;
pub mod fhir;
mod hc1;
mod inflate;
mod json;
mod presented;
mod record;
mod report;
mod revocations;
#[cfg(feature = "service")]
mod service;
mod shc;
pub mod trust;
mod unzip;

pub use error::RecordError;
pub use presented::{Presented, Rules, shown_by};
pub use record::{Caveat, Issuer, Record};
pub use report::{Report, ReportedDose, Verdict};
pub use revocations::{Coordinates, HashKind, MAX_LIST_BYTES, MAX_LISTS, RevocationError, Revocations, SliceKind};
#[cfg(feature = "service")]
pub use service::Reader;
pub use trust::{Algorithm, Framework, MAX_TRUST_LIST_BYTES, TrustError, TrustList, TrustedKey, Use};
