//! What is for the person alone who entered the code, and never for the verifying entity.

use chrono::NaiveDate;
use kycvs_domain::{NeedReason, NeedStatus, Policy, VaccinationStatus, rules::Words};
use kycvs_token::Disclosure;
use serde::{Deserialize, Serialize};

/// What was found on one thing that a policy asks for. It is for the person's own eyes: the verifying entity gets the status
/// alone.
#[derive(Clone, Serialize, Deserialize)]
pub struct NeedAnswer {
    /// What it is, in the languages of the policy.
    pub name: Words,
    /// Whether it decides the status; one that does not is shown beside those that do.
    pub required: bool,
    /// As the status of the whole.
    pub status: VaccinationStatus,
    /// Why.
    pub reason: NeedReason,
    /// The first day of status 2, where the need is complete.
    pub effective_on: Option<NaiveDate>,
    /// The last day of status 2; none without an end.
    pub valid_until: Option<NaiveDate>,
    /// The first day on which a missing dose is valid. It may have passed.
    pub next_due: Option<NaiveDate>,
}

/// It as it is sealed with the answer.
#[derive(Serialize, Deserialize)]
pub(crate) struct ForPerson {
    disclosures: Vec<String>,
    needs: Vec<NeedFound>,
}

/// What was found on a need, which the policy knows by its place.
#[derive(Serialize, Deserialize)]
struct NeedFound {
    status: VaccinationStatus,
    reason: NeedReason,
    effective_on: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
    next_due: Option<NaiveDate>,
}

impl ForPerson {
    pub(crate) fn new(disclosures: &[Disclosure], needs: &[NeedStatus]) -> Self {
        let found = |need: &NeedStatus| NeedFound {
            status: need.status,
            reason: need.reason,
            effective_on: need.effective_on,
            valid_until: need.valid_until,
            next_due: need.next_due,
        };
        Self {
            disclosures: disclosures.iter().map(|disclosure| disclosure.as_str().to_owned()).collect(),
            needs: needs.iter().map(found).collect(),
        }
    }

    /// What the person may disclose, and what was found on the needs of the policy that answered.
    pub(crate) fn open(self, policy: &Policy) -> (Vec<Disclosure>, Vec<NeedAnswer>) {
        let needs = policy.needs().iter().zip(self.needs).map(|(need, found)| NeedAnswer {
            name: need.name.clone(),
            required: need.required,
            status: found.status,
            reason: found.reason,
            effective_on: found.effective_on,
            valid_until: found.valid_until,
            next_due: found.next_due,
        });
        (self.disclosures.into_iter().map(Disclosure::from).collect(), needs.collect())
    }
}
