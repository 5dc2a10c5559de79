use super::nquads::{Graph, Node, Object};
use crate::{RecordError, json::Json};

const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// The members that an object of the closed shape may have, each with the predicate that the context gives it.
type Terms = &'static [(&'static str, &'static str)];

const ADDRESS: Terms = &[
    ("streetAddress", "https://schema.org/streetAddress"),
    ("streetAddress2", "vac:addressLine2"),
    ("district", "vac:district"),
    ("city", "vac:city"),
    ("addressRegion", "https://schema.org/addressRegion"),
    ("addressCountry", "https://schema.org/addressCountry"),
    ("postalCode", "https://schema.org/postalCode"),
];
const PERSON: Terms = &[
    ("refId", "https://schema.org/id"),
    ("uhid", "https://schema.org/id"),
    ("name", "https://schema.org/name"),
    ("gender", "https://schema.org/gender"),
    ("age", "https://schema.org/Number"),
    ("nationality", "https://schema.org/nationality"),
];
const PERSON_V2: Terms = &[("dob", "https://schema.org/date")];
const VACCINATION: Terms = &[
    ("certificateId", "https://schema.org/id"),
    ("feedbackUrl", "https://schema.org/url"),
    ("infoUrl", "https://schema.org/url"),
    ("batch", "https://schema.org/id"),
    ("vaccine", "https://schema.org/id"),
    ("manufacturer", "https://schema.org/id"),
    ("date", "https://schema.org/date"),
    ("effectiveStart", "https://schema.org/date"),
    ("effectiveUntil", "https://schema.org/date"),
    ("dose", "https://schema.org/doseValue"),
    ("totalDoses", "https://schema.org/doseValue"),
];
const VACCINATION_V2: Terms = &[("icd11Code", "https://schema.org/id"), ("prophylaxis", "https://schema.org/name")];
const NAME: Terms = &[("name", "https://schema.org/name")];

/// The version of DIVOC's context: 2 adds the date of birth and the vaccine's class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

/// A document of DIVOC's closed shape, and the graph that its signature covers.
///
/// The shape is closed because the signature is over RDF and not over the text: a member that the context does not know is not
/// signed, a subject without an IRI takes all that is said of the person out of the signature, and lists and repeated members
/// let one signed set be written in several ways.
pub(super) struct Document<'a> {
    pub(super) version: Version,
    pub(super) context: &'a str,
    pub(super) issuer: &'a str,
    pub(super) subject: &'a Json<'a>,
    pub(super) evidence: &'a Json<'a>,
    pub(super) proof: &'a Json<'a>,
    pub(super) graph: Graph<'a>,
}

impl<'a> Document<'a> {
    pub(super) fn read(json: &'a Json<'a>) -> Result<Self, RecordError> {
        let members =
            ["@context", "type", "credentialSubject", "issuer", "issuanceDate", "evidence", "nonTransferable", "proof"];
        only(json, &members)?;
        let (context, version) = context(json)?;
        let evidence = match json.get("evidence").map(Json::items) {
            Some([one]) => one,
            _ => return Err(RecordError::Shape("evidence")),
        };
        let mut document = Self {
            version,
            context,
            issuer: json.text("issuer").ok_or(RecordError::Shape("issuer"))?,
            subject: json.get("credentialSubject").ok_or(RecordError::Shape("credentialSubject"))?,
            evidence,
            proof: json.get("proof").ok_or(RecordError::Shape("proof"))?,
            graph: Graph::default(),
        };
        document.credential(json)?;
        Ok(document)
    }

    fn credential(&mut self, json: &'a Json<'a>) -> Result<(), RecordError> {
        let credential = self.graph.blank();
        for (name, iri) in [
            ("VerifiableCredential", "https://www.w3.org/2018/credentials#VerifiableCredential"),
            ("ProofOfVaccinationCredential", "https://schema.org/ProofOfVaccinationCredential"),
        ] {
            let types = json.get("type").map(Json::items).unwrap_or_default();
            if types.len() != 2 || !types.iter().any(|known| known.as_text() == Some(name)) {
                return Err(RecordError::Shape("type"));
            }
            self.graph.add(credential, TYPE, Object::Node(Node::Iri(iri)));
        }
        let issued = json.text("issuanceDate").ok_or(RecordError::Shape("issuanceDate"))?;
        self.graph.add(credential, "https://www.w3.org/2018/credentials#issuanceDate", Object::DateTime(issued));
        self.graph.add(
            credential,
            "https://www.w3.org/2018/credentials#issuer",
            Object::Node(Node::iri(self.issuer, "issuer")?),
        );
        if let Some(value) = json.get("nonTransferable") {
            self.value(credential, "vac:nonTransferable", value, "nonTransferable")?;
        }
        let subject = self.person()?;
        self.graph.add(credential, "https://www.w3.org/2018/credentials#credentialSubject", Object::Node(subject));
        let evidence = self.vaccination()?;
        self.graph.add(credential, "https://www.w3.org/2018/credentials#evidence", Object::Node(evidence));
        Ok(())
    }

