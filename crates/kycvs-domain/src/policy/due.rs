//! When a missing dose can be given.

use chrono::NaiveDate;

use super::{Allowed, Period, Place, Rule, age::outgrown};
use crate::BirthDate;

impl Place {
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
}
