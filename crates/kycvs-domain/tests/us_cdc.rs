//! The primary series as the CDC's CDSi evaluated them in mid-2022.

use crate::common::{answer, day, evaluated, history};

const ADULT: &str = "1986-02-11";

/// The status and verdicts under `us-cdc` at the end of 2022.
#[track_caller]
fn expect(born: &str, doses: &[&str], status: u8, verdicts: &[&str]) {
    let (found, lines) = answer("us-cdc", &history(born, doses), "2022-12-31");
    assert_eq!((found, lines), (status, verdicts.iter().map(ToString::to_string).collect()));
}

#[track_caller]
fn expect_status(born: &str, doses: &[&str], status: u8) {
    assert_eq!(answer("us-cdc", &history(born, doses), "2022-12-31").0, status);
}

#[test]
fn four_days_before_the_minimum_a_dose_is_valid_from_25_october_2021() {
    expect(ADULT, &["cvx:208 2021-11-01", "cvx:208 2021-11-22"], 2, &["valid", "valid"]);
    expect(ADULT, &["cvx:208 2021-11-01", "cvx:208 2021-11-18"], 2, &["valid", "valid, grace period"]);
    expect(ADULT, &["cvx:208 2021-11-01", "cvx:208 2021-11-17"], 1, &["valid", "not valid, too early"]);
    expect(ADULT, &["cvx:207 2021-11-01", "cvx:207 2021-11-25"], 2, &["valid", "valid, grace period"]);
    expect(ADULT, &["cvx:207 2021-11-01", "cvx:207 2021-11-24"], 1, &["valid", "not valid, too early"]);
}

#[test]
fn before_25_october_2021_any_interval_is_valid() {
    expect(ADULT, &["cvx:208 2021-03-01", "cvx:208 2021-03-02"], 2, &["valid", "valid, below recommended"]);
    expect(ADULT, &["cvx:207 2021-10-01", "cvx:207 2021-10-24"], 2, &["valid", "valid, below recommended"]);
    expect(ADULT, &["cvx:207 2021-10-02", "cvx:207 2021-10-25"], 1, &["valid", "not valid, too early"]);
}

#[test]
fn the_next_valid_date_is_that_of_the_rule_in_force_when_the_dose_can_be_given() {
    let due = |first: &str, on| evaluated("us-cdc", &history(ADULT, &[first]), on).next_due;
    assert_eq!(due("cvx:208 2021-03-01", "2021-12-01"), Some(day("2021-03-22")));
    assert_eq!(due("cvx:207 2021-12-01", "2021-12-02"), Some(day("2021-12-29")));
    assert_eq!(due("cvx:210 2021-12-01", "2021-12-02"), Some(day("2021-12-29")), "no minimum: when it is recommended");
}

#[test]
fn a_repeated_dose_counts_its_interval_from_the_dose_that_was_too_early() {
    let (first, early) = ("cvx:208 2021-11-01", "cvx:208 2021-11-10");
    expect(ADULT, &[first, early, "cvx:208 2021-11-26"], 1, &["valid", "not valid, too early", "not valid, too early"]);
    expect(ADULT, &[first, early, "cvx:208 2021-11-27"], 2, &["valid", "not valid, too early", "valid, grace period"]);
}

#[test]
fn products_of_both_mrna_makers_mix_28_days_apart() {
    expect(ADULT, &["cvx:208 2021-11-01", "cvx:207 2021-11-29"], 2, &["valid", "valid"]);
    expect(ADULT, &["cvx:208 2021-11-01", "cvx:207 2021-11-25"], 2, &["valid", "valid, grace period"]);
    expect_status(ADULT, &["cvx:208 2021-11-01", "cvx:207 2021-11-24"], 1);
    expect(ADULT, &["cvx:208 2021-11-01", "cvx:217 2021-11-22"], 2, &["valid", "valid"]);
}

#[test]
fn an_unspecified_product_counts_in_a_mixed_series_and_one_from_abroad_in_none() {
    expect(ADULT, &["cvx:213 2021-11-01", "cvx:208 2021-11-29"], 2, &["valid", "valid"]);
    expect(ADULT, &["cvx:213 2021-11-01", "cvx:213 2021-11-29"], 2, &["valid", "valid"]);
    expect(ADULT, &["cvx:500 2021-11-01", "cvx:500 2021-11-29"], 0, &["not valid, not in policy"; 2]);
}

