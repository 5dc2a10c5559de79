use kycvs::domain::{Mobile, VaccinationStatus};

/// What the first page of a sandbox shows beside its messages and its clock.
#[derive(Clone, Debug, Default)]
pub struct StartPage {
    /// People to try, in this order.
    pub people: Vec<PersonToTry>,
    /// The address of a site that embeds the consent page, if one is served beside.
    pub site: Option<String>,
}

/// Someone to try, who does not exist.
#[derive(Clone, Debug)]
pub struct PersonToTry {
    /// The number that they get codes on.
    pub mobile: Mobile,
    /// Their name, as they would type it.
    pub name: String,
    /// Their status today; none for somebody whom the registry does not know.
    pub status: Option<VaccinationStatus>,
    /// The policy by which it is theirs; none where it is the one that answers a question without a policy.
    pub policy: Option<String>,
}
