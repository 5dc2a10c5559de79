//! The rules of the field: who is asked about, and when a person counts as vaccinated.
//!
//! Everything here is pure: no clock, no I/O, no global state. A date is an argument, and every function answers for
//! any input. The other crates of KYC-VS build on these types; on its own the crate evaluates vaccination histories.
//!
//! | module | holds |
//! |---|---|
//! | `mobile` | [`Mobile`]: an Indian mobile number, in any of the ways people write one |
//! | `name` | [`PersonName`], whether two names are one person's: [`names_match`], and who is meant: [`choose()`] |
//! | `product` | [`Product`]: the catalogue of vaccines with their CVX, EU, ICD-11 and SNOMED CT codes; [`ProductCode`], [`Antigen`] |
//! | `birth_year` | [`BirthYear`]: what tells namesakes apart |
//! | `dose`, `batch`, `birth`, `immunity` | [`DoseHistory`]: what a record says, with [`Dose`], [`Batch`], [`BirthDate`], [`Evidence`] |
//! | `policy` | [`Policy`]: the rules as data, many of them built in, more from a TOML file |
//! | `evaluate` | [`evaluate()`]: status, dates and a verdict for every dose; [`status_of`]: the status alone |
//! | `status` | [`VaccinationStatus`]: 0, 1 or 2 |
//! | `verdict` | [`Verdict`] and [`Reason`]: what a dose is found to be, and why |
//!
//! ```
//! use kycvs_domain::{Dose, DoseHistory, Mobile, PersonName, Policy, Product, evaluate, names_match};
//!
//! let mobile = Mobile::parse("+91 98765 43210")?;
//! assert_eq!(mobile.last_four(), "3210");
//! assert!(names_match(&PersonName::parse("Smt. Laxmi Rao")?, PersonName::parse("Rao Lakshmi")?.normalised()));
//!
//! let dose = |product, given_on: &str| -> Result<Dose, chrono::ParseError> {
//!     Ok(Dose::new(Product::find(product), given_on.parse()?))
//! };
//! let doses = vec![dose("COVISHIELD", "2021-04-03")?, dose("cvx:210", "2021-07-01")?];
//! let history = DoseHistory { doses, ..DoseHistory::default() };
//! let policy = Policy::builtin("in-kyc-vs").ok_or("built in")?;
//! let answer = evaluate(&history, &policy, "2021-12-01".parse()?);
//! assert_eq!(u8::from(answer.status), 2);
//! assert_eq!(answer.complete_on, Some("2021-07-01".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod batch;
mod birth;
mod birth_year;
mod digits;
mod dose;
mod evaluate;
mod immunity;
mod mobile;
mod name;
mod policy;
mod product;
mod text;
mod verdict;

pub use batch::{Batch, BatchError};
pub use birth::BirthDate;
pub use birth_year::{BirthYear, BirthYearError};
pub use digits::decimal_digit;
pub use dose::{Dose, DoseHistory, Source};
pub use evaluate::{DoseVerdict, Evaluation, NeedStatus, evaluate, status_of};
pub use immunity::{Evidence, Finding};
pub use kycvs_status::{InvalidStatus, VaccinationStatus, is_visible};
pub use mobile::{Mobile, MobileError, MobileReading};
pub use name::{Choice, NameComparison, NameError, NameMatch, PersonName, choose, may_be_confused, names_match};
pub use policy::{Policy, PolicyError, PolicyFault, PolicyProblem};
pub use product::{Antigen, Product, ProductCode, UnknownProduct};
pub use text::is_id;
pub use verdict::{NeedReason, Reason, Verdict};

/// The rules of a policy, to be read: what [`Policy::needs`] gives. Whatever a file leaves out is filled in here.
pub mod rules {
    pub use crate::policy::{Allowed, Apart, Enough, Immune, IntervalFrom, Need, Period, Place, Rule, Series, Words};
    pub use crate::product::ProductSet;
}
