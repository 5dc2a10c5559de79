//! What is found on a dose: the words of the answer, which policies and evaluation share.

use serde::Serialize;

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
    /// Given before the minimum interval or age, less the policy's grace, or before the rule for it was in force.
    TooEarly,
    /// Valid, though given before the recommended interval.
    BelowRecommended,
    /// Valid thanks to the policy's grace.
    GracePeriod,
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
    /// The catalogue does not know the product, or the policy counts it in no series.
    UnknownProduct,
    /// The record gives the dose another number than its date does.
    DoseNumberMismatch,
    /// Given when the rule for it was no longer in force.
    TooLate,
}

/// A few reasons, without allocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReasonSet(u16);

impl ReasonSet {
    const ALL: [Reason; 14] = [
        Reason::TooEarly,
        Reason::BelowRecommended,
        Reason::GracePeriod,
        Reason::MixedProduct,
        Reason::Duplicate,
        Reason::BatchConflict,
        Reason::ExtraDose,
        Reason::PrecautionDose,
        Reason::FutureDate,
        Reason::BeforeFirstUse,
        Reason::BeforeBirth,
        Reason::UnknownProduct,
        Reason::DoseNumberMismatch,
        Reason::TooLate,
    ];

    pub(crate) fn insert(&mut self, reason: Reason) {
        self.0 |= 1 << reason as u16;
    }

    pub(crate) fn with(mut self, reason: Reason) -> Self {
        self.insert(reason);
        self
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Reason> {
        Self::ALL.into_iter().filter(move |reason| self.0 & (1 << *reason as u16) != 0)
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
            "below_recommended",
            "grace_period",
            "mixed_product",
            "duplicate",
            "batch_conflict",
            "extra_dose",
            "precaution_dose",
            "future_date",
            "before_first_use",
            "before_birth",
            "unknown_product",
            "dose_number_mismatch",
            "too_late",
        ];
        assert_eq!(names, serde_json::json!(frozen));
        let verdicts = serde_json::to_value([Verdict::Valid, Verdict::NotValid, Verdict::Extraneous]).unwrap();
        assert_eq!(verdicts, serde_json::json!(["valid", "not_valid", "extraneous"]));
    }
}
