use chrono::{Days, NaiveDate};
use kycvs_domain::rules::{Allowed, Period, Rule, Series};

use super::Contradiction;

/// The rules of a series that no dose can meet: the place of the dose and of the rule, from 0, and why.
///
/// It takes each dose as early as a rule of it allows. The calendar's months have 28 to 31 days, so that a rule which
/// contradicts others by a few days only is left to whoever reads it.
pub(super) fn unreachable(series: &Series) -> Vec<(usize, usize, Contradiction)> {
    let mut found = Vec::new();
    // The earliest day on which each dose can be given: to a person born on a day, and by the calendar alone.
    let mut ages: Vec<NaiveDate> = Vec::with_capacity(series.places.len());
    let mut days: Vec<NaiveDate> = Vec::with_capacity(series.places.len());
    for (dose, place) in series.places.iter().enumerate() {
        let (mut age, mut day) = (None::<NaiveDate>, None::<NaiveDate>);
        for (at, rule) in place.rules.iter().enumerate() {
            let by_age = rule.products.iter().filter_map(|allowed| earliest_age(rule, allowed, &ages)).min();
            let by_day = rule.products.iter().filter_map(|allowed| earliest_day(rule, allowed, &days)).min();
            match (by_age, by_day) {
                (None, _) => found.push((dose, at, Contradiction::Ages)),
                (_, None) => found.push((dose, at, Contradiction::Dates)),
                (Some(by_age), Some(by_day)) => {
                    age = Some(age.map_or(by_age, |age| age.min(by_age)));
                    day = Some(day.map_or(by_day, |day| day.min(by_day)));
                }
            }
        }
        // A dose that is not always needed, or that nobody can get, keeps none after it waiting.
        let before = |days: &[NaiveDate], start| days.last().copied().unwrap_or(start);
        let skipped = place.is_optional();
        ages.push(age.filter(|_| !skipped).unwrap_or_else(|| before(&ages, BIRTH)));
        days.push(day.filter(|_| !skipped).unwrap_or_else(|| before(&days, NaiveDate::MIN)));
    }
    found
}

/// A day to be born on: which one does not matter.
const BIRTH: NaiveDate = match NaiveDate::from_ymd_opt(2000, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// How far months of the calendar differ over a few years, in days.
const SLACK: Days = Days::new(5);

fn earliest_age(rule: &Rule, allowed: &Allowed, before: &[NaiveDate]) -> Option<NaiveDate> {
    let grace = Days::new(rule.grace.into());
    let reached = [rule.minimum_age, allowed.minimum_age].into_iter().flatten().filter_map(|age| age.after(BIRTH));
    let reached = reached.filter_map(|day| day.checked_sub_days(grace));
    let earliest = reached.chain(after_doses(rule, before)).max().unwrap_or(BIRTH);
    let ends = [rule.below_age, allowed.below_age].into_iter().flatten().filter_map(|age| age.after(BIRTH));
    let end = ends.min().and_then(|end| end.checked_add_days(SLACK));
    end.is_none_or(|end| earliest < end).then_some(earliest)
}

fn earliest_day(rule: &Rule, allowed: &Allowed, before: &[NaiveDate]) -> Option<NaiveDate> {
    let starts = [rule.from, allowed.from, allowed.first_use].into_iter().chain(after_doses(rule, before));
    let earliest = starts.max().unwrap_or(NaiveDate::MIN);
    (earliest <= rule.until.min(allowed.until)).then_some(earliest)
}

/// The earliest days that the intervals to the doses before allow.
fn after_doses<'a>(rule: &'a Rule, before: &'a [NaiveDate]) -> impl Iterator<Item = NaiveDate> + 'a {
    let grace = Days::new(rule.grace.into());
    let since_last = before.last().map(|day| (*day, rule.minimum_interval.unwrap_or(Period::ZERO)));
    let since = rule.since_dose.iter().filter_map(|(place, period)| Some((*before.get(*place)?, *period)));
    since_last.into_iter().chain(since).filter_map(move |(day, period)| period.after(day)?.checked_sub_days(grace))
}
