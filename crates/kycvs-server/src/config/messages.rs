use std::num::NonZeroU32;

use kycvs::Limits;
use kycvs::store::Limit;
use serde::Deserialize;

/// `[messages]`: how many are sent.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Messages {
    /// To how many one entity may lead in a minute.
    per_entity: Option<NonZeroU32>,
    /// To how many numbers that differ in their last four digits only may lead in an hour.
    per_range: Option<NonZeroU32>,
}

impl Messages {
    /// The usual limits, but for what is set here: a national railway asks more than an employer.
    pub(crate) fn limits(&self) -> Limits {
        let usual = Limits::default();
        let or = |set: Option<NonZeroU32>, minutes: u32, usual: Vec<Limit>| match set {
            Some(max) => vec![Limit { max, per_seconds: NonZeroU32::MIN.saturating_add(60 * minutes - 1) }],
            None => usual,
        };
        Limits {
            sends_per_entity: or(self.per_entity, 1, usual.sends_per_entity),
            sends_per_prefix: or(self.per_range, 60, usual.sends_per_prefix),
            ..usual
        }
    }
}
