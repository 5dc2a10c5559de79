//! SMART Health Cards that are damaged, forged or odd, each with the word by which it is refused. All but the named damage is genuine.

use crate::common::shc::*;
use crate::common::{today, verify};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use kycvs_records::{RecordError, TrustList, TrustedKey};
use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};
use serde_json::{Value, json};

/// Holds cards to what is said of them: the word of the refusal, or the doses.
fn check(maker: &Maker, cases: Vec<(&str, String, &str)>) {
    let trust = TrustList::of(vec![maker.key()]);
    for (name, card, expected) in cases {
        let found = match verify(card.as_bytes(), &trust) {
            Ok(record) if record.doses().iter().any(|dose| dose.product.is_none()) => "unknown product".to_owned(),
            Ok(record) => format!("{} doses", record.doses().len()),
            Err(error) => error.code().to_owned(),
        };
        assert_eq!(found, expected, "{name}");
    }
}

fn genuine() -> Value {
    payload(&patient(Some("1986-02-11")), &[dose("2021-04-03"), dose("2021-07-01")])
}

const BUNDLE: &str = "/vc/credentialSubject/fhirBundle";

#[test]
fn a_jws_has_three_parts_of_base64url_and_its_own_three_headers() {
    let maker = Maker::new();
    let packed = compress_to_vec(genuine().to_string().as_bytes(), 9);
    let whole = maker.jws(&header().to_string(), &packed);
    let headed =
        |member: &str, value: Value| maker.jws(&with(header(), &format!("/{member}"), value).to_string(), &packed);
    let parts: Vec<&str> = whole.split('.').collect();
    let signature = BASE64URL.decode(parts[2]).unwrap();
    let signed = |signature: &[u8]| format!("{}.{}.{}", parts[0], parts[1], BASE64URL.encode(signature));
    let der = [&[0x30, 0x44, 2, 0x20][..], &signature[..32], &[2, 0x20], &signature[32..]].concat();
    let of_key = json!({ "kty": "EC", "crv": "P-256", "x": "", "y": "" });
    check(
        &maker,
        vec![
            ("whole", whole.clone(), "2 doses"),
            ("lines broken as mail does", format!("{}\r\n{}\r\n", &whole[..76], &whole[76..]), "2 doses"),
            ("quoted as JSON", format!("\"{whole}\""), "2 doses"),
            ("no signature", format!("{}.{}", parts[0], parts[1]), "malformed"),
            ("four parts", format!("{whole}.e30"), "malformed"),
            ("five parts, as an encrypted one", format!("{whole}.e30.e30"), "malformed"),
            ("an empty signature", signed(b""), "invalid-signature"),
            ("a signature of zeros", signed(&[0; 64]), "invalid-signature"),
            ("a signature in DER", signed(&der), "invalid-signature"),
            ("a byte long", signed(&[&signature[..], &[0]].concat()), "invalid-signature"),
            ("padded Base64", format!("{whole}="), "damaged"),
            ("the other alphabet of Base64", format!("{}.{}.{}", parts[0], parts[1], "+/".repeat(43)), "damaged"),
            ("bits behind the signature", format!("{}.{}.{}B", parts[0], parts[1], &parts[2][..85]), "damaged"),
            ("alg none", headed("alg", json!("none")), "malformed"),
            ("HMAC with the public key", headed("alg", json!("HS256")), "malformed"),
            ("ES384", headed("alg", json!("ES384")), "malformed"),
            ("small letters", headed("alg", json!("es256")), "malformed"),
            ("not deflated, it says", headed("zip", json!("none")), "malformed"),
            ("deflated, it does not say", maker.jws(r#"{"alg":"ES256","kid":"k"}"#, &packed), "malformed"),
            ("not deflated", maker.jws(r#"{"alg":"ES256","kid":"k"}"#, genuine().to_string().as_bytes()), "malformed"),
            ("a critical header", headed("crit", json!(["exp"])), "malformed"),
            ("a key of its own", headed("jwk", of_key), "malformed"),
            ("a place for its keys", headed("jku", json!("https://evil.example/jwks.json")), "malformed"),
            ("another key's name", headed("kid", json!("another")), "issuer-not-trusted"),
            ("the key's name as a number", headed("kid", json!(1)), "malformed"),
            ("alg twice", maker.jws(r#"{"alg":"none","alg":"ES256","zip":"DEF","kid":"k"}"#, &packed), "malformed"),
            ("a header that is a list", maker.jws(r#"["ES256"]"#, &packed), "not-a-record"),
            ("a header that is no JSON", maker.jws("{\"alg\"", &packed), "damaged"),
            ("another's signature", Maker::new().jws(&header().to_string(), &packed), "invalid-signature"),
        ],
    );
}

#[test]
fn a_payload_is_deflated_json_of_fair_size() {
    let maker = Maker::new();
    let text = genuine().to_string();
    let packed = |bytes: &[u8]| maker.jws(&header().to_string(), bytes);
    let deflated = compress_to_vec(text.as_bytes(), 9);
    let nested = |depth: usize| format!("{{\"x\":{}{},{}", "[".repeat(depth), "]".repeat(depth), &text[1..]);
    check(
        &maker,
        vec![
            ("stored in blocks", packed(&compress_to_vec(text.as_bytes(), 0)), "2 doses"),
            ("with the head of zlib", packed(&compress_to_vec_zlib(text.as_bytes(), 9)), "damaged"),
            ("not deflated", packed(text.as_bytes()), "damaged"),
            ("a byte behind the stream", packed(&[&deflated[..], &[0]].concat()), "damaged"),
            ("a stream without its end", packed(&deflated[..deflated.len() - 3]), "damaged"),
            ("empty", packed(b""), "damaged"),
            ("a bomb", packed(&compress_to_vec(&vec![b' '; 1 << 22], 9)), "too-large"),
            ("blanks up to the limit", maker.over(&format!("{text}{}", " ".repeat(64 * 1024 - text.len()))), "2 doses"),
            (
                "a blank over the limit",
                maker.over(&format!("{text}{}", " ".repeat(64 * 1024 - text.len() + 1))),
                "too-large",
            ),
            ("a byte order mark", maker.over(&format!("\u{feff}{text}")), "damaged"),
            ("two values", maker.over(&format!("{text}{text}")), "damaged"),
            ("no UTF-8", packed(&compress_to_vec(&[text.as_bytes(), &[0xff]].concat(), 9)), "damaged"),
            ("the issuer twice", maker.over(&text.replacen('{', "{\"iss\":\"https://evil.example\",", 1)), "malformed"),
            ("nested deeply", maker.over(&nested(31)), "2 doses"),
            ("nested too deeply", maker.over(&nested(32)), "malformed"),
        ],
    );
}

#[test]
fn the_issuer_is_the_one_whose_key_it_is() {
    let maker = Maker::new();
    let issued = |issuer: &str| maker.over(&with(genuine(), "/iss", json!(issuer)).to_string());
    check(
        &maker,
        vec![
            ("another", issued("https://evil.example"), "issuer-not-trusted"),
            ("one below it", issued("https://issuer.example/evil"), "issuer-not-trusted"),
            ("one that begins alike", issued("https://issuer.example.evil.example"), "issuer-not-trusted"),
            ("in capitals", issued("https://ISSUER.example"), "issuer-not-trusted"),
            ("with its port", issued("https://issuer.example:443"), "issuer-not-trusted"),
            ("with a slash", issued("https://issuer.example/"), "malformed"),
            ("without TLS", issued("http://issuer.example"), "malformed"),
            ("in letters that look alike", issued("https://іssuer.example"), "issuer-not-trusted"),
            ("nobody", maker.over(&with(genuine(), "/iss", Value::Null).to_string()), "malformed"),
        ],
    );
    // Two issuers call their keys alike; each signs for itself alone.
    let other = Maker::new();
    let keys = [maker.key(), TrustedKey { issuer: "https://other.example".to_owned(), ..other.key() }];
    let read = |card: String| {
        verify(card.as_bytes(), &TrustList::of(keys.to_vec())).map(|record| record.issuer().name.clone())
    };
    let by_other = |issuer: &str| other.over(&with(genuine(), "/iss", json!(issuer)).to_string());
    assert_eq!(read(by_other("https://other.example")), Ok("https://other.example".to_owned()));
    assert_eq!(read(by_other(ISSUER)), Err(RecordError::BadSignature));
    assert_eq!(read(issued(ISSUER)), Ok(ISSUER.to_owned()));
}

#[test]
fn a_card_holds_from_its_beginning_to_its_end() {
    let maker = Maker::new();
    let timed = |member: &str, value: Value| maker.over(&with(genuine(), &format!("/{member}"), value).to_string());
    let now = today().timestamp();
    check(
        &maker,
        vec![
            ("no beginning", timed("nbf", Value::Null), "malformed"),
            ("a beginning as a text", timed("nbf", json!(now.to_string())), "malformed"),
            ("a beginning with a fraction", timed("nbf", json!(1_620_000_000.75)), "2 doses"),
            ("it begins now", timed("nbf", json!(now)), "2 doses"),
            ("it begins in a second", timed("nbf", json!(now + 1)), "not-yet-valid"),
            ("a beginning in milliseconds", timed("nbf", json!(now * 1000)), "not-yet-valid"),
            ("a beginning beyond the calendar", timed("nbf", json!(i64::MAX)), "not-yet-valid"),
            ("a beginning beyond 64 bits", timed("nbf", json!(u64::MAX)), "malformed"),
            ("it ends now", timed("exp", json!(now)), "2 doses"),
            ("it ended a second ago", timed("exp", json!(now - 1)), "seal-expired"),
            ("an end as a text", timed("exp", json!("never")), "malformed"),
        ],
    );
}

#[test]
fn a_bundle_is_of_one_patient_whose_doses_it_names() {
    let maker = Maker::new();
    let second = "/vc/credentialSubject/fhirBundle/entry/2/resource";
    let changed = |pointer: &str, value: Value| maker.over(&with(genuine(), pointer, value).to_string());
    let of_second = |member: &str, value: Value| changed(&format!("{second}/{member}"), value);
    let named = |name: Value| changed(&format!("{BUNDLE}/entry/0/resource/name"), json!([name]));
    let coded = |codings: Value| of_second("vaccineCode", json!({ "coding": codings }));
    let cvx = |code: &str| json!({ "system": "http://hl7.org/fhir/sid/cvx", "code": code });
    let snomed = json!({ "system": "http://snomed.info/sct", "code": "1119349007" });
    let many: Vec<Value> = (0..100).map(|_| dose("2021-04-03")).collect();
    check(
        &maker,
        vec![
            ("no type", changed("/vc/type", json!([])), "malformed"),
            ("another type", changed("/vc/type", json!(["VerifiableCredential"])), "malformed"),
            (
                "its old types beside",
                changed(
                    "/vc/type",
                    json!(["https://smarthealth.cards#covid19", "https://smarthealth.cards#health-card"]),
                ),
                "2 doses",
            ),
            ("no subject", changed("/vc/credentialSubject", Value::Null), "malformed"),
            ("no bundle", changed(BUNDLE, json!({ "resourceType": "Patient" })), "malformed"),
            ("a bundle of nothing", changed(&format!("{BUNDLE}/entry"), json!([])), "unsupported"),
            ("another resource beside", changed(&format!("{second}/resourceType"), json!("Observation")), "1 doses"),
            ("a second patient", changed(second, patient(None)), "ambiguous"),
            ("another's dose", of_second("patient", json!({ "reference": "resource:9" })), "ambiguous"),
            ("nobody's dose", of_second("patient", Value::Null), "ambiguous"),
            ("a dose that was not given", of_second("status", json!("not-done")), "1 doses"),
            ("a dose entered in error", of_second("status", json!("entered-in-error")), "1 doses"),
            ("too weak a dose", of_second("isSubpotent", json!(true)), "1 doses"),
            ("an extension that changes the meaning", of_second("modifierExtension", json!([])), "ambiguous"),
            ("a month", of_second("occurrenceDateTime", json!("2021-07")), "ambiguous"),
            ("no day", of_second("occurrenceDateTime", Value::Null), "malformed"),
            ("a day in words", of_second("occurrenceString", json!("last summer")), "2 doses"),
            ("an instant", of_second("occurrenceDateTime", json!("2021-07-01T23:30:00-05:00")), "2 doses"),
            ("an unknown code", coded(json!([cvx("9999")])), "unknown product"),
            ("a class beside its product", coded(json!([cvx("208"), snomed])), "2 doses"),
            ("a class alone", coded(json!([snomed])), "unknown product"),
            ("two products", coded(json!([cvx("208"), cvx("207")])), "ambiguous"),
            ("a hundred entries and one", maker.card(&patient(None), &many), "too-large"),
            ("a hundred entries", maker.card(&patient(None), &many[1..]), "99 doses"),
            ("no name", named(json!({})), "malformed"),
            ("a name of blanks", named(json!({ "family": " ", "given": [""] })), "malformed"),
            ("a name in one text", named(json!({ "text": "Asha Rao" })), "2 doses"),
            (
                "a name with odd letters",
                named(json!({ "family": "O\u{2019}Neil-\u{202e}<b>\"\u{1f642}", "given": ["J\u{fc}rg\u{0}"] })),
                "2 doses",
            ),
            ("a name of a page", named(json!({ "family": "a".repeat(101) })), "too-large"),
            (
                "born in no month",
                changed(&format!("{BUNDLE}/entry/0/resource/birthDate"), json!("1986-13-01")),
                "malformed",
            ),
        ],
    );
}

#[test]
fn the_codes_of_a_card_are_its_own_in_any_order() {
    let maker = Maker::new();
    let card = maker.over(&genuine().to_string());
    let other = maker.card(&patient(None), &[dose("2021-04-03"), dose("2021-07-01"), dose("2022-02-01")]);
    let chunks = |jws: &str, of: usize| -> Vec<String> {
        let digits = digits(jws);
        let length = digits.len().div_ceil(2 * of) * 2;
        let parts = digits.as_bytes().chunks(length).zip(1..);
        parts.map(|(part, number)| format!("shc:/{number}/{of}/{}", std::str::from_utf8(part).unwrap())).collect()
    };
    let (parts, others) = (chunks(&card, 3), chunks(&other, 3));
    let one = format!("shc:/{}", digits(&card));
    check(
        &maker,
        vec![
            ("one code", one.clone(), "2 doses"),
            ("one of one", one.replacen("shc:/", "shc:/1/1/", 1), "2 doses"),
            ("three codes", parts.join("\n"), "2 doses"),
            ("in another order", [&*parts[2], &parts[0], &parts[1]].join("\r\n\r\n"), "2 doses"),
            ("in one line", parts.join(" "), "2 doses"),
            ("with a mark and tabs", format!("\u{feff}\t{}\t", parts.join("\t")), "2 doses"),
            ("one missing", parts[..2].join("\n"), "incomplete"),
            ("one twice", [&*parts[0], &parts[1], &parts[1]].join("\n"), "malformed"),
            ("one too many", [&*parts[0], &parts[1], &parts[2], &parts[2]].join("\n"), "malformed"),
            ("codes of two cards", [&*parts[0], &others[1], &parts[2]].join("\n"), "damaged"),
            ("codes of cards of other lengths", [&*parts[0], &chunks(&other, 2)[1]].join("\n"), "malformed"),
            ("two whole cards", format!("{one}\n{one}"), "malformed"),
            ("code 0", parts.join("\n").replacen("/1/3/", "/0/3/", 1), "malformed"),
            ("code 4 of 3", parts[0].replacen("/1/3/", "/4/3/", 1), "malformed"),
            ("of 17 codes", one.replacen("shc:/", "shc:/1/17/", 1), "malformed"),
            ("17 codes", vec![&*one; 17].join("\n"), "too-large"),
            ("a digit missing", one[..one.len() - 1].to_owned(), "damaged"),
            ("a letter among the digits", one.replacen("56", "5x", 1), "damaged"),
            ("a pair beyond the alphabet", format!("{one}78"), "damaged"),
            ("no digits", "shc:/".to_owned(), "malformed"),
            (
                "a link behind its page",
                "https://viewer.example/#shlink:/eyJ1cmwiOiJodHRwczovL2V4YW1wbGUuY29tIn0".to_owned(),
                "unsupported",
            ),
            ("the address of a page", "https://viewer.example/#".to_owned(), "not-a-record"),
            ("a link to health records", "shlink:/eyJ1cmwiOiJodHRwczovL2V4YW1wbGUuY29tIn0".to_owned(), "unsupported"),
        ],
    );
}

#[test]
fn a_file_of_cards_is_of_one_person() {
    let maker = Maker::new();
    let card = maker.over(&genuine().to_string());
    let file = |cards: Value| json!({ "verifiableCredential": cards }).to_string();
    check(
        &maker,
        vec![
            ("one card", file(json!([card])), "2 doses"),
            ("the same card twice", file(json!([card, card])), "2 doses"),
            (
                "with a mark and breaks",
                format!(
                    "\u{feff}{}\r\n",
                    serde_json::to_string_pretty(&json!({ "verifiableCredential": [card] })).unwrap()
                ),
                "2 doses",
            ),
            ("no card", file(json!([])), "malformed"),
            ("a card that is no text", file(json!([{ "jws": card }])), "malformed"),
            ("a text in the place of the list", file(json!(card)), "malformed"),
            (
                "the list twice",
                format!("{{\"verifiableCredential\":[],\"verifiableCredential\":[\"{card}\"]}}"),
                "malformed",
            ),
            ("a bundle that nobody signed", json!({ "resourceType": "Bundle" }).to_string(), "unsupported"),
            (
                "a DID document",
                json!({ "@context": ["https://www.w3.org/ns/did/v1"], "id": "did:web:x" }).to_string(),
                "not-a-record",
            ),
            ("text behind it", format!("{} x", file(json!([card]))), "damaged"),
        ],
    );
}
