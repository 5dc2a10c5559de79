use kycvs_store::Day;

/// For how long the ledger is kept, counted from the day on which a request was opened. Then it is forgotten: consents, what
/// happened to them, and the status lists of that day. No profile is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    days: u16,
    has_floor: bool,
}

/// The number of days is too small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RetentionError {
    /// Rule 8(3) wants a year at least.
    #[error("in India the ledger is kept for at least 374 days: a year from the processing, and the longest token")]
    InIndia,
    /// The longest token is good for 7 days.
    #[error("the ledger is kept for at least 9 days: the longest token is good for 7")]
    Anywhere,
}

impl Retention {
    /// The profile `in-dpdp`: rule 8(3) of India's Digital Personal Data Protection Rules, 2025, wants personal data and logs
    /// kept for a year from the processing at least, and erased then. 366 days, the 7 of the longest token, and the day itself.
    pub const IN_DPDP: Self = Self { days: 374, has_floor: true };

    /// The profile `in-consent-manager`: the First Schedule of the same rules has a consent manager keep its records for seven years. 2,557
    /// days, which are seven years with two leap days, and the eight as before.
    pub const IN_CONSENT_MANAGER: Self = Self { days: 2565, has_floor: true };

    /// A profile by its name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "in-dpdp" => Some(Self::IN_DPDP),
            "in-consent-manager" => Some(Self::IN_CONSENT_MANAGER),
            _ => None,
        }
    }

    /// Longer than `in-dpdp`, where a further law wants it.
    ///
    /// # Errors
    /// [`RetentionError::InIndia`] below 374 days.
    pub fn in_india(days: u16) -> Result<Self, RetentionError> {
        if days < Self::IN_DPDP.days { Err(RetentionError::InIndia) } else { Ok(Self { days, has_floor: true }) }
    }

    /// Where India's law does not hold, and no other wants anything kept. On the day that many days after that of the request, nothing is
    /// left; of a person who asks to be erased, nothing [at once](crate::StatusService::erase).
    ///
    /// # Errors
    /// [`RetentionError::Anywhere`] below 9 days, since a good token rests on a consent that exists.
    pub fn outside_india(days: u16) -> Result<Self, RetentionError> {
        if days < 9 { Err(RetentionError::Anywhere) } else { Ok(Self { days, has_floor: false }) }
    }

    /// The number of days.
    pub fn days(self) -> u16 {
        self.days
    }

    /// Whether what is of a person is erased as soon as they ask for it, and not on its day.
    pub fn erases_at_once(self) -> bool {
        !self.has_floor
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
        assert_eq!(Retention::outside_india(8), Err(RetentionError::Anywhere));
        assert_eq!(Retention::outside_india(9).map(Retention::days), Ok(9));
        assert_eq!(Retention::in_india(373), Err(RetentionError::InIndia));
        assert_eq!(Retention::in_india(374), Ok(Retention::IN_DPDP));
        assert_eq!(Retention::outside_india(374).map(Retention::erases_at_once), Ok(true));
        assert!(!Retention::IN_DPDP.erases_at_once() && !Retention::IN_CONSENT_MANAGER.erases_at_once());
    }

    #[test]
    fn a_consent_manager_keeps_for_seven_years() {
        let asked = Day::of("2027-03-01T00:00:00Z".parse().unwrap());
        let profile = Retention::named("in-consent-manager").unwrap();
        let seven_years_later = Day::of("2034-03-08T00:00:00Z".parse().unwrap());
        assert!(
            profile.first_kept(seven_years_later) <= asked && profile.first_kept(seven_years_later.after(1)) > asked
        );
        assert_eq!((Retention::named("in-dpdp"), Retention::named("for-ever")), (Some(Retention::IN_DPDP), None));
    }
}
