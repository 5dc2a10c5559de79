use super::DoseVerdict;
use crate::{
    Dose,
    policy::Misfit,
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
    pub(super) fn refused(misfit: Misfit) -> Self {
        match misfit {
            Misfit::NotAllowed => Self::new(Verdict::NotValid, Reason::MixedProduct),
            Misfit::TooOld => Self::new(Verdict::Extraneous, Reason::TooOld),
            Misfit::TooLate => Self::new(Verdict::NotValid, Reason::TooLate),
            Misfit::TooNear => Self::new(Verdict::NotValid, Reason::TooNear),
            Misfit::NotYetInForce => Self::new(Verdict::NotValid, Reason::NotYetInForce),
            Misfit::TooEarly => Self::new(Verdict::NotValid, Reason::TooEarly),
            Misfit::TooYoung => Self::new(Verdict::NotValid, Reason::TooYoung),
        }
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
