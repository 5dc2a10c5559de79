use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    Dose, DoseHistory, Policy, VaccinationStatus,
    verdict::{Reason, ReasonSet, Verdict},
};

mod timeline;
mod walk;

use timeline::Timeline;
use walk::Walk;

/// What a policy says of a person on a day. In JSON as the answer of data in NDJSON, without `id` and `policy`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    /// The answer.
    pub status: VaccinationStatus,
    /// The day of the dose that completed the primary series.
    pub complete_on: Option<NaiveDate>,
    /// The day from which the person counts as fully vaccinated: `complete_on` and the policy's wait.
    pub effective_on: Option<NaiveDate>,
    /// The first day on which the missing dose is valid, by the rules in force when it can be given: on the day that was
    /// asked about, or later. It may have passed. None when no dose is missing, or none counts yet.
    pub next_due: Option<NaiveDate>,
    /// The name of the series that decided, as the policy gives it; none when no dose counts.
    #[serde(skip)]
    pub series: Option<String>,
    /// What is found on each dose, in the order of the history.
    pub doses: Vec<DoseVerdict>,
}

/// What is found on one dose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoseVerdict {
    /// The day of the dose, as in the history.
    pub given_on: NaiveDate,
    /// Whether it counts.
    pub verdict: Verdict,
    /// Why, and remarks; empty for a valid dose without any.
    pub reasons: Vec<Reason>,
    /// The number that a valid dose has by its date, from 1; precaution doses count on.
    #[serde(skip)]
    pub number: Option<usize>,
}

/// Evaluates a history under a policy, as of the day `on`. Pure and total: it answers for any history.
///
/// Each series of the policy reads the doses from the earliest on; each dose that meets a rule takes the next place.
/// The best series decides: the one that is complete first, else the started one with the fewest doses missing; one that
/// the rules in force on `on` cannot complete stands back.
///
/// What a dose more can do:
///
/// - Given on or after the day on which a series was complete, it never lowers a status.
/// - A dose that cannot count (of an unknown product, in the future, recorded twice) changes nothing.
/// - A dose that does not count because it was too early moves the day from which the next one is valid: by the rule of
///   the field, the interval of a later dose counts from the dose before it, valid or not. This is the one way in which
///   a dose can lower a status, and a policy with `interval_from = "valid_dose"` does not have it.
///
/// ```
/// use kycvs_domain::{Dose, DoseHistory, Policy, Product, Reason, VaccinationStatus, evaluate};
/// let day = |text: &str| text.parse::<chrono::NaiveDate>();
/// let policy = Policy::builtin("in-kyc-vs").ok_or("built in")?;
/// let dose = |given_on| Dose::new(Product::find("COVISHIELD"), given_on);
/// let doses = vec![dose(day("2021-04-03")?), dose(day("2021-04-20")?)];
/// let history = DoseHistory { doses, ..DoseHistory::default() };
///
/// let answer = evaluate(&history, &policy, day("2021-12-01")?);
/// assert_eq!(answer.status, VaccinationStatus::PartiallyVaccinated);
/// assert_eq!(answer.doses[1].reasons, [Reason::TooEarly]);
/// assert_eq!(answer.next_due, Some(day("2021-05-18")?), "28 days after the dose that was too early");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn evaluate(history: &DoseHistory, policy: &Policy, on: NaiveDate) -> Evaluation {
    let mut found = vec![Finding::new(Verdict::NotValid, Reason::UnknownProduct); history.doses.len()];
    let mut note = |index: usize, finding: Finding| {
        if let Some(place) = found.get_mut(index) {
            *place = finding;
        }
    };
    let mut timeline = Timeline::default();
    timeline.read(history, policy, on, &mut note);
    let best = best_series(history, policy, &timeline, on);
    if let Some(best) = &best {
        best.again(&timeline, &mut note);
    }
    let complete_on = best.as_ref().and_then(Walk::complete_on);
    Evaluation {
        status: status(best.as_ref(), policy, on),
        complete_on,
        effective_on: complete_on.and_then(|day| policy.effective_on(day)),
        next_due: best.as_ref().and_then(|walk| walk.next_due(on)),
        series: best.as_ref().filter(|walk| walk.is_started()).map(|walk| walk.name().to_owned()),
        doses: history.doses.iter().zip(found).map(|(dose, finding)| finding.on(dose)).collect(),
    }
}

/// The status alone: what `evaluate(history, policy, on).status` is, without allocation for up to eight doses.
pub fn status_of(history: &DoseHistory, policy: &Policy, on: NaiveDate) -> VaccinationStatus {
    let mut timeline = Timeline::default();
    timeline.read(history, policy, on, |_, _| {});
    status(best_series(history, policy, &timeline, on).as_ref(), policy, on)
}

/// The series that decides; `None` when no dose is of a product that the policy counts.
fn best_series<'p>(
    history: &DoseHistory,
    policy: &'p Policy,
    timeline: &Timeline<'_>,
    on: NaiveDate,
) -> Option<Walk<'p>> {
    let given = timeline.products();
    let mut best = None::<Walk<'p>>;
    for series in policy.series().iter().filter(|series| !series.products.intersection(given).is_empty()) {
        let walk = Walk::over(series, policy.interval_from(), history.birth, timeline, |_, _| {});
        if best.as_ref().is_none_or(|best| walk.rank(on) < best.rank(on)) {
            best = Some(walk);
        }
    }
    best
}

fn status(best: Option<&Walk<'_>>, policy: &Policy, on: NaiveDate) -> VaccinationStatus {
    let effective_on = best.and_then(Walk::complete_on).and_then(|day| policy.effective_on(day));
    if effective_on.is_some_and(|day| day <= on) {
        VaccinationStatus::FullyVaccinated
    } else if best.is_some_and(Walk::is_started) {
        VaccinationStatus::PartiallyVaccinated
    } else {
        VaccinationStatus::NotVaccinated
    }
}

/// What is found on a dose, before it is an answer.
#[derive(Clone, Copy)]
struct Finding {
    verdict: Verdict,
    reasons: ReasonSet,
    number: Option<usize>,
}

impl Finding {
    fn new(verdict: Verdict, reason: Reason) -> Self {
        Self { verdict, reasons: reason.into(), number: None }
    }

    /// A valid dose with its number by date, and a remark when the record says another.
    fn valid(remarks: ReasonSet, number: usize, dose: &Dose) -> Self {
        let found = Self { verdict: Verdict::Valid, reasons: remarks, number: Some(number) };
        match dose.dose_number {
            Some(recorded) if usize::from(recorded) != number => found.remark(Reason::DoseNumberMismatch),
            _ => found,
        }
    }

    fn remark(mut self, reason: Reason) -> Self {
        self.reasons.insert(reason);
        self
    }

    fn on(self, dose: &Dose) -> DoseVerdict {
        let reasons = self.reasons.iter().collect();
        DoseVerdict { given_on: dose.given_on, verdict: self.verdict, reasons, number: self.number }
    }
}
