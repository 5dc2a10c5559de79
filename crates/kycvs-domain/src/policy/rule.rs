use std::sync::Arc;

use chrono::NaiveDate;

use super::Period;
use crate::{
    BirthDate, Product,
    product::ProductSet,
    verdict::{Reason, ReasonSet},
};

/// One dose of a series: the rules of which one must be met.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Of which one must be met.
    pub rules: Vec<Rule>,
    /// The age from which the dose is not needed, and the days by which a dose that already fits the next place may be
    /// given before.
    pub skip_from_age: Option<(Period, u16)>,
}

/// What a dose must be to take its place. For one product, date and age at most one rule of a place is in force.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The products, and when they count.
    pub products: Arc<[Allowed]>,
    /// The first day on which the rule is in force; [`NaiveDate::MIN`] without a beginning.
    pub from: NaiveDate,
    /// The last; [`NaiveDate::MAX`] without an end.
    pub until: NaiveDate,
    /// The least age.
    pub minimum_age: Option<Period>,
    /// The age that is too high.
    pub below_age: Option<Period>,
    /// The least time since the dose before; `None` where any later day will do.
    pub minimum_interval: Option<Period>,
    /// Below it a dose is valid, with a remark.
    pub recommended_interval: Option<Period>,
    /// The least time since other doses of the series, by their place from 0.
    pub since_dose: Vec<(usize, Period)>,
    /// By how many days the minimums may be undercut.
    pub grace: u16,
    /// What must lie between the dose and earlier doses of other vaccines.
    pub not_within: Arc<[Apart]>,
}

/// Products, and when they count.
#[derive(Clone, Copy, Debug)]
pub struct Allowed {
    /// The products.
    pub products: ProductSet,
    /// The first day on which one of them was in use.
    pub first_use: NaiveDate,
    /// The first day on which a question counts them, whenever they were given.
    pub listed_on: NaiveDate,
    /// The first day on which they may be given; [`NaiveDate::MIN`] without a beginning.
    pub from: NaiveDate,
    /// The last; [`NaiveDate::MAX`] without an end.
    pub until: NaiveDate,
    /// The least age for them.
    pub minimum_age: Option<Period>,
    /// The age that is too high for them.
    pub below_age: Option<Period>,
}

/// What must lie between a dose and an earlier dose of another vaccine, such as two live ones.
#[derive(Clone, Debug)]
pub struct Apart {
    /// The earlier dose.
    pub products: ProductSet,
    /// The later dose; all when empty.
    pub given: ProductSet,
    /// How long.
    pub within: Period,
    /// Instead of `within`, after an earlier dose that counts for this need.
    pub after_valid: Option<Period>,
}

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
    /// The product would, on a later day.
    TooEarly,
    /// The product would, at a higher age.
    TooYoung,
    /// It does, with these remarks.
    Valid(ReasonSet),
}

impl Place {
    /// All products that may take the place.
    pub(crate) fn products(&self) -> ProductSet {
        self.rules.iter().fold(ProductSet::default(), |all, rule| all.union(rule.all_products()))
    }

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

    /// Whether a rule of the place is in force on `day`, for whatever product.
    pub(crate) fn is_open(&self, day: NaiveDate) -> bool {
        self.skip_from_age.is_some() || self.rules.iter().any(|rule| rule.in_force(day))
    }

    /// The first day on which a dose takes the place without any grace, asked on `on`: under the rules in force and of
    /// the products in use when it can be given, which is `on` at the earliest.
    pub(crate) fn next_due(
        &self,
        before: Option<NaiveDate>,
        taken: &[Option<NaiveDate>],
        birth: Option<BirthDate>,
        on: NaiveDate,
    ) -> Option<NaiveDate> {
        self.rules.iter().filter_map(|rule| rule.next_due(before, taken, birth, on)).min()
    }
}

impl Rule {
    /// A product for which both rules hold at one date and age.
    pub(crate) fn overlap(&self, other: &Self) -> Option<Product> {
        let pairs = self.products.iter().flat_map(|one| other.products.iter().map(move |other| (one, other)));
        let dates = self.from <= other.until && other.from <= self.until;
        let ages = starts_below(self.minimum_age, other.below_age) && starts_below(other.minimum_age, self.below_age);
        pairs.filter(|_| dates && ages).find_map(|(one, other)| one.overlap(other))
    }

    fn all_products(&self) -> ProductSet {
        self.products.iter().fold(ProductSet::default(), |all, allowed| all.union(allowed.products))
    }

