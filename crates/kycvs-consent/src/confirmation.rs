use kycvs_domain::BirthYear;

use crate::{CodeProof, Nonce, NoticeHash};

/// What a person hands in to agree: the code, and which notice was shown.
///
/// A right code works once. Whoever may have lost the reply repeats the call with the same nonce, for two minutes; a call
/// with another nonce does not get the answer.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// The code, as it was entered.
    pub code: CodeProof,
    /// The notice that was shown.
    pub notice: NoticeHash,
    /// Names the caller who enters the code: 128 random bits that nobody else has.
    pub attempt: Nonce,
    /// The year of birth, once the service asked for it. One that it does not need is not looked at.
    pub birth_year: Option<BirthYear>,
}
