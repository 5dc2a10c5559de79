use std::{fmt, sync::Arc};

use chrono::{Days, NaiveDate};

use crate::{Product, product::ProductSet};

mod error;
mod file;
mod rule;

pub use error::{PolicyError, PolicyProblem};
pub(crate) use rule::{Fit, Slot};

/// The policies that are compiled in, by id: the file of each is in `policies/`.
const BUILTIN: [(&str, &str); 5] = [
    ("in-kyc-vs", include_str!("../policies/in-kyc-vs.toml")),
    ("travel-14", include_str!("../policies/travel-14.toml")),
    ("travel-15", include_str!("../policies/travel-15.toml")),
    ("us-cdc", include_str!("../policies/us-cdc.toml")),
    ("us-cdc-14", include_str!("../policies/us-cdc-14.toml")),
];

/// When a person counts as vaccinated: the series that complete them, with products, ages, intervals and the dates
/// between which each rule is in force. Immutable, and cheap to clone.
///
/// # The file
///
/// A policy is a TOML file; those of the built-in ones are in `policies/` and name their sources.
///
/// | field | what it says | without it |
/// |---|---|---|
/// | `id`, `version` | a name that no built-in policy has, and a number that goes up with each change: a token carries both | an error |
/// | `title` | what the policy is, in words | none |
/// | `extends` | a built-in policy whose rules hold here, with its own or another `wait_days` | the file has its own |
/// | `wait_days` | days from completion to status 2 | that of the policy it extends, else 0 |
/// | `grace_days` | by how much a minimum age or interval may be undercut; a rule may have its own | 0 |
/// | `interval_from` | the dose that an interval counts from: `any_dose`, `series_dose` or `valid_dose` | `series_dose` |
/// | `precaution` | the rules of a dose after the primary series; a series may have its own | it is always one too many |
/// | `[[series]]` | one way to be complete: `name`, and `doses` as a list of lists of rules | an error |
///
/// A dose takes a place in the series when it meets one of the place's rules. A rule says:
///
/// | field | what it says | without it |
/// |---|---|---|
/// | `products` | codes as [`Product::find_all`] takes them | in `precaution`: all of the series; else an error |
/// | `from`, `until` | the first and last day on which the rule is in force | always |
/// | `minimum_age`, `below_age` | such as `"6 months"` or `"18 years"`; they hold against nobody without a date of birth | any age |
/// | `minimum_days` | the least days since the dose before, less the grace | any later day |
/// | `recommended_days` | below it a dose is valid, with a remark | `minimum_days` |
/// | `grace_days` | instead of the policy's | the policy's |
///
/// `interval_from` matters after a dose that did not count, such as one that was too early: `valid_dose` looks past it,
/// `series_dose` counts from it when its product is one of the series, `any_dose` always does.
///
/// A short file of a host's own:
///
/// ```
/// use kycvs_domain::Policy;
/// let policy = Policy::from_toml(r#"
///     id = "one-shot"
///     version = 1
///     wait_days = 14
///
///     [[series]]
///     name = "Janssen"
///     doses = [[{ products = ["JANSSEN"], minimum_age = "18 years" }]]
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
    title: String,
    wait: Days,
    interval_from: IntervalFrom,
    series: Arc<[Series]>,
    /// All products of the series and of their precaution doses.
    products: ProductSet,
}

/// The dose that an interval counts from, when a dose between was not valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub(crate) enum IntervalFrom {
    /// The dose before it of whatever product, valid or not.
    #[serde(rename = "any_dose")]
    Any,
    /// The dose before it of a product of the series, valid or not.
    #[default]
    #[serde(rename = "series_dose")]
    Series,
    /// The valid dose before it.
    #[serde(rename = "valid_dose")]
    Valid,
}

/// One way to be fully vaccinated.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) name: String,
    /// The doses of the primary series, at least one.
    pub(crate) doses: Vec<Slot>,
    /// What a dose after the series must be to count as a precaution dose.
    pub(crate) precaution: Option<Slot>,
    /// All products of [`doses`](Self::doses).
    pub(crate) products: ProductSet,
}

impl Series {
    fn all_products(&self) -> ProductSet {
        self.precaution.iter().fold(self.products, |all, slot| all.union(slot.products()))
    }
}

impl Policy {
    /// A built-in policy: `in-kyc-vs`, `travel-14`, `travel-15`, `us-cdc`, `us-cdc-14`. It is read anew at each call,
    /// so a host keeps it.
    pub fn builtin(id: &str) -> Option<Self> {
        file::read_builtin(id)?.ok().map(|rules| Self(Arc::new(rules)))
    }

    /// The ids of the built-in policies.
    pub fn builtin_ids() -> impl Iterator<Item = &'static str> {
        BUILTIN.into_iter().map(|(id, _)| id)
    }

    /// Reads a policy file: TOML, at most 256 KiB, 64 series, 8 doses in a series and 32 rules for a dose.
    ///
    /// # Errors
    /// [`PolicyError`] with the place and the problem: not TOML, the id of a built-in policy, a field that is missing or
    /// unknown, a product that the catalogue does not know, or rules that contradict one another.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        file::read(text).map(|rules| Self(Arc::new(rules)))
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

    /// What the policy is, in words for people; empty when its file says nothing.
    pub fn title(&self) -> &str {
        &self.0.title
    }

    pub(crate) fn series(&self) -> &[Series] {
        &self.0.series
    }

    /// Whether the policy lists the product at all.
    pub(crate) fn knows(&self, product: Product) -> bool {
        self.0.products.contains(product)
    }

    pub(crate) fn interval_from(&self) -> IntervalFrom {
        self.0.interval_from
    }

    /// The day from which a series that was completed on `complete_on` counts; `None` past the end of the calendar.
    pub(crate) fn effective_on(&self, complete_on: NaiveDate) -> Option<NaiveDate> {
        complete_on.checked_add_days(self.0.wait)
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Policy({})", self.reference())
    }
}
