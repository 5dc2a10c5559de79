//! The policies for other diseases than COVID-19, each by its rule.

use crate::common::{answer, day, evaluated, history};
use kycvs_domain::{
    Antigen, BirthDate, Dose, DoseHistory, Evidence, Finding, NeedReason, Policy, Product, Source, evaluate,
};

const ADULT: &str = "1986-02-11";

#[track_caller]
fn expect(policy: &str, birth: &str, doses: &[&str], on: &str, status: u8, reason: NeedReason) {
    let found = evaluated(policy, &history(birth, doses), on);
    assert_eq!((u8::from(found.status), found.needs[0].reason), (status, reason), "{found:?}");
}

#[test]
fn yellow_fever_counts_ten_days_after_the_dose_and_for_life() {
    let dose = ["cvx:37 2026-11-01"];
    expect("yellow-fever-arrival", ADULT, &dose, "2026-11-10", 1, NeedReason::Waiting);
    expect("yellow-fever-arrival", ADULT, &dose, "2026-11-11", 2, NeedReason::Complete);
    expect("yellow-fever-arrival", ADULT, &dose, "2076-11-11", 2, NeedReason::Complete);
    expect("yellow-fever-arrival", ADULT, &["cvx:10 2026-11-01"], "2026-11-30", 0, NeedReason::NoDose);
}

#[test]
fn polio_for_travel_is_four_weeks_to_twelve_months_old() {
    let dose = ["cvx:10 2026-01-10"];
    expect("polio-travel", ADULT, &dose, "2026-02-06", 1, NeedReason::Waiting);
    expect("polio-travel", ADULT, &dose, "2026-02-07", 2, NeedReason::Complete);
    expect("polio-travel", ADULT, &dose, "2027-01-10", 2, NeedReason::Complete);
    expect("polio-travel", ADULT, &dose, "2027-01-11", 1, NeedReason::Expired);
    expect("polio-umrah", ADULT, &dose, "2026-07-10", 2, NeedReason::Complete);
    expect("polio-umrah", ADULT, &dose, "2026-07-11", 1, NeedReason::Expired);
}

#[test]
fn a_later_dose_renews_a_time_of_validity() {
    let doses = ["cvx:10 2026-01-10", "cvx:2 2026-12-01"];
    let found = evaluated("polio-travel", &history(ADULT, &doses), "2027-03-01");
    assert_eq!((u8::from(found.status), found.valid_until), (2, Some(day("2027-12-01"))));
    let before = evaluated("polio-travel", &history(ADULT, &doses), "2026-12-02");
    assert_eq!((u8::from(before.status), before.valid_until), (2, Some(day("2027-01-10"))), "the first still holds");
    let gap = evaluated("polio-travel", &history(ADULT, &["cvx:10 2026-01-10"]), "2027-03-01");
    assert_eq!(gap.needs[0].next_due.map(|due| due <= day("2027-03-01")), Some(true), "it may be given at once");
}

#[test]
fn a_dose_that_renews_what_had_ended_waits_and_no_other_is_due() {
    let doses = ["cvx:10 2024-01-01", "cvx:10 2025-12-10"];
    expect("polio-travel", ADULT, &doses, "2025-12-09", 1, NeedReason::Expired);
    let found = evaluated("polio-travel", &history(ADULT, &doses), "2025-12-20");
    assert_eq!((u8::from(found.status), found.needs[0].reason), (1, NeedReason::Waiting));
    assert_eq!((found.effective_on, found.next_due), (Some(day("2026-01-07")), None));
    expect("polio-travel", ADULT, &doses, "2026-01-06", 1, NeedReason::Waiting);
    expect("polio-travel", ADULT, &doses, "2026-01-07", 2, NeedReason::Complete);
    let twice = ["cvx:10 2024-01-01", "cvx:10 2025-12-10", "cvx:10 2025-12-18"];
    let found = evaluated("polio-travel", &history(ADULT, &twice), "2025-12-20");
    assert_eq!(found.effective_on, Some(day("2026-01-07")), "the earlier of two counts first");
}

