use chrono::NaiveDate;

use crate::{Antigen, Source};

/// Evidence of immunity other than a dose, as it was recorded. What it proves is for a policy to say; so is whether a year
/// of birth is evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// What the person is immune to.
    pub against: Antigen,
    /// What was found.
    pub finding: Finding,
    /// The day of the sample or of the diagnosis, where it is known.
    pub on: Option<NaiveDate>,
    /// Where the record comes from.
    pub source: Source,
}

/// What shows that a person is immune.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// A laboratory found antibodies.
    Antibodies {
        /// How many, in milli-international units per millilitre; `None` where the laboratory says "immune" and no number.
        titre: Option<u32>,
    },
    /// The person had the disease.
    Disease,
}
