use kycvs::consent::{CodeError, CodeProof, OtpCode};
use kycvs::domain::VaccinationStatus;

/// The status, as people say it.
pub fn status_words(status: VaccinationStatus) -> &'static str {
    match status {
        VaccinationStatus::NotVaccinated => "0, not vaccinated",
        VaccinationStatus::PartiallyVaccinated => "1, partially vaccinated",
        VaccinationStatus::FullyVaccinated => "2, fully vaccinated",
    }
}

/// What a person enters who gets the last digit wrong.
///
/// # Errors
/// Never for a code that a service sent.
pub fn mistyped(code: &OtpCode) -> Result<CodeProof, CodeError> {
    let (rest, last) = code.secret().split_at(code.secret().len().saturating_sub(1));
    CodeProof::from_typed(&format!("{rest}{}", if last == "0" { 1 } else { 0 }))
}
