use std::cmp::Reverse;

use chrono::NaiveDate;

use super::{
    Finding,
    timeline::{Entry, Timeline},
};
use crate::{
    BirthDate,
    policy::{Fit, IntervalFrom, Series, Slot},
    verdict::{Reason, ReasonSet, Verdict},
};

/// One series, read against a person's doses in the order they were given.
pub(super) struct Walk<'p> {
    series: &'p Series,
    interval_from: IntervalFrom,
    birth: Option<BirthDate>,
    /// How many doses of the primary series there are.
    filled: usize,
    first: Option<NaiveDate>,
    complete_on: Option<NaiveDate>,
    precautions: usize,
    /// The day that is being read, and whether one of its doses took a place: a person gets one dose a day.
    today: Option<NaiveDate>,
    taken_today: bool,
    /// The place that was next when the day began: all doses of the day are read against it, in whatever order.
    place: usize,
    /// The dose before that day that an interval counts from, and the one of that day that the next may count from.
    before: Option<NaiveDate>,
    counts_next: Option<NaiveDate>,
}

impl<'p> Walk<'p> {
    /// Reads all doses, and notes the finding on each.
    pub(super) fn over(
        series: &'p Series,
        interval_from: IntervalFrom,
        birth: Option<BirthDate>,
        timeline: &Timeline<'_>,
        mut note: impl FnMut(usize, Finding),
    ) -> Self {
        let mut walk = Self {
            series,
            interval_from,
            birth,
            filled: 0,
            first: None,
            complete_on: None,
            precautions: 0,
            today: None,
            taken_today: false,
            place: 0,
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
        Self::over(self.series, self.interval_from, self.birth, timeline, note);
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
        missing.next_due(self.counts_next.or(self.before)?, self.birth, on).filter(|_| self.is_started())
    }

    /// Smaller is better: the series that was complete first; else the started one that the rules in force on `on` can
    /// complete, of these the one with the fewest doses missing, of these the one with most doses, of these the one that
    /// was started first.
    pub(super) fn rank(&self, on: NaiveDate) -> impl Ord + use<> {
        let missing = self.series.doses.get(self.filled..).unwrap_or_default();
        let closed = !missing.iter().all(|slot| slot.is_open(on));
        let done = self.complete_on.unwrap_or(NaiveDate::MAX);
        (!self.is_started(), self.complete_on.is_none(), done, closed, missing.len(), Reverse(self.filled), self.first)
    }

    fn step(&mut self, entry: &Entry<'_>) -> Finding {
        let day = entry.dose.given_on;
        if self.today != Some(day) {
            self.before = self.counts_next.take().or(self.before);
            self.today = Some(day);
            self.taken_today = false;
            self.place = self.filled;
        }
        let series = self.series;
        let finding = match series.doses.get(self.place) {
            Some(slot) => self.primary(slot, entry),
            None => self.after_series(entry),
        };
        let counts = match self.interval_from {
            IntervalFrom::Any => true,
            IntervalFrom::Series => series.products.contains(entry.product),
            IntervalFrom::Valid => false,
        };
        if counts || finding.verdict == Verdict::Valid {
            self.counts_next = Some(day);
        }
        finding
    }

    /// A dose before the primary series is complete.
    fn primary(&mut self, slot: &Slot, entry: &Entry<'_>) -> Finding {
        let before = self.before.filter(|_| self.place > 0);
        let not_valid = |reason| Finding::new(Verdict::NotValid, reason);
        match slot.fit(entry.product, entry.dose.given_on, before, self.birth) {
            Fit::Valid(_) if self.taken_today => one_too_many(),
            Fit::Valid(remarks) => self.take(remarks, entry),
            Fit::TooEarly => not_valid(Reason::TooEarly),
            Fit::TooLate => not_valid(Reason::TooLate),
            Fit::NotAllowed => not_valid(Reason::MixedProduct),
        }
    }

    fn take(&mut self, remarks: ReasonSet, entry: &Entry<'_>) -> Finding {
        let day = Some(entry.dose.given_on);
        self.taken_today = true;
        self.filled += 1;
        self.first = self.first.or(day);
        if self.filled == self.series.doses.len() {
            self.complete_on = day;
        }
        Finding::valid(remarks, self.filled, entry.dose)
    }

    /// A dose after it.
    fn after_series(&mut self, entry: &Entry<'_>) -> Finding {
        let fit = self
            .series
            .precaution
            .as_ref()
            .map(|slot| slot.fit(entry.product, entry.dose.given_on, self.before, self.birth));
        match fit {
            Some(Fit::Valid(remarks)) if !self.taken_today => {
                self.taken_today = true;
                self.precautions += 1;
                Finding::valid(remarks.with(Reason::PrecautionDose), self.filled + self.precautions, entry.dose)
            }
            _ => one_too_many(),
        }
    }
}

fn one_too_many() -> Finding {
    Finding::new(Verdict::Extraneous, Reason::ExtraDose)
}
