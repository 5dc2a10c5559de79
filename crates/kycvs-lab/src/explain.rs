use std::fmt;

use chrono::NaiveDate;
use kycvs_domain::{Dose, DoseHistory, DoseVerdict, NeedStatus, Policy, VaccinationStatus, evaluate};
use serde::Serialize;

use crate::words;

/// Why a policy finds what it finds, need by need and dose by dose. [`Display`](fmt::Display) gives it as text for a person to
/// read; as JSON it holds the same words beside the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Id and version of the policy.
    pub policy: String,
    /// The day asked about.
    pub on: NaiveDate,
    /// The answer: the least status of the needs.
    pub status: VaccinationStatus,
    /// What was found on each need, in the order of the policy.
    pub needs: Vec<ExplainedNeed>,
    /// What was found on each dose, in the order of the history.
    pub doses: Vec<ExplainedDose>,
}

/// What was found on one need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedNeed {
    /// What was found.
    #[serde(flatten)]
    pub found: NeedStatus,
    /// In words.
    pub why: String,
}

/// What was found on one dose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedDose {
    /// The product, as the catalogue names it, else its code; `unknown product` for one without.
    pub product: String,
    /// What was found.
    #[serde(flatten)]
    pub found: DoseVerdict,
    /// The number that a dose which counts has by its date, from 1.
    pub number: Option<usize>,
    /// In words.
    pub why: String,
}

/// Says why `policy` finds what it finds on a history.
pub fn explain(history: &DoseHistory, policy: &Policy, on: NaiveDate) -> Explanation {
    let evaluation = evaluate(history, policy, on);
    let doses = history.doses.iter().zip(evaluation.doses);
    Explanation {
        policy: policy.reference().into(),
        on,
        status: evaluation.status,
        needs: evaluation.needs.into_iter().map(|found| ExplainedNeed { why: why_need(&found, on), found }).collect(),
        doses: doses.map(|(dose, found)| explain_dose(dose, found)).collect(),
    }
}

fn why_need(need: &NeedStatus, on: NaiveDate) -> String {
    let mut why = words::need_reason(need.reason).to_owned();
    if let Some(series) = &need.series {
        why += &format!(", by the series \u{201c}{series}\u{201d}");
    }
    if let Some(day) = need.complete_on {
        why += &format!("; complete on {day}");
    }
    if let Some(day) = need.effective_on.filter(|day| Some(*day) != need.complete_on) {
        why += &format!("; counts from {day}");
    }
    if let Some(day) = need.valid_until {
        why += &format!("; valid until {day}");
    }
    match need.next_due {
        Some(day) if day <= on => why += &format!("; the next dose could be given since {day}"),
        Some(day) => why += &format!("; the next dose can be given from {day}"),
        None => {}
    }
    why
}

fn explain_dose(dose: &Dose, found: DoseVerdict) -> ExplainedDose {
    let reasons: Vec<_> = found.reasons.iter().map(|reason| words::reason(*reason)).collect();
    let mut why = words::verdict(found.verdict, found.number);
    if !reasons.is_empty() {
        why += &format!(": {}", reasons.join("; "));
    }
    ExplainedDose { product: product(dose), number: found.number, found, why }
}

fn product(dose: &Dose) -> String {
    match dose.product.map(|code| (code, code.product())) {
        Some((_, Some(product))) => product.name().into(),
        Some((code, None)) => code.to_string(),
        None => "unknown product".into(),
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = words::status(self.status);
        writeln!(f, "{} by {} on {} ({})", status, self.policy, self.on, u8::from(self.status))?;
        for need in &self.needs {
            let status = words::status(need.found.status);
            let aside = if need.found.required { "" } else { " (does not decide)" };
            writeln!(f, "  {}{aside}: {status}: {}", need.found.name, need.why)?;
        }
        for dose in &self.doses {
            writeln!(f, "  {} {} {}", dose.found.given_on, dose.product, dose.why)?;
        }
        Ok(())
    }
}
