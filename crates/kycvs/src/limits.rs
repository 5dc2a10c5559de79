use std::num::NonZeroU32;

use chrono::TimeDelta;
use kycvs_consent::{ChallengeLimits, LimitError};
use kycvs_store::Limit;

/// Every number of the flow, each with its default and where that comes from.
///
/// ```
/// let relaxed = kycvs::Limits { token_lifetime: chrono::TimeDelta::hours(48), ..Default::default() };
/// assert!(relaxed.check().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The numbers of one request: its code, its lifetime, its wrong codes, its resends.
    pub challenge: ChallengeLimits,
    /// Messages to one mobile number, across all entities. Default 8 in 10 min, 12 in an hour, 20 in 24 h: a booking for the six
    /// people whom CoWIN let one number have, and two messages that did not arrive.
    pub sends_per_mobile: Vec<Limit>,
    /// Messages to one range of numbers: all that differ in the last four digits only, so 10,000 numbers. Default 60 an hour,
    /// against SMS pumping, which walks through a range. A country wants more: 25,000 messages a minute to 400 million numbers
    /// are 36 an hour for each range on average, and several times that in a busy one.
    pub sends_per_prefix: Vec<Limit>,
    /// The same for one entity. Default 20 an hour: whoever uses a range up at one entity keeps codes from its people there, and
    /// nowhere else.
    pub sends_per_prefix_and_entity: Vec<Limit>,
    /// Messages for one verifying entity. Default 600 a minute; a national railway wants more.
    pub sends_per_entity: Vec<Limit>,
    /// Wrong codes for one mobile number, across all requests; then it is locked until they age out. A right code clears
    /// them. Default 10 in 24 h, and 100 in a year without a right one among them (NIST SP 800-63B-4, 3.2.2).
    pub failures_per_mobile: Vec<Limit>,
    /// Wrong codes for one mobile number at one entity; then it is locked there, and nowhere else. A right code there clears
    /// them. Default 5 in 24 h, so that no entity alone can lock a number everywhere.
    pub failures_per_mobile_and_entity: Vec<Limit>,
    /// Wrong codes for one mobile number from one network, where the host says which; then the number is locked there, and nowhere
    /// else. Default 4 in 24 h, so that nobody locks a number at an entity, or everywhere, from one network.
    pub failures_per_mobile_and_network: Vec<Limit>,
    /// Wrong codes at one entity, across all numbers; then it gets no answers until they age out. Default 1,000 in an hour, which
    /// bounds guessing over many numbers to one hit in 42 days.
    pub failures_per_entity: Vec<Limit>,
    /// Certificates that may be presented for one request. Default 6 in a day.
    pub presentations_per_request: Vec<Limit>,
    /// Mobile numbers that may use one certificate: a certificate is one person's, who has a few numbers, and a copy of it goes
    /// round. Default 3 in 30 days.
    pub mobiles_per_certificate: Vec<Limit>,
    /// How long a number that uses a certificate counts once. Default 1 in 30 days, as long as the window above.
    pub uses_per_certificate_and_mobile: Vec<Limit>,
    /// How long a token is good. Default 24 h, at most 7 days.
    pub token_lifetime: TimeDelta,
}

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;
const YEAR: u32 = 365 * DAY;

/// What one entity may do, where it is not what all may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntityLimits {
    /// In place of [`Limits::sends_per_entity`].
    pub sends: Option<Vec<Limit>>,
    /// In place of [`Limits::failures_per_entity`].
    pub failures: Option<Vec<Limit>>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            challenge: ChallengeLimits::default(),
            sends_per_mobile: vec![limit(8, 10 * MINUTE), limit(12, HOUR), limit(20, DAY)],
            sends_per_prefix: vec![limit(60, HOUR)],
            sends_per_prefix_and_entity: vec![limit(20, HOUR)],
            sends_per_entity: vec![limit(600, MINUTE)],
            failures_per_mobile: vec![limit(10, DAY), limit(100, YEAR)],
            failures_per_mobile_and_entity: vec![limit(5, DAY)],
            failures_per_mobile_and_network: vec![limit(4, DAY)],
            failures_per_entity: vec![limit(1_000, HOUR)],
            presentations_per_request: vec![limit(6, DAY)],
            mobiles_per_certificate: vec![limit(3, 30 * DAY)],
            uses_per_certificate_and_mobile: vec![limit(1, 30 * DAY)],
            token_lifetime: TimeDelta::hours(24),
        }
    }
}

