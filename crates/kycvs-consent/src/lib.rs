//! The OTP challenge and the consent artefact as pure state transitions: no I/O, no clock, no randomness of its own.
//!
//! Most hosts use the `kycvs` crate, which drives this one. Depend on it directly to read consent artefacts, or to build
//! another flow on the same rules.
//!
//! | idea | items |
//! |---|---|
//! | one request to one mobile number, and its states | [`Challenge`], [`Pending`], [`Verified`], [`Ended`] |
//! | about whom, without and with names | [`AskedPerson`], [`NamedPerson`], [`MAX_PEOPLE`] |
//! | the code: drawn, entered, stored | [`OtpCode`], [`Confirmation`], [`CodeProof`], [`CodeKey`], [`StoredCode`] |
//! | what a person reads, in which language, and what they agreed to | [`Notice`], [`Language`], [`Consent`], [`ConsentRecord`] |
//! | every number | [`ChallengeLimits`] |
//!
//! A transition consumes the state it starts from, so a step that is not allowed does not compile. Whoever drives it
//! stores the state that comes out, by compare-and-set, before telling anyone what came of it.
//!
//! ```
//! use kycvs_consent::{CodeProof, OtpCode, Random, RandomError};
//! struct Fixed; // a host hands in its system's generator
//! impl Random for Fixed {
//!     fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
//!         bytes.copy_from_slice(&[4, 8, 2, 9, 1, 3, 0, 0][..bytes.len()]);
//!         Ok(())
//!     }
//! }
//! let code = OtpCode::draw(&Fixed, 6)?;
//! assert_eq!(code.secret(), "482913");
//! assert_eq!(format!("{code:?}"), "OtpCode(redacted)");
//! let typed = CodeProof::from_typed("४८२ ९१३")?; // numerals of any script
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod certificate;
mod challenge;
mod code_key;
mod confirmation;
mod consent;
mod id;
mod language;
mod limits;
mod notice;
mod otp;
mod party;
mod pending;
mod person;
mod request;
mod text;
mod verified;

pub use certificate::Certificate;
pub use challenge::{Challenge, EndReason, Ended, Entered, Over};
pub use code_key::{CodeBinding, CodeKey, StoredCode};
pub use confirmation::Confirmation;
pub use consent::{
    Consent, ConsentError, ConsentEvent, ConsentRecord, ConsentState, DataItem, Evidence, GivenBy, Method, Outcome,
    ReadBy, Schema, StatusPosition, WithdrawnBy,
};
pub use id::{ConsentId, IdError, Link, Nonce, RequestId};
pub use language::Language;
pub use limits::{ChallengeLimits, LimitError};
pub use notice::{Notice, NoticeFacts, NoticeHash, NoticeHashError, NoticeRef, Section, fill_in};
pub use otp::{CODE_DIGITS, CodeError, CodeProof, OtpCode, Random, RandomError};
pub use party::{DataFiduciary, Purpose, VerifyingEntity};
pub use pending::{Pending, ResendRefusal};
pub use person::{MAX_SHORT_NAME, short_names, shown_name, shown_names};
pub use request::{AskedPerson, MAX_PEOPLE, NamedPerson, Request, Subject, later};
pub use text::{Identifier, Label, Line, Reference, TextError};
pub use verified::{Answer, Grant, Stage, Verified};
