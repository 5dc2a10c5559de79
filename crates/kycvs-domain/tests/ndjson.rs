#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

//! Lines of NDJSON: what is answered, and what is refused and how.

use kycvs_domain::{HistoryLine, LineError, MAX_LINE_BYTES, Policy, evaluate_line};
use proptest::prelude::*;

fn answer(line: &str) -> String {
    let policy = Policy::builtin("us-cdc").unwrap();
    evaluate_line(line.as_bytes(), &policy, "2021-12-01".parse().unwrap()).unwrap_or_else(|error| error)
}

fn refusal(line: &str) -> LineError {
    HistoryLine::parse(line.as_bytes()).expect_err(line)
}

fn with_dose(fields: &str) -> String {
    format!(r#"{{"id":"a1","doses":[{{{fields}}}]}}"#)
}

#[test]
fn the_example_of_the_format_is_answered_as_it_says() {
    let line = concat!(
        r#"{"id":"a1","birth_date":"1986-02-11","on":"2021-12-01","doses":"#,
        r#"[{"product":"cvx:208","given_on":"2021-03-01","batch":"EN6200","dose_number":1}]}"#,
    );
    let expected = concat!(
        r#"{"id":"a1","policy":"us-cdc/1","status":1,"complete_on":null,"effective_on":null,"next_due":"2021-03-18","#,
        r#""doses":[{"given_on":"2021-03-01","verdict":"valid","reasons":[]}]}"#,
    );
    assert_eq!(answer(line), expected);
    assert_eq!(answer(&format!("{line}\r\n")), expected, "with its end");
}

#[test]
fn the_date_of_a_line_overrides_the_date_of_all() {
    let line = |on: &str| format!(r#"{{"id":"a1",{on}"doses":[{{"product":"JANSSEN","given_on":"2021-11-01"}}]}}"#);
    assert!(answer(&line("")).contains(r#""status":2"#));
    assert!(answer(&line(r#""on":"2021-10-31","#)).contains(r#""reasons":["future_date"]"#));
}

#[test]
fn an_unknown_product_is_a_verdict_and_no_error() {
    let line = with_dose(r#""product":"COVIFLOR","given_on":"2021-03-01""#);
    assert!(answer(&line).contains(r#""verdict":"not_valid","reasons":["unknown_product"]"#));
}

#[test]
fn a_bad_line_is_answered_with_its_id_where_that_can_be_read() {
    let unknown_field = r#"{"id":"a1","doses":[],"name":"x"}"#;
    let error = "a field is missing, unknown, repeated or of another type, near column 28";
    assert_eq!(answer(unknown_field), format!(r#"{{"id":"a1","error":"{error}"}}"#));
    assert_eq!(answer("{"), r#"{"id":null,"error":"not JSON, at column 1"}"#);
    assert_eq!(
        answer(r#"{"id":7,"doses":[]}"#),
        r#"{"id":null,"error":"a field is missing, unknown, repeated or of another type, near column 7"}"#
    );
}

#[test]
fn what_is_not_a_line_of_the_format_is_refused() {
    assert_eq!(refusal(""), LineError::NotJson { column: 0 });
    assert!(matches!(refusal(r#"{"id":"a1","doses":[]} {}"#), LineError::NotJson { .. }));
    assert!(matches!(refusal(r#"{"id":"a1"}"#), LineError::WrongForm { .. }), "without doses");
    assert!(matches!(refusal(r#"{"id":"a1","id":"a2","doses":[]}"#), LineError::WrongForm { .. }), "a key twice");
    assert!(matches!(refusal(r#"[1]"#), LineError::WrongForm { .. }));
    assert!(matches!(refusal(&"[".repeat(1000)), LineError::WrongForm { .. }));
    assert_eq!(HistoryLine::parse(b"{\"id\":\"\xff\"}"), Err(LineError::NotUtf8));
    for id in [String::new(), "x".repeat(129), r"a\u0000".into(), r"a\n".into()] {
        assert_eq!(refusal(&format!(r#"{{"id":"{id}","doses":[]}}"#)), LineError::BadId);
    }
}

#[test]
fn a_line_has_a_limit_in_bytes_and_in_doses() {
    let padded = |len: usize| {
        let line = r#"{"id":"a1","doses":[]}"#;
        format!("{line}{}", " ".repeat(len - line.len()))
    };
    assert!(HistoryLine::parse(padded(MAX_LINE_BYTES).as_bytes()).is_ok());
    assert_eq!(refusal(&padded(MAX_LINE_BYTES + 1)), LineError::TooLong);
    let doses = |count: usize| {
        let dose = r#"{"product":"COVAXIN","given_on":"2021-03-01"}"#;
        format!(r#"{{"id":"a1","doses":[{}]}}"#, vec![dose; count].join(","))
    };
    assert!(HistoryLine::parse(doses(100).as_bytes()).is_ok());
    assert_eq!(refusal(&doses(101)), LineError::TooManyDoses);
}

#[test]
fn a_value_that_cannot_be_is_refused_with_its_place() {
    for date in ["2021-02-29", "2021-3-1", "+2021-03-1", "20210301", "1899-12-31", "2200-01-01", "0000-00-00", "", "x"]
    {
        let line = with_dose(&format!(r#""product":"COVAXIN","given_on":"{date}""#));
        assert_eq!(refusal(&line), LineError::BadDate { place: "dose 1".into() }, "{date}");
    }
    assert_eq!(refusal(r#"{"id":"a","on":"x","doses":[]}"#), LineError::BadDate { place: "on".into() });
    assert_eq!(refusal(r#"{"id":"a","birth_date":"x","doses":[]}"#), LineError::BadDate { place: "birth_date".into() });
    let dose = |field: &str| with_dose(&format!(r#""product":"COVAXIN","given_on":"2021-03-01",{field}"#));
    assert_eq!(refusal(&dose(r#""dose_number":0"#)), LineError::BadDoseNumber { dose: 1 });
    assert_eq!(refusal(&dose(r#""batch":"two words""#)), LineError::BadBatch { dose: 1 });
    assert!(matches!(refusal(&dose(r#""dose_number":256"#)), LineError::WrongForm { .. }));
}

proptest! {
    #[test]
    fn any_bytes_are_answered_with_one_line_of_json(line in prop::collection::vec(any::<u8>(), 0..200)) {
        let policy = Policy::builtin("in-kyc-vs").unwrap();
        let answered = evaluate_line(&line, &policy, "2021-12-01".parse().unwrap());
        prop_assert_eq!(answered.is_ok(), HistoryLine::parse(&line).is_ok());
        let answer = answered.unwrap_or_else(|error| error);
        prop_assert!(!answer.contains('\n'));
        prop_assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok());
    }

    #[test]
    fn any_text_in_a_field_is_answered(id in ".{0,20}", product in ".{0,20}", date in "[0-9+-]{0,12}", batch in ".{0,25}") {
        let line = serde_json::json!({
            "id": id, "doses": [{ "product": product, "given_on": date, "batch": batch }],
        });
        let answer: serde_json::Value = serde_json::from_str(&answer(&line.to_string())).unwrap();
        prop_assert!(answer.get("error").is_some() || answer["id"] == line["id"]);
    }
}