    fn in_force(&self, day: NaiveDate) -> bool {
        (self.from..=self.until).contains(&day)
    }

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
        let grace = i64::from(self.grace);
        if let Some((age, birth)) = self.minimum_age.zip(dose.birth) {
            match days_missing(age, birth, dose.day) {
                0 => {}
                early if early <= grace => remarks.insert(Reason::GracePeriod),
                _ => return Fit::TooYoung,
            }
        }
        if dose.day < self.from {
            return Fit::TooEarly;
        }
        let mut undercut = false;
        for (before, minimum) in self.intervals(dose.before, dose.taken) {
            match minimum.after(before).map_or(i64::MAX, |due| days_between(dose.day, due)) {
                ..=0 => {}
                early if early <= grace => undercut = true,
                _ => return Fit::TooEarly,
            }
        }
        if self.not_within.iter().any(|apart| apart.concerns(dose.product) && (dose.is_near)(apart)) {
            return Fit::TooNear;
        }
        let recommended = self.recommended_interval.zip(dose.before).and_then(|(period, before)| period.after(before));
        if undercut {
            remarks.insert(Reason::GracePeriod);
        } else if recommended.is_some_and(|day| dose.day < day) {
            remarks.insert(Reason::BelowRecommended);
        }
        Fit::Valid(remarks)
    }

    /// The minimum intervals, and the days that they count from.
    fn intervals(
        &self,
        before: Option<NaiveDate>,
        taken: &[Option<NaiveDate>],
    ) -> impl Iterator<Item = (NaiveDate, Period)> {
        let since = self.since_dose.iter().filter_map(|(place, period)| Some((*taken.get(*place)?.as_ref()?, *period)));
        before.zip(self.minimum_interval).into_iter().chain(since)
    }

    fn next_due(
        &self,
        before: Option<NaiveDate>,
        taken: &[Option<NaiveDate>],
        birth: Option<BirthDate>,
        on: NaiveDate,
    ) -> Option<NaiveDate> {
        let mut due = match before {
            Some(before) if self.minimum_interval.is_none() && self.since_dose.is_empty() => {
                self.recommended_interval.unwrap_or(Period::ZERO).after(before)?.max(before.succ_opt()?)
            }
            Some(before) => before.succ_opt()?,
            None => birth.map_or(on, BirthDate::last_day),
        };
        for (before, minimum) in self.intervals(before, taken) {
            due = due.max(minimum.after(before)?);
        }
        if let Some((age, birth)) = self.minimum_age.zip(birth) {
            due = due.max(age.after(birth.last_day())?);
        }
        if due.max(on) < self.from {
            due = self.from;
        }
        let product_due = self.products.iter().filter_map(|allowed| allowed.next_due(due, birth, on)).min()?;
        let given = product_due.max(on);
        (given <= self.until && !outgrown(self.below_age, birth, given)).then_some(product_due)
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
            .is_some_and(|(age, birth)| days_missing(age, birth, dose.day) > i64::from(grace))
        {
            Fit::TooYoung
        } else if dose.day < self.from {
            Fit::TooEarly
        } else {
            Fit::Valid(ReasonSet::default())
        }
    }

    fn next_due(&self, due: NaiveDate, birth: Option<BirthDate>, on: NaiveDate) -> Option<NaiveDate> {
        let mut due = due;
        if let Some((age, birth)) = self.minimum_age.zip(birth) {
            due = due.max(age.after(birth.last_day())?);
        }
        if due.max(on) < self.from {
            due = self.from;
        }
        let given = due.max(on);
        let in_use = self.first_use <= given && self.listed_on <= given && given <= self.until;
        (in_use && !outgrown(self.below_age, birth, given)).then_some(due)
    }

    pub(crate) fn overlap(&self, other: &Self) -> Option<Product> {
        let dates = self.from <= other.until && other.from <= self.until;
        let ages = starts_below(self.minimum_age, other.below_age) && starts_below(other.minimum_age, self.below_age);
        self.products.intersection(other.products).iter().next().filter(|_| dates && ages)
    }
}

impl Apart {
    fn concerns(&self, product: Product) -> bool {
        self.given.is_empty() || self.given.contains(product)
    }
}

/// Whether the person is of the age on `day`, on whichever day they were born.
pub(crate) fn is_surely(age: Period, birth: BirthDate, day: NaiveDate) -> bool {
    age.after(birth.last_day()).is_some_and(|reached| reached <= day)
}

/// How many days are missing to the age on `day`, at the least; zero when none is.
fn days_missing(age: Period, birth: BirthDate, day: NaiveDate) -> i64 {
    age.after(birth.first_day()).map_or(i64::MAX, |reached| days_between(day, reached).max(0))
}

/// Whether the person is past the age on `day`, on whichever day they were born.
fn outgrown(below_age: Option<Period>, birth: Option<BirthDate>, day: NaiveDate) -> bool {
    below_age.zip(birth).is_some_and(|(age, birth)| is_surely(age, birth, day))
}

fn starts_below(start: Option<Period>, end: Option<Period>) -> bool {
    end.is_none_or(|end| start.is_none_or(|start| start < end))
}

fn days_between(earlier: NaiveDate, later: NaiveDate) -> i64 {
    later.signed_duration_since(earlier).num_days()
}
