//! The golden tokens as a table: how each one is made, and what a verifier says to it.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use chrono::{DateTime, TimeDelta, Utc};
use kycvs_token::{Algorithm, Signer as _, SigningKey, TokenIssuer};

use super::golden_claims;
use crate::support::{AUDIENCE, ISSUER, block_on, claims, forge, header, now, payload, test_key};

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
    pub(crate) fn new(outcome: &'static str, file: &'static str, about: &'static str, token: String) -> Self {
        Self { file, about, token, audience: Some(AUDIENCE), now: now(), outcome }
    }

    pub(crate) fn at(self, seconds: i64) -> Self {
        Self { now: now() + TimeDelta::seconds(seconds), ..self }
    }

    pub(crate) fn to(self, audience: Option<&'static str>) -> Self {
        Self { audience, ..self }
    }
}

pub(crate) const DAY: i64 = 86_400;

pub(crate) fn cases() -> Vec<Case> {
    let groups = [accepted(), of_form(), of_header(), of_signature(), of_json(), golden_claims::cases()];
    groups.into_iter().flatten().collect()
}

fn es256() -> SigningKey {
    test_key(Algorithm::Es256)
}

pub(crate) fn issued(algorithm: Algorithm) -> String {
    let issuer = TokenIssuer::new(ISSUER, std::sync::Arc::new(test_key(algorithm))).unwrap();
    block_on(issuer.issue(&claims())).unwrap().token.into_string()
}

/// A token signed by the right key, whose payload has `from` replaced by `to`.
pub(crate) fn with_payload(from: &str, to: &str) -> String {
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
