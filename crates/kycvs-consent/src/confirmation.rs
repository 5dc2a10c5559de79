use std::collections::{BTreeMap, BTreeSet};

use kycvs_domain::BirthYear;

use crate::{CodeProof, Nonce, NoticeHash};

/// What a person hands in to agree: the code, which notice was shown, and for whom.
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
    /// About whom nothing is shared: positions in the list of people that was asked about, from 0.
    pub left_out: BTreeSet<u8>,
    /// The years of birth, by position, once the service asked for them. One that it does not need is not looked at.
    pub birth_years: BTreeMap<u8, BirthYear>,
    /// Whether each token comes as a CWT, too, for a small QR code: a second signature.
    pub with_cwt: bool,
    /// Whether the caller takes the answer about one person alone. A request about several is then refused before its code is
    /// looked at.
    pub for_one: bool,
}

impl Confirmation {
    /// Agrees for everybody.
    pub fn new(code: CodeProof, notice: NoticeHash, attempt: Nonce) -> Self {
        let (left_out, birth_years) = (BTreeSet::new(), BTreeMap::new());
        Self { code, notice, attempt, left_out, birth_years, with_cwt: false, for_one: false }
    }

    /// Leaves somebody out.
    #[must_use]
    pub fn without(mut self, position: u8) -> Self {
        self.left_out.insert(position);
        self
    }

    /// Says when somebody was born.
    #[must_use]
    pub fn born(mut self, position: u8, year: BirthYear) -> Self {
        self.birth_years.insert(position, year);
        self
    }

    /// Asks for each token as a CWT, too.
    #[must_use]
    pub fn with_cwt(mut self) -> Self {
        self.with_cwt = true;
        self
    }
}
