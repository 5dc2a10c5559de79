//! Lines of NDJSON: what is answered, and what is refused and how.

use kycvs_domain::{Antigen, BirthDate, Dose, Evidence, Finding, Policy, Product, ProductCode, Source};
use kycvs_lab::{FormProblem, HistoryLine, LineError, MAX_LINE_BYTES, evaluate_line};
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
        r#"{"id":"a1","policy":"us-cdc/2","status":1,"complete_on":null,"effective_on":null,"next_due":"2021-03-22","#,
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
    let unknown_field = r#"{"id":"a1","doses":[],"sex":"x"}"#;
    let error = "the field `sex` is unknown, near column 27";
    assert_eq!(answer(unknown_field), format!(r#"{{"id":"a1","error":"{error}"}}"#));
    assert_eq!(answer("{"), r#"{"id":null,"error":"not JSON, at column 1"}"#);
    assert_eq!(answer(r#"{"id":7,"doses":[]}"#), r#"{"id":null,"error":"a value is of another type, near column 7"}"#);
}

#[test]
fn what_is_not_a_line_of_the_format_is_refused() {
    assert_eq!(refusal(""), LineError::NotJson { column: 0 });
    assert!(matches!(refusal(r#"{"id":"a1","doses":[]} {}"#), LineError::NotJson { .. }));
    assert_eq!(HistoryLine::parse(b"{\"id\":\"\xff\"}"), Err(LineError::NotUtf8));
}

#[test]
fn another_form_is_refused_with_the_field_and_what_is_wrong_with_it() {
    use FormProblem::*;
    let problem = |line: &str| match refusal(line) {
        LineError::WrongForm { problem, .. } => problem,
        other => panic!("{line}: {other}"),
    };
    assert_eq!(problem(r#"{"id":"a1"}"#), Missing("doses"));
    assert_eq!(problem(&with_dose(r#""product":"COVAXIN""#)), Missing("given_on"));
    assert_eq!(problem(r#"{"id":"a1","id":"a2","doses":[]}"#), Repeated("id"));
    assert_eq!(problem(r#"{"id":"a1","doses":[],"doese":[]}"#), Unknown("doese".into()));
    assert_eq!(problem(&with_dose(r#""lot":"x""#)), Unknown("lot".into()));
    for other_type in ["7", "null", "[]", "{}"] {
        assert_eq!(problem(&format!(r#"{{"id":{other_type},"doses":[]}}"#)), WrongType);
    }
    assert_eq!(problem(&with_dose(r#""product":"COVAXIN","given_on":"2021-03-01","dose_number":256"#)), WrongType);
    assert_eq!(problem(&"[".repeat(1000)), WrongType);
    assert_eq!(problem(&with_dose(r#""product":"COVAXIN","given_on":"2021-03-01","source":"me""#)), UnknownWord);
    assert_eq!(problem(r#"{"id":"a1","doses":[],"immunity":[{"against":"measles"}]}"#), Missing("finding"));
}

#[test]
fn an_array_of_the_values_is_no_object() {
    let wrong = |line: &str| matches!(refusal(line), LineError::WrongForm { problem: FormProblem::WrongType, .. });
    assert!(wrong(r#"["a1",null,null,[]]"#));
    assert!(wrong(r#"{"id":"a1","doses":[["COVAXIN","2021-03-01",null,null]]}"#));
}

#[test]
fn a_refusal_repeats_no_value_and_no_name_that_could_be_one() {
    for line in [
        r#"{"id":"a1","doses":"Asha Rao 9876543210"}"#,
        r#"{"id":"a1","doses":[],"9876543210":"Asha Rao"}"#,
        "{\"id\":\"a1\",\"doses\":[],\"\u{202E}9876543210\":1}",
    ] {
        let error = refusal(line).to_string();
        assert!(error.is_ascii() && !error.contains("Asha") && !error.contains('9'), "{error}");
    }
}

#[test]
fn an_id_is_text_that_shows() {
    let hidden = [r"a\u0000", r"a\n", r"a\u202E", "a\u{202E}b", "a\u{200B}", "\u{FEFF}a", "a\u{200D}b", "a\u{2028}"];
    let long = "x".repeat(129);
    for id in hidden.into_iter().chain(["", &long]) {
        let line = format!(r#"{{"id":"{id}","doses":[]}}"#);
        assert_eq!(refusal(&line), LineError::BadId);
        assert!(answer(&line).starts_with(r#"{"id":null,"#), "not repeated");
    }
    assert!(HistoryLine::parse(r#"{"id":"यात्री 7","doses":[]}"#.as_bytes()).is_ok());
}

#[test]
fn the_byte_order_mark_of_a_file_is_no_part_of_its_first_line() {
    let marked = |line: &str| answer(&format!("\u{FEFF}{line}"));
    for line in [r#"{"id":"a1","doses":[]}"#, r#"{"id":"a1"}"#] {
        assert_eq!(marked(line), answer(line));
    }
}

#[test]
fn all_that_a_record_can_hold_can_be_written() {
    let line = concat!(
        r#"{"id":"a1","birth_date":"1990","doses":[{"product":"cvx:9000","given_on":"2021-03-01","dose_number":2,"#,
        r#""series_doses":2,"source":"certificate"}],"immunity":[{"against":"measles","finding":"antibodies","titre":300,"#,
        r#""on":"2020-01-31"},{"against":"varicella","finding":"disease","source":"stated"}]}"#,
    );
    let history = HistoryLine::parse(line.as_bytes()).unwrap().history;
    assert_eq!(history.birth, Some(BirthDate::Year("1990".parse().unwrap())));
    let given_on = "2021-03-01".parse().unwrap();
    let product = ProductCode::parse("cvx:9000");
    let (dose_number, series_doses) = (Some(2), Some(2));
    let source = Source::Certificate;
    assert_eq!(history.doses, [Dose { product, dose_number, series_doses, source, ..Dose::new(None, given_on) }]);
    let evidence = |against, finding, on: Option<&str>, source| Evidence {
        against: Antigen::find(against).unwrap(),
        finding,
        on: on.map(|day| day.parse().unwrap()),
        source,
    };
    let found = [
        evidence("measles", Finding::Antibodies { titre: Some(300) }, Some("2020-01-31"), Source::Registry),
        evidence("varicella", Finding::Disease, None, Source::Stated),
    ];
    assert_eq!(history.immunity, found);
}

/// A line of CDC's test cases (CDSi, version 4.45, a US government work).
#[test]
fn a_published_test_case_is_read_as_it_is() {
    let line = concat!(
        r#"{"id": "2013-0003", "group": "DTAP", "name": "DTaP #2 at 10 wks-4 days", "birth_date": "2025-09-05", "on": "2025-11-10", "#,
        r#""history": null, "series_status": "Not complete", "doses": [{"product": "cvx:107", "given_on": "2025-10-17", "#,
        r#""evaluation": "Valid", "reason": null}]}"#,
    );
    let line = HistoryLine::parse(line.as_bytes()).unwrap();
    assert_eq!(line.history.doses[0].product, Product::find("DTAP_UNSPECIFIED").map(Product::code));
    assert_eq!(line.on, Some("2025-11-10".parse().unwrap()));
}

#[test]
fn a_history_is_not_shown_by_debug() {
    let line = r#"{"id":"a1","birth_date":"1986-02-11","doses":[{"product":"COVAXIN","given_on":"2021-03-01"}]}"#;
    let line = HistoryLine::parse(line.as_bytes()).unwrap();
    assert_eq!(format!("{line:?}"), "HistoryLine(doses: 1)");
    assert_eq!(format!("{:?}", line.history), "DoseHistory(doses: 1)");
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
    assert_eq!(refusal(&dose(r#""series_doses":0"#)), LineError::BadDoseNumber { dose: 1 });
    assert_eq!(refusal(&dose(r#""batch":"two words""#)), LineError::BadBatch { dose: 1 });
    for found in [r#""scurvy","finding":"disease""#, r#""measles","finding":"disease","titre":3"#] {
        let line = format!(r#"{{"id":"a1","doses":[],"immunity":[{{"against":{found}}}]}}"#);
        assert_eq!(refusal(&line), LineError::BadEvidence { evidence: 1 });
    }
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