impl Limits {
    /// The longest that a token may be good.
    pub const MAX_TOKEN_LIFETIME: TimeDelta = TimeDelta::days(7);

    /// Checks that the numbers are within what keeps the flow safe.
    ///
    /// # Errors
    /// The first of the [`faults`](Self::faults).
    pub fn check(&self) -> Result<(), LimitError> {
        self.faults().into_iter().next().map_or(Ok(()), Err)
    }

    /// The fields that are not.
    pub fn faults(&self) -> Vec<LimitError> {
        let mut faults = self.challenge.faults();
        if self.token_lifetime < TimeDelta::minutes(1) || self.token_lifetime > Self::MAX_TOKEN_LIFETIME {
            faults.push(LimitError { field: "token_lifetime", must: "a minute to 7 days" });
        }
        let windows = [
            is_bounded("sends_per_mobile", &self.sends_per_mobile),
            is_bounded("sends_per_prefix", &self.sends_per_prefix),
            is_bounded("sends_per_prefix_and_entity", &self.sends_per_prefix_and_entity),
            is_bounded("sends_per_entity", &self.sends_per_entity),
            is_bounded("failures_per_mobile", &self.failures_per_mobile),
            is_bounded("failures_per_mobile_and_entity", &self.failures_per_mobile_and_entity),
            is_bounded("failures_per_mobile_and_network", &self.failures_per_mobile_and_network),
            is_bounded("failures_per_entity", &self.failures_per_entity),
            is_bounded("presentations_per_request", &self.presentations_per_request),
            is_bounded("mobiles_per_certificate", &self.mobiles_per_certificate),
            is_bounded("uses_per_certificate_and_mobile", &self.uses_per_certificate_and_mobile),
        ];
        faults.extend(windows.into_iter().filter_map(Result::err));
        faults
    }
}

impl EntityLimits {
    pub(crate) fn check(&self) -> Result<(), LimitError> {
        self.sends.as_deref().map_or(Ok(()), |limits| is_bounded("sends", limits))?;
        self.failures.as_deref().map_or(Ok(()), |limits| is_bounded("failures", limits))
    }
}

fn is_bounded(field: &'static str, limits: &[Limit]) -> Result<(), LimitError> {
    if limits.is_empty() || limits.iter().any(|limit| limit.per_seconds.get() > YEAR) {
        return Err(LimitError { field, must: "at least one window, none longer than a year" });
    }
    Ok(())
}

fn limit(max: u32, per_seconds: u32) -> Limit {
    let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Limit { max: at_least_one(max), per_seconds: at_least_one(per_seconds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_published_numbers() {
        let limits = Limits::default();
        assert_eq!(limits.check(), Ok(()));
        assert_eq!(limits.sends_per_mobile, [limit(8, 600), limit(12, 3_600), limit(20, 86_400)]);
        assert_eq!(limits.sends_per_prefix, [limit(60, 3_600)]);
        assert_eq!(limits.sends_per_prefix_and_entity, [limit(20, 3_600)]);
        assert_eq!(limits.sends_per_entity, [limit(600, 60)]);
        assert_eq!(limits.failures_per_mobile, [limit(10, 86_400), limit(100, 31_536_000)]);
        assert_eq!(limits.failures_per_mobile_and_entity, [limit(5, 86_400)]);
        assert_eq!(limits.failures_per_mobile_and_network, [limit(4, 86_400)]);
        assert_eq!(limits.failures_per_entity, [limit(1_000, 3_600)]);
        assert_eq!(limits.presentations_per_request, [limit(6, 86_400)]);
        assert_eq!(limits.mobiles_per_certificate, [limit(3, 30 * 86_400)]);
        assert_eq!(limits.token_lifetime, TimeDelta::hours(24));
    }

    #[test]
    fn no_limit_may_be_left_out_and_no_token_lives_for_weeks() {
        let none = Limits { failures_per_mobile: vec![], ..Default::default() };
        assert_eq!(none.check().map_err(|error| error.field), Err("failures_per_mobile"));
        let decade = Limits { sends_per_entity: vec![limit(1, 315_360_000)], ..Default::default() };
        assert_eq!(decade.check().map_err(|error| error.field), Err("sends_per_entity"));
        let own = EntityLimits { failures: Some(vec![]), ..Default::default() };
        assert_eq!(own.check().map_err(|error| error.field), Err("failures"));
        let weeks = Limits { token_lifetime: TimeDelta::days(8), ..Default::default() };
        assert_eq!(weeks.check().map_err(|error| error.field), Err("token_lifetime"));
    }
}
