//! The rules of India's programme, under `in-kyc-vs` unless a test says otherwise.

use crate::common::{answer, day, evaluated, history};
use kycvs_domain::Reason;

const NOBODY: &str = "";

/// The status and verdicts under `in-kyc-vs` at the end of 2022.
#[track_caller]
fn expect(doses: &[&str], status: u8, verdicts: &[&str]) {
    let (found, lines) = answer("in-kyc-vs", &history("1986-02-11", doses), "2022-12-31");
    assert_eq!((found, lines), (status, verdicts.iter().map(ToString::to_string).collect()));
}

#[test]
fn without_a_dose_the_status_is_0() {
    let answer = evaluated("in-kyc-vs", &history("1986-02-11", &[]), "2021-12-01");
    assert_eq!(u8::from(answer.status), 0);
    assert_eq!((answer.complete_on, answer.effective_on, answer.next_due), (None, None, None));
}

#[test]
fn one_dose_of_two_is_partial_and_the_next_is_due_after_the_minimum_interval() {
    let answer = evaluated("in-kyc-vs", &history("1986-02-11", &["COVISHIELD 2021-04-03"]), "2021-04-10");
    assert_eq!(u8::from(answer.status), 1);
    assert_eq!(answer.next_due, Some(day("2021-05-01")));
    assert_eq!(answer.needs[0].series.as_deref(), Some("Covishield or Vaxzevria (ChAdOx1-S)"));
}

#[test]
fn the_second_dose_completes() {
    let answer =
        evaluated("in-kyc-vs", &history(NOBODY, &["COVISHIELD 2021-04-03", "COVISHIELD 2021-07-01"]), "2021-07-01");
    assert_eq!(u8::from(answer.status), 2);
    assert_eq!(answer.complete_on, Some(day("2021-07-01")));
    assert_eq!(answer.effective_on, Some(day("2021-07-01")));
    assert_eq!(answer.next_due, None);
}

#[test]
fn every_product_of_the_programme_completes_at_its_minimum_interval_and_not_a_day_before() {
    let products = [
        ("COVISHIELD", 28),
        ("COVAXIN", 28),
        ("SPUTNIK_V", 21),
        ("CORBEVAX", 28),
        ("COVOVAX", 21),
        ("GEMCOVAC", 28),
        ("INCOVACC", 28),
        ("MODERNA", 28),
        ("COMIRNATY", 21),
        ("VAXZEVRIA", 28),
    ];
    for (product, minimum) in products {
        let second = |days| {
            let given = day("2022-10-01") + chrono::Days::new(days);
            let doses = [format!("{product} 2022-10-01"), format!("{product} {given}")];
            answer("in-kyc-vs", &history(NOBODY, &doses.each_ref().map(String::as_str)), "2022-12-31")
        };
        assert_eq!(second(minimum).0, 2, "{product}");
        assert_eq!(second(minimum - 1), (1, vec!["valid".to_owned(), "not valid, too early".to_owned()]), "{product}");
    }
}

#[test]
fn one_dose_of_a_single_dose_product_completes() {
    expect(&["JANSSEN 2021-09-01"], 2, &["valid"]);
    expect(&["SPUTNIK_LIGHT 2022-03-01"], 2, &["valid"]);
}

#[test]
fn a_dose_before_the_minimum_interval_does_not_count() {
    let early = history(NOBODY, &["COVAXIN 2021-04-03", "COVAXIN 2021-04-20"]);
    assert_eq!(answer("in-kyc-vs", &early, "2021-12-01"), (1, vec!["valid".into(), "not valid, too early".into()]));
    assert_eq!(evaluated("in-kyc-vs", &early, "2021-12-01").next_due, Some(day("2021-05-18")));
}

#[test]
fn the_interval_of_a_later_dose_counts_from_the_dose_before_it_valid_or_not() {
    let (first, early) = ("COVAXIN 2021-04-03", "COVAXIN 2021-04-20");
    expect(&[first, early, "COVAXIN 2021-05-17"], 1, &["valid", "not valid, too early", "not valid, too early"]);
    expect(&[first, early, "COVAXIN 2021-05-18"], 2, &["valid", "not valid, too early", "valid"]);
}

