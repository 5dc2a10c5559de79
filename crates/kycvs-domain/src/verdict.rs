//! What is found on a dose: the words of the answer, which policies and evaluation share.

use serde::{Deserialize, Serialize};

/// Whether a dose counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It takes a place in the primary series, or is a precaution dose.
    Valid,
    /// It takes no place, for a reason.
    NotValid,
    /// It is one more than the series needs, or the record of a dose that counts already.
    Extraneous,
}

/// Why a dose has its verdict, or a remark on it. In JSON as in `snake_case`; the names never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// Given before the minimum interval, less the grace.
    TooEarly,
    /// Given before the rule for it was in force.
    NotYetInForce,
    /// Given below the minimum age, less the grace.
    TooYoung,
    /// Given at the age up to which the dose is given, or above.
    TooOld,
    /// Given when the rule for it was no longer in force.
    TooLate,
    /// Too soon after another vaccine, such as another live one.
    TooNear,
    /// Valid, though given before the recommended interval.
    BelowRecommended,
    /// Valid thanks to the policy's grace.
    GracePeriod,
    /// Valid as the last of its series because the record says so: doses before it are not known.
    FinalDose,
    /// The product does not continue the series that decides: it is of another, or a formulation for another age.
    MixedProduct,
    /// The same product on the same day: one dose, recorded again.
    Duplicate,
    /// The two records of one dose name different batches.
    BatchConflict,
    /// One more than the series needs.
    ExtraDose,
    /// Valid as a dose after the primary series.
    PrecautionDose,
    /// Dated after the day that was asked about.
    FutureDate,
    /// Dated before the product was in use.
    BeforeFirstUse,
    /// Dated before the person was born.
    BeforeBirth,
    /// The catalogue does not know the product.
    UnknownProduct,
    /// The policy counts the product in no series.
    NotInPolicy,
    /// The record gives the dose another number than its date does.
    DoseNumberMismatch,
}

/// Why a need has its status. In JSON as in `snake_case`; the names never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NeedReason {
    /// No dose counts.
    NoDose,
    /// A series is begun, and a dose of it is missing.
    DoseMissing,
    /// The series is complete, and the policy's wait has not passed.
    Waiting,
    /// The series was complete, and its time is over.
    Expired,
    /// The series is complete.
    Complete,
    /// The series is complete by its last dose, as the record numbers it; doses before it are not known.
    FinalDose,
    /// The person is immune by other evidence than doses.
    Immune,
}

/// A few reasons, without allocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReasonSet(u32);

impl ReasonSet {
    const ALL: [Reason; 20] = [
        Reason::TooEarly,
        Reason::NotYetInForce,
        Reason::TooYoung,
        Reason::TooOld,
        Reason::TooLate,
        Reason::TooNear,
        Reason::BelowRecommended,
        Reason::GracePeriod,
        Reason::FinalDose,
        Reason::MixedProduct,
        Reason::Duplicate,
        Reason::BatchConflict,
        Reason::ExtraDose,
        Reason::PrecautionDose,
        Reason::FutureDate,
        Reason::BeforeFirstUse,
        Reason::BeforeBirth,
        Reason::UnknownProduct,
        Reason::NotInPolicy,
        Reason::DoseNumberMismatch,
    ];

    pub(crate) fn insert(&mut self, reason: Reason) {
        self.0 |= 1 << reason as u32;
    }

    pub(crate) fn with(mut self, reason: Reason) -> Self {
        self.insert(reason);
        self
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Reason> {
        Self::ALL.iter().copied().filter(move |reason| self.0 & (1 << *reason as u32) != 0)
    }
}

impl From<Reason> for ReasonSet {
    fn from(reason: Reason) -> Self {
        Self::default().with(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clients of the NDJSON format read these names.
    #[test]
    fn the_names_in_json_never_change() {
        let mut all = ReasonSet::default();
        ReasonSet::ALL.into_iter().for_each(|reason| all.insert(reason));
        let names = serde_json::to_value(all.iter().collect::<Vec<_>>()).unwrap();
        let frozen = [
            "too_early",
            "not_yet_in_force",
            "too_young",
            "too_old",
            "too_late",
            "too_near",
            "below_recommended",
            "grace_period",
            "final_dose",
            "mixed_product",
            "duplicate",
            "batch_conflict",
            "extra_dose",
            "precaution_dose",
            "future_date",
            "before_first_use",
            "before_birth",
            "unknown_product",
            "not_in_policy",
            "dose_number_mismatch",
        ];
        assert_eq!(names, serde_json::json!(frozen));
        let verdicts = serde_json::to_value([Verdict::Valid, Verdict::NotValid, Verdict::Extraneous]).unwrap();
        assert_eq!(verdicts, serde_json::json!(["valid", "not_valid", "extraneous"]));
    }
}
