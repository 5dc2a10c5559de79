//! What holds for every history under every built-in policy for COVID-19; `policy_properties` has what holds for all.

use std::{fmt, ops::Deref, sync::LazyLock};

use chrono::{Datelike, Days, NaiveDate};
use kycvs_domain::{Batch, BirthDate, BirthYear, Dose, DoseHistory, Policy, Product, Verdict, evaluate, status_of};
use proptest::prelude::*;

static BUILTIN: LazyLock<Vec<Policy>> = LazyLock::new(|| {
    ["in-kyc-vs", "travel-14", "travel-15", "us-cdc", "us-cdc-14"].map(|id| Policy::builtin(id).expect(id)).into()
});

/// The built-in rules, but for one: intervals count from the last valid dose.
static FROM_VALID_DOSE: LazyLock<Vec<Policy>> = LazyLock::new(|| {
    let india = include_str!("../policies/in-kyc-vs.toml").replace("\"series_dose\"", "\"valid_dose\"");
    let us = include_str!("../policies/us-cdc.toml").replace("\"any_dose\"", "\"valid_dose\"");
    assert!(india.contains("valid_dose") && us.contains("valid_dose"));
    let own = |text: &String| Policy::from_toml(&text.replacen("\nid = \"", "\nid = \"own-", 1)).expect("a policy");
    [india, us].iter().map(own).collect()
});

/// A history that a failing test shows, as its own `Debug` does not.
struct Shown(DoseHistory);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.0.birth, self.0.doses)
    }
}

impl Deref for Shown {
    type Target = DoseHistory;

    fn deref(&self) -> &DoseHistory {
        &self.0
    }
}

fn any_date() -> impl Strategy<Value = NaiveDate> {
    let days = NaiveDate::MIN.num_days_from_ce()..=NaiveDate::MAX.num_days_from_ce();
    days.prop_map(|day| NaiveDate::from_num_days_from_ce_opt(day).unwrap())
}

/// Close to one another, and on both sides of the days on which rules change.
fn near_date() -> impl Strategy<Value = NaiveDate> {
    let around = |text: &str| text.parse::<NaiveDate>().unwrap();
    let turns = ["2021-05-13", "2021-10-25", "2022-04-26", "2022-06-25", "2022-07-10"].map(around);
    let turn = prop_oneof![8 => Just(1_usize), 1 => 0..turns.len()];
    (turn, -40_i64..60).prop_map(move |(turn, days)| turns[turn] + chrono::TimeDelta::days(days))
}

fn any_product() -> impl Strategy<Value = Option<Product>> {
    prop_oneof![1 => Just(None), 20 => prop::sample::select(Product::all().collect::<Vec<_>>()).prop_map(Some)]
}

fn few_products() -> impl Strategy<Value = Option<Product>> {
    let codes =
        ["COVISHIELD", "VAXZEVRIA", "COVAXIN", "ZYCOV_D", "JANSSEN", "cvx:208", "cvx:207", "cvx:219", "cvx:213"];
    prop::sample::select(codes.to_vec()).prop_map(Product::find)
}

fn dose(
    product: impl Strategy<Value = Option<Product>>,
    date: impl Strategy<Value = NaiveDate>,
) -> impl Strategy<Value = Dose> {
    let batch = prop::option::of(prop_oneof![Just("B1"), Just("B2")]);
    (product, date, prop::option::of(0_u8..5), batch).prop_map(|(product, given_on, dose_number, batch)| Dose {
        dose_number,
        batch: batch.map(|text| Batch::parse(text).unwrap()),
        ..Dose::new(product, given_on)
    })
}

fn any_history() -> impl Strategy<Value = Shown> {
    let birth = prop_oneof![
        any_date().prop_map(BirthDate::Day),
        (1900..=2100_u16).prop_map(|year| BirthDate::Year(BirthYear::new(year).unwrap())),
    ];
    (prop::option::of(birth), prop::collection::vec(dose(any_product(), any_date()), 0..20))
        .prop_map(|(birth, doses)| Shown(DoseHistory { birth, doses, immunity: Vec::new() }))
}

fn near_history() -> impl Strategy<Value = Shown> {
    let births = ["1986-02-11", "2003-12-10", "2017-01-10", "2004-02-29"].map(|text| text.parse().unwrap());
    (prop::option::of(prop::sample::select(births.to_vec())), prop::collection::vec(near_dose(), 0..12))
        .prop_map(|(birth, doses)| Shown(DoseHistory { birth: birth.map(BirthDate::Day), doses, immunity: Vec::new() }))
}

fn near_dose() -> impl Strategy<Value = Dose> {
    dose(few_products(), near_date())
}