#[test]
fn covishield_is_recommended_after_84_days_from_13_may_2021() {
    expect(&["COVISHIELD 2021-03-01", "COVISHIELD 2021-03-29"], 2, &["valid", "valid"]);
    expect(&["COVISHIELD 2021-04-01", "COVISHIELD 2021-05-12"], 2, &["valid", "valid"]);
    expect(&["COVISHIELD 2021-04-01", "COVISHIELD 2021-05-13"], 2, &["valid", "valid, below recommended"]);
    expect(&["COVISHIELD 2021-05-01", "COVISHIELD 2021-07-23"], 2, &["valid", "valid, below recommended"]);
    expect(&["COVISHIELD 2021-05-01", "COVISHIELD 2021-07-24"], 2, &["valid", "valid"]);
}

#[test]
fn zycov_d_needs_three_doses_and_two_when_the_second_is_given_from_26_april_2022() {
    expect(&["ZYCOV_D 2022-02-10", "ZYCOV_D 2022-03-10"], 1, &["valid", "valid"]);
    expect(&["ZYCOV_D 2022-02-10", "ZYCOV_D 2022-03-10", "ZYCOV_D 2022-04-07"], 2, &["valid", "valid", "valid"]);
    expect(&["ZYCOV_D 2022-03-28", "ZYCOV_D 2022-04-25"], 1, &["valid", "valid"]);
    expect(&["ZYCOV_D 2022-03-29", "ZYCOV_D 2022-04-26"], 2, &["valid", "valid"]);
}

#[test]
fn the_next_zycov_d_is_due_after_28_days_whichever_schedule_is_in_force() {
    let due = |on| evaluated("in-kyc-vs", &history(NOBODY, &["ZYCOV_D 2021-12-01"]), on).next_due;
    for on in ["2021-12-01", "2022-01-15", "2022-04-25", "2022-04-26", "2022-06-01"] {
        assert_eq!(due(on), Some(day("2021-12-29")), "asked on {on}");
    }
}

#[test]
fn a_series_decides_once_the_rules_that_complete_it_are_in_force() {
    let series = |on| evaluated("in-kyc-vs", &history(NOBODY, &["ZYCOV_D 2021-12-01"]), on).needs[0].series.clone();
    assert_eq!(series("2022-04-25").as_deref(), Some("ZyCoV-D, three doses"));
    assert_eq!(series("2022-04-26").as_deref(), Some("ZyCoV-D, two doses"));
}

#[test]
fn a_zycov_d_too_soon_is_too_early_whichever_schedule_is_in_force() {
    let doses = history(NOBODY, &["ZYCOV_D 2022-03-01", "ZYCOV_D 2022-03-20"]);
    for on in ["2022-03-20", "2022-04-25", "2022-04-26", "2022-12-31"] {
        let early = (1, vec!["valid".to_owned(), "not valid, too early".to_owned()]);
        assert_eq!(answer("in-kyc-vs", &doses, on), early, "asked on {on}");
    }
}

#[test]
fn products_do_not_mix_in_a_primary_series() {
    expect(&["COVISHIELD 2021-04-03", "COVAXIN 2021-07-01"], 1, &["valid", "not valid, mixed product"]);
    expect(&["COVISHIELD 2021-04-03", "SPUTNIK_V 2021-07-01"], 1, &["valid", "not valid, mixed product"]);
}

#[test]
fn a_dose_of_another_product_between_changes_nothing() {
    let doses = ["COVISHIELD 2021-04-03", "COVAXIN 2021-06-25", "COVISHIELD 2021-07-01"];
    expect(&doses, 2, &["valid", "not valid, mixed product", "valid"]);
}

#[test]
fn brands_of_one_substance_are_interchangeable() {
    expect(&["COVISHIELD 2021-04-03", "VAXZEVRIA 2021-07-01"], 2, &["valid", "valid"]);
    expect(&["eu:EU/1/21/1529 2021-04-03", "cvx:210 2021-07-01"], 2, &["valid", "valid"]);
    expect(&["COVOVAX 2022-04-03", "NUVAXOVID 2022-07-01"], 2, &["valid", "valid"]);
}

#[test]
fn of_two_series_the_one_that_is_complete_first_decides() {
    let doses = ["COVISHIELD 2021-04-03", "COVAXIN 2021-05-03", "COVAXIN 2021-06-03", "COVISHIELD 2021-07-03"];
    let answer = evaluated("in-kyc-vs", &history(NOBODY, &doses), "2022-12-31");
    assert_eq!(answer.needs[0].series.as_deref(), Some("Covaxin"));
    assert_eq!(answer.complete_on, Some(day("2021-06-03")));
    expect(&doses, 2, &["not valid, mixed product", "valid", "valid", "extraneous, extra dose"]);
}