#[test]
fn measles_for_health_workers_is_two_doses_or_immunity() {
    let two = ["cvx:3 2020-01-01", "cvx:94 2020-01-29"];
    expect("measles-health-worker", ADULT, &two, "2026-01-01", 2, NeedReason::Complete);
    expect(
        "measles-health-worker",
        ADULT,
        &["cvx:3 2020-01-01", "cvx:3 2020-01-28"],
        "2026-01-01",
        1,
        NeedReason::DoseMissing,
    );
    expect("measles-health-worker", ADULT, &["cvx:7 2020-01-01"], "2026-01-01", 0, NeedReason::NoDose);
    expect("measles-health-worker", "1956-12-31", &[], "2026-01-01", 2, NeedReason::Immune);
    expect("measles-health-worker", "1957-01-01", &[], "2026-01-01", 0, NeedReason::NoDose);
}

#[test]
fn evidence_makes_immune_from_its_day_on_and_a_year_of_birth_only_when_all_its_days_do() {
    let policy = Policy::builtin("measles-health-worker").unwrap();
    let evidence = |name: &str, finding| Evidence {
        against: Antigen::find(name).unwrap(),
        finding,
        on: Some(day("2020-05-01")),
        source: Source::Registry,
    };
    let status = |history: &DoseHistory, on| u8::from(evaluate(history, &policy, day(on)).status);
    let with = |evidence| DoseHistory { immunity: vec![evidence], ..DoseHistory::default() };
    let antibodies = with(evidence("measles", Finding::Antibodies { titre: None }));
    assert_eq!((status(&antibodies, "2020-04-30"), status(&antibodies, "2020-05-01")), (0, 2));
    assert_eq!(status(&with(evidence("measles", Finding::Disease)), "2026-01-01"), 2);
    assert_eq!(status(&with(evidence("mumps", Finding::Disease)), "2026-01-01"), 0);
    let born =
        |year: &str| DoseHistory { birth: Some(BirthDate::Year(year.parse().unwrap())), ..DoseHistory::default() };
    assert_eq!((status(&born("1956"), "2026-01-01"), status(&born("1957"), "2026-01-01")), (2, 0));
    assert_eq!(status(&DoseHistory::default(), "2026-01-01"), 0, "nobody knows when they were born");
}

#[test]
fn influenza_counts_for_a_year() {
    expect("influenza-season", ADULT, &["cvx:140 2025-11-01"], "2026-11-01", 2, NeedReason::Complete);
    expect("influenza-season", ADULT, &["cvx:140 2025-11-01"], "2026-11-02", 1, NeedReason::Expired);
    expect(
        "influenza-season",
        ADULT,
        &["cvx:140 2025-11-01", "cvx:88 2026-10-01"],
        "2026-11-02",
        2,
        NeedReason::Complete,
    );
}

#[test]
fn mmr_in_the_united_kingdom_counts_its_second_dose_from_18_months() {
    let born = "2020-01-10";
    expect("uk-mmr-school", born, &["cvx:3 2021-01-10", "cvx:3 2021-07-10"], "2026-09-01", 2, NeedReason::Complete);
    expect("uk-mmr-school", born, &["cvx:3 2021-01-10", "cvx:3 2021-07-09"], "2026-09-01", 1, NeedReason::DoseMissing);
    expect("uk-mmr-school", born, &["cvx:3 2021-01-09", "cvx:3 2021-07-10"], "2026-09-01", 1, NeedReason::DoseMissing);
}

/// A child born on 2020-06-01 with all that the schedule of 2025 gives before school.
const SCHOOL: [&str; 18] = [
    "cvx:107 2020-08-01",
    "cvx:107 2020-10-01",
    "cvx:107 2020-12-01",
    "cvx:107 2021-09-01",
    "cvx:107 2024-06-01",
    "cvx:10 2020-08-01",
    "cvx:10 2020-10-01",
    "cvx:10 2020-12-01",
    "cvx:10 2024-06-01",
    "cvx:3 2021-06-01",
    "cvx:3 2024-06-01",
    "cvx:21 2021-06-01",
    "cvx:21 2024-06-01",
    "cvx:8 2020-06-01",
    "cvx:8 2020-08-01",
    "cvx:8 2020-12-01",
    "cvx:83 2021-06-01",
    "cvx:83 2021-12-01",
];

fn school(policy: &str, without: &str) -> u8 {
    let doses: Vec<_> = SCHOOL.into_iter().filter(|dose| without.is_empty() || !dose.starts_with(without)).collect();
    answer(policy, &history("2020-06-01", &doses), "2025-09-01").0
}

