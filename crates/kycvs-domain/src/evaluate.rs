use std::{mem, sync::Arc};

use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    BirthDate, DoseHistory, Evidence, Policy, VaccinationStatus,
    policy::{Immune, Need},
    verdict::{NeedReason, Reason, Verdict},
};

mod finding;
mod timeline;
mod walk;

use finding::Finding;
use timeline::{Entry, Timeline};
use walk::Walk;

/// What a policy finds on a person on a day. In JSON as the answer of data in NDJSON, without `id` and `policy`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    /// The answer: the least status of the needs that decide.
    pub status: VaccinationStatus,
    /// The day on which the last of the needs was complete.
    pub complete_on: Option<NaiveDate>,
    /// The day from which the person counts as fully vaccinated: `complete_on` and the policy's wait.
    pub effective_on: Option<NaiveDate>,
    /// The last day of status 2; none without an end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
    /// The first day on which a missing dose is valid, without any grace and by the rules in force and the products in use
    /// when it can be given: on the day that was asked about, or later. It may have passed. None when no dose is missing, or
    /// none counts yet.
    pub next_due: Option<NaiveDate>,
    /// What is found on each need, in the order of the policy.
    #[serde(skip)]
    pub needs: Vec<NeedStatus>,
    /// What is found on each dose, in the order of the history.
    pub doses: Vec<DoseVerdict>,
}

/// What is found on one need of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NeedStatus {
    /// The name of the need; of a policy with one alone, its title.
    pub name: Arc<str>,
    /// Whether it decides the answer.
    pub required: bool,
    /// As the status of a whole policy.
    pub status: VaccinationStatus,
    /// Why.
    pub reason: NeedReason,
    /// The day on which the need was complete: of the last dose, of the age from which no more is needed, or of the evidence
    /// of immunity.
    pub complete_on: Option<NaiveDate>,
    /// The first day of status 2.
    pub effective_on: Option<NaiveDate>,
    /// The last day of status 2; none without an end.
    pub valid_until: Option<NaiveDate>,
    /// The first day on which the missing dose is valid, also where none was given yet.
    pub next_due: Option<NaiveDate>,
    /// The name of the series that decided, as the policy gives it; none when no dose counts.
    pub series: Option<Arc<str>>,
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
/// Each series of a need reads the doses from the earliest on; each dose that meets a rule takes the next place.
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
    let mut needs = Vec::with_capacity(policy.needs().len());
    let found = each_need(history, policy, on, |need, walk| needs.push(need_status(need, history, walk, on)));
    let last = |day: fn(&NeedStatus) -> Option<NaiveDate>| {
        required(&needs).map(day).try_fold(NaiveDate::MIN, |last, day| Some(last.max(day?)))
    };
    Evaluation {
        status: least(&needs),
        complete_on: last(|need| need.complete_on),
        effective_on: last(|need| need.effective_on),
        valid_until: required(&needs).filter_map(|need| need.valid_until).min(),
        next_due: required(&needs).filter(|need| need.series.is_some()).filter_map(|need| need.next_due).min(),
        needs,
        doses: history
            .doses
            .iter()
            .zip(found)
            .map(|(dose, found)| found.unwrap_or_else(Finding::not_in_policy).on(dose))
            .collect(),
    }
}

/// The status alone: what `evaluate(history, policy, on).status` is.
pub fn status_of(history: &DoseHistory, policy: &Policy, on: NaiveDate) -> VaccinationStatus {
    let mut least = VaccinationStatus::FullyVaccinated;
    each_need(history, policy, on, |need, walk| {
        if need.required {
            least = least.min(found_on(need, history, walk, on).0);
        }
    });
    least
}

/// The needs that decide.
fn required(needs: &[NeedStatus]) -> impl Iterator<Item = &NeedStatus> {
    needs.iter().filter(|need| need.required)
}

fn least(needs: &[NeedStatus]) -> VaccinationStatus {
    required(needs).map(|need| need.status).min().unwrap_or(VaccinationStatus::NotVaccinated)
}

