use std::cmp::Reverse;

use chrono::NaiveDate;

use super::{Finding, timeline::Entry};
use crate::{
    BirthDate, Dose,
    policy::{Apart, Given, IntervalFrom, MAX_DOSES, Misfit, Need, Period, Place, Series},
    verdict::{NeedReason, Reason, ReasonSet, Verdict},
};

mod skip;

/// One series, read against a person's doses in the order they were given.
pub(super) struct Walk<'a> {
    need: &'a Need,
    series: &'a Series,
    entries: &'a [Entry<'a>],
    on: NaiveDate,
    birth: Option<BirthDate>,
    /// When each of the first `filled` places was taken; `None` for a place that was skipped.
    taken: [Option<NaiveDate>; MAX_DOSES],
    filled: usize,
    /// How many places were taken, and how many doses counted after them.
    valid: usize,
    precautions: usize,
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    complete_on: Option<NaiveDate>,
    /// The latest dose from which the series is valid for a time that holds on `on`.
    valid_from: Option<NaiveDate>,
    /// The earliest dose from which it will be, after a wait that is not over on `on`.
    waits_from: Option<NaiveDate>,
    by_final_dose: bool,
    /// The day that is being read, and whether one of its doses took a place: a person gets one dose a day.
    today: Option<NaiveDate>,
    taken_today: bool,
    /// The place that was next when the day began: all doses of the day are read against it, in whatever order.
    place: usize,
    /// The dose before that day that an interval counts from, and the one of that day that the next may count from.
    before: Option<NaiveDate>,
    counts_next: Option<NaiveDate>,
}

impl<'a> Walk<'a> {
    /// Reads the doses of the need, which are `own` of all `entries`, and puts the finding on each into `found`.
    pub(super) fn over(
        (need, series): (&'a Need, &'a Series),
        (entries, own): (&'a [Entry<'a>], &[Entry<'a>]),
        birth: Option<BirthDate>,
        on: NaiveDate,
        found: &mut [Option<Finding>],
    ) -> Self {
        let mut walk = Self {
            need,
            series,
            entries,
            on,
            birth,
            taken: [None; MAX_DOSES],
            filled: 0,
            valid: 0,
            precautions: 0,
            first: None,
            last: None,
            complete_on: None,
            valid_from: None,
            waits_from: None,
            by_final_dose: false,
            today: None,
            taken_today: false,
            place: 0,
            before: None,
            counts_next: None,
        };
        own.iter().zip(found).for_each(|(entry, found)| *found = Some(walk.step(entry)));
        walk.skip_optional(on, None);
        walk
    }

    pub(super) fn series(&self) -> &'a Series {
        self.series
    }

    /// The day on which the series was complete: of its last dose, or of the age from which no more is needed.
    pub(super) fn complete_on(&self) -> Option<NaiveDate> {
        self.complete_on
    }

    /// Why a series that is effective is complete: by all its doses, or by the last alone.
    pub(super) fn completeness(&self) -> NeedReason {
        if self.by_final_dose { NeedReason::FinalDose } else { NeedReason::Complete }
    }

    /// Whether at least one dose takes a place in the series.
    pub(super) fn is_started(&self) -> bool {
        self.valid > 0
    }

    /// The first day of status 2, as things are on the day asked about.
    pub(super) fn effective_on(&self) -> Option<NaiveDate> {
        self.series.wait.after(self.decisive_dose()?)
    }

    /// The last day of status 2; `None` without an end.
    pub(super) fn valid_until(&self) -> Option<NaiveDate> {
        self.series.valid_for?.after(self.decisive_dose()?)
    }

    /// The dose of a complete series from which wait and validity count.
    fn decisive_dose(&self) -> Option<NaiveDate> {
        self.valid_from.or(self.waits_from).or(self.complete_on)
    }

    pub(super) fn is_effective(&self) -> bool {
        self.effective_on().is_some_and(|day| day <= self.on) && !self.is_expired()
    }

    pub(super) fn is_expired(&self) -> bool {
        self.valid_until().is_some_and(|day| day < self.on)
    }

    /// The first day on which the missing dose, or one that renews the series, would be valid.
    pub(super) fn next_due(&self) -> Option<NaiveDate> {
        let place = match self.series.places.get(self.filled) {
            Some(place) => place,
            None if self.is_expired() => self.renewal()?,
            None => return None,
        };
        place.next_due(self.counts_next.or(self.before), self.taken(), self.birth, self.on)
    }

    /// Smaller is better: a series that gives status 2; of these the one that was complete first; else the started one that
    /// the rules in force can complete, of these the one with most doses, of these the one with the fewest doses missing,
    /// of these the one that was started first.
    pub(super) fn rank(&self) -> impl Ord + Copy + use<> {
        let missing = self.series.places.get(self.filled..).unwrap_or_default();
        let closed = !missing.iter().all(|place| place.is_open(self.on));
        let done = self.complete_on.unwrap_or(NaiveDate::MAX);
        let complete = (!self.is_effective(), !self.is_started(), self.complete_on.is_none(), done);
        (complete, closed, Reverse(self.valid), missing.len(), self.first)
    }

    /// When each place was taken so far.
    fn taken(&self) -> &[Option<NaiveDate>] {
        self.taken.get(..self.filled).unwrap_or_default()
    }

    /// The next place is done with: taken on a day, or skipped. A series has at most [`MAX_DOSES`] places.
    fn fill(&mut self, day: Option<NaiveDate>) {
        if let Some(place) = self.taken.get_mut(self.filled) {
            *place = day;
        }
        self.filled += 1;
    }

