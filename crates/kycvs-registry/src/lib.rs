//! Who is vaccinated: the [`Registry`] trait, the sealed registry over any household store, and CSV import.
//!
//! A host that has no registry yet keeps one in a [`SealedRegistry`]; one that has, implements [`Registry`] over its own
//! tables. Either way a mobile *and* a name get the doses of the one person who is meant, and nobody can ask for more.
//!
//! ```
//! use std::sync::Arc;
//! use kycvs_domain::{Mobile, PersonName};
//! use kycvs_memory::MemoryStore;
//! use kycvs_registry::{ImportOptions, Lookup, Registry, RegistryCsv, RegistryKey, SealedRegistry};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let csv = "beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch
//! 20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,COVISHIELD,2021-04-03,1,4121Z025
//! 71930022184450,Imran Sheikh,9876543210,,,,,";
//!
//! let registry = SealedRegistry::open(&RegistryKey::generate()?, Arc::new(MemoryStore::new())).await?;
//! let options = ImportOptions::new("2021-12-01".parse()?);
//! let summary = registry.import_csv(RegistryCsv::open(csv.as_bytes())?, &options, &mut |_| ()).await?;
//! assert_eq!((summary.people_added, summary.doses_added), (2, 1));
//!
//! let mobile = Mobile::parse("+91 98765 43210")?;
//! let asha = registry.find(&mobile, &PersonName::parse("Smt. Asha Lakshmi Rao")?, None).await?;
//! assert_eq!(asha.found().map(|asha| asha.history.doses.len()), Some(1));
//! assert_eq!(registry.find(&mobile, &PersonName::parse("Ravi Kumar")?, None).await?, Lookup::NotFound);
//! # Ok(())
//! # }
//! ```
//!
//! # How a household is sealed
//!
//! All people on one mobile are one record. Its key in the store is the first 16 bytes of HMAC-SHA256 over
//! `kycvs household key:` and the mobile in E.164. The record is AES-256-GCM:
//!
//! | bytes | |
//! |---|---|
//! | 1 | version, 1 |
//! | 12 | nonce, random for each write |
//! | n | the household, sealed; its own bytes are described in `codec.rs` |
//! | 16 | tag |
//!
//! The tag also covers the version and the store's key, so that a record that is copied to another mobile does not open.
//! All keys are derived from the [`RegistryKey`] by HKDF-Expand (RFC 5869): one for the HMAC, and 64 for sealing, of which
//! the first six bits of the household's key choose one.
//!
//! Why 64 keys, and not one, or one for each household: NIST SP 800-38D (section 8.3) allows 2^32 random nonces under one
//! key. Every change of a household is one, so a single key could be used up by a country in its lifetime; 64 keys last
//! for 2^38 writes, 180 for each person in India. A key for each household would have no limit, but preparing a key takes
//! longer than opening a record, at each lookup; 64 are prepared once.
//!
//! Who has the database and not the key sees how many mobiles there are, roughly how much is recorded on each, and which
//! records changed between two copies. Putting an older copy of a record back in its place is not noticed either: that is
//! left to the database's own protection.
//!
//! # Modules
//!
//! | file | holds |
//! |---|---|
//! | `registry.rs` | [`Registry`]: find one named person |
//! | `many.rs` | several people of one mobile: [`Asked`], [`tell_apart`] |
//! | `composed.rs` | [`Composed`]: two sources as one |
//! | `testkit.rs` | holds any registry to the contract (feature `testkit`) |
//! | `sealed.rs`, `decoy.rs` | [`SealedRegistry`]: open and find; what is searched for an unknown mobile |
//! | `change.rs`, `people.rs` | upsert, void, remove, move, merge; what holds of the people of a household |
//! | `import.rs` | [`SealedRegistry::import_csv`] and its options |
//! | `import/csv.rs`, `text.rs`, `header.rs`, `records.rs` | [`RegistryCsv`]: characters, columns and rows of a file |
//! | `import/row.rs`, `date.rs` | the fields of a row |
//! | `import/read.rs`, `run.rs`, `sorted.rs` | all rows, sorted by household, in memory and beyond it |
//! | `import/stated.rs`, `household.rs`, `doubles.rs` | what rows state of a person, and what that changes in a household |
//! | `import/ids.rs` | ids that a file has on two mobiles |
//! | `import/moves.rs`, `writer.rs` | what is read and written of the registry |
//! | `import/report.rs`, `error.rs` | what an import tells: [`ImportEvent`], [`ImportSummary`], [`RowError`] |
//! | `record.rs` | [`PersonRecord`] and its limits |
//! | `seal.rs`, `codec/`, `wipe.rs` | sealing and opening; the bytes of a household |
//! | `key.rs`, `error.rs` | [`RegistryKey`], [`RegistryError`] |

mod change;
mod codec;
mod composed;
mod decoy;
mod error;
#[cfg(test)]
mod golden;
mod import;
mod key;
mod many;
mod people;
mod record;
mod registry;
mod seal;
mod sealed;
#[cfg(feature = "testkit")]
pub mod testkit;
mod wipe;

pub use change::{DoseState, PersonState, UpdateError};
pub use composed::{Composed, Join};
pub use error::RegistryError;
pub use import::{
    Action, Change, Corrected, CsvError, CsvForm, DateError, DateOrder, Doubt, Encoding, Ignored, ImportError,
    ImportEvent, ImportMode, ImportOptions, ImportSummary, MAX_ROW_BYTES, OnCorrection, RegistryCsv, RowError,
};
pub use key::RegistryKey;
pub use many::{Asked, tell_apart};
pub use record::{BeneficiaryId, MAX_DOSES, MAX_EVIDENCE, MAX_OTHER_IDS, MAX_PEOPLE, PersonRecord, RecordError};
pub use registry::{Found, Lookup, PersonTag, Registry};
pub use sealed::SealedRegistry;
