//! The golden tokens whose claims are not as they must be: of themselves, about the bearer, and for the reader.

use kycvs_token::Algorithm;

use super::golden_cases::{Case, DAY, issued, with_payload};
use crate::support::presented;

pub(crate) fn cases() -> Vec<Case> {
    [of_claims(), of_bearer(), of_party_and_time()].into_iter().flatten().collect()
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
        status("invalid/status-3.jwt", "an answer that does not exist", r#"status":2"#, r#"status":3"#),
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
