use kycvs_domain::{Batch, BirthDate, Dose, Product, Source};

use crate::json::Json;
use crate::record::fair_name;
use crate::{RecordError, date};

const CVX: &str = "http://hl7.org/fhir/sid/cvx";
const MAX_ENTRIES: usize = 100;

/// What a card's bundle says about its one patient.
pub(super) struct Person {
    pub(super) name: String,
    pub(super) birth: Option<BirthDate>,
    pub(super) doses: Vec<Dose>,
}

/// Reads a FHIR R4 bundle of one patient and immunizations (SMART Health Cards: Vaccination & Testing). Other resources are passed over.
pub(super) fn read(bundle: &Json<'_>) -> Result<Person, RecordError> {
    let entries = bundle.get("entry").map(Json::items).unwrap_or_default();
    if bundle.text("resourceType") != Some("Bundle") {
        return Err(RecordError::Shape("fhirBundle"));
    }
    if entries.len() > MAX_ENTRIES {
        return Err(RecordError::TooLarge("entries"));
    }
    let of_type = |kind: &'static str| {
        let resources = entries.iter().filter_map(|entry| Some((entry.text("fullUrl"), entry.get("resource")?)));
        resources.filter(move |(_, resource)| resource.text("resourceType") == Some(kind))
    };
    if of_type("Immunization").next().is_none() {
        return Err(RecordError::Unsupported("a health card without immunizations"));
    }
    let mut patients = of_type("Patient");
    let (url, patient) = patients.next().ok_or(RecordError::Shape("Patient"))?;
    if patients.next().is_some() {
        return Err(RecordError::Ambiguous("two patients"));
    }
    let mut doses = Vec::new();
    for (_, immunization) in of_type("Immunization") {
        let of = immunization.get("patient").and_then(|patient| patient.text("reference"));
        if of.is_none() || of != url {
            return Err(RecordError::Ambiguous("an immunization of somebody else"));
        }
        if immunization.get("modifierExtension").is_some() {
            return Err(RecordError::Ambiguous("an immunization that an extension changes the meaning of"));
        }
        // Of a dose that was too weak the issuer says itself that it does not count (FHIR R4, Immunization.isSubpotent).
        let is_subpotent = immunization.get("isSubpotent").is_some_and(|value| *value != Json::Bool(false));
        if immunization.text("status") == Some("completed") && !is_subpotent {
            doses.push(dose(immunization)?);
        }
    }
    Ok(Person { name: name(patient)?, birth: birth(patient)?, doses })
}

fn dose(immunization: &Json<'_>) -> Result<Dose, RecordError> {
    let codings =
        immunization.get("vaccineCode").and_then(|code| code.get("coding")).map(Json::items).unwrap_or_default();
    let mut codes =
        codings.iter().filter(|coding| coding.text("system") == Some(CVX)).filter_map(|coding| coding.text("code"));
    let product = codes.next().and_then(|code| Product::find(&format!("cvx:{code}")));
    if codes.next().is_some() {
        return Err(RecordError::Ambiguous("two vaccines of one immunization"));
    }
    let given_on = immunization.text("occurrenceDateTime").ok_or(RecordError::Shape("occurrenceDateTime"))?;
    let given_on = date::day(given_on).ok_or(RecordError::Ambiguous("the day of a dose"))?;
    let batch = immunization.text("lotNumber").and_then(|lot| Batch::parse(lot).ok());
    Ok(Dose { batch, source: Source::Certificate, ..Dose::new(product, given_on) })
}

fn name(patient: &Json<'_>) -> Result<String, RecordError> {
    let name = patient.get("name").and_then(|names| names.items().first()).ok_or(RecordError::Shape("Patient.name"))?;
    let given = name.get("given").map(Json::items).unwrap_or_default().iter().filter_map(Json::as_text);
    let parts = given.chain(name.text("family")).filter(|part| !part.trim().is_empty());
    let parts = parts.map(fair_name).collect::<Result<Vec<_>, _>>()?;
    match (&parts[..], name.text("text")) {
        ([], Some(text)) if !text.trim().is_empty() => fair_name(text).map(str::to_owned),
        ([], _) => Err(RecordError::Shape("Patient.name")),
        (parts, _) => Ok(parts.join(" ")),
    }
}

fn birth(patient: &Json<'_>) -> Result<Option<BirthDate>, RecordError> {
    let Some(text) = patient.text("birthDate") else { return Ok(None) };
    date::birth(text).map(Some).ok_or(RecordError::Shape("birthDate"))
}
