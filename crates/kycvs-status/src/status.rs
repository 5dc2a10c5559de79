use std::fmt;

use serde::{Deserialize, Serialize};

/// The answer to the one question, with the numbers that CoWIN gave it in 2021.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum VaccinationStatus {
    /// 0: registered, and no dose counts.
    NotVaccinated,
    /// 1: at least one dose counts, and the primary series is not complete, or the policy's wait has not passed.
    PartiallyVaccinated,
    /// 2: the primary series is complete and the policy's wait has passed.
    FullyVaccinated,
}

/// A status is 0, 1 or 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidStatus;

impl fmt::Display for InvalidStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a vaccination status is 0, 1 or 2")
    }
}

impl std::error::Error for InvalidStatus {}

impl From<VaccinationStatus> for u8 {
    fn from(status: VaccinationStatus) -> Self {
        match status {
            VaccinationStatus::NotVaccinated => 0,
            VaccinationStatus::PartiallyVaccinated => 1,
            VaccinationStatus::FullyVaccinated => 2,
        }
    }
}

impl TryFrom<u8> for VaccinationStatus {
    type Error = InvalidStatus;

    fn try_from(code: u8) -> Result<Self, InvalidStatus> {
        match code {
            0 => Ok(Self::NotVaccinated),
            1 => Ok(Self::PartiallyVaccinated),
            2 => Ok(Self::FullyVaccinated),
            _ => Err(InvalidStatus),
        }
    }
}