fn with(history: &DoseHistory, extra: Dose) -> DoseHistory {
    let mut longer = history.clone();
    longer.doses.push(extra);
    longer
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_history_has_an_answer(history in any_history(), on in any_date()) {
        for policy in BUILTIN.iter() {
            let answer = evaluate(&history, policy, on);
            prop_assert_eq!(answer.doses.len(), history.doses.len());
            prop_assert_eq!(answer.status, status_of(&history, policy, on));
        }
    }

    #[test]
    fn the_status_says_what_the_verdicts_say(history in near_history(), on in near_date()) {
        for policy in BUILTIN.iter() {
            let answer = evaluate(&history, policy, on);
            prop_assert_eq!(answer.status, status_of(&history, policy, on));
            let valid: Vec<_> = answer.doses.iter().filter(|dose| dose.verdict == Verdict::Valid).collect();
            prop_assert_eq!(u8::from(answer.status) == 0, valid.is_empty());
            prop_assert_eq!(u8::from(answer.status) == 2, answer.effective_on.is_some_and(|day| day <= on));
            prop_assert!(answer.complete_on.is_none_or(|day| valid.iter().any(|dose| dose.given_on == day)));
            prop_assert!(answer.next_due.is_none() || (answer.complete_on.is_none() && !valid.is_empty()));
            let mut numbers: Vec<_> = valid.iter().map(|dose| (dose.given_on, dose.number)).collect();
            numbers.sort_unstable();
            let counted: Vec<_> = numbers.iter().map(|(_, number)| *number).collect();
            prop_assert_eq!(counted, (1..=valid.len()).map(Some).collect::<Vec<_>>());
            prop_assert!(numbers.windows(2).all(|pair| pair[0].0 < pair[1].0), "one dose a day");
        }
    }

    #[test]
    fn the_order_of_the_records_decides_nothing(history in near_history(), on in near_date(), seed in any::<u64>()) {
        let mut shuffled = history.0.clone();
        shuffled.doses.sort_by_key(|dose| {
            let day = u64::from(dose.given_on.num_days_from_ce().unsigned_abs());
            (day * 31 + u64::from(dose.dose_number.unwrap_or(9))).wrapping_mul(seed | 1)
        });
        for policy in BUILTIN.iter() {
            let (one, other) = (evaluate(&history, policy, on), evaluate(&shuffled, policy, on));
            prop_assert_eq!((one.status, one.complete_on, one.next_due), (other.status, other.complete_on, other.next_due));
            let found = |history: &DoseHistory, answer: kycvs_domain::Evaluation| {
                let mut lines: Vec<_> =
                    history.doses.iter().zip(answer.doses).map(|(dose, verdict)| format!("{dose:?} {verdict:?}")).collect();
                lines.sort_unstable();
                lines
            };
            prop_assert_eq!(found(&history, one), found(&shuffled, other));
        }
    }

    /// One more than the series needs: the person was complete before it, or on its day.
    #[test]
    fn an_extra_dose_never_lowers_a_status(history in near_history(), extra in near_dose(), on in near_date()) {
        for policy in BUILTIN.iter() {
            let before = evaluate(&history, policy, on);
            let after = evaluate(&with(&history, extra), policy, on);
            if before.complete_on.is_some_and(|day| day <= extra.given_on) {
                prop_assert_eq!((before.status, before.complete_on), (after.status, after.complete_on));
            }
        }
    }

    /// The rule "an interval counts from the dose before it, valid or not" is the only one by which a dose takes away:
    /// where a status falls, a later dose came within the longest minimum interval of a primary series.
    #[test]
    fn a_dose_lowers_a_status_only_by_the_interval_that_counts_from_it(
        history in near_history(), added in near_dose(), on in near_date(),
    ) {
        for policy in BUILTIN.iter() {
            let before = evaluate(&history, policy, on);
            let after = evaluate(&with(&history, added), policy, on);
            if after.status < before.status {
                let days_after = |dose: &Dose| dose.given_on.signed_duration_since(added.given_on).num_days();
                prop_assert_eq!(u8::from(after.status), 1, "what was begun stays begun");
                prop_assert!(history.doses.iter().any(|dose| (1..56).contains(&days_after(dose))), "{after:?}");
            }
        }
    }

    #[test]
    fn where_intervals_count_from_valid_doses_no_dose_at_all_lowers_a_status(
        history in near_history(), added in near_dose(), on in near_date(),
    ) {
        for policy in FROM_VALID_DOSE.iter() {
            prop_assert!(status_of(&with(&history, added), policy, on) >= status_of(&history, policy, on));
        }
    }

    #[test]
    fn a_dose_that_cannot_count_changes_nothing(history in near_history(), on in near_date(), copy in any::<prop::sample::Index>()) {
        let covaxin = Product::find("COVAXIN");
        let unknown = Dose::new(None, on);
        let future = Dose::new(covaxin, on + Days::new(1));
        let unused = Dose::new(covaxin, "2021-01-15".parse().unwrap());
        let repeated = (!history.doses.is_empty()).then(|| *copy.get(&history.doses));
        for policy in BUILTIN.iter() {
            for added in [Some(unknown), Some(future), Some(unused), repeated].into_iter().flatten() {
                let (before, after) = (evaluate(&history, policy, on), evaluate(&with(&history, added), policy, on));
                prop_assert_eq!((before.status, before.complete_on), (after.status, after.complete_on));
                prop_assert_eq!(before.next_due, after.next_due);
            }
        }
    }

    #[test]
    fn a_status_never_falls_as_time_passes(history in near_history(), on in near_date(), days in 0_u64..400) {
        for policy in BUILTIN.iter() {
            prop_assert!(status_of(&history, policy, on) <= status_of(&history, policy, on + Days::new(days)));
        }
    }

    #[test]
    fn a_dose_given_when_it_is_due_is_valid(history in near_history(), on in near_date()) {
        for policy in BUILTIN.iter() {
            let Some(due) = evaluate(&history, policy, on).next_due else { continue };
            let given_on = due.max(on);
            if history.doses.iter().any(|dose| dose.given_on >= on) {
                continue; // doses of that day, or between, change what is due
            }
            if evaluate(&history, policy, given_on).next_due != Some(due) {
                continue; // and so does a product that was listed meanwhile
            }
            let completes = Product::all().any(|product| {
                let next = Dose::new(Some(product), given_on);
                let answer = evaluate(&with(&history, next), policy, given_on); // on a later day other products may be listed
                answer.doses.last().is_some_and(|dose| dose.verdict == Verdict::Valid)
            });
            prop_assert!(completes, "due {due} under {policy:?}");
        }
    }
}