    fn person(&mut self) -> Result<Node<'a>, RecordError> {
        let person = self.subject;
        let node =
            Node::iri(person.text("id").ok_or(RecordError::Shape("credentialSubject.id"))?, "credentialSubject.id")?;
        if person.text("type") != Some("Person") {
            return Err(RecordError::Shape("credentialSubject.type"));
        }
        self.graph.add(node, TYPE, Object::Node(Node::Iri("https://schema.org/Person")));
        let terms = self.terms(PERSON, PERSON_V2);
        self.members(node, person, terms, &["id", "type", "address"])?;
        self.address(node, person)?;
        Ok(node)
    }

    fn vaccination(&mut self) -> Result<Node<'a>, RecordError> {
        let evidence = self.evidence;
        let node = match evidence.get("id") {
            Some(id) => Node::iri(id.as_text().ok_or(RecordError::Shape("evidence.id"))?, "evidence.id")?,
            None => self.graph.blank(),
        };
        if !matches!(evidence.get("type").map(Json::items), Some([Json::Text(kind)]) if kind == "Vaccination") {
            return Err(RecordError::Shape("evidence.type"));
        }
        self.graph.add(node, TYPE, Object::Node(Node::Iri("vac:Vaccination")));
        let terms = self.terms(VACCINATION, VACCINATION_V2);
        self.members(node, evidence, terms, &["id", "type", "verifier", "facility"])?;
        if let Some(verifier) = evidence.get("verifier") {
            let blank = self.graph.blank();
            self.graph.add(node, "vac:verifier", Object::Node(blank));
            self.members(blank, verifier, [NAME, &[]], &[])?;
        }
        if let Some(facility) = evidence.get("facility") {
            let blank = self.graph.blank();
            self.graph.add(node, "vac:Facility", Object::Node(blank));
            self.members(blank, facility, [NAME, &[]], &["address"])?;
            self.address(blank, facility)?;
        }
        Ok(node)
    }

    fn address(&mut self, of: Node<'a>, parent: &'a Json<'a>) -> Result<(), RecordError> {
        let Some(address) = parent.get("address") else { return Ok(()) };
        let blank = self.graph.blank();
        self.graph.add(of, "https://schema.org/PostalAddress", Object::Node(blank));
        self.members(blank, address, [ADDRESS, &[]], &[])
    }

    fn terms(&self, always: Terms, since_v2: Terms) -> [Terms; 2] {
        [always, if self.version == Version::V2 { since_v2 } else { &[] }]
    }

    /// Writes the members of an object that `terms` knows; `elsewhere` names those that are written by other means.
    fn members(
        &mut self,
        node: Node<'a>,
        object: &'a Json<'a>,
        terms: [Terms; 2],
        elsewhere: &[&str],
    ) -> Result<(), RecordError> {
        if !matches!(object, Json::Object(_)) {
            return Err(RecordError::Shape("an object"));
        }
        for (name, value) in object.members().iter().filter(|(name, _)| !elsewhere.contains(&name.as_ref())) {
            let (term, predicate) = terms
                .into_iter()
                .flatten()
                .find(|(term, _)| name == term)
                .ok_or(RecordError::Shape("a member that is not signed"))?;
            self.value(node, predicate, value, term)?;
        }
        Ok(())
    }

    fn value(
        &mut self,
        node: Node<'a>,
        predicate: &'static str,
        value: &'a Json<'a>,
        what: &'static str,
    ) -> Result<(), RecordError> {
        let object = match value {
            Json::Text(text) => Object::Plain(text),
            Json::Integer(number) => Object::Integer(*number),
            Json::Null => return Ok(()), // JSON-LD drops it
            _ => return Err(RecordError::Shape(what)),
        };
        self.graph.add(node, predicate, object);
        Ok(())
    }
}

/// The two contexts, in their order: W3C's and the issuer's own, whose name ends in its version.
fn context<'a>(json: &'a Json<'a>) -> Result<(&'a str, Version), RecordError> {
    match json.get("@context").map(Json::items) {
        Some([Json::Text(w3c), Json::Text(own)]) if w3c == "https://www.w3.org/2018/credentials/v1" => {
            let version = match own.rsplit_once('/') {
                Some((_, "v1")) => Version::V1,
                Some((_, "v2")) => Version::V2,
                _ => return Err(RecordError::Shape("@context")),
            };
            Ok((&**own, version))
        }
        _ => Err(RecordError::Shape("@context")),
    }
}

/// Whether an object has these members and no other.
pub(super) fn only(json: &Json<'_>, members: &[&str]) -> Result<(), RecordError> {
    let closed =
        matches!(json, Json::Object(_)) && json.members().iter().all(|(name, _)| members.contains(&name.as_ref()));
    if closed { Ok(()) } else { Err(RecordError::Shape("a member that is not signed")) }
}
