use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use kycvs_domain::Dose;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

use super::canonical;
use crate::{Algorithm, Framework, Presented, Record, RecordError, Rules, TrustList, TrustedKey};

const HEADER: &str = r#"{"alg":"EdDSA","b64":false,"crit":["b64"]}"#;

/// The writer is held to DIVOC's own JSON-LD stack, byte by byte.
#[test]
fn the_canonical_form_is_that_of_divocs_own_library() {
    for line in include_str!("../../tests/data/divoc-valid.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let qr = BASE64_STANDARD.decode(case["qr_bytes_base64"].as_str().unwrap()).unwrap();
        let json = if qr.starts_with(b"{") { qr } else { crate::presented::unpacked(&qr).unwrap() };
        let (document, proof) = canonical(&json).unwrap();
        assert_eq!(document, case["nquads_document"].as_str().unwrap());
        assert_eq!(proof, case["nquads_proof"].as_str().unwrap());
    }
}

/// A country of DIVOC, which signs whatever it is given.
struct Country(Ed25519KeyPair);

impl Country {
    fn new() -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap())
    }

    fn sign(&self, document: Value) -> Value {
        self.sign_under(HEADER, document)
    }

    fn sign_under(&self, header: &str, mut document: Value) -> Value {
        let (graph, proof) = canonical(document.to_string().as_bytes()).unwrap();
        let header = BASE64_URL_SAFE_NO_PAD.encode(header);
        let hashes = [proof, graph].map(|text| digest(&SHA256, text.as_bytes()));
        let signed = [header.as_bytes(), b".", hashes[0].as_ref(), hashes[1].as_ref()].concat();
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.0.sign(&signed));
        document["proof"]["jws"] = json!(format!("{header}..{signature}"));
        document
    }

    fn read(&self, document: &Value) -> Result<Record, RecordError> {
        let key = TrustedKey {
            framework: Framework::Divoc,
            issuer: String::new(),
            name: "did:country".to_owned(),
            algorithm: Algorithm::EdDsa,
            key: self.0.public_key().as_ref().to_vec(),
            from: None,
            until: None,
            uses: Vec::new(),
            contexts: Vec::new(),
            terminated: false,
        };
        let now = "2026-11-28T12:00:00Z".parse().unwrap();
        let text = document.to_string();
        Presented::from_bytes(text.as_bytes())?.verify(&TrustList::of(vec![key]), Rules::default(), now)
    }

    /// The dose of a document that the country signed with this member of its evidence.
    fn dose(&self, members: Value) -> Result<Dose, RecordError> {
        let mut document = document();
        for (name, value) in members.as_object().unwrap() {
            document["evidence"][0][name] = value.clone();
        }
        self.read(&self.sign(document)).map(|record| record.doses()[0])
    }
}

fn document() -> Value {
    json!({
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://country.example/vaccination/v2"],
        "type": ["VerifiableCredential", "ProofOfVaccinationCredential"],
        "credentialSubject": { "type": "Person", "id": "did:Passport:XXXX1", "name": "Asha Rao", "dob": "1986-02-11" },
        "issuer": "https://country.example/",
        "issuanceDate": "2021-03-04T10:00:00.000Z",
        "evidence": [{
            "type": ["Vaccination"], "id": "https://country.example/1", "certificateId": "1", "vaccine": "COVISHIELD",
            "date": "2021-03-03T20:00:00.000Z", "dose": 1, "totalDoses": 2,
        }],
        "proof": {
            "type": "Ed25519Signature2018", "created": "2021-03-04T10:00:00Z", "verificationMethod": "did:country",
            "proofPurpose": "assertionMethod", "jws": "",
        },
    })
}

#[test]
fn more_doses_than_the_series_has_are_a_booster_and_no_swapped_pair_is() {
    let country = Country::new();
    for (vaccine, dose, of, expected) in [
        ("COVISHIELD", json!(1), json!(2), Ok((1, Some(2)))),
        ("COVISHIELD", json!("2"), json!("2"), Ok((2, Some(2)))),
        ("COVISHIELD", json!(3), json!(2), Ok((3, Some(2)))),
        ("COVISHIELD", json!(2), json!(1), Err("ambiguous")),
        ("COVISHIELD", json!(3), json!(1), Err("ambiguous")),
        ("COVISHIELD", json!(2), json!(""), Ok((2, None))),
        ("COVISHIELD", json!(null), json!(2), Err("ambiguous")),
        ("Sputnik Light", json!(2), json!(1), Ok((2, Some(1)))),
        ("ZyCoV-D", json!(3), json!(3), Ok((3, Some(3)))),
        ("ZyCoV-D", json!(4), json!(3), Ok((4, Some(3)))),
        ("ZyCoV-D", json!(3), json!(2), Err("ambiguous")),
        ("something", json!(3), json!(2), Err("ambiguous")),
        ("COVISHIELD", json!(0), json!(2), Err("malformed")),
        ("COVISHIELD", json!(21), json!(21), Err("malformed")),
        ("COVISHIELD", json!("two"), json!(2), Err("malformed")),
    ] {
        let found = country.dose(json!({ "vaccine": vaccine, "dose": dose, "totalDoses": of }));
        let found = found.map(|dose| (dose.dose_number.unwrap(), dose.series_doses));
        assert_eq!(found.map_err(|error| error.code()), expected, "{vaccine} {dose} of {of}");
    }
}

