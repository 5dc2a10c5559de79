use chrono::{Datelike, Days, Months, NaiveDate};

use crate::{
    BirthDate, Product,
    product::ProductSet,
    verdict::{Reason, ReasonSet},
};

/// One place in a series: the rules of which a dose must meet one.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) rules: Vec<Rule>,
}

/// What a dose must be to take its place. For one product, date and age at most one rule of a place is in force.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) products: ProductSet,
    /// The first and last day on which the rule is in force.
    pub(crate) from: NaiveDate,
    pub(crate) until: NaiveDate,
    pub(crate) minimum_age: Option<Age>,
    pub(crate) below_age: Option<Age>,
    /// The least days since the dose before; `None` where any later day will do.
    pub(crate) minimum_days: Option<u16>,
    pub(crate) recommended_days: u16,
    /// By how many days `minimum_days` and `minimum_age` may be undercut.
    pub(crate) grace_days: u16,
}

/// A whole number of months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Age {
    pub(crate) months: u16,
}

/// Whether a dose takes a place.
pub(crate) enum Fit {
    /// It does, with these remarks.
    Valid(ReasonSet),
    /// The product would, on a later day.
    TooEarly,
    /// The product did, while the rule for it was in force.
    TooLate,
    /// The product does not, or not at this age.
    NotAllowed,
}

impl Slot {
    /// All products that may take the place.
    pub(crate) fn products(&self) -> ProductSet {
        self.rules.iter().fold(ProductSet::default(), |all, rule| all.union(rule.products))
    }

    /// Whether `product`, given on `day`, takes the place; `before` is the earlier dose that the interval counts from.
    pub(crate) fn fit(
        &self,
        product: Product,
        day: NaiveDate,
        before: Option<NaiveDate>,
        birth: Option<BirthDate>,
    ) -> Fit {
        let mut fit = Fit::NotAllowed;
        for rule in self.rules.iter().filter(|rule| rule.products.contains(product) && !rule.outgrown(day, birth)) {
            if day > rule.until {
                if matches!(fit, Fit::NotAllowed) {
                    fit = Fit::TooLate;
                }
            } else if let Some(remarks) = rule.fit(day, before, birth).filter(|_| rule.from <= day) {
                return Fit::Valid(remarks);
            } else {
                fit = Fit::TooEarly;
            }
        }
        fit
    }

    /// Whether a rule of the place is in force on `day`, for whatever product.
    pub(crate) fn is_open(&self, day: NaiveDate) -> bool {
        self.rules.iter().any(|rule| rule.in_force(day))
    }

    /// The first day on which a dose would take the place, asked on `on`: under the rules in force on the day that the
    /// dose can be given, which is `on` at the earliest.
    pub(crate) fn next_due(&self, before: NaiveDate, birth: Option<BirthDate>, on: NaiveDate) -> Option<NaiveDate> {
        self.rules.iter().filter_map(|rule| rule.next_due(before, birth, on)).min()
    }
}

impl Rule {
    /// A product for which both rules hold at one date and age.
    pub(crate) fn overlap(&self, other: &Self) -> Option<Product> {
        let dates = self.from <= other.until && other.from <= self.until;
        let starts_below =
            |start: Option<Age>, end: Option<Age>| end.is_none_or(|end| start.is_none_or(|start| start < end));
        let ages = starts_below(self.minimum_age, other.below_age) && starts_below(other.minimum_age, self.below_age);
        self.products.intersection(other.products).iter().next().filter(|_| dates && ages)
    }

    fn in_force(&self, day: NaiveDate) -> bool {
        (self.from..=self.until).contains(&day)
    }

    fn outgrown(&self, day: NaiveDate, birth: Option<BirthDate>) -> bool {
        self.below_age
            .zip(birth)
            .and_then(|(age, birth)| age.reached_on(birth.last_day()))
            .is_some_and(|end| day >= end)
    }

    /// The remarks on a dose that meets the rule; `None` when it is too early.
    fn fit(&self, day: NaiveDate, before: Option<NaiveDate>, birth: Option<BirthDate>) -> Option<ReasonSet> {
        let grace = i64::from(self.grace_days);
        let mut remarks = ReasonSet::default();
        if let Some((age, birth)) = self.minimum_age.zip(birth) {
            match days_between(day, age.reached_on(birth.first_day())?) {
                ..=0 => {}
                early if early <= grace => remarks.insert(Reason::GracePeriod),
                _ => return None,
            }
        }
        if let Some(before) = before {
            let interval = days_between(before, day);
            let minimum = self.minimum_days.map_or(0, i64::from);
            if interval < minimum - grace {
                return None;
            } else if interval < minimum {
                remarks.insert(Reason::GracePeriod);
            } else if interval < i64::from(self.recommended_days) {
                remarks.insert(Reason::BelowRecommended);
            }
        }
        Some(remarks)
    }

    fn next_due(&self, before: NaiveDate, birth: Option<BirthDate>, on: NaiveDate) -> Option<NaiveDate> {
        let grace = Days::new(u64::from(self.grace_days));
        let interval = self.minimum_days.map_or(self.recommended_days, |days| days.saturating_sub(self.grace_days));
        let mut due = before.checked_add_days(Days::new(u64::from(interval.max(1))))?;
        if let Some((age, birth)) = self.minimum_age.zip(birth) {
            due = due.max(age.reached_on(birth.first_day())?.checked_sub_days(grace)?);
        }
        if due.max(on) < self.from {
            due = self.from;
        }
        let given = due.max(on);
        (given <= self.until && !self.outgrown(given, birth)).then_some(due)
    }
}

impl Age {
    /// The day on which someone born on `birth` is of this age: where the month has no such day, the first of the next
    /// (CDC's Clinical Decision Support for Immunization, rule CALCDT-5).
    fn reached_on(self, birth: NaiveDate) -> Option<NaiveDate> {
        let day = birth.checked_add_months(Months::new(u32::from(self.months)))?;
        if day.day() == birth.day() { Some(day) } else { day.succ_opt() }
    }
}

fn days_between(earlier: NaiveDate, later: NaiveDate) -> i64 {
    later.signed_duration_since(earlier).num_days()
}
