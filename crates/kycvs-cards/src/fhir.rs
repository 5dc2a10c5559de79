//! The `ImmunizationRecord` of India's NRCeS (FHIR R4, `https://nrces.in/ndhm/fhir/r4`), which hospitals of the ABDM exchange. Nobody
//! signs it: its trust is the channel that it comes by.

use chrono::{DateTime, SecondsFormat, Utc};
use kycvs_domain::{Dose, Product};
use serde_json::{Value, json};

use crate::holder::product_of;
use crate::{CardError, Holder};

const PROFILES: &str = "https://nrces.in/ndhm/fhir/r4/StructureDefinition/";
const IDENTIFIERS: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";
const SNOMED: &str = "http://snomed.info/sct";
/// SNOMED CT: the record, COVID-19, and a vaccine against COVID-19 of any kind.
const RECORD: (&str, &str) = ("41000179103", "Immunization record");
const COVID_19: (&str, &str) = ("840539006", "COVID-19");
const ANY_VACCINE: (&str, &str) = ("1119305005", "COVID-19 antigen vaccine");
/// The codes of NRCeS's value set that name a class of vaccines against COVID-19, beside [`ANY_VACCINE`].
const MRNA_VACCINE: (&str, &str) = ("1119349007", "COVID-19 mRNA vaccine");

/// The issuer, as a record names it.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    /// The organisation, in words.
    pub organization: &'a str,
    /// The record's own id: the system and the value.
    pub identifier: (&'a str, &'a str),
}

/// Writes a document of all doses as JSON. `id` names the person, the system first, as the profile demands: an ABHA number, or the issuer's
/// own; `mobile` is theirs as it is dialled (`+91…`).
///
/// # Errors
/// [`CardError::Doses`], [`CardError::Product`] for a product that is not known or is no vaccine against COVID-19, or
/// [`CardError::Name`].
pub fn immunization_record(
    holder: &Holder<'_>,
    id: (&str, &str),
    mobile: Option<&str>,
    author: &Author<'_>,
    now: DateTime<Utc>,
) -> Result<String, CardError> {
    let time = now.to_rfc3339_opts(SecondsFormat::Secs, true);
    let immunizations: Vec<Value> = holder
        .doses()?
        .into_iter()
        .zip(1..)
        .map(|(dose, number)| immunization(dose, number))
        .collect::<Result<_, _>>()?;
    let entries: Vec<Value> = (1..=immunizations.len())
        .map(|number| json!({ "reference": format!("Immunization/{number}"), "type": "Immunization" }))
        .collect();
    let composition = json!({
        "resourceType": "Composition",
        "id": "1",
        "meta": profile("ImmunizationRecord"),
        "language": "en-IN",
        "status": "final",
        "type": { "coding": [coding(RECORD)], "text": RECORD.1 },
        "subject": { "reference": "Patient/1" },
        "date": time,
        "author": [{ "reference": "Organization/1" }],
        "title": RECORD.1,
        "section": [{ "title": RECORD.1, "code": { "coding": [coding(RECORD)] }, "entry": entries }],
    });
    let organization = json!({
        "resourceType": "Organization",
        "id": "1",
        "meta": profile("Organization"),
        "name": author.organization,
    });
    let resources = [composition, organization, patient(holder, id, mobile)?].into_iter().chain(immunizations);
    let entry = |resource: Value| {
        let part = |name: &str| resource[name].as_str().unwrap_or_default().to_owned();
        json!({ "fullUrl": format!("{}/{}", part("resourceType"), part("id")), "resource": resource })
    };
    let bundle = json!({
        "resourceType": "Bundle",
        "meta": profile("DocumentBundle"),
        "identifier": { "system": author.identifier.0, "value": author.identifier.1 },
        "type": "document",
        "timestamp": time,
        "entry": resources.map(entry).collect::<Vec<_>>(),
    });
    Ok(bundle.to_string())
}

fn patient(holder: &Holder<'_>, (system, value): (&str, &str), mobile: Option<&str>) -> Result<Value, CardError> {
    holder.names()?;
    let record_number =
        json!({ "coding": [{ "system": IDENTIFIERS, "code": "MR", "display": "Medical record number" }] });
    let mut patient = json!({
        "resourceType": "Patient",
        "id": "1",
        "meta": profile("Patient"),
        "identifier": [{ "type": record_number, "system": system, "value": value }],
        "name": [{ "text": holder.name }],
    });
    if let Some(mobile) = mobile {
        patient["telecom"] = json!([{ "system": "phone", "value": mobile, "use": "mobile" }]);
    }
    if let Some(birth) = holder.birth() {
        patient["birthDate"] = birth.into();
    }
    Ok(patient)
}

/// The class of the vaccine in SNOMED CT, and its product as the profile has it: the brand's name in an extension.
fn immunization(dose: &Dose, number: usize) -> Result<Value, CardError> {
    let product = product_of(dose)?;
    let mut protocol = json!({ "targetDisease": [{ "coding": [coding(COVID_19)] }] });
    if let Some(of) = dose.series_doses {
        protocol["series"] = format!("{of}-dose").into();
        protocol["seriesDosesPositiveInt"] = of.into();
    }
    protocol["doseNumberPositiveInt"] = dose.dose_number.map_or(number.into(), Value::from);
    let mut immunization = json!({
        "resourceType": "Immunization",
        "id": number.to_string(),
        "meta": profile("Immunization"),
        "extension": [{ "url": format!("{PROFILES}BrandName"), "valueString": product.name() }],
        "status": "completed",
        "vaccineCode": { "coding": [coding(class_of(product)?)] },
        "patient": { "reference": "Patient/1" },
        "occurrenceDateTime": dose.given_on.to_string(),
        "primarySource": true,
        "protocolApplied": [protocol],
    });
    if let Some(batch) = &dose.batch {
        immunization["lotNumber"] = batch.as_str().into();
    }
    Ok(immunization)
}

fn class_of(product: Product) -> Result<(&'static str, &'static str), CardError> {
    let is_against_covid = product.antigens().any(|antigen| antigen.name() == Some("covid_19"));
    match product.snomed() {
        _ if !is_against_covid => Err(CardError::Product),
        Some(code) if code == MRNA_VACCINE.0 => Ok(MRNA_VACCINE),
        _ => Ok(ANY_VACCINE),
    }
}

fn coding((code, display): (&str, &str)) -> Value {
    json!({ "system": SNOMED, "code": code, "display": display })
}

fn profile(name: &str) -> Value {
    json!({ "profile": [format!("{PROFILES}{name}")] })
}
