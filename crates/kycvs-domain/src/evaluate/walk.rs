use std::cmp::Reverse;

use chrono::NaiveDate;

use super::{
    Finding, Reason, Verdict,
    timeline::{Entry, Timeline},
};
use crate::policy::{Fit, IntervalFrom, Series, Slot};

/// One series, read against a person's doses in the order they were given.
pub(super) struct Walk<'p> {
    series: &'p Series,
    interval_from: IntervalFrom,
    birth_date: Option<NaiveDate>,
    /// How many doses of the primary series there are.
    filled: usize,
    first: Option<NaiveDate>,
    complete_on: Option<NaiveDate>,
    precautions: usize,
    /// The day that is being read, and whether one of its doses took a place: a person gets one dose a day.
    today: Option<NaiveDate>,
    taken_today: bool,
    /// The dose before that day that an interval counts from, and the one of that day that the next may count from.
    before: Option<NaiveDate>,
    counts_next: Option<NaiveDate>,
}

impl<'p> Walk<'p> {
    /// Reads all doses, and notes the finding on each.
    pub(super) fn over(
        series: &'p Series,
        interval_from: IntervalFrom,
        birth_date: Option<NaiveDate>,
        timeline: &Timeline<'_>,
        mut note: impl FnMut(usize, Finding),
    ) -> Self {
        let mut walk = Self {
            series,
            interval_from,
            birth_date,
            filled: 0,
            first: None,
            complete_on: None,
            precautions: 0,
            today: None,
            taken_today: false,
            before: None,
            counts_next: None,
        };
        for entry in timeline.iter() {
            let finding = walk.step(entry);
            note(entry.index, finding);
        }
        walk
    }

    /// Reads them once more, for the findings.
    pub(super) fn again(&self, timeline: &Timeline<'_>, note: impl FnMut(usize, Finding)) {
        Self::over(self.series, self.interval_from, self.birth_date, timeline, note);
    }

    /// The name of the series.
    pub(super) fn name(&self) -> &'p str {
        &self.series.name
    }

    /// The day of the dose that completed the primary series.
    pub(super) fn complete_on(&self) -> Option<NaiveDate> {
        self.complete_on
    }

    /// Whether at least one dose takes a place in the primary series.
    pub(super) fn is_started(&self) -> bool {
        self.filled > 0
    }

    /// The first day on which the missing dose would be valid; `None` when none is missing, or none counts yet.
    pub(super) fn next_due(&self, on: NaiveDate) -> Option<NaiveDate> {
        let missing = self.series.doses.get(self.filled)?;
        missing.next_due(self.counts_next.or(self.before)?, self.birth_date, on).filter(|_| self.is_started())
    }

    /// Smaller is better: the series that was complete first; else the started one with the fewest doses missing, of
    /// these the one with most doses, of these the one that was started first.
    pub(super) fn rank(&self) -> impl Ord + use<> {
        let missing = self.series.doses.len() - self.filled;
        let done = self.complete_on.unwrap_or(NaiveDate::MAX);
        (!self.is_started(), self.complete_on.is_none(), done, missing, Reverse(self.filled), self.first)
    }

    fn step(&mut self, entry: &Entry<'_>) -> Finding {
        let day = entry.dose.given_on;
        if self.today != Some(day) {
            self.before = self.counts_next.take().or(self.before);
            self.today = Some(day);
            self.taken_today = false;
        }
        let finding = if self.taken_today {
            Finding::new(Verdict::Extraneous, Reason::ExtraDose)
        } else if let Some(slot) = self.series.doses.get(self.filled) {
            self.primary(slot, entry)
        } else {
            self.after_series(entry)
        };
        let counts = match self.interval_from {
            IntervalFrom::Any => true,
            IntervalFrom::Series => self.series.products.contains(entry.product),
            IntervalFrom::Valid => false,
        };
        if counts || finding.verdict == Verdict::Valid {
            self.counts_next = Some(day);
        }
        finding
    }

    /// A dose before the primary series is complete.
    fn primary(&mut self, slot: &Slot, entry: &Entry<'_>) -> Finding {
        let day = entry.dose.given_on;
        match slot.fit(entry.product, day, self.before.filter(|_| self.filled > 0), self.birth_date) {
            Fit::Valid(remarks) => {
                self.filled += 1;
                self.first = self.first.or(Some(day));
                self.taken_today = true;
                if self.filled == self.series.doses.len() {
                    self.complete_on = Some(day);
                }
                Finding::valid(remarks, self.filled, entry.dose)
            }
            Fit::TooEarly => Finding::new(Verdict::NotValid, Reason::TooEarly),
            Fit::NotAllowed => Finding::new(Verdict::NotValid, Reason::MixedProduct),
        }
    }

    /// A dose after it.
    fn after_series(&mut self, entry: &Entry<'_>) -> Finding {
        let fit = self
            .series
            .precaution
            .as_ref()
            .map(|slot| slot.fit(entry.product, entry.dose.given_on, self.before, self.birth_date));
        match fit {
            Some(Fit::Valid(remarks)) => {
                self.precautions += 1;
                self.taken_today = true;
                Finding::valid(remarks.with(Reason::PrecautionDose), self.filled + self.precautions, entry.dose)
            }
            _ => Finding::new(Verdict::Extraneous, Reason::ExtraDose),
        }
    }
}
