//! The golden tokens as a table: how each one is made, and what a verifier says to it.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use chrono::{DateTime, TimeDelta, Utc};
use kycvs_token::{Algorithm, Signer as _, SigningKey, TokenIssuer};

use super::support::{AUDIENCE, ISSUER, block_on, claims, forge, header, now, payload, presented, test_key};

pub(crate) struct Case {
    pub(crate) file: &'static str,
    pub(crate) about: &'static str,
    pub(crate) token: String,
    /// `None` for the mode in which a token is shown by a person.
    pub(crate) audience: Option<&'static str>,
    pub(crate) now: DateTime<Utc>,
    /// `accepted`, or the code of the refusal.
    pub(crate) outcome: &'static str,
}

impl Case {
    fn new(outcome: &'static str, file: &'static str, about: &'static str, token: String) -> Self {
        Self { file, about, token, audience: Some(AUDIENCE), now: now(), outcome }
    }

    fn at(self, seconds: i64) -> Self {
        Self { now: now() + TimeDelta::seconds(seconds), ..self }
    }

    fn to(self, audience: Option<&'static str>) -> Self {
        Self { audience, ..self }
    }
}

const DAY: i64 = 86_400;

pub(crate) fn cases() -> Vec<Case> {
    let groups =
        [accepted(), of_form(), of_header(), of_signature(), of_json(), of_claims(), of_bearer(), of_party_and_time()];
    groups.into_iter().flatten().collect()
}

fn es256() -> SigningKey {
    test_key(Algorithm::Es256)
}

fn issued(algorithm: Algorithm) -> String {
    let issuer = TokenIssuer::new(ISSUER, std::sync::Arc::new(test_key(algorithm))).unwrap();
    block_on(issuer.issue(&claims())).unwrap().token.into_string()
}

/// A token signed by the right key, whose payload has `from` replaced by `to`.
fn with_payload(from: &str, to: &str) -> String {
    let payload = payload();
    assert_eq!(payload.matches(from).count(), 1, "{from}");
    forge(&header(&es256()), payload.replace(from, to), &es256())
}

/// The same for the header.
fn with_header(from: &str, to: &str) -> String {
    let key = es256();
    let header = header(&key);
    assert_eq!(header.matches(from).count(), 1, "{from}");
    forge(&header.replace(from, to), payload(), &key)
}