#[test]
fn the_day_is_the_earliest_and_agrees_with_the_instant_in_india_or_in_utc() {
    let country = Country::new();
    let instant = "2021-03-03T20:00:00.000Z"; // the fourth in India
    for (date, start, until, expected) in [
        (instant, "", "", Ok("2021-03-04")),
        (instant, "2021-03-03", "", Ok("2021-03-03")),
        (instant, "2021-03-04", "2021-09-01", Ok("2021-03-04")),
        (instant, "2021-09-01", "2021-03-04", Ok("2021-03-04")),
        ("2021-03-04", "2021-09-01", instant, Ok("2021-03-04")),
        (instant, "2021-03-02", "", Err("ambiguous")),
        (instant, "2021-03-05", "", Err("ambiguous")),
        ("2021-03-04", "2021-03-01", "", Ok("2021-03-01")),
        (instant, "2021-09-01T00:00:00Z", "", Ok("2021-03-04")),
        ("2021-09-01T00:00:00Z", "", instant, Ok("2021-03-04")),
        ("2021-03", "", "", Err("malformed")),
        ("", "", "", Err("malformed")),
    ] {
        let found = country.dose(json!({ "date": date, "effectiveStart": start, "effectiveUntil": until }));
        let found = found.map(|dose| dose.given_on.to_string()).map_err(|error| error.code());
        assert_eq!(found.as_deref(), expected.as_deref(), "{date} {start} {until}");
    }
}

/// Each holds under the signature of the document before the change, or is signed after it.
#[test]
fn one_graph_is_written_in_one_way() {
    let country = Country::new();
    let signed = country.sign(document());
    assert_eq!(country.read(&signed).unwrap().names(), ["Asha Rao"]);
    let changed = |pointer: &str, value: Value| {
        let mut document = signed.clone();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[member] = value;
        country.read(&document).map(|record| record.names().concat()).map_err(|error| error.code())
    };
    let same = Ok("Asha Rao".to_owned());
    for (pointer, value, expected) in [
        ("/credentialSubject/gender", Value::Null, same.clone()),
        ("/type", json!(["ProofOfVaccinationCredential", "VerifiableCredential"]), same),
        ("/credentialSubject/name", json!(["Asha Rao"]), Err("malformed")),
        ("/credentialSubject/name", json!({ "@value": "Asha Rao" }), Err("malformed")),
        ("/credentialSubject/@id", json!("did:Passport:XXXX1"), Err("malformed")),
        ("/credentialSubject/nickname", json!("Asha"), Err("malformed")),
        ("/credentialSubject", json!([signed["credentialSubject"]]), Err("malformed")),
        ("/issuer", json!({ "id": "https://country.example/" }), Err("malformed")),
        ("/evidence", signed["evidence"][0].clone(), Err("malformed")),
        ("/evidence/0/dose", json!(1.0), Err("malformed")),
        ("/evidence/0/dose", json!("1"), Err("invalid-signature")),
        ("/evidence/0/note", json!("unsigned"), Err("malformed")),
        ("/proof/jws", json!(""), Err("malformed")),
        ("/proof/nonce", json!("1"), Err("malformed")),
        ("/proof/created", json!("2021-03-04T10:00:01Z"), Err("invalid-signature")),
        ("/proof/proofPurpose", json!("authentication"), Err("malformed")),
        ("/proof/verificationMethod", json!("did:another"), Err("issuer-not-trusted")),
        ("/proof/type", json!("RsaSignature2018"), Err("malformed")),
        ("/expirationDate", json!("2021-12-31T00:00:00Z"), Err("malformed")),
        ("/id", json!("https://country.example/1"), Err("malformed")),
    ] {
        assert_eq!(changed(pointer, value.clone()), expected, "{pointer} {value}");
    }
}

