use serde::{Deserialize, Serialize};

use crate::{Identifier, Label};

/// Who holds the registry, answers, and is answerable for it (a Data Fiduciary in the words of the DPDP Act 2023).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFiduciary {
    /// Its identifier.
    pub id: Identifier,
    /// Its name, as people know it.
    pub name: Label,
    /// Where to ask about the processing: an address, a mail address or a telephone number.
    pub contact: Label,
    /// Where to complain.
    pub grievance: Label,
    /// Where to withdraw a consent: a URI.
    pub withdrawal: Label,
}

/// Who asks: a railway, an airline, an employer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyingEntity {
    /// Its identifier, the audience of its tokens.
    pub id: Identifier,
    /// Its name, as people know it.
    pub name: Label,
}

/// What an entity asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purpose {
    /// Its code, unique within the entity.
    pub code: Identifier,
    /// Words that complete "asks for your vaccination status …", such as "to book a railway ticket".
    pub text: Label,
    /// Whether the answer may be shown to others.
    pub onward_sharing: bool,
}
