use super::DoseVerdict;
use crate::{
    Dose,
    policy::Fit,
    verdict::{Reason, ReasonSet, Verdict},
};

/// What is found on a dose, before it is an answer.
#[derive(Clone, Copy)]
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    reasons: ReasonSet,
    number: Option<usize>,
}

impl Finding {
    pub(super) fn new(verdict: Verdict, reason: Reason) -> Self {
        Self { verdict, reasons: reason.into(), number: None }
    }

    /// A valid dose with its number by date, and a remark when the record says another.
    pub(super) fn valid(remarks: ReasonSet, number: usize, dose: &Dose) -> Self {
        let found = Self { verdict: Verdict::Valid, reasons: remarks, number: Some(number) };
        match dose.dose_number {
            Some(recorded) if usize::from(recorded) != number => found.remark(Reason::DoseNumberMismatch),
            _ => found,
        }
    }

    pub(super) fn one_too_many() -> Self {
        Self::new(Verdict::Extraneous, Reason::ExtraDose)
    }

    /// A dose that no need counts.
    pub(super) fn not_in_policy() -> Self {
        Self::new(Verdict::NotValid, Reason::NotInPolicy)
    }

    /// A dose that takes no place.
    pub(super) fn refused(fit: Fit) -> Self {
        let (verdict, reason) = match fit {
            Fit::TooOld => (Verdict::Extraneous, Reason::TooOld),
            Fit::TooYoung => (Verdict::NotValid, Reason::TooYoung),
            Fit::TooEarly => (Verdict::NotValid, Reason::TooEarly),
            Fit::NotYetInForce => (Verdict::NotValid, Reason::NotYetInForce),
            Fit::TooLate => (Verdict::NotValid, Reason::TooLate),
            Fit::TooNear => (Verdict::NotValid, Reason::TooNear),
            Fit::NotAllowed | Fit::Valid(_) => (Verdict::NotValid, Reason::MixedProduct),
        };
        Self::new(verdict, reason)
    }

    pub(super) fn remark(mut self, reason: Reason) -> Self {
        self.reasons.insert(reason);
        self
    }

    /// The finding of two needs that says more for the dose.
    pub(super) fn better(self, other: Self) -> Self {
        let worth = |finding: &Self| match finding.verdict {
            Verdict::Valid => 2,
            Verdict::Extraneous => 1,
            Verdict::NotValid => 0,
        };
        if worth(&other) > worth(&self) { other } else { self }
    }

    pub(super) fn on(self, dose: &Dose) -> DoseVerdict {
        let reasons = if self.reasons.is_empty() { Vec::new() } else { self.reasons.iter().collect() };
        DoseVerdict { given_on: dose.given_on, verdict: self.verdict, reasons, number: self.number }
    }
}
