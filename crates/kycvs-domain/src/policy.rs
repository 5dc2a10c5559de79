use std::{fmt, sync::Arc};

use chrono::NaiveDate;

use crate::{Antigen, Product, product::ProductSet};

mod age;
mod builtin;
mod due;
mod error;
mod fields;
mod fit;
mod period;
mod read;
mod read_place;
mod rule;
mod scope;
mod words;

pub(crate) use age::is_surely;
pub use error::{PolicyError, PolicyFault, PolicyProblem};
pub(crate) use fit::{Given, Misfit};
pub(crate) use period::Passing;
pub use period::Period;
pub(crate) use read::MAX_DOSES;
pub use rule::{Allowed, Apart, Enough, Place, Rule};
pub use words::Words;

/// When a person counts as vaccinated: what they need, the series that complete each need, with products, ages, intervals
/// and the dates between which each rule is in force. Immutable, and cheap to clone.
///
/// `docs/policies.md` teaches the language of its file; the files of the built-in policies are in `policies/` and name
/// their sources.
///
/// ```
/// use kycvs_domain::Policy;
/// let policy = Policy::from_toml(r#"
///     id = "one-shot"
///     version = 1
///     wait = "14 days"
///
///     [[series]]
///     name = "Janssen"
///     doses = [{ products = ["JANSSEN"], minimum_age = "18 years" }]
/// "#)?;
/// assert_eq!(policy.reference(), "one-shot/1");
/// # Ok::<(), kycvs_domain::PolicyError>(())
/// ```
#[derive(Clone)]
pub struct Policy(Arc<Rules>);

struct Rules {
    id: String,
    version: u32,
    reference: String,
    title: Option<Words>,
    source: String,
    checked_on: Option<NaiveDate>,
    review_by: Option<NaiveDate>,
    needs: Vec<Need>,
    /// All products of the needs.
    products: ProductSet,
    /// The products that the needs keep a distance from.
    near: ProductSet,
}

/// One thing that a person must be vaccinated against.
#[derive(Clone, Debug)]
pub struct Need {
    /// Its name; of a policy with one need alone, the policy's title.
    pub name: Words,
    /// Whether it decides; one that does not is answered beside those that do.
    pub required: bool,
    /// The ways to meet it, at least one.
    pub series: Vec<Series>,
    /// What meets it without a dose.
    pub immune: Vec<Immune>,
    /// All products of the series and of the doses after them.
    pub products: ProductSet,
}

/// One way to meet a need.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name.
    pub name: Arc<str>,
    /// The doses, at least one.
    pub places: Vec<Place>,
    /// What a dose after the series must be to count as a precaution dose.
    pub precaution: Option<Place>,
    /// Which dose an interval counts from.
    pub interval_from: IntervalFrom,
    /// From completion to status 2.
    pub wait: Period,
    /// From completion, or a dose that renews it, to the last day of status 2.
    pub valid_for: Option<Period>,
    /// Whether a dose that the record calls the last of its series completes it.
    pub accepts_final_dose: bool,
    /// Whether the last dose is given again and again, so that the series is never complete.
    pub recurring: bool,
    /// All products of [`places`](Self::places).
    pub products: ProductSet,
}

/// The dose that an interval counts from, when a dose between was not valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IntervalFrom {
    /// The dose before it of whatever product of the need, valid or not.
    Any,
    /// The dose before it of a product of the series, valid or not.
    #[default]
    Series,
    /// The valid dose before it.
    Valid,
}

/// What makes a person immune without a dose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Immune {
    /// Whoever was surely born before the day.
    BornBefore(NaiveDate),
    /// Whoever has it on record: a laboratory's, or a doctor's.
    Evidence {
        /// What the person is immune to.
        against: Antigen,
        /// Whether a laboratory found antibodies; otherwise the person had the disease.
        by_laboratory: bool,
    },
}

impl Policy {
    /// A built-in policy, by its id. It is read again at each call, so a host keeps it.
    pub fn builtin(id: &str) -> Option<Self> {
        read::builtin(id)?.ok().map(|rules| Self(Arc::new(rules)))
    }

    /// The ids of the built-in policies.
    pub fn builtin_ids() -> impl Iterator<Item = &'static str> {
        builtin::ALL.into_iter().map(|(id, _)| id)
    }

    /// Reads a policy file: TOML, at most 256 KiB, 32 needs, 64 series of a need, 16 doses of a series and 32 rules of a
    /// dose.
    ///
    /// # Errors
    /// [`PolicyError`] with all that is wrong, each with its line and column: not TOML, the id of a built-in policy, a field
    /// that is missing or unknown, a product that the catalogue does not know, or rules that contradict one another.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        read::own(text).map(|rules| Self(Arc::new(rules)))
    }

    /// The name of the policy, such as `in-kyc-vs`.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Counts the changes of the policy's rules, from 1.
    pub fn version(&self) -> u32 {
        self.0.version
    }

    /// Id and version, such as `in-kyc-vs/1`, as the token carries it.
    pub fn reference(&self) -> &str {
        &self.0.reference
    }

    /// What the policy is, in words of English for people; empty when its file says nothing.
    pub fn title(&self) -> &str {
        self.0.title.as_ref().map_or("", |title| title.english())
    }

    /// What to call the policy before people who read the language of the code, such as `hi`: its title, in English where its
    /// file has none in that language; or, without any title, its id and version.
    pub fn shown_name(&self, language: &str) -> &str {
        self.0.title.as_ref().map_or(&self.0.reference, |title| title.in_language(language))
    }

    /// Where its rules are from, in words; empty when its file says nothing.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// The day on which its rules were last compared with their source.
    pub fn checked_on(&self) -> Option<NaiveDate> {
        self.0.checked_on
    }

    /// The last day before which its rules are to be compared with their source again.
    pub fn review_by(&self) -> Option<NaiveDate> {
        self.0.review_by
    }

    /// Whether the day of its review has passed on `on`.
    pub fn is_overdue(&self, on: NaiveDate) -> bool {
        self.0.review_by.is_some_and(|review_by| on > review_by)
    }

    /// What a person needs: the rules themselves, for whoever shows or examines them.
    pub fn needs(&self) -> &[Need] {
        &self.0.needs
    }

    /// Whether the policy lists the product in a series.
    pub(crate) fn counts(&self, product: Product) -> bool {
        self.0.products.contains(product)
    }

    /// Whether a dose of the product matters, if only to the distance that others keep from it.
    pub(crate) fn knows(&self, product: Product) -> bool {
        self.counts(product) || self.0.near.contains(product)
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Policy({})", self.reference())
    }
}
