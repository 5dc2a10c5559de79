//! FHIR bundles as rows of an import.

use kycvs_records::fhir::{FhirError, MAX_BYTES, MAX_ENTRIES, Row, rows};
use serde_json::{Value, json};

/// NRCeS's own example of an immunization record for WHO's DDCC.
fn example() -> Value {
    serde_json::from_str(include_str!("data/nrces-immunization-record.json")).unwrap()
}

/// The place of the Immunization in its entries, and of the Patient.
const DOSE: usize = 5;
const PATIENT: usize = 3;

fn read(bundle: &Value) -> Vec<Result<Row, FhirError>> {
    rows(bundle.to_string().as_bytes())
}

fn one(bundle: &Value) -> Row {
    let mut rows = read(bundle);
    assert_eq!(rows.len(), 1);
    rows.remove(0).unwrap()
}

/// The pointer and the reason of the one error.
fn refused(change: impl FnOnce(&mut Value)) -> (String, &'static str) {
    let mut bundle = example();
    change(&mut bundle);
    let mut rows = read(&bundle);
    assert_eq!(rows.len(), 1);
    let error = rows.remove(0).map(|_| ()).unwrap_err();
    (error.pointer, error.reason)
}

#[test]
fn the_example_of_nrces_gives_its_dose() {
    let row = one(&example());
    assert_eq!(row.pointer, "/entry/5/resource");
    let fields = [&row.beneficiary_id, &row.name, &row.mobile, &row.birth_date];
    assert_eq!(fields, ["22722548295255", "ABC", "+919818512600", "1981-01-12"]);
    assert_eq!(
        [&row.product, &row.given_on, &row.dose_number, &row.batch],
        ["covaxin", "2021-02-21", "1", "BSCD12344SS"]
    );
}

#[test]
fn a_cvx_code_names_the_product_where_there_is_no_brand() {
    let mut bundle = example();
    let dose = &mut bundle["entry"][DOSE]["resource"];
    dose.as_object_mut().unwrap().remove("extension");
    dose["vaccineCode"]["coding"][0] = json!({ "system": "http://hl7.org/fhir/sid/cvx", "code": "502" });
    assert_eq!(one(&bundle).product, "cvx:502");
    bundle["entry"][DOSE]["resource"]["extension"] =
        json!([{ "url": "https://nrces.in/ndhm/fhir/r4/StructureDefinition/BrandName", "valueString": "COVAXIN" }]);
    assert_eq!(one(&bundle).product, "COVAXIN", "both name the same");
}

#[test]
fn a_dose_that_was_not_given_is_no_dose_and_its_person_is_a_row() {
    for status in ["not-done", "entered-in-error"] {
        let mut bundle = example();
        bundle["entry"][DOSE]["resource"]["status"] = status.into();
        let row = one(&bundle);
        assert_eq!((row.pointer.as_str(), row.product.as_str()), ("/entry/3/resource", ""));
    }
}

#[test]
fn one_bad_dose_leaves_the_others() {
    let mut bundle = example();
    let mut bad = bundle["entry"][DOSE].clone();
    bad["resource"]["occurrenceDateTime"] = Value::Null;
    bundle["entry"].as_array_mut().unwrap().push(bad);
    let rows = read(&bundle);
    assert!(rows[0].is_ok());
    assert_eq!(rows[1].as_ref().map(|_| ()).unwrap_err().to_string(), "/entry/6/resource/occurrenceDateTime: no text");
}

#[test]
fn what_cannot_be_read_is_named_by_its_place() {
    let dose =
        |member: &'static str, value: Value| refused(move |bundle| bundle["entry"][DOSE]["resource"][member] = value).0;
    assert_eq!(dose("status", json!("planned")), "/entry/5/resource/status");
    assert_eq!(dose("status", json!(1)), "/entry/5/resource/status");
    assert_eq!(dose("isSubpotent", json!(true)), "/entry/5/resource/isSubpotent");
    assert_eq!(dose("modifierExtension", json!([])), "/entry/5/resource/modifierExtension");
    assert_eq!(dose("patient", json!({ "reference": "Patient/2" })), "/entry/5/resource/patient/reference");
    assert_eq!(dose("extension", json!([])), "/entry/5/resource/vaccineCode");
    assert_eq!(dose("lotNumber", json!(7)), "/entry/5/resource/lotNumber");
    assert_eq!(dose("protocolApplied", json!([{}, {}])), "/entry/5/resource/protocolApplied");
    let of_patient = |member: &'static str| {
        refused(move |bundle| drop(bundle["entry"][PATIENT]["resource"].as_object_mut().unwrap().remove(member))).0
    };
    assert_eq!(of_patient("identifier"), "/entry/3/resource/identifier/0/value");
    assert_eq!(of_patient("name"), "/entry/3/resource/name/0");
    assert_eq!(of_patient("telecom"), "/entry/3/resource/telecom");
    let again = refused(|bundle| {
        let patient = bundle["entry"][PATIENT].clone();
        bundle["entry"].as_array_mut().unwrap().push(patient);
    });
    assert_eq!(again, ("/entry/6/resource".into(), "a second Patient"));
}

#[test]
fn a_bundle_has_a_size_and_each_member_once() {
    let reason = |json: &[u8]| rows(json).remove(0).map(|_| ()).unwrap_err().reason;
    assert_eq!(reason(&vec![b' '; MAX_BYTES + 1]), "the bundle is larger than 1 MiB");
    assert_eq!(reason(b"{"), "not JSON");
    assert_eq!(
        reason(br#"{"resourceType":"Bundle","resourceType":"Bundle"}"#),
        "a member is given twice, or the bundle is nested too deeply"
    );
    assert_eq!(reason(br#"{"resourceType":"Patient"}"#), "not a Bundle");
    let many = json!({ "resourceType": "Bundle", "entry": vec![json!({}); MAX_ENTRIES + 1] });
    assert_eq!(reason(many.to_string().as_bytes()), "more than 1000 entries");
}
