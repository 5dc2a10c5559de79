use chrono::TimeDelta;

/// The numbers of one OTP request, each with its default and where that comes from.
///
/// What is counted over several requests (sends and failures of a mobile, of a prefix, of an entity) is counted by the
/// service, in the same spirit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeLimits {
    /// Digits of a code, 6 to 8. Default 6 (NIST SP 800-63B-4, at least 6).
    pub code_digits: u8,
    /// How long a code is good. Default 180 s (CoWIN's SMS said "valid for 3 minutes").
    pub code_lifetime: TimeDelta,
    /// How long a request lives, its resends included. Default 600 s (NIST and OWASP ASVS 5.0: at most 10 minutes).
    pub request_lifetime: TimeDelta,
    /// Wrong codes in one request, after which it is locked. Default 3. A resend does not restart the count (NIST).
    pub wrong_codes: u8,
    /// The waits before the second send, the third and so on; one request has one send more than there are waits.
    /// Default 60 s and 120 s, so three sends (OWASP).
    pub resend_waits: Vec<TimeDelta>,
    /// How long the caller who entered the right code may repeat the call, and enter a year of birth if one is needed.
    /// Default 120 s (OWASP ASVS 5.0, 6.5.1: a code works once; own judgement for the time of a retry).
    pub repeat_window: TimeDelta,
    /// How long a finished request is kept, to answer about its state. Default 24 h (data minimisation).
    pub keep_finished: TimeDelta,
}

impl Default for ChallengeLimits {
    fn default() -> Self {
        Self {
            code_digits: 6,
            code_lifetime: TimeDelta::seconds(180),
            request_lifetime: TimeDelta::seconds(600),
            wrong_codes: 3,
            resend_waits: vec![TimeDelta::seconds(60), TimeDelta::seconds(120)],
            repeat_window: TimeDelta::seconds(120),
            keep_finished: TimeDelta::hours(24),
        }
    }
}

/// A limit is outside what keeps the flow safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the limit `{field}` must be {must}")]
pub struct LimitError {
    /// The field.
    pub field: &'static str,
    /// The values it may have.
    pub must: &'static str,
}

impl ChallengeLimits {
    /// Checks that the numbers make sense together.
    ///
    /// # Errors
    /// The first of the [`faults`](Self::faults).
    pub fn check(&self) -> Result<(), LimitError> {
        self.faults().into_iter().next().map_or(Ok(()), Err)
    }

    /// The fields that do not.
    pub fn faults(&self) -> Vec<LimitError> {
        let positive = |span: TimeDelta| span > TimeDelta::zero();
        let rules = [
            ((6..=8).contains(&self.code_digits), "code_digits", "6 to 8"),
            ((1..=10).contains(&self.wrong_codes), "wrong_codes", "1 to 10"),
            (positive(self.code_lifetime), "code_lifetime", "positive"),
            (self.request_lifetime >= self.code_lifetime, "request_lifetime", "at least the code's lifetime"),
            (self.request_lifetime <= TimeDelta::hours(1), "request_lifetime", "at most an hour"),
            (self.resend_waits.len() <= 9, "resend_waits", "at most nine"),
            (self.resend_waits.iter().all(|wait| positive(*wait)), "resend_waits", "positive"),
            (self.resend_waits.iter().all(|wait| *wait <= self.request_lifetime), "resend_waits", "within the request"),
            (positive(self.repeat_window), "repeat_window", "positive"),
            (self.repeat_window <= TimeDelta::minutes(5), "repeat_window", "at most 5 minutes"),
            (positive(self.keep_finished), "keep_finished", "positive"),
            (self.keep_finished <= TimeDelta::days(30), "keep_finished", "at most 30 days"),
        ];
        let broken = rules.into_iter().filter(|(holds, ..)| !holds);
        broken.map(|(_, field, must)| LimitError { field, must }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_published_numbers() {
        let limits = ChallengeLimits::default();
        assert_eq!(limits.check(), Ok(()));
        assert_eq!((limits.code_digits, limits.wrong_codes), (6, 3));
        assert_eq!((limits.code_lifetime.num_seconds(), limits.request_lifetime.num_seconds()), (180, 600));
        let waits: Vec<_> = limits.resend_waits.iter().map(TimeDelta::num_seconds).collect();
        assert_eq!(waits, [60, 120]);
        assert_eq!((limits.repeat_window.num_seconds(), limits.keep_finished.num_hours()), (120, 24));
    }

    #[test]
    fn a_short_code_or_an_endless_request_is_refused() {
        let short = ChallengeLimits { code_digits: 4, ..Default::default() };
        assert_eq!(short.check().map_err(|error| error.field), Err("code_digits"));
        let endless = ChallengeLimits { request_lifetime: TimeDelta::MAX, ..Default::default() };
        assert_eq!(endless.check().map_err(|error| error.field), Err("request_lifetime"));
    }

    #[test]
    fn no_time_at_all_is_refused() {
        let none = ChallengeLimits { code_lifetime: TimeDelta::zero(), ..Default::default() };
        assert_eq!(none.check().map_err(|error| error.field), Err("code_lifetime"));
        let none = ChallengeLimits { resend_waits: vec![TimeDelta::zero()], ..Default::default() };
        assert_eq!(none.check().map_err(|error| error.field), Err("resend_waits"));
    }
}
