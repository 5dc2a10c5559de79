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

/// Why a dose does not take a place; a later one in this list is nearer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Misfit {
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
}

impl Place {
    /// The remarks on a dose that takes the place, or why it does not.
    pub(crate) fn fit(&self, dose: &Given<'_>) -> Result<ReasonSet, Misfit> {
        first_or_nearest(self.rules.iter().map(|rule| rule.fit(dose)))
    }
}

impl Rule {
    fn fit(&self, dose: &Given<'_>) -> Result<ReasonSet, Misfit> {
        let allowed = self.products.iter().filter(|allowed| allowed.products.contains(dose.product));
        first_or_nearest(allowed.map(|allowed| allowed.fit(dose, self.grace)))?;
        if outgrown(self.below_age, dose.birth, dose.day) {
            return Err(Misfit::TooOld);
        }
        if dose.day > self.until {
            return Err(Misfit::TooLate);
        }
        let mut remarks = ReasonSet::default();
        if let Some((age, birth)) = self.minimum_age.zip(dose.birth) {
            match growing(age, birth, dose.day, self.grace) {
                Passing::Over => {}
                Passing::Nearly => remarks.insert(Reason::GracePeriod),
                Passing::NotYet => return Err(Misfit::TooYoung),
            }
        }
        let since = |(before, minimum): (NaiveDate, Period)| minimum.passing(before, dose.day, self.grace);
        let interval = self.intervals(dose.before, dose.taken).map(since).max();
        if interval == Some(Passing::NotYet) {
            return Err(Misfit::TooEarly);
        }
        if dose.day < self.from {
            return Err(Misfit::NotYetInForce);
        }
        if self.not_within.iter().any(|apart| apart.concerns(dose.product) && (dose.is_near)(apart)) {
            return Err(Misfit::TooNear);
        }
        let recommended = self.recommended_interval.zip(dose.before);
        if interval == Some(Passing::Nearly) {
            remarks.insert(Reason::GracePeriod);
        } else if recommended.is_some_and(|(period, before)| !period.is_over(before, dose.day)) {
            remarks.insert(Reason::BelowRecommended);
        }
        Ok(remarks)
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
    fn fit(&self, dose: &Given<'_>, grace: u16) -> Result<(), Misfit> {
        let is_too_young = |(age, birth)| growing(age, birth, dose.day, grace) == Passing::NotYet;
        if dose.on < self.listed_on || outgrown(self.below_age, dose.birth, dose.day) {
            Err(Misfit::NotAllowed)
        } else if dose.day > self.until {
            Err(Misfit::TooLate)
        } else if self.minimum_age.zip(dose.birth).is_some_and(is_too_young) {
            Err(Misfit::TooYoung)
        } else if dose.day < self.from {
            Err(Misfit::NotYetInForce)
        } else {
            Ok(())
        }
    }
}

impl Apart {
    fn concerns(&self, product: Product) -> bool {
        self.given.is_empty() || self.given.contains(product)
    }
}

/// The first that fits, or the misfit that is nearest to it.
fn first_or_nearest<T>(fits: impl Iterator<Item = Result<T, Misfit>>) -> Result<T, Misfit> {
    let mut nearest = Misfit::NotAllowed;
    for fit in fits {
        match fit {
            Ok(fit) => return Ok(fit),
            Err(misfit) => nearest = nearest.max(misfit),
        }
    }
    Err(nearest)
}
