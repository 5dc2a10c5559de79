//! What the laboratory says in words, in one place.

use kycvs_domain::{
    NeedReason, Product, Reason, VaccinationStatus, Verdict,
    rules::{Immune, ProductSet},
};

/// The status, as a person reads it.
pub(crate) fn status(status: VaccinationStatus) -> &'static str {
    match status {
        VaccinationStatus::NotVaccinated => "not vaccinated",
        VaccinationStatus::PartiallyVaccinated => "partially vaccinated",
        VaccinationStatus::FullyVaccinated => "fully vaccinated",
    }
}

/// Why a need has its status.
pub(crate) fn need_reason(reason: NeedReason) -> &'static str {
    match reason {
        NeedReason::NoDose => "no dose counts",
        NeedReason::DoseMissing => "a dose is missing",
        NeedReason::Waiting => "complete, and the wait has not passed",
        NeedReason::Expired => "it was complete, and its time is over",
        NeedReason::Complete => "complete",
        NeedReason::FinalDose => "complete by the dose that the record calls the last",
        NeedReason::Immune => "immune without a dose",
        _ => "for another reason",
    }
}

/// What a verdict means; the number is that of a dose that counts.
pub(crate) fn verdict(verdict: Verdict, number: Option<usize>) -> String {
    match (verdict, number) {
        (Verdict::Valid, Some(number)) => format!("counts as dose {number}"),
        (Verdict::Valid, None) => "counts".into(),
        (Verdict::NotValid, _) => "does not count".into(),
        (Verdict::Extraneous, _) => "is one too many".into(),
    }
}

/// Why a dose has its verdict, or a remark on it.
pub(crate) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::TooEarly => "given before the minimum interval",
        Reason::NotYetInForce => "given before the rule was in force",
        Reason::TooYoung => "given below the minimum age",
        Reason::TooOld => "given at an age that is too high",
        Reason::TooLate => "given when the rule was no longer in force",
        Reason::TooNear => "given too soon after another vaccine",
        Reason::BelowRecommended => "sooner than recommended",
        Reason::GracePeriod => "within the grace",
        Reason::FinalDose => "the record calls it the last of its series",
        Reason::MixedProduct => "of a product that does not continue the series",
        Reason::Duplicate => "recorded twice",
        Reason::BatchConflict => "the two records name different batches",
        Reason::ExtraDose => "more than the series needs",
        Reason::PrecautionDose => "a dose after the series",
        Reason::FutureDate => "dated after the day asked about",
        Reason::BeforeFirstUse => "dated before the product was in use",
        Reason::BeforeBirth => "dated before birth",
        Reason::UnknownProduct => "the catalogue does not know the product",
        Reason::NotInPolicy => "the policy does not count the product",
        Reason::DoseNumberMismatch => "the record gives it another number",
        _ => "for another reason",
    }
}

/// What makes a person immune without a dose.
pub(crate) fn immune(immune: &Immune) -> String {
    match immune {
        Immune::BornBefore(day) => format!("born before {day}"),
        Immune::Evidence { against, by_laboratory } => {
            let disease = against.disease().unwrap_or("a disease that the catalogue does not know");
            if *by_laboratory { format!("antibodies against {disease}") } else { format!("{disease} on record") }
        }
    }
}

/// Products by name, with their CVX codes.
pub(crate) fn products(products: &ProductSet) -> String {
    products.iter().map(product).collect::<Vec<_>>().join(", ")
}

fn product(product: Product) -> String {
    match product.cvx() {
        Some(cvx) => format!("{} (CVX {cvx})", product.name()),
        None => product.name().to_owned(),
    }
}