    /// Passes over the places that the person does not need on `day`. Most series have none.
    fn skip_optional(&mut self, day: NaiveDate, entry: Option<&Entry<'_>>) {
        if self.series.places.get(self.filled).is_some_and(Place::is_optional) {
            self.skip(day, entry);
        }
    }

    fn step(&mut self, entry: &Entry<'_>) -> Finding {
        let day = entry.dose.given_on;
        if self.today != Some(day) {
            self.before = self.counts_next.take().or(self.before);
            self.today = Some(day);
            self.taken_today = false;
            self.skip_optional(day, Some(entry));
            self.place = self.filled;
        }
        let series = self.series;
        let finding = match series.places.get(self.place) {
            Some(place) => self.primary(place, entry),
            None => self.after_series(entry),
        };
        let counts = match series.interval_from {
            IntervalFrom::Any => true,
            IntervalFrom::Series => series.products.contains(entry.product),
            IntervalFrom::Valid => false,
        };
        if counts || finding.verdict == Verdict::Valid {
            self.counts_next = Some(day);
        }
        finding
    }

    fn complete(&mut self, day: NaiveDate) {
        self.complete_on = Some(day);
        self.renew(day);
    }

    /// A time of validity begins; the latest that holds on the day asked about decides.
    fn renew(&mut self, day: NaiveDate) {
        let Some(valid_for) = self.series.valid_for else { return };
        if valid_for.after(day).is_none_or(|last| last < self.on) {
            return;
        }
        if self.series.wait.after(day).is_some_and(|first| first <= self.on) {
            self.valid_from = Some(day);
        } else {
            self.waits_from = self.waits_from.or(Some(day));
        }
    }

    fn fit(&self, place: &Place, entry: &Entry<'_>) -> Result<ReasonSet, Misfit> {
        place.fit(&Given {
            product: entry.product,
            day: entry.dose.given_on,
            on: self.on,
            birth: self.birth,
            before: self.before,
            taken: self.taken(),
            is_near: &|apart| self.is_near(apart, entry.dose.given_on),
        })
    }

    /// Whether an earlier dose is nearer to `day` than it may be. The latest are looked at first, and none before one that is
    /// far enough away for any.
    fn is_near(&self, apart: &Apart, day: NaiveDate) -> bool {
        let is_too_near = |period: Period, dose: &Dose| !period.is_over(dose.given_on, day);
        let any = |dose: &Dose| {
            is_too_near(apart.within, dose) || apart.after_valid.is_some_and(|period| is_too_near(period, dose))
        };
        let earlier = self.entries.iter().rev().skip_while(|entry| entry.dose.given_on >= day);
        earlier.take_while(|entry| any(entry.dose)).filter(|entry| apart.products.contains(entry.product)).any(
            |entry| {
                let counts =
                    self.need.products.contains(entry.product) && self.taken().contains(&Some(entry.dose.given_on));
                is_too_near(apart.after_valid.filter(|_| counts).unwrap_or(apart.within), entry.dose)
            },
        )
    }

    /// A dose before the series is complete.
    fn primary(&mut self, place: &Place, entry: &Entry<'_>) -> Finding {
        if let Some(remarks) = self.fit_as_final(entry) {
            self.filled = self.series.places.len().saturating_sub(1);
            self.valid = self.filled;
            self.by_final_dose = true;
            return self.take(remarks.with(Reason::FinalDose), entry);
        }
        match self.fit(place, entry) {
            Ok(_) if self.taken_today => Finding::one_too_many(),
            Ok(remarks) => self.take(remarks, entry),
            Err(misfit) => Finding::refused(misfit),
        }
    }

    /// The remarks on a dose that is the last of the series as it is recorded, where doses before it are not known and the
    /// policy accepts that. What is known decides first: with all doses before it, it is read as any other.
    fn fit_as_final(&self, entry: &Entry<'_>) -> Option<ReasonSet> {
        let (last, before) = self.series.places.split_last()?;
        let number = entry.dose.dose_number.filter(|number| entry.dose.series_doses.is_some_and(|of| of <= *number))?;
        let is_final = usize::from(number) > before.len() && self.valid < before.len();
        let may_be_final = self.series.accepts_final_dose && is_final && !self.taken_today;
        may_be_final.then(|| self.fit(last, entry))?.ok()
    }

    fn take(&mut self, remarks: ReasonSet, entry: &Entry<'_>) -> Finding {
        let day = entry.dose.given_on;
        self.taken_today = true;
        self.fill(Some(day));
        self.valid += 1;
        self.first = self.first.or(Some(day));
        self.last = Some(day);
        if self.filled == self.series.places.len() {
            if self.series.recurring {
                self.filled -= 1;
            } else {
                self.complete(day);
            }
        }
        Finding::valid(remarks, self.valid, entry.dose)
    }

    /// A dose after it.
    fn after_series(&mut self, entry: &Entry<'_>) -> Finding {
        match self.renewal().map(|place| self.fit(place, entry)) {
            Some(Ok(remarks)) if !self.taken_today => {
                self.taken_today = true;
                self.precautions += 1;
                self.renew(entry.dose.given_on);
                let number = self.valid + self.precautions;
                Finding::valid(remarks.with(Reason::PrecautionDose), number, entry.dose)
            }
            _ => Finding::one_too_many(),
        }
    }

    /// What a dose after the series must be: the precaution dose of the policy, or, where a series is valid for a time, its
    /// last dose once more.
    fn renewal(&self) -> Option<&'a Place> {
        let last = self.series.places.last().filter(|_| self.series.valid_for.is_some());
        self.series.precaution.as_ref().or(last)
    }
}
