use std::fmt;

use chrono::{Days, NaiveDate};
use kycvs_domain::{
    Dose, DoseHistory, NeedReason, NeedStatus, Policy, Product, VaccinationStatus, Verdict, evaluate, rules::Need,
};
use serde::Serialize;

/// What is missing, and from which day it could be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WhatIf {
    /// Id and version of the policy.
    pub policy: String,
    /// The day asked about: nothing is given before it.
    pub on: NaiveDate,
    /// The status on that day.
    pub status: VaccinationStatus,
    /// What each need lacks, in the order of the policy; one that lacks nothing has no doses.
    pub needs: Vec<NeedPlan>,
}

/// The shortest way to meet one need, each dose on the first day on which it is valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NeedPlan {
    /// The name of the need.
    pub need: String,
    /// The missing doses, in order.
    pub missing: Vec<MissingDose>,
    /// The first day of status 2; `None` when the rules in force do not let the person get there.
    pub effective_on: Option<NaiveDate>,
}

/// One missing dose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissingDose {
    /// The first day on which it is valid.
    pub from: NaiveDate,
    /// The products of which it may be on that day, by name.
    pub products: Vec<&'static str>,
}

/// No series has more.
const MAX_DOSES: usize = 16;

/// How many days a dose is put off because of another vaccine, at the most.
const MAX_DELAY: u64 = 60;

/// Finds what a person lacks under a policy, and from which day each missing dose could be given.
pub fn what_if(history: &DoseHistory, policy: &Policy, on: NaiveDate) -> WhatIf {
    let evaluation = evaluate(history, policy, on);
    let needs = policy.needs().iter().enumerate();
    WhatIf {
        policy: policy.reference().into(),
        on,
        status: evaluation.status,
        needs: needs.map(|(place, need)| plan(history.clone(), policy, need, place, on)).collect(),
    }
}

fn plan(mut history: DoseHistory, policy: &Policy, need: &Need, place: usize, on: NaiveDate) -> NeedPlan {
    let (mut day, mut missing) = (on, Vec::new());
    let effective_on = loop {
        let found = status_of_need(&history, policy, place, day);
        let effective_on = found.as_ref().and_then(|found| found.effective_on);
        let expired = found.as_ref().is_some_and(|found| found.reason == NeedReason::Expired);
        // The dose that renews it may be given already, and its wait not over.
        let renewed = status_of_need(&history, policy, place, soon_after(day))
            .filter(|later| expired && !missing.is_empty() && later.reason != NeedReason::Expired);
        if let Some(renewed) = renewed {
            break renewed.effective_on;
        }
        if effective_on.is_some() && !expired || missing.len() == MAX_DOSES {
            break effective_on.filter(|_| !expired);
        }
        let Some(due) = found.and_then(|found| found.next_due) else { break None };
        let Some((given_on, products)) = first_day(&history, policy, need, place, due.max(day)) else { break None };
        history.doses.extend(products.first().map(|product| Dose::new(Some(*product), given_on)));
        missing.push(MissingDose { from: given_on, products: products.into_iter().map(Product::name).collect() });
        day = given_on;
    };
    NeedPlan { need: need.name.english().to_string(), missing, effective_on }
}

/// When a wait that begins on a day is over, as policies have them.
fn soon_after(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(MAX_DELAY)).unwrap_or(day)
}

fn status_of_need(history: &DoseHistory, policy: &Policy, place: usize, on: NaiveDate) -> Option<NeedStatus> {
    evaluate(history, policy, on).needs.into_iter().nth(place)
}

/// The first day from `due` on on which a dose takes the need further, and the products of which it may be.
fn first_day(
    history: &DoseHistory,
    policy: &Policy,
    need: &Need,
    place: usize,
    due: NaiveDate,
) -> Option<(NaiveDate, Vec<Product>)> {
    let places = need.series.iter().flat_map(|series| series.places.iter().chain(&series.precaution));
    let counted: Vec<_> = places.flat_map(|place| &place.rules).flat_map(|rule| rule.products.iter()).collect();
    let is_counted = |product: &Product| counted.iter().any(|allowed| allowed.products.contains(*product));
    let products: Vec<Product> = Product::all().filter(is_counted).collect();
    (0..=MAX_DELAY).filter_map(|days| due.checked_add_days(Days::new(days))).find_map(|day| {
        let helps = |product: &Product| helps(history, policy, place, *product, day);
        let helpful: Vec<_> = products.iter().copied().filter(helps).collect();
        (!helpful.is_empty()).then_some((day, helpful))
    })
}

/// Whether a dose of the product, given that day, counts and takes the need further.
fn helps(history: &DoseHistory, policy: &Policy, place: usize, product: Product, day: NaiveDate) -> bool {
    let mut longer = history.clone();
    longer.doses.push(Dose::new(Some(product), day));
    // What completes another series than the one that led so far shows only once its wait is over.
    [day, soon_after(day)].into_iter().any(|on| {
        let counts = evaluate(&longer, policy, on).doses.last().is_some_and(|dose| dose.verdict == Verdict::Valid);
        counts && status_of_need(history, policy, place, on) != status_of_need(&longer, policy, place, on)
    })
}

/// The products that come first in the catalogue; JSON has all.
fn shortened(products: &[&str]) -> String {
    const SHOWN: usize = 4;
    let shown = products.iter().take(SHOWN).copied().collect::<Vec<_>>().join(" or ");
    match products.len().saturating_sub(SHOWN) {
        0 => shown,
        others => format!("{shown} or {others} more"),
    }
}

impl fmt::Display for WhatIf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} on {}: status {}", self.policy, self.on, u8::from(self.status))?;
        for need in &self.needs {
            match (need.missing.as_slice(), need.effective_on) {
                ([], Some(day)) => writeln!(f, "  {}: nothing is missing; it counts from {day}", need.need)?,
                ([], None) => writeln!(f, "  {}: no dose that could be given now would help", need.need)?,
                (missing, effective_on) => {
                    writeln!(f, "  {}:", need.need)?;
                    for dose in missing {
                        writeln!(f, "    from {}: {}", dose.from, shortened(&dose.products))?;
                    }
                    match effective_on {
                        Some(day) => writeln!(f, "    fully vaccinated from {day}")?,
                        None => writeln!(f, "    and then no more by the rules in force")?,
                    }
                }
            }
        }
        Ok(())
    }
}
