//! The doses that a person does not need.

use chrono::NaiveDate;

use super::{Entry, Walk};
use crate::policy::{Enough, Passing, Period, is_surely};

impl Walk<'_> {
    /// Passes over the places that the person does not need on `day`.
    pub(super) fn skip(&mut self, day: NaiveDate, entry: Option<&Entry<'_>>) {
        while let Some(place) = self.series.places.get(self.filled).filter(|place| place.is_optional()) {
            let of_age = place.skip_from_age.zip(self.birth).filter(|(age, _)| self.is_of_age(*age, day, entry));
            if of_age.is_none() && !place.skip_after.iter().any(|enough| self.has(*enough)) {
                return;
            }
            self.fill(None);
            if self.filled == self.series.places.len() && self.is_started() {
                let reached = of_age.and_then(|((age, _), birth)| age.after(birth.last_day()));
                self.complete(self.last.max(reached).unwrap_or(day));
            }
        }
    }

    /// Whether the person is of an age from which the next place is not needed; or is within its grace, and the dose in hand
    /// takes the place after that.
    fn is_of_age(&self, (age, grace): (Period, u16), day: NaiveDate, entry: Option<&Entry<'_>>) -> bool {
        let Some(birth) = self.birth else { return false };
        let nearly = || age.is_months() && age.passing(birth.last_day(), day, grace) != Passing::NotYet;
        let next = self.series.places.get(self.filled + 1);
        let takes_next = || next.zip(entry).is_some_and(|(next, entry)| self.fit(next, entry).is_ok());
        is_surely(age, birth, day) || nearly() && takes_next()
    }

    /// Whether so many doses took a place.
    fn has(&self, enough: Enough) -> bool {
        let was_of_age = |day: NaiveDate| {
            enough.from_age.is_none_or(|age| self.birth.is_some_and(|birth| is_surely(age, birth, day)))
        };
        self.taken().iter().flatten().filter(|day| was_of_age(**day)).count() >= enough.doses
    }
}