#[test]
fn the_same_product_on_the_same_day_is_one_dose() {
    let twice = ["COVAXIN 2021-04-03", "COVAXIN 2021-04-03", "COVAXIN 2021-05-03"];
    expect(&twice, 2, &["valid", "extraneous, duplicate", "valid"]);
    let other_batch = ["COVAXIN 2021-04-03 @37F21001A", "COVAXIN 2021-04-03 @37F21002B"];
    expect(&other_batch, 1, &["valid", "extraneous, duplicate, batch conflict"]);
    let unknown_batch = ["COVAXIN 2021-04-03", "COVAXIN 2021-04-03 @37F21002B"];
    expect(&unknown_batch, 1, &["valid", "extraneous, duplicate"]);
}

#[test]
fn another_product_on_the_same_day_is_one_too_many() {
    let doses = ["COVISHIELD 2021-04-03", "VAXZEVRIA 2021-04-03", "COVISHIELD 2021-07-01"];
    expect(&doses, 2, &["valid", "extraneous, extra dose", "valid"]);
}

/// The catalogue has Covaxin between Covishield and Vaxzevria; the place decides, and not that.
#[test]
fn a_product_of_another_series_on_the_same_day_is_a_mix() {
    let mix = "not valid, mixed product";
    for first in ["COVISHIELD", "VAXZEVRIA"].map(|product| format!("{product} 2021-04-03")) {
        expect(&[&first, "COVAXIN 2021-04-03"], 1, &["valid", mix]);
        expect(&[&first, "COVAXIN 2021-04-03", "COVISHIELD 2021-07-01"], 2, &["valid", mix, "valid"]);
        expect(&["COVISHIELD 2021-01-16", &first, "COVAXIN 2021-04-03"], 2, &["valid", "valid", mix]);
    }
    for other in ["COVISHIELD", "VAXZEVRIA"].map(|product| format!("{product} 2021-09-01")) {
        expect(&["JANSSEN 2021-09-01", &other], 2, &["valid", mix]);
    }
}

#[test]
fn a_dose_after_the_series_is_a_precaution_dose_when_its_interval_is_met() {
    let series = ["COVISHIELD 2021-02-01", "COVISHIELD 2021-05-01"];
    let with = |third: &'static str| [series[0], series[1], third];
    expect(&with("COVISHIELD 2021-09-01"), 2, &["valid", "valid", "extraneous, extra dose"]);
    expect(&with("COVISHIELD 2022-01-28"), 2, &["valid", "valid", "extraneous, extra dose"]);
    expect(&with("COVISHIELD 2022-01-29"), 2, &["valid", "valid", "valid, precaution dose"]);
    expect(&with("CORBEVAX 2022-08-20"), 2, &["valid", "valid", "valid, precaution dose"]);
}

#[test]
fn the_precaution_dose_is_due_after_26_weeks_from_6_july_2022() {
    let with = |third: &'static str| ["COVAXIN 2021-10-01", "COVAXIN 2021-12-31", third];
    expect(&with("COVAXIN 2022-07-05"), 2, &["valid", "valid", "extraneous, extra dose"]);
    expect(&with("COVAXIN 2022-07-06"), 2, &["valid", "valid", "valid, precaution dose"]);
}

#[test]
fn one_precaution_dose_a_day_counts() {
    let doses = ["COVISHIELD 2021-02-01", "COVISHIELD 2021-05-01", "COVISHIELD 2022-08-20", "CORBEVAX 2022-08-20"];
    let answer = evaluated("in-kyc-vs", &history(NOBODY, &doses), "2022-12-31");
    assert_eq!(answer.doses.iter().filter(|dose| dose.reasons == [Reason::PrecautionDose]).count(), 1);
    assert_eq!(answer.doses.iter().filter(|dose| dose.reasons == [Reason::ExtraDose]).count(), 1);
}

#[test]
fn a_dose_in_the_future_does_not_count_yet() {
    let doses = history(NOBODY, &["COVAXIN 2021-04-03", "COVAXIN 2021-05-03"]);
    let before = (1, vec!["valid".to_owned(), "not valid, future date".to_owned()]);
    assert_eq!(answer("in-kyc-vs", &doses, "2021-05-02"), before);
    assert_eq!(answer("in-kyc-vs", &doses, "2021-05-03").0, 2);
}

#[test]
fn a_dose_before_birth_or_before_the_products_first_use_does_not_count() {
    expect(&["COVISHIELD 2021-01-15"], 0, &["not valid, before first use"]);
    expect(&["COVISHIELD 2021-01-16"], 1, &["valid"]);
    expect(&["COVISHIELD 1980-04-03"], 0, &["not valid, before birth"]);
}