fn accepted() -> Vec<Case> {
    let ok = |file, about, token| Case::new("accepted", file, about, token);
    let es256 = || issued(Algorithm::Es256);
    vec![
        ok("valid/es256.jwt", "as issued with P-256", es256()),
        ok("valid/eddsa.jwt", "as issued with Ed25519", issued(Algorithm::EdDsa)),
        ok("valid/status-0.jwt", "not vaccinated", with_payload(r#"status":2"#, r#"status":0"#)),
        ok("valid/status-1.jwt", "partially vaccinated", with_payload(r#"status":2"#, r#"status":1"#)),
        ok("valid/presented.jwt", "by a certificate that was presented", with_payload("registry", "presented")),
        ok(
            "valid/no-reference.jwt",
            "the optional claim left out",
            with_payload(r#""reference":"PNR 4512345678","#, ""),
        ),
        ok("valid/unicode.jwt", "a reference in Devanagari", with_payload("PNR 4512345678", "यात्रा ४५१२")),
        ok("valid/escaped.jwt", "a text with JSON escapes", with_payload("PNR", r"\u0050N\u0052")),
        ok(
            "valid/unknown-claim.jwt",
            "a claim of a later issuer",
            with_payload(r#"{"iss""#, r#"{"new":[1.5,{"a":null}],"iss""#),
        ),
        ok(
            "valid/unknown-nested.jwt",
            "a claim of a later issuer that has a name of ours within",
            with_payload(r#"{"iss""#, r#"{"new":{"exp":"never","iat":1.5},"iss""#),
        ),
        ok("valid/unknown-header.jwt", "a header of a later issuer", with_header("{", r#"{"new":true,"#)),
        ok("valid/spaced-header.jwt", "the header written with spaces", with_header(r#"","kid":"#, r#"", "kid" : "#)),
        ok("valid/nbf-now.jwt", "a not-before that has come", with_payload(r#""iat""#, r#""nbf":1640995200,"iat""#)),
        ok("valid/seven-days.jwt", "the longest lifetime", with_payload("1641081600", "1641600000")),
        ok("valid/clock-behind.jwt", "60 s before its time: clock skew", es256()).at(-60),
        ok("valid/last-second.jwt", "59 s after its end: clock skew", es256()).at(DAY + 59),
        ok("valid/shown.jwt", "shown by a person to somebody else", es256()).to(None),
    ]
}

fn of_form() -> Vec<Case> {
    let good = issued(Algorithm::Es256);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (first, rest) = good.split_once('.').unwrap();
    let odd = |file, about, token| Case::new("non-canonical-base64", file, about, token);
    // The 86 characters of a signature end in one of A, Q, g, w; the next letter has the same bytes and a trailing bit.
    let last = signature.chars().last().unwrap();
    let trailing = format!("{signed}.{}{}", &signature[..85], char::from_u32(u32::from(last) + 1).unwrap());
    vec![
        Case::new("too-long", "invalid/too-long.jwt", "8193 bytes", format!("{good}{}", "A".repeat(8193 - good.len()))),
        Case::new("not-three-parts", "invalid/two-parts.jwt", "no signature part", signed.to_owned()),
        Case::new("not-three-parts", "invalid/four-parts.jwt", "a fourth part", format!("{good}.AAAA")),
        Case::new("not-three-parts", "invalid/empty.jwt", "nothing at all", String::new()),
        odd("invalid/padded.jwt", "base64 with padding", format!("{good}==")),
        odd("invalid/trailing-bits.jwt", "a signature with a trailing bit set", trailing),
        odd("invalid/header-alphabet.jwt", "a header in the alphabet of plain base64", format!("{first}+.{rest}")),
        odd("invalid/payload-space.jwt", "a space in the payload", good.replacen('.', ". ", 1)),
        odd("invalid/line-break.jwt", "a line break at the end", format!("{good}\n")),
    ]
}

fn of_header() -> Vec<Case> {
    let bad = |outcome, file, about, from: &str, to: &str| Case::new(outcome, file, about, with_header(from, to));
    let eddsa = test_key(Algorithm::EdDsa);
    let kid = es256().public_key().key_id().to_string();
    let key = es256();
    let none = format!(
        "{}.{}.",
        BASE64URL.encode(format!(r#"{{"alg":"none","typ":"kycvs+jwt","kid":"{kid}"}}"#)),
        BASE64URL.encode(payload())
    );
    let confused = header(&eddsa).replace(eddsa.public_key().key_id().as_str(), &kid);
    let algorithm = |name: &str| header(&key).replace("ES256", name);
    vec![
        Case::new(
            "header-not-json",
            "invalid/header-not-json.jwt",
            "a header that is text",
            forge("ES256", payload(), &key),
        ),
        Case::new(
            "header-not-json",
            "invalid/header-is-list.jwt",
            "a header that is a list",
            forge("[]", payload(), &key),
        ),
        bad("header-not-json", "invalid/header-trailing.jwt", "something after the header", "}", "}{}"),
        bad("duplicate-header", "invalid/duplicate-alg.jwt", "two alg", "{", r#"{"alg":"none","#),
        bad(
            "duplicate-header",
            "invalid/duplicate-nested.jwt",
            "a name twice in a nested header",
            "{",
            r#"{"x":{"a":1,"a":2},"#,
        ),
        bad("missing-header", "invalid/no-alg.jwt", "no alg", r#""alg":"ES256","#, ""),
        bad("missing-header", "invalid/no-typ.jwt", "no typ", r#""typ":"kycvs+jwt","#, ""),
        bad("missing-header", "invalid/no-kid.jwt", "no kid", r#""kid""#, r#""kie""#),
        bad("missing-header", "invalid/alg-is-number.jwt", "an alg that is no text", r#""ES256""#, "256"),
        bad(
            "critical",
            "invalid/crit.jwt",
            "an extension that must be understood",
            "{",
            r#"{"crit":["b64"],"b64":false,"#,
        ),
        bad("critical", "invalid/crit-empty.jwt", "an empty crit", "{", r#"{"crit":[],"#),
        bad("embedded-key", "invalid/jwk.jwt", "a key in the header", "{", r#"{"jwk":{"kty":"EC"},"#),
        bad("embedded-key", "invalid/jku.jwt", "an address of keys", "{", r#"{"jku":"https://evil.example","#),
        bad("embedded-key", "invalid/x5u.jwt", "an address of a certificate", "{", r#"{"x5u":"https://evil.example","#),
        bad("embedded-key", "invalid/x5c.jwt", "a certificate", "{", r#"{"x5c":["MIIB"],"#),
        bad("wrong-type", "invalid/typ-jwt.jwt", "another token of the same key", "kycvs+jwt", "JWT"),
        bad("wrong-type", "invalid/typ-case.jwt", "the type in capitals", "kycvs+jwt", "KYCVS+JWT"),
        Case::new("algorithm-none", "invalid/alg-none.jwt", "no signature at all", none),
        bad("algorithm-none", "invalid/alg-none-case.jwt", "none in another spelling", "ES256", "nOnE"),
        bad("unknown-key", "invalid/unknown-kid.jwt", "a key that is not in the key ring", &kid[..8], "AAAAAAAA"),
        Case::new(
            "algorithm-mismatch",
            "invalid/alg-of-other-key.jwt",
            "EdDSA with the P-256 key",
            forge(&confused, payload(), &eddsa),
        ),
        Case::new(
            "algorithm-mismatch",
            "invalid/alg-hs256.jwt",
            "HS256 with the P-256 key",
            forge(&algorithm("HS256"), payload(), &key),
        ),
        Case::new(
            "algorithm-mismatch",
            "invalid/alg-case.jwt",
            "the algorithm in small letters",
            forge(&algorithm("es256"), payload(), &key),
        ),
    ]
}

fn of_signature() -> Vec<Case> {
    let (es256, eddsa) = (issued(Algorithm::Es256), issued(Algorithm::EdDsa));
    let bad = |file, about, token| Case::new("bad-signature", file, about, token);
    let other = with_payload(r#"status":2"#, r#"status":0"#);
    let spliced = format!("{}.{}", es256.rsplit_once('.').unwrap().0, other.rsplit_once('.').unwrap().1);
    let signature = |bytes: &[u8]| format!("{}.{}", es256.rsplit_once('.').unwrap().0, BASE64URL.encode(bytes));
    vec![
        bad("invalid/other-signature.jwt", "the signature of another token", spliced),
        bad(
            "invalid/other-key.jwt",
            "the P-256 header, signed by the Ed25519 key",
            forge(&header(&self::es256()), payload(), &test_key(Algorithm::EdDsa)),
        ),
        bad("invalid/zero-signature.jwt", "r and s are zero (CVE-2022-21449)", signature(&[0; 64])),
        bad("invalid/short-signature.jwt", "63 bytes", signature(&[1; 63])),
        bad(
            "invalid/der-signature.jwt",
            "a signature in DER",
            signature(&[&[0x30, 0x44, 2, 32][..], &[1; 32], &[2, 32], &[1; 32]].concat()),
        ),
        bad("invalid/no-signature.jwt", "an empty signature", signature(&[])),
        bad(
            "invalid/eddsa-zero-signature.jwt",
            "R and S are zero",
            format!("{}.{}", eddsa.rsplit_once('.').unwrap().0, BASE64URL.encode([0; 64])),
        ),
    ]
}

fn of_json() -> Vec<Case> {
    let key = es256();
    let json =
        |file, about, payload: &[u8]| Case::new("claims-not-json", file, about, forge(&header(&key), payload, &key));
    let twice = |file, about, from, to| Case::new("duplicate-claim", file, about, with_payload(from, to));
    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(500), "]".repeat(500));
    let many: Vec<_> = (0..65).map(|n| format!(r#""c{n}":0"#)).collect();
    vec![
        json("invalid/payload-empty.jwt", "no payload", b""),
        json("invalid/payload-not-json.jwt", "a payload that is text", b"fully vaccinated"),
        json("invalid/payload-is-list.jwt", "a payload that is a list", b"[]"),
        json("invalid/payload-truncated.jwt", "a payload cut off", &payload().as_bytes()[..100]),
        json("invalid/payload-not-utf8.jwt", "a payload that is not UTF-8", b"{\"iss\":\"\xff\"}"),
        json("invalid/payload-nul.jwt", "a NUL after the payload", format!("{}\0", payload()).as_bytes()),
        json(
            "invalid/payload-bom.jwt",
            "a byte order mark before the payload",
            format!("\u{feff}{}", payload()).as_bytes(),
        ),
        json("invalid/payload-deep.jwt", "500 lists in each other", deep.as_bytes()),
        json("invalid/payload-many.jwt", "65 claims", format!("{{{}}}", many.join(",")).as_bytes()),
        twice("invalid/duplicate-status.jwt", "two answers", r#"{"iss""#, r#"{"vaccination_status":0,"iss""#),
        twice(
            "invalid/duplicate-escaped.jwt",
            "two answers, one name escaped",
            r#"{"iss""#,
            r#"{"vaccination\u005fstatus":2,"iss""#,
        ),
        twice("invalid/duplicate-unknown.jwt", "a claim that is not ours, twice", r#"{"iss""#, r#"{"x":1,"x":1,"iss""#),
        twice("invalid/duplicate-consent-id.jwt", "two consents", r#""hash""#, r#""id":"another","hash""#),
    ]
}

fn of_claims() -> Vec<Case> {
    let missing = |file, about, from, to| Case::new("missing-claim", file, about, with_payload(from, to));
    let mistyped = |file, about, from, to| Case::new("mistyped-claim", file, about, with_payload(from, to));
    let malformed = |file, about, from, to| Case::new("malformed-claim", file, about, with_payload(from, to));
    let status = |file, about, from, to| Case::new("status-out-of-range", file, about, with_payload(from, to));
    let long = format!(r#""purpose":"{}""#, "a".repeat(257));
    vec![
        missing("invalid/no-iss.jwt", "no iss", r#""iss""#, r#""xss""#),
        missing("invalid/no-aud.jwt", "no aud", r#""aud""#, r#""xud""#),
        missing("invalid/no-sub.jwt", "no sub", r#""sub""#, r#""xub""#),
        missing("invalid/no-jti.jwt", "no jti", r#""jti""#, r#""xti""#),
        missing("invalid/no-iat.jwt", "no iat", r#""iat""#, r#""xat""#),
        missing("invalid/no-exp.jwt", "no exp", r#""exp""#, r#""xxp""#),
        missing("invalid/no-status.jwt", "no answer", r#""vaccination_status""#, r#""status""#),
        missing("invalid/no-as-of.jwt", "no date", r#""as_of""#, r#""as_on""#),
        missing("invalid/no-evidence.jwt", "no word on what it rests on", r#""evidence""#, r#""evidentia""#),
        missing("invalid/no-policy.jwt", "no policy", r#""policy""#, r#""police""#),
        missing("invalid/no-purpose.jwt", "no purpose", r#""purpose""#, r#""porpoise""#),
        missing("invalid/no-consent.jwt", "no consent", r#""consent""#, r#""assent""#),
        missing("invalid/no-consent-id.jwt", "a consent without id", r#""id""#, r#""ix""#),
        missing("invalid/no-consent-hash.jwt", "a consent without hash", r#""hash""#, r#""cash""#),
        mistyped("invalid/status-text.jwt", "the answer as text", r#"status":2"#, r#"status":"2""#),
        mistyped("invalid/status-fraction.jwt", "2.0 is not 2", r#"status":2"#, r#"status":2.0"#),
        mistyped("invalid/status-exponent.jwt", "2e0 is not 2", r#"status":2"#, r#"status":2e0"#),
        mistyped("invalid/status-true.jwt", "true is not 1", r#"status":2"#, r#"status":true"#),
        mistyped("invalid/status-null.jwt", "null is not 0", r#"status":2"#, r#"status":null"#),
        mistyped("invalid/aud-list.jwt", "a list of audiences", r#""irctc""#, r#"["irctc"]"#),
        mistyped("invalid/exp-fraction.jwt", "an end with a fraction", "1641081600", "1641081600.5"),
        mistyped("invalid/exp-text.jwt", "an end as text", "1641081600", r#""1641081600""#),
        mistyped("invalid/exp-huge.jwt", "an end beyond 64 bits", "1641081600", "99999999999999999999"),
        mistyped("invalid/reference-null.jwt", "a reference that is null", r#""PNR 4512345678""#, "null"),
        mistyped("invalid/consent-text.jwt", "a consent as text", r#""consent":{"#, r#""consent":"yes","x":{"#),
        malformed("invalid/as-of-short.jwt", "a date without zeros", "2022-01-01", "2022-1-01"),
        malformed("invalid/as-of-no-date.jwt", "30 February", "2022-01-01", "2022-02-30"),
        malformed("invalid/as-of-year-zero.jwt", "the year 0", "2022-01-01", "0000-01-01"),
        malformed("invalid/evidence-hearsay.jwt", "evidence of another kind", "registry", "hearsay"),
        malformed("invalid/policy-no-version.jwt", "a policy without version", "in-kyc-vs/1", "in-kyc-vs"),
        malformed("invalid/sub-empty.jwt", "an empty text", "wB0pmVJ0jXkWv9qPZrZz1Q", ""),
        malformed("invalid/purpose-long.jwt", "257 bytes", r#""purpose":"railway-booking""#, &long),
        malformed("invalid/reference-nul.jwt", "a control character", "PNR 4512345678", r"PNR\u0000"),
        malformed("invalid/reference-bidi.jwt", "a mark that reorders text", "PNR 4512345678", "PNR \u{202e}8765"),
        malformed("invalid/exp-absurd.jwt", "an end beyond the calendar", "1641081600", "9223372036854775807"),
        status("invalid/status-3.jwt", "an answer that is none", r#"status":2"#, r#"status":3"#),
        status("invalid/status-minus-1.jwt", "a negative answer", r#"status":2"#, r#"status":-1"#),
        status("invalid/status-258.jwt", "258 is 2 in eight bits", r#"status":2"#, r#"status":258"#),
        Case::new(
            "lifetime-not-positive",
            "invalid/lifetime-zero.jwt",
            "ends as it begins",
            with_payload("1641081600", "1640995200"),
        ),
        Case::new(
            "lifetime-not-positive",
            "invalid/lifetime-negative.jwt",
            "ends before it begins",
            with_payload("1641081600", "-1641081600"),
        ),
        Case::new(
            "lifetime-too-long",
            "invalid/lifetime-long.jwt",
            "7 days and 1 s",
            with_payload("1641081600", "1641600001"),
        ),
    ]
}

fn of_bearer() -> Vec<Case> {
    let shown = |outcome, file, about, disclosures: &[&str]| {
        Case::new(
            outcome,
            file,
            about,
            presented(&disclosures.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()),
        )
    };
    let ok = |file, about, disclosures| shown("accepted", file, about, disclosures);
    let wrong = |file, about, disclosures| shown("malformed-disclosure", file, about, disclosures);
    let listed = |outcome, file, about, place: &str| {
        let status = format!(r#"{{"status":{{"status_list":{place}}},"iss""#);
        Case::new(outcome, file, about, with_payload(r#"{"iss""#, &status))
    };
    let (name, year) =
        (r#"["2GLC42sKQveCfGfryNRN9w","name","Asha Rao"]"#, r#"["eluV5Og3gSNII8EYnsxA_A","birthdate","1986"]"#);
    let both = presented(&[name.to_owned(), year.to_owned()]);
    let end = both.find('~').unwrap_or_default();
    let changed = format!("{}{}", &both[..=end], both[end + 1..].replacen("Wy", "Wz", 1));
    let repeated = format!("{both}{}", &both[end + 1..]);
    vec![
        ok("valid/bearer.jwt", "name and year of birth disclosed", &[name, year]),
        ok("valid/bearer-name.jwt", "the name alone disclosed", &[name]),
        ok("valid/bearer-later.jwt", "a disclosure of a later issuer", &[name, r#"["s","district",{"code":1.5}]"#]),
        Case::new("accepted", "valid/bearer-hidden.jwt", "digests that nobody opens", both[..=end].to_owned()),
        listed(
            "accepted",
            "valid/status-list.jwt",
            "a place in a status list",
            r#"{"idx":1993,"uri":"https://kycvs.example/s/4kq07"}"#,
        ),
        Case::new("foreign-disclosure", "invalid/disclosure-twice.jwt", "each disclosure twice", repeated),
        Case::new("foreign-disclosure", "invalid/disclosure-changed.jwt", "another name", changed),
        Case::new("malformed-disclosure", "invalid/key-binding.jwt", "a key binding", format!("{both}e30.e30.AA")),
        Case::new(
            "malformed-claim",
            "invalid/sd-alg.jwt",
            "digests by another hash",
            with_payload(r#"{"iss""#, r#"{"_sd_alg":"sha-512","iss""#),
        ),
        Case::new(
            "mistyped-claim",
            "invalid/sd-text.jwt",
            "digests that are no list",
            with_payload(r#"{"iss""#, r#"{"_sd":"a","iss""#),
        ),
        wrong("invalid/disclosure-two.jwt", "a disclosure of a list's element", &[r#"["s","Asha"]"#]),
        wrong(
            "invalid/disclosure-status.jwt",
            "a disclosure of a claim that is there",
            &[r#"["s","vaccination_status","2"]"#],
        ),
        wrong("invalid/disclosure-year.jwt", "a year of birth before 1900", &[name, r#"["s","birthdate","1899"]"#]),
        wrong("invalid/disclosure-bidi.jwt", "a name that turns the writing", &["[\"s\",\"name\",\"Asha \u{202e}\"]"]),
        listed("malformed-claim", "invalid/status-idx-text.jwt", "a place as text", r#"{"idx":"1","uri":"u"}"#),
        listed(
            "malformed-claim",
            "invalid/status-idx-negative.jwt",
            "a place before the first",
            r#"{"idx":-1,"uri":"u"}"#,
        ),
        listed("malformed-claim", "invalid/status-no-uri.jwt", "a place in no list", r#"{"idx":1}"#),
    ]
}

fn of_party_and_time() -> Vec<Case> {
    let good = || issued(Algorithm::Es256);
    let nbf = || with_payload(r#""iat""#, r#""nbf":1640995261,"iat""#);
    vec![
        Case::new(
            "wrong-issuer",
            "invalid/iss-other.jwt",
            "another issuer",
            with_payload("kycvs.example", "kycvs.example.evil"),
        ),
        Case::new(
            "wrong-issuer",
            "invalid/iss-slash.jwt",
            "the issuer with a slash",
            with_payload("kycvs.example", "kycvs.example/"),
        ),
        Case::new("wrong-audience", "invalid/aud-other.jwt", "issued to somebody else", good()).to(Some("a-mall")),
        Case::new("wrong-audience", "invalid/aud-case.jwt", "the audience in capitals", good()).to(Some("IRCTC")),
        Case::new("not-yet-valid", "invalid/early.jwt", "61 s before its time", good()).at(-61),
        Case::new("not-yet-valid", "invalid/nbf-early.jwt", "61 s before its not-before", nbf()),
        Case::new("expired", "invalid/expired.jwt", "60 s after its end", good()).at(DAY + 60),
        Case::new("expired", "invalid/shown-expired.jwt", "expired, shown by a person", good()).at(DAY + 60).to(None),
    ]
}
