use kycvs_store::Day;

/// For how long the ledger is kept, counted from the day on which a request was opened. Then it is forgotten: consents, what
/// happened to them, and the status lists of that day. No profile is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    days: u16,
}

/// The number of days is too small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ledger is kept for at least 9 days: the longest token is good for 7")]
pub struct RetentionError;

impl Retention {
    /// The profile `in-dpdp`: rule 8(3) of India's Digital Personal Data Protection Rules, 2025, wants personal data and logs
    /// kept for a year from the processing at least, and erased then. 366 days, the 7 of the longest token, and the day itself.
    pub const IN_DPDP: Self = Self { days: 374 };

    /// Where another law holds. On the day that many days after that of the request, nothing is left.
    ///
    /// # Errors
    /// [`RetentionError`] below 9 days, since a token that is good rests on a consent that is there.
    pub fn of_days(days: u16) -> Result<Self, RetentionError> {
        if days < 9 { Err(RetentionError) } else { Ok(Self { days }) }
    }

    /// The number of days.
    pub fn days(self) -> u16 {
        self.days
    }

    /// The first day that is still kept on `today`.
    pub(crate) fn first_kept(self, today: Day) -> Day {
        today.before(self.days - 1)
    }
}

/// [`Retention::IN_DPDP`].
impl Default for Retention {
    fn default() -> Self {
        Self::IN_DPDP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_processed_is_kept_for_a_year_and_gone_eight_days_later() {
        let asked = Day::of("2027-12-31T23:59:59Z".parse().unwrap()); // a leap year follows
        let kept_on = |today: u16| Retention::IN_DPDP.first_kept(asked.after(today)) <= asked;
        assert!(kept_on(7 + 366));
        assert!(!kept_on(374));
        assert_eq!((Retention::of_days(8), Retention::of_days(9).map(Retention::days)), (Err(RetentionError), Ok(9)));
    }
}
