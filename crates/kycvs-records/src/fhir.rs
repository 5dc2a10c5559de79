//! FHIR R4 bundles of immunizations, such as India's NRCeS `ImmunizationRecord`, as rows of a registry's import. Nobody signs them, so an
//! operator imports what came over a channel that they trust, and a person cannot present one.

use crate::RecordError;
use crate::json::Json;

/// The largest bundle, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;
/// The most resources of a bundle.
pub const MAX_ENTRIES: usize = 1000;

const BRAND: &str = "https://nrces.in/ndhm/fhir/r4/StructureDefinition/BrandName";
const CVX: &str = "http://hl7.org/fhir/sid/cvx";

/// A dose of a person, each field as a registry's import reads it. `Debug` is not there: it is about a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// The place of the dose in the bundle, as a JSON pointer (RFC 6901); for a person without a dose, the place of the person.
    pub pointer: String,
    /// The person's first identifier, letters and digits of it: an ABHA number without its dashes.
    pub beneficiary_id: String,
    /// The name.
    pub name: String,
    /// The first telephone number.
    pub mobile: String,
    /// The date of birth, or its beginning; empty where it is not known.
    pub birth_date: String,
    /// The brand's name, or a code of the catalogue such as `cvx:210`; empty for a person without a dose.
    pub product: String,
    /// The day of the dose.
    pub given_on: String,
    /// The number of the dose, where there is one.
    pub dose_number: String,
    /// The lot, where there is one.
    pub batch: String,
}

/// Why a bundle, or a resource of it, gives no row. It quotes nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {reason}")]
pub struct FhirError {
    /// Where, as a JSON pointer; empty for the bundle.
    pub pointer: String,
    /// What is wrong.
    pub reason: &'static str,
}

/// Reads a bundle of one patient: a row for each completed immunization, one without a dose for a patient who has none, and an
/// error for each immunization that cannot be read. What is wrong with the bundle or the patient is the only error. Other
/// resources are passed over.
pub fn rows(json: &[u8]) -> Vec<Result<Row, FhirError>> {
    match bundle(json) {
        Ok(rows) => rows,
        Err(error) => vec![Err(error)],
    }
}

fn bundle(json: &[u8]) -> Result<Vec<Result<Row, FhirError>>, FhirError> {
    if json.len() > MAX_BYTES {
        return Err(wrong("", "the bundle is larger than 1 MiB"));
    }
    let bundle = Json::parse(json).map_err(|error| match error {
        RecordError::Shape(_) => wrong("", "a member is given twice, or the bundle is nested too deeply"),
        _ => wrong("", "not JSON"),
    })?;
    if bundle.text("resourceType") != Some("Bundle") {
        return Err(wrong("/resourceType", "not a Bundle"));
    }
    let Some(Json::Array(entries)) = bundle.get("entry") else { return Err(wrong("/entry", "no list of entries")) };
    if entries.len() > MAX_ENTRIES {
        return Err(wrong("/entry", "more than 1000 entries"));
    }
    let resources: Vec<_> = entries.iter().enumerate().filter_map(|(at, entry)| Resource::of(at, entry)).collect();
    let of_type =
        |kind: &'static str| resources.iter().filter(move |resource| resource.json.text("resourceType") == Some(kind));
    let mut patients = of_type("Patient");
    let patient = patients.next().ok_or_else(|| wrong("/entry", "no Patient"))?;
    if let Some(second) = patients.next() {
        return Err(second.wrong("", "a second Patient"));
    }
    let person = patient.person()?;
    let doses: Vec<_> =
        of_type("Immunization").filter_map(|resource| resource.dose(&person, patient).transpose()).collect();
    Ok(if doses.is_empty() { vec![Ok(person)] } else { doses })
}

/// A resource with the place of its entry.
struct Resource<'j> {
    at: usize,
    url: Option<&'j str>,
    json: &'j Json<'j>,
}

impl<'j> Resource<'j> {
    fn of(at: usize, entry: &'j Json<'j>) -> Option<Self> {
        Some(Self { at, url: entry.text("fullUrl"), json: entry.get("resource")? })
    }

    fn pointer(&self, member: &str) -> String {
        format!("/entry/{}/resource{member}", self.at)
    }

    fn wrong(&self, member: &str, reason: &'static str) -> FhirError {
        FhirError { pointer: self.pointer(member), reason }
    }

