//! Whether a dose takes a place of a series.

use chrono::NaiveDate;

use super::{
    Allowed, Apart, Period, Place, Rule,
    age::{growing, outgrown},
    period::Passing,
};
use crate::{
    BirthDate, Product,
    verdict::{Reason, ReasonSet},
};

/// All that a rule asks about a dose.
pub(crate) struct Given<'a> {
    pub(crate) product: Product,
    pub(crate) day: NaiveDate,
    /// The day that is asked about.
    pub(crate) on: NaiveDate,
    pub(crate) birth: Option<BirthDate>,
    /// The earlier dose that the interval counts from.
    pub(crate) before: Option<NaiveDate>,
    /// When each place was taken.
    pub(crate) taken: &'a [Option<NaiveDate>],
    /// Whether an earlier dose is too near.
    pub(crate) is_near: &'a dyn Fn(&Apart) -> bool,
}

/// Whether a dose takes a place; a later one in this list is nearer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// The product does not, or not at this age.
    NotAllowed,
    /// The product did at a lower age.
    TooOld,
    /// The product did, while the rule for it was in force.
    TooLate,
    /// Too soon after another vaccine.
    TooNear,
    /// The product would, once the rule for it is in force.
    NotYetInForce,
    /// The product would, after a longer interval.
    TooEarly,
    /// The product would, at a higher age.
    TooYoung,
    /// It does, with these remarks.
    Valid(ReasonSet),
}

impl Place {
    /// Whether the dose takes the place.
    pub(crate) fn fit(&self, dose: &Given<'_>) -> Fit {
        let mut best = Fit::NotAllowed;
        for rule in &self.rules {
            let fit = rule.fit(dose);
            if matches!(fit, Fit::Valid(_)) {
                return fit;
            }
            best = best.max(fit);
        }
        best
    }
}

impl Rule {
    fn fit(&self, dose: &Given<'_>) -> Fit {
        let mut listed = Fit::NotAllowed;
        for allowed in self.products.iter().filter(|allowed| allowed.products.contains(dose.product)) {
            listed = listed.max(allowed.fit(dose, self.grace));
        }
        let Fit::Valid(_) = listed else { return listed };
        if outgrown(self.below_age, dose.birth, dose.day) {
            return Fit::TooOld;
        }
        if dose.day > self.until {
            return Fit::TooLate;
        }
        let mut remarks = ReasonSet::default();
        if let Some((age, birth)) = self.minimum_age.zip(dose.birth) {
            match growing(age, birth, dose.day, self.grace) {
                Passing::Over => {}
                Passing::Nearly => remarks.insert(Reason::GracePeriod),
                Passing::NotYet => return Fit::TooYoung,
            }
        }
        let mut undercut = false;
        for (before, minimum) in self.intervals(dose.before, dose.taken) {
            match minimum.passing(before, dose.day, self.grace) {
                Passing::Over => {}
                Passing::Nearly => undercut = true,
                Passing::NotYet => return Fit::TooEarly,
            }
        }
        if dose.day < self.from {
            return Fit::NotYetInForce;
        }
        if self.not_within.iter().any(|apart| apart.concerns(dose.product) && (dose.is_near)(apart)) {
            return Fit::TooNear;
        }
        let recommended = self.recommended_interval.zip(dose.before);
        if undercut {
            remarks.insert(Reason::GracePeriod);
        } else if recommended.is_some_and(|(period, before)| !period.is_over(before, dose.day)) {
            remarks.insert(Reason::BelowRecommended);
        }
        Fit::Valid(remarks)
    }

    /// The minimum intervals, and the days that they count from.
    pub(super) fn intervals(
        &self,
        before: Option<NaiveDate>,
        taken: &[Option<NaiveDate>],
    ) -> impl Iterator<Item = (NaiveDate, Period)> {
        let since = self.since_dose.iter().filter_map(|(place, period)| Some((*taken.get(*place)?.as_ref()?, *period)));
        before.zip(self.minimum_interval).into_iter().chain(since)
    }
}

impl Allowed {
    fn fit(&self, dose: &Given<'_>, grace: u16) -> Fit {
        if dose.on < self.listed_on || outgrown(self.below_age, dose.birth, dose.day) {
            Fit::NotAllowed
        } else if dose.day > self.until {
            Fit::TooLate
        } else if self
            .minimum_age
            .zip(dose.birth)
            .is_some_and(|(age, birth)| growing(age, birth, dose.day, grace) == Passing::NotYet)
        {
            Fit::TooYoung
        } else if dose.day < self.from {
            Fit::NotYetInForce
        } else {
            Fit::Valid(ReasonSet::default())
        }
    }
}

impl Apart {
    fn concerns(&self, product: Product) -> bool {
        self.given.is_empty() || self.given.contains(product)
    }
}
