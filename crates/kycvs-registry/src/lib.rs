//! Who is vaccinated: the [`Registry`] trait, the sealed registry over any household store, and CSV import.
//!
//! A host that has no registry yet keeps one in a [`SealedRegistry`]; one that has, implements [`Registry`] over its own
//! tables. Either way a mobile *and* a name get the doses of the one person who is meant, and nobody can ask for more.
//!
//! ```
//! use std::sync::Arc;
//! use kycvs_domain::{Mobile, PersonName};
//! use kycvs_memory::MemoryStore;
//! use kycvs_registry::{ImportOptions, Lookup, Registry, RegistryKey, SealedRegistry};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let csv = "beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch
//! 20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,COVISHIELD,2021-04-03,1,4121Z025
//! 71930022184450,Imran Sheikh,9876543210,,,,,";
//!
//! let registry = SealedRegistry::new(&RegistryKey::generate()?, Arc::new(MemoryStore::new()));
//! let summary = registry.import_csv(csv.as_bytes(), ImportOptions::default(), &mut |_| ()).await?;
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
//! | n | the household, sealed; its own bytes are described in `codec/mod.rs` |
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
//! | `testkit.rs` | holds any registry to the contract (feature `testkit`) |
//! | `sealed.rs` | [`SealedRegistry`]: find, upsert, void, remove |
//! | `import.rs` | [`SealedRegistry::import_csv`] and its options |
//! | `report.rs` | what an import tells: [`ImportEvent`], [`ImportSummary`] |
//! | `lines.rs`, `row.rs`, `run.rs` | a file's lines, a line's fields, many rows sorted by household |
//! | `merge.rs` | what rows state of a household, and what that changes in it |
//! | `record.rs` | [`PersonRecord`] and its limits |
//! | `seal.rs`, `codec/` | sealing and opening; the bytes of a household |
//! | `key.rs`, `error.rs` | [`RegistryKey`], [`RegistryError`] |

mod codec;
mod error;
#[cfg(test)]
mod golden;
mod import;
mod key;
mod lines;
mod merge;
mod record;
mod registry;
mod report;
mod row;
mod run;
mod seal;
mod sealed;
#[cfg(feature = "testkit")]
pub mod testkit;

pub use error::RegistryError;
pub use import::{ImportError, ImportOptions};
pub use key::RegistryKey;
pub use record::{BeneficiaryId, MAX_DOSES, MAX_EVIDENCE, MAX_PEOPLE, PersonRecord, RecordError};
pub use registry::{Found, Lookup, PersonTag, Registry};
pub use report::{ImportEvent, ImportSummary};
pub use row::{CSV_HEADER, MAX_ROW_BYTES, RowError};
pub use sealed::{SealedRegistry, UpdateError};