    /// A text that must not be empty.
    fn text(&self, member: &str) -> Result<&'j str, FhirError> {
        let text = self.json.text(member).filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| self.wrong(&format!("/{member}"), "no text"))
    }

    /// A text that may be left out.
    fn optional(&self, member: &str) -> Result<&'j str, FhirError> {
        self.json.get(member).map_or(Ok(""), |_| self.text(member))
    }

    fn person(&self) -> Result<Row, FhirError> {
        let first = |member: &str| self.json.get(member).map(Json::items).unwrap_or_default();
        let id = first("identifier").first().and_then(|id| id.text("value")).unwrap_or_default();
        let beneficiary_id: String = id.chars().filter(|c| !matches!(c, '-' | ' ' | '/' | '.')).collect();
        if beneficiary_id.is_empty() {
            return Err(self.wrong("/identifier/0/value", "no identifier"));
        }
        let name = first("name").first().map(name_of).unwrap_or_default();
        if name.is_empty() {
            return Err(self.wrong("/name/0", "no name"));
        }
        let phone = first("telecom").iter().find(|contact| contact.text("system") == Some("phone"));
        let mobile = phone.and_then(|contact| contact.text("value")).unwrap_or_default();
        if mobile.is_empty() {
            return Err(self.wrong("/telecom", "no telephone number"));
        }
        let birth = self.optional("birthDate")?;
        // A month without its day is more than the registry keeps.
        let birth_date = if birth.len() == 7 { birth.get(..4).unwrap_or(birth) } else { birth };
        Ok(Row {
            pointer: self.pointer(""),
            beneficiary_id,
            name,
            mobile: mobile.to_owned(),
            birth_date: birth_date.to_owned(),
            product: String::new(),
            given_on: String::new(),
            dose_number: String::new(),
            batch: String::new(),
        })
    }

    /// The dose of an immunization; none of one that was not given, or entered in error.
    fn dose(&self, person: &Row, patient: &Self) -> Result<Option<Row>, FhirError> {
        match self.text("status")? {
            "completed" => {}
            "not-done" | "entered-in-error" => return Ok(None),
            _ => return Err(self.wrong("/status", "not a status of an immunization")),
        }
        for member in ["modifierExtension", "implicitRules"] {
            if self.json.get(member).is_some() {
                return Err(self.wrong(&format!("/{member}"), "it changes what the rest means, which is not read here"));
            }
        }
        if self.json.get("isSubpotent").is_some_and(|value| *value != Json::Bool(false)) {
            return Err(self.wrong("/isSubpotent", "a dose that does not count"));
        }
        let reference = self.json.get("patient").and_then(|patient| patient.text("reference"));
        let id = patient.json.text("id").map(|id| format!("Patient/{id}"));
        if reference.is_none() || (reference != patient.url && reference != id.as_deref()) {
            return Err(self.wrong("/patient/reference", "not the patient of this bundle"));
        }
        let occurrence = self.text("occurrenceDateTime")?;
        Ok(Some(Row {
            pointer: self.pointer(""),
            product: self.product()?,
            given_on: occurrence.split_once('T').map_or(occurrence, |(day, _)| day).to_owned(),
            dose_number: self.dose_number()?,
            batch: self.optional("lotNumber")?.to_owned(),
            ..person.clone()
        }))
    }

    /// The brand's name as NRCeS has it, or else the one CVX code. A code of SNOMED CT names a class of products.
    fn product(&self) -> Result<String, FhirError> {
        let items = |json: Option<&'j Json<'j>>| json.map(Json::items).unwrap_or_default();
        let brands = items(self.json.get("extension")).iter().filter(|extension| extension.text("url") == Some(BRAND));
        let codings = items(self.json.get("vaccineCode").and_then(|code| code.get("coding")));
        let codes = codings.iter().filter(|coding| coding.text("system") == Some(CVX));
        let named: Vec<String> = brands
            .filter_map(|brand| brand.text("valueString").map(str::to_owned))
            .chain(codes.filter_map(|coding| coding.text("code").map(|code| format!("cvx:{code}"))))
            .collect();
        match &named[..] {
            [] => Err(self.wrong("/vaccineCode", "neither a BrandName nor a CVX code")),
            [product, ..] if named.iter().skip(1).all(|other| is_same(product, other)) => Ok(product.clone()),
            _ => Err(self.wrong("/vaccineCode", "two products")),
        }
    }

    fn dose_number(&self) -> Result<String, FhirError> {
        let protocols = self.json.get("protocolApplied").map(Json::items).unwrap_or_default();
        let [protocol] = protocols else {
            let several = || self.wrong("/protocolApplied", "several protocols");
            return if protocols.is_empty() { Ok(String::new()) } else { Err(several()) };
        };
        match (protocol.get("doseNumberPositiveInt"), protocol.get("doseNumberString")) {
            (Some(Json::Integer(number)), None) => Ok(number.to_string()),
            (None, Some(Json::Text(number))) => Ok(number.clone().into_owned()),
            (None, None) => Ok(String::new()),
            _ => Err(self.wrong("/protocolApplied/0/doseNumberPositiveInt", "not a number")),
        }
    }
}

fn is_same(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(kycvs_domain::Product::find);
    one.is_some() && one == other
}

fn name_of(name: &Json<'_>) -> String {
    if let Some(text) = name.text("text").map(str::trim).filter(|text| !text.is_empty()) {
        return text.to_owned();
    }
    let given = name.get("given").map(Json::items).unwrap_or_default().iter().filter_map(Json::as_text);
    given.chain(name.text("family")).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn wrong(pointer: &str, reason: &'static str) -> FhirError {
    FhirError { pointer: pointer.to_owned(), reason }
}