#[test]
fn school_entry_needs_what_its_schedule_says() {
    for policy in ["us-school-entry-cdc-2025", "us-school-entry-cdc-2026", "us-school-entry-aap-2026"] {
        assert_eq!(school(policy, ""), 2, "{policy}");
        for code in ["cvx:107", "cvx:10 ", "cvx:3", "cvx:21"] {
            assert_eq!(school(policy, code), 0, "{policy} without {code}");
        }
        let hepatitis = if policy.contains("cdc-2026") { 2 } else { 0 };
        assert_eq!(school(policy, "cvx:8 "), hepatitis, "{policy}: hepatitis B");
        assert_eq!(school(policy, "cvx:83"), hepatitis, "{policy}: hepatitis A");
    }
}

#[test]
fn the_status_is_the_least_of_the_needs_and_each_need_says_its_own() {
    let doses: Vec<_> = SCHOOL.into_iter().filter(|dose| *dose != "cvx:3 2024-06-01").collect();
    let found = evaluated("us-school-entry-cdc-2025", &history("2020-06-01", &doses), "2025-09-01");
    assert_eq!(u8::from(found.status), 1);
    let open: Vec<_> = found.needs.iter().filter(|need| u8::from(need.status) != 2).map(|need| &*need.name).collect();
    assert_eq!(open, ["Measles", "Mumps", "Rubella"]);
    assert_eq!(found.needs.iter().find(|need| &*need.name == "Measles").unwrap().next_due, Some(day("2021-07-01")));
}

#[test]
fn a_child_of_the_indian_programme_is_complete_by_its_doses() {
    let born = "2022-01-10";
    let penta = ["2022-02-21", "2022-03-21", "2022-04-18"];
    let mut doses: Vec<String> =
        penta.iter().flat_map(|day| [format!("cvx:198 {day}"), format!("cvx:178 {day}")]).collect();
    doses.extend(["cvx:19 2022-01-10", "cvx:4 2022-10-10", "cvx:4 2023-05-10"].map(str::to_owned));
    let all: Vec<_> = doses.iter().map(String::as_str).collect();
    assert_eq!(answer("in-uip-child", &history(born, &all), "2026-06-01").0, 2);
    let without = |code: &str| -> Vec<&str> { all.iter().copied().filter(|dose| !dose.starts_with(code)).collect() };
    for code in ["cvx:198", "cvx:178", "cvx:19 ", "cvx:4"] {
        assert_eq!(answer("in-uip-child", &history(born, &without(code)), "2026-06-01").0, 0, "{code}");
    }
}

#[test]
fn a_final_dose_known_by_its_number_counts_where_the_policy_says_so_and_says_so() {
    let own = |accepts: bool| {
        Policy::from_toml(&format!(
            "id = \"own\"\nversion = 1\n[[need]]\npolicy = \"in-kyc-vs\"\naccepts_final_dose = {accepts}"
        ))
        .unwrap()
    };
    let dose = |number, of, on: &str| Dose {
        dose_number: Some(number),
        series_doses: of,
        ..Dose::new(Product::find("COVAXIN"), day(on))
    };
    let answer = |doses: Vec<Dose>, accepts| {
        let found = evaluate(&DoseHistory { doses, ..DoseHistory::default() }, &own(accepts), day("2022-01-01"));
        let reasons = found.doses.last().unwrap().reasons.clone();
        (u8::from(found.status), found.needs[0].reason, reasons.contains(&kycvs_domain::Reason::FinalDose))
    };
    let last = dose(2, Some(2), "2021-06-01");
    assert_eq!(answer(vec![last], true), (2, NeedReason::FinalDose, true));
    assert_eq!(answer(vec![last], false), (1, NeedReason::DoseMissing, false));
    assert_eq!(answer(vec![dose(2, None, "2021-06-01")], true), (1, NeedReason::DoseMissing, false));
    assert_eq!(answer(vec![dose(1, Some(2), "2021-06-01")], true), (1, NeedReason::DoseMissing, false));
    assert_eq!(answer(vec![dose(2, Some(3), "2021-06-01")], true), (1, NeedReason::DoseMissing, false));
    for booster in [dose(3, Some(3), "2021-06-01"), dose(3, Some(2), "2021-06-01")] {
        assert_eq!(answer(vec![booster], true), (2, NeedReason::FinalDose, true), "it came after the last one");
    }
    let early = vec![dose(1, Some(2), "2021-05-20"), last];
    assert_eq!(answer(early, true), (1, NeedReason::DoseMissing, false), "what is known decides");
}