/// The twelve that `tests/divoc.rs` has no public data for. Under DIVOC's own context each writes the same graph, or nothing that is
/// signed.
#[test]
fn further_changes_that_keep_a_signature_are_refused_or_mean_nothing() {
    let country = Country::new();
    let mut signed = document();
    let evidence = json!({ "batch": "4121Z025", "manufacturer": "Serum Institute of India", "icd11Code": "XM68M6",
        "effectiveStart": "2021-03-04", "effectiveUntil": "2021-09-01" });
    signed["evidence"][0].as_object_mut().unwrap().extend(evidence.as_object().unwrap().clone());
    signed["credentialSubject"]["refId"] = json!("12345678901234");
    let signed = country.sign(signed);
    let read = |document: &Value| {
        country.read(document).map(|record| (record.names().concat(), record.doses()[0])).map_err(|error| error.code())
    };
    let (name, dose) = read(&signed).unwrap();
    let (same, nothing) = (Ok((name.clone(), dose)), Ok((name, Dose { product: None, ..dose })));
    let swapped = |a: &str, b: &str| {
        let mut document = signed.clone();
        let values = [a, b].map(|member| document["evidence"][0][member].clone());
        document["evidence"][0][a] = values[1].clone();
        document["evidence"][0][b] = values[0].clone();
        document
    };
    let with = |pointer: &str, value: Value| {
        let mut document = signed.clone();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[member] = value;
        document
    };
    let moved = |from: &str, to: &str| {
        let mut document = signed.clone();
        let subject = document["credentialSubject"].as_object_mut().unwrap();
        let value = subject.remove(from).unwrap();
        subject.insert(to.to_owned(), value);
        document
    };
    for (change, document, expected) in [
        ("vaccine and batch swapped", swapped("vaccine", "batch"), nothing.clone()),
        ("vaccine and certificateId swapped", swapped("vaccine", "certificateId"), nothing.clone()),
        ("vaccine and icd11Code swapped", swapped("vaccine", "icd11Code"), nothing),
        ("date and effectiveUntil swapped", swapped("date", "effectiveUntil"), same.clone()),
        ("effectiveStart and effectiveUntil swapped", swapped("effectiveStart", "effectiveUntil"), same.clone()),
        ("refId under uhid", moved("refId", "uhid"), same.clone()),
        ("refId under uhid, too", with("/credentialSubject/uhid", json!("12345678901234")), same),
        ("the name under an alias", moved("name", "https://schema.org/name"), Err("malformed")),
        ("the subject's id under an alias", moved("id", "@id"), Err("malformed")),
        ("an end of its validity", with("/expirationDate", json!("2031-03-04T10:00:00Z")), Err("malformed")),
        (
            "a second subject beside",
            with("/credentialSubject", json!([signed["credentialSubject"], {}])),
            Err("malformed"),
        ),
        ("evidence without its list", with("/evidence", signed["evidence"][0].clone()), Err("malformed")),
    ] {
        assert_eq!(read(&document), expected, "{change}");
    }
}

#[test]
fn a_header_names_the_keys_algorithm_and_what_is_critical_alone() {
    let country = Country::new();
    let read = |header| country.read(&country.sign_under(header, document())).map(|_| ()).map_err(|error| error.code());
    assert_eq!(read(HEADER), Ok(()));
    for header in [
        r#"{"alg":"none","b64":false,"crit":["b64"]}"#,
        r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#,
        r#"{"alg":"RS256","b64":false,"crit":["b64"]}"#,
        r#"{"alg":"PS256","b64":false,"crit":["b64"]}"#,
        r#"{"alg":"EdDSA","b64":true,"crit":["b64"]}"#,
        r#"{"alg":"EdDSA","b64":false}"#,
        r#"{"alg":"EdDSA","b64":false,"crit":["b64","exp"]}"#,
        r#"{"alg":"EdDSA","b64":false,"crit":["b64"],"kid":"did:country"}"#,
        r#"{"alg":"EdDSA","b64":false,"b64":false,"crit":["b64"]}"#,
        r#"{"alg":"EdDSA"}"#,
    ] {
        assert_eq!(read(header), Err("malformed"), "{header}");
    }
}

#[test]
fn a_person_has_an_id_that_is_signed_and_a_name_of_fair_length() {
    let country = Country::new();
    let of = |member: &str, value: Value| {
        let mut document = document();
        document["credentialSubject"][member] = value;
        match canonical(document.to_string().as_bytes()) {
            Ok(_) => country.read(&country.sign(document)).map(|_| ()).map_err(|error| error.code()),
            Err(error) => Err(error.code()),
        }
    };
    assert_eq!(of("id", json!("did:Aadhaar Card:XXXXXXXX1234")), Ok(()), "CoWIN's own have a blank");
    for id in [json!(""), json!("12345"), json!(null), json!("1did:x"), json!("did:x> <y"), json!("did:x\n")] {
        assert_eq!(of("id", id.clone()), Err("malformed"), "{id}");
    }
    assert_eq!(of("name", json!("a".repeat(100))), Ok(()));
    assert_eq!(of("name", json!("a".repeat(101))), Err("too-large"));
    assert_eq!(of("name", json!(null)), Err("malformed"));
    assert_eq!(of("dob", json!("1986-13-01")), Err("malformed"));
    assert_eq!(of("dob", json!("")), Ok(()));
}