/// Gives each need with the walk over its best series to `answer`. Returns what is found on each dose of the history, where a
/// need finds something, and after these what it needed meanwhile.
fn each_need(
    history: &DoseHistory,
    policy: &Policy,
    on: NaiveDate,
    mut answer: impl FnMut(&Need, Option<&Walk<'_>>),
) -> Vec<Option<Finding>> {
    let doses = history.doses.len();
    let mut room = vec![None; 3 * doses];
    let (found, of_series) = room.split_at_mut(doses);
    let (mut of_best, mut of_this) = of_series.split_at_mut(doses);
    let timeline = Timeline::read(history, policy, on, found);
    let given = timeline.products();
    let mut some = Vec::new();
    for need in policy.needs() {
        let is_own = |entry: &&Entry<'_>| need.products.contains(entry.product);
        let own = if timeline.entries().iter().all(|entry| is_own(&entry)) {
            timeline.entries()
        } else {
            some.clear();
            some.extend(timeline.entries().iter().filter(is_own));
            some.as_slice()
        };
        let (mut best, mut best_rank) = (None::<Walk<'_>>, None);
        for series in need.series.iter().filter(|series| series.products.meets(&given)) {
            let walk = Walk::over((need, series), (timeline.entries(), own), history.birth, on, of_this);
            // Where one series alone is of the person's products, as for most, nothing is ranked.
            let rank = best.as_ref().map(|best| (walk.rank(), *best_rank.get_or_insert_with(|| best.rank())));
            if rank.is_none_or(|(rank, best)| rank < best) {
                best_rank = rank.map(|(rank, _)| rank);
                best = Some(walk);
                mem::swap(&mut of_this, &mut of_best);
            }
        }
        for (entry, finding) in own.iter().zip(&*of_best).filter(|_| best.is_some()) {
            if let Some(place) = found.get_mut(entry.index) {
                *place = (*place).zip(*finding).map_or(*finding, |(other, finding)| Some(other.better(finding)));
            }
        }
        answer(need, best.as_ref());
    }
    room
}

/// The status of a need and why; and the first day of the immunity that it rests on.
fn found_on(
    need: &Need,
    history: &DoseHistory,
    walk: Option<&Walk<'_>>,
    on: NaiveDate,
) -> (VaccinationStatus, NeedReason, Option<NaiveDate>) {
    use VaccinationStatus::{FullyVaccinated, NotVaccinated, PartiallyVaccinated};
    let immune_from = need.immune.iter().filter_map(|immune| immune.from(history)).min().filter(|day| *day <= on);
    let (status, reason) = match walk {
        Some(walk) if walk.is_effective() => (FullyVaccinated, walk.completeness()),
        _ if immune_from.is_some() => (FullyVaccinated, NeedReason::Immune),
        Some(walk) if walk.is_expired() => (PartiallyVaccinated, NeedReason::Expired),
        Some(walk) if walk.complete_on().is_some() => (PartiallyVaccinated, NeedReason::Waiting),
        Some(walk) if walk.is_started() => (PartiallyVaccinated, NeedReason::DoseMissing),
        _ => (NotVaccinated, NeedReason::NoDose),
    };
    (status, reason, immune_from.filter(|_| reason == NeedReason::Immune))
}

fn need_status(need: &Need, history: &DoseHistory, walk: Option<&Walk<'_>>, on: NaiveDate) -> NeedStatus {
    let (status, reason, immune_from) = found_on(need, history, walk, on);
    let decided = walk.filter(|_| reason != NeedReason::Immune);
    NeedStatus {
        name: Arc::clone(need.name.english()),
        required: need.required,
        status,
        reason,
        complete_on: immune_from.or_else(|| decided.and_then(Walk::complete_on)),
        effective_on: immune_from.or_else(|| decided.and_then(Walk::effective_on)),
        valid_until: decided.filter(|_| status == VaccinationStatus::FullyVaccinated).and_then(Walk::valid_until),
        next_due: if status == VaccinationStatus::FullyVaccinated {
            None
        } else {
            decided.filter(|walk| walk.is_started()).map_or_else(|| first_due(need, history.birth, on), Walk::next_due)
        },
        series: decided.filter(|walk| walk.is_started()).map(|walk| Arc::clone(&walk.series().name)),
    }
}

/// The first day on which a first dose would be valid.
fn first_due(need: &Need, birth: Option<BirthDate>, on: NaiveDate) -> Option<NaiveDate> {
    let first = need.series.iter().filter_map(|series| series.places.first());
    first.filter_map(|place| place.next_due(None, &[], birth, on)).min()
}

impl Immune {
    /// The first day on which it makes the person immune; of evidence without a date, since birth.
    fn from(&self, history: &DoseHistory) -> Option<NaiveDate> {
        let born = history.birth.map(BirthDate::last_day);
        match self {
            Self::BornBefore(day) => born.filter(|born| born < day),
            Self::Evidence { against, by_laboratory } => {
                let is_of_kind = |finding| matches!(finding, crate::Finding::Antibodies { .. }) == *by_laboratory;
                let of_kind = |evidence: &&Evidence| evidence.against == *against && is_of_kind(evidence.finding);
                let from = |evidence: &Evidence| evidence.on.or(born).unwrap_or(NaiveDate::MIN);
                history.immunity.iter().filter(of_kind).map(from).min()
            }
        }
    }
}
