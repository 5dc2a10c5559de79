use std::fmt;

use chrono::NaiveDate;
use kycvs_domain::{Policy, PolicyFault};
use serde::Serialize;

mod beaten;
mod places;
mod reach;

use places::Places;

/// What is wrong in a policy file, and what is odd in one that is not.
#[derive(Clone, Debug)]
pub struct Check {
    /// The policy, if nothing is wrong.
    pub policy: Option<Policy>,
    /// Everything that is wrong, in the order of the file.
    pub faults: Vec<PolicyFault>,
    /// What is odd, in the order of the file. Only a policy in which nothing is wrong is examined.
    pub warnings: Vec<Warning>,
}

/// Something in a policy that can hardly be meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is odd.
    pub oddity: Oddity,
}

/// What is odd.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Oddity {
    /// No dose can meet the rule, whenever it is given and whoever gets it.
    #[error("no dose can meet this rule: {0}")]
    NeverMet(Contradiction),
    /// All rules of the dose ended before the day of the check: who does not have it cannot get it any more.
    #[error("no rule of this dose is in force any more: the last ended on {0}")]
    Closed(NaiveDate),
    /// Whoever completes the series completes another with no later dose, so that this one never decides.
    #[error("the series \u{201c}{0}\u{201d} is complete whenever this one is: this one never decides")]
    Beaten(String),
    /// The series is complete and over before its wait has passed: nobody gets the status by it.
    #[error(
        "nobody is ever fully vaccinated by this series: `valid_for` ({valid_for}) is over before `wait` ({wait}) has passed"
    )]
    NeverEffective {
        /// How long after its last dose the series counts, as the file writes it.
        wait: String,
        /// How long it is valid after that dose.
        valid_for: String,
    },
    /// The policy names no source.
    #[error("the policy has no `source`")]
    NoSource,
    /// The policy does not say when it was compared with its source.
    #[error("the policy has no `checked_on`")]
    NotChecked,
    /// The day of its review has passed.
    #[error("the policy was to be reviewed by {0}")]
    Overdue(NaiveDate),
}

/// Why no dose can meet a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Contradiction {
    /// The rule, its products and the doses before leave no age.
    #[error("after the doses before it, a person is past its age")]
    Ages,
    /// The rule, its products and the doses before leave no day.
    #[error("its dates, those of its products and of the doses before it leave no day")]
    Dates,
}

/// Examines a policy file, as of the day `on`.
///
/// ```
/// use kycvs_lab::check;
/// let file = r#"
///     id = "campus"
///     version = 0
///     [[series]]
///     name = "Measles"
///     doses = [{ products = ["antigen:measels"], minimum_age = "12 moons" }]
/// "#;
/// let faults = check(file, "2026-11-28".parse()?).faults;
/// assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [3, 6, 6], "everything at once");
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn check(file: &str, on: NaiveDate) -> Check {
    match Policy::from_toml(file) {
        Ok(policy) => {
            let warnings = examine(&policy, &Places::of(file), on);
            Check { policy: Some(policy), faults: Vec::new(), warnings }
        }
        Err(error) => Check { policy: None, faults: error.faults, warnings: Vec::new() },
    }
}

/// Examines a policy that is built in, or one that was read, without places: they are all those of the file's beginning.
pub fn check_policy(policy: &Policy, on: NaiveDate) -> Vec<Warning> {
    examine(policy, &Places::default(), on)
}

fn examine(policy: &Policy, places: &Places, on: NaiveDate) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |(line, column), oddity| warnings.push(Warning { line, column, oddity });
    if policy.source().is_empty() {
        warn(places.file(), Oddity::NoSource);
    }
    if policy.checked_on().is_none() {
        warn(places.file(), Oddity::NotChecked);
    }
    if let Some(day) = policy.review_by().filter(|_| policy.is_overdue(on)) {
        warn(places.file(), Oddity::Overdue(day));
    }
    for (at_need, need) in policy.needs().iter().enumerate() {
        for (at, series) in need.series.iter().enumerate() {
            let place = [at_need, at];
            if let Some(other) = beaten::by(series, at, need) {
                warn(places.series(place), Oddity::Beaten(other.name.to_string()));
            }
            if let Some(valid_for) = series.valid_for.filter(|valid_for| *valid_for < series.wait) {
                let (wait, valid_for) = (series.wait.to_string(), valid_for.to_string());
                warn(places.series(place), Oddity::NeverEffective { wait, valid_for });
            }
            for (dose, rule, contradiction) in reach::unreachable(series) {
                warn(places.rule(place, dose, rule), Oddity::NeverMet(contradiction));
            }
            for (dose, rules) in series.places.iter().enumerate() {
                let closed = rules.rules.iter().map(|rule| rule.until).max().filter(|last| *last < on);
                if let Some(last) = closed.filter(|_| !rules.is_optional()) {
                    warn(places.dose(place, dose), Oddity::Closed(last));
                }
            }
        }
    }
    warnings.sort_by_key(|warning| (warning.line, warning.column));
    warnings
}

/// One line for each fault and warning.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.faults.iter().try_for_each(|fault| writeln!(f, "error: {fault}"))?;
        self.warnings.iter().try_for_each(|warning| writeln!(f, "warning: {warning}"))
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.oddity)
    }
}