#[test]
fn a_product_that_the_catalogue_or_the_policy_does_not_know_does_not_count() {
    expect(&["COVIFLOR 2021-04-03"], 0, &["not valid, unknown product"]);
    expect(&["cvx:510 2021-04-03", "cvx:510 2021-05-03"], 0, &["not valid, not in policy"; 2]);
    expect(
        &["COVAXIN 2021-04-03", "COVIFLOR 2021-04-20", "COVAXIN 2021-05-01"],
        2,
        &["valid", "not valid, unknown product", "valid"],
    );
}

#[test]
fn dates_decide_over_recorded_dose_numbers() {
    let swapped = ["COVAXIN 2021-05-03 #1", "COVAXIN 2021-04-03 #2"];
    expect(&swapped, 2, &["valid, dose number mismatch", "valid, dose number mismatch"]);
    expect(&["COVAXIN 2021-04-03 #1", "COVAXIN 2021-05-03 #2"], 2, &["valid", "valid"]);
    let repeated = ["COVAXIN 2021-04-03 #1", "COVAXIN 2021-04-20 #2", "COVAXIN 2021-05-20 #3"];
    expect(&repeated, 2, &["valid", "not valid, too early", "valid, dose number mismatch"]);
}

#[test]
fn verdicts_are_in_the_order_of_the_history() {
    let doses = ["COVAXIN 2021-05-17", "COVAXIN 2021-04-20", "COVAXIN 2021-04-03"];
    expect(&doses, 1, &["not valid, too early", "not valid, too early", "valid"]);
}

#[test]
fn travel_waits_14_or_15_days_after_completion() {
    let doses = history(NOBODY, &["COVISHIELD 2021-04-03", "COVISHIELD 2021-05-03"]);
    for (policy, effective) in [("travel-14", "2021-05-17"), ("travel-15", "2021-05-18")] {
        let the_day_before = day(effective).pred_opt().unwrap().to_string();
        let waiting = evaluated(policy, &doses, &the_day_before);
        assert_eq!(u8::from(waiting.status), 1, "{policy}");
        assert_eq!(waiting.complete_on, Some(day("2021-05-03")));
        assert_eq!(waiting.effective_on, Some(day(effective)));
        assert_eq!(waiting.next_due, None);
        assert_eq!(u8::from(evaluated(policy, &doses, effective).status), 2, "{policy}");
    }
}

#[test]
fn travel_counts_what_the_who_had_listed_on_the_day_asked_about_and_nothing_else() {
    let covaxin = history(NOBODY, &["COVAXIN 2021-04-03", "COVAXIN 2021-05-03"]);
    assert_eq!(answer("travel-14", &covaxin, "2021-11-02").0, 0, "listed on 2021-11-03");
    assert_eq!(answer("travel-14", &covaxin, "2021-11-03").0, 2, "whenever it was given");
    for product in ["SPUTNIK_V", "SPUTNIK_LIGHT", "ZYCOV_D", "CORBEVAX"] {
        let doses = ["2022-04-01", "2022-05-01", "2022-06-01"].map(|day| format!("{product} {day}"));
        let history = history(NOBODY, &doses.each_ref().map(String::as_str));
        assert_eq!(answer("travel-14", &history, "2022-12-31"), (0, vec!["not valid, not in policy".to_owned(); 3]));
        assert_eq!(answer("in-kyc-vs", &history, "2022-12-31").0, 2, "{product}");
    }
}

#[test]
fn a_corrected_dose_is_evaluated_again() {
    expect(&["COVISHIELD 2021-04-03", "COVAXIN 2021-07-01"], 1, &["valid", "not valid, mixed product"]);
    expect(&["COVISHIELD 2021-04-03", "COVISHIELD 2021-07-01"], 2, &["valid", "valid"]);
    expect(&["COVISHIELD 2021-04-03"], 1, &["valid"]);
}

#[test]
fn the_json_is_that_of_the_ndjson_format() {
    let doses = history(NOBODY, &["COVAXIN 2021-04-03", "COVAXIN 2021-04-20"]);
    let json = serde_json::to_string(&evaluated("in-kyc-vs", &doses, "2021-12-01")).unwrap();
    let expected = concat!(
        r#"{"status":1,"complete_on":null,"effective_on":null,"next_due":"2021-05-18","doses":["#,
        r#"{"given_on":"2021-04-03","verdict":"valid","reasons":[]},"#,
        r#"{"given_on":"2021-04-20","verdict":"not_valid","reasons":["too_early"]}]}"#,
    );
    assert_eq!(json, expected);
}