#[test]
fn novavax_mixes_from_20_july_2022_and_completes_alone_before() {
    expect(ADULT, &["cvx:211 2021-12-01", "cvx:211 2021-12-02"], 2, &["valid", "valid, below recommended"]);
    expect(ADULT, &["cvx:211 2022-07-20", "cvx:211 2022-08-06"], 2, &["valid", "valid, grace period"]);
    expect(ADULT, &["cvx:211 2022-07-20", "cvx:211 2022-08-05"], 1, &["valid", "not valid, too early"]);
    expect(ADULT, &["cvx:211 2022-07-04", "cvx:211 2022-07-18"], 2, &["valid", "valid, below recommended"]);
    expect(ADULT, &["cvx:211 2022-07-04", "cvx:211 2022-07-19"], 1, &["valid", "not valid, too early"]);
    expect_status(ADULT, &["cvx:208 2022-07-20", "cvx:211 2022-08-17"], 2);
    expect_status(ADULT, &["cvx:208 2022-06-15", "cvx:211 2022-07-18"], 1);
}

#[test]
fn one_dose_of_janssen_completes_from_18_years() {
    expect("2003-06-15", &["cvx:212 2021-06-15"], 2, &["valid"]);
    expect("2003-06-15", &["cvx:212 2021-06-11"], 2, &["valid, grace period"]);
    expect("2003-06-15", &["cvx:212 2021-06-10"], 0, &["not valid, too young"]);
    expect("", &["cvx:212 2021-06-10"], 2, &["valid"]);
}

#[test]
fn someone_born_on_29_february_is_18_on_1_march() {
    expect("2004-02-29", &["cvx:212 2022-03-01"], 2, &["valid"]);
    expect("2004-02-29", &["cvx:212 2022-02-28"], 2, &["valid, grace period"]);
}

#[test]
fn novavax_counts_from_18_years_and_from_12_on_from_19_august_2022() {
    let teenager = "2008-05-01";
    expect_status(teenager, &["cvx:211 2022-07-20", "cvx:211 2022-08-10"], 0);
    expect_status(teenager, &["cvx:211 2022-08-19", "cvx:211 2022-09-09"], 2);
    expect_status("2012-05-01", &["cvx:211 2022-08-19", "cvx:211 2022-09-09"], 0);
}

#[test]
fn the_formulations_for_the_youngest_count_from_18_june_2022() {
    expect_status("2021-10-01", &["cvx:228 2022-06-17", "cvx:228 2022-07-18"], 1);
    expect_status("2021-10-01", &["cvx:228 2022-06-18", "cvx:228 2022-07-18"], 2);
}

#[test]
fn what_is_due_is_not_of_a_product_that_did_not_exist() {
    let twelve = history("2009-08-01", &["cvx:218 2021-11-10"]);
    assert_eq!(evaluated("us-cdc", &twelve, "2021-11-20").next_due, Some(day("2021-12-01")));
}

#[test]
fn a_childs_formulation_counts_below_18_years() {
    expect("2014-05-01", &["cvx:218 2021-11-10", "cvx:218 2021-12-01"], 2, &["valid", "valid"]);
    expect("2004-05-01", &["cvx:218 2021-11-10", "cvx:218 2021-12-01"], 2, &["valid", "valid"]);
    expect(ADULT, &["cvx:218 2021-11-10", "cvx:218 2021-12-01"], 0, &["not valid, mixed product"; 2]);
}

#[test]
fn pfizer_begun_under_5_years_needs_three_doses() {
    let born = "2019-05-01";
    let two = ["cvx:219 2022-06-20", "cvx:219 2022-07-11"];
    expect(born, &two, 1, &["valid", "valid"]);
    assert_eq!(evaluated("us-cdc", &history(born, &two), "2022-08-01").next_due, Some(day("2022-09-05")));
    expect(born, &[two[0], two[1], "cvx:219 2022-09-05"], 2, &["valid", "valid", "valid"]);
    expect(born, &[two[0], two[1], "cvx:219 2022-09-01"], 2, &["valid", "valid", "valid, grace period"]);
    expect(born, &[two[0], two[1], "cvx:219 2022-08-31"], 1, &["valid", "valid", "not valid, too early"]);
}

#[test]
fn moderna_from_6_months_needs_two_doses() {
    expect("2021-10-01", &["cvx:228 2022-06-20", "cvx:228 2022-07-18"], 2, &["valid", "valid"]);
    expect("2012-10-01", &["cvx:221 2022-06-20", "cvx:221 2022-07-18"], 2, &["valid", "valid"]);
    expect("2012-10-01", &["cvx:227 2022-06-20", "cvx:221 2022-07-18"], 2, &["valid", "valid"]);
}

#[test]
fn a_mixed_series_begun_under_5_years_needs_three_doses_and_later_two() {
    let mixed = ["cvx:219 2022-06-20", "cvx:228 2022-07-18"];
    expect_status("2019-05-01", &mixed, 1);
    expect_status("2019-05-01", &[mixed[0], mixed[1], "cvx:228 2022-09-12"], 2);
    expect_status("2016-08-01", &["cvx:218 2022-06-20", "cvx:228 2022-07-18"], 2);
}

#[test]
fn products_listed_by_the_who_complete_by_themselves_and_with_one_another() {
    for code in [210, 502, 510, 511] {
        let doses = [format!("cvx:{code} 2021-04-01"), format!("cvx:{code} 2021-05-01")];
        expect_status(ADULT, &doses.each_ref().map(String::as_str), 2);
        expect_status(ADULT, &[&doses[0]], 1);
    }
    expect(ADULT, &["COVISHIELD 2021-04-01", "cvx:510 2021-05-01"], 2, &["valid", "valid"]);
    expect(ADULT, &["cvx:506 2021-05-01"], 2, &["valid"]);
}

#[test]
fn a_product_of_the_us_completes_what_one_listed_by_the_who_began() {
    expect(ADULT, &["COVISHIELD 2021-04-01", "cvx:208 2021-12-01"], 2, &["valid", "valid"]);
    expect(ADULT, &["COVAXIN 2021-04-01", "cvx:207 2021-04-15"], 2, &["valid", "valid, below recommended"]);
    expect_status(ADULT, &["cvx:208 2021-04-01", "cvx:511 2021-06-01"], 1);
}

#[test]
fn products_that_nobody_lists_do_not_count() {
    let unlisted = ["SPUTNIK_V 2021-05-01", "SPUTNIK_V 2021-06-01", "ZYCOV_D 2022-03-01", "CORBEVAX 2022-05-01"];
    expect(ADULT, &unlisted, 0, &["not valid, not in policy"; 4]);
}

#[test]
fn a_trials_covifenz_counts() {
    expect(ADULT, &["cvx:512 2021-06-01", "cvx:512 2021-06-22"], 2, &["valid", "valid"]);
}

#[test]
fn a_booster_is_a_precaution_dose_when_its_interval_is_met() {
    let series = ["cvx:208 2021-11-01", "cvx:208 2021-12-01"];
    let with = |third: &'static str| [series[0], series[1], third];
    expect(ADULT, &with("cvx:207 2022-05-10"), 2, &["valid", "valid", "valid, precaution dose"]);
    let early = "valid, below recommended, precaution dose";
    expect(ADULT, &with("cvx:207 2022-01-10"), 2, &["valid", "valid", early]);
    expect(ADULT, &with("cvx:502 2022-05-10"), 2, &["valid", "valid", "extraneous, extra dose"]);
    let late = ["cvx:208 2022-05-01", "cvx:208 2022-06-01", "cvx:208 2022-07-01"];
    expect(ADULT, &late, 2, &["valid", "valid", "extraneous, extra dose"]);
    expect(ADULT, &["cvx:212 2022-06-01", "cvx:207 2022-07-23"], 2, &["valid", "valid, grace period, precaution dose"]);
}

#[test]
fn us_cdc_14_waits_two_weeks() {
    let doses = history(ADULT, &["cvx:212 2021-11-01"]);
    assert_eq!(answer("us-cdc-14", &doses, "2021-11-14").0, 1);
    assert_eq!(answer("us-cdc-14", &doses, "2021-11-15").0, 2);
    assert_eq!(answer("us-cdc", &doses, "2021-11-01").0, 2);
}
