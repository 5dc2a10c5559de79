//! The golden codes (`KV1:`) as a table: how each one is made, and what a verifier says to it.

use chrono::TimeDelta;
use kycvs_cose::{Item, Sign1};
use kycvs_token::{Algorithm, Bearer, StatusClaims, StatusReference};

use super::golden_cases::Case;
use crate::support::codes::{OURS, Parts, bytes_of, forge, issue, text_of};
use crate::support::{AUDIENCE, ISSUER, claims, now, test_key};

pub(crate) fn codes() -> Vec<Case> {
    [accepted(), of_form(), of_header(), of_claims(), of_bearer()].into_iter().flatten().collect()
}

fn case(outcome: &'static str, file: &'static str, about: &'static str, token: String) -> Case {
    Case { file, about, token, audience: Some(AUDIENCE), now: now(), outcome }
}

fn code(claims: &StatusClaims) -> String {
    issue(Algorithm::Es256, claims).code.into_string()
}

fn listed(uri: &str) -> StatusClaims {
    StatusClaims { status_list: Some(StatusReference { uri: uri.into(), index: 1_048_575 }), ..claims() }
}

fn named() -> StatusClaims {
    StatusClaims { bearer: Some(Bearer { name: "Asha Lakshmi Rao".into(), birth_year: Some(1986) }), ..claims() }
}

fn shown() -> String {
    let issued = issue(Algorithm::Es256, &named());
    issued.code.with(&issued.disclosures).into_string()
}

fn accepted() -> Vec<Case> {
    let ok = |file, about, token| case("accepted", file, about, token);
    let texts = StatusClaims { token_id: "a-text".into(), subject: "0123456789abcdef".into(), ..claims() };
    let later = Item::Array(vec![1.into(), Item::Map(vec![("a".into(), Item::Null)])]);
    let end = |token| Case {
        now: now() + TimeDelta::seconds(86_400 + 59),
        ..ok("valid/last-second.cwt", "59 s after its end", token)
    };
    vec![
        ok("valid/es256.cwt", "as issued with P-256", code(&claims())),
        ok("valid/eddsa.cwt", "as issued with Ed25519", issue(Algorithm::EdDsa, &claims()).code.into_string()),
        ok("valid/no-reference.cwt", "without the optional claim", code(&StatusClaims { reference: None, ..claims() })),
        ok("valid/listed.cwt", "a place in a list of the issuer", code(&listed(&format!("{ISSUER}/s/4kq07")))),
        ok("valid/listed-elsewhere.cwt", "a place in another's list", code(&listed("https://lists.example/1"))),
        ok("valid/texts.cwt", "identifiers that are no bytes", code(&texts)),
        ok("valid/bearer-hidden.cwt", "a bearer who is not shown", code(&named())),
        ok("valid/bearer.cwt", "a bearer who is shown", shown()),
        ok(
            "valid/unknown-claim.cwt",
            "claims of a later issuer",
            Parts::usual().with(&[100], Some(later.clone())).with(&[OURS, 99], Some(later)).signed(),
        ),
        ok(
            "valid/unknown-header.cwt",
            "a header of a later issuer",
            Parts::usual().with_header(99, Some(1.into())).signed(),
        ),
        ok(
            "valid/nbf-now.cwt",
            "a not-before that has come",
            Parts::usual().with(&[5], Some(1_640_995_200.into())).signed(),
        ),
        end(code(&claims())),
    ]
}

fn of_form() -> Vec<Case> {
    let odd = |file, about, token| case("not-cose", file, about, token);
    let good = code(&claims());
    let bytes = bytes_of(&good);
    let message = || Sign1::parse(&bytes).unwrap();
    let with = |unprotected| text_of(&Sign1 { unprotected, ..message() }.to_bytes());
    let short = Sign1 { signature: message().signature[..63].to_vec().into(), ..message() };
    vec![
        odd("invalid/not-cose.cwt", "the prefix alone", "KV1:".into()),
        odd("invalid/lower-case.cwt", "small letters", format!("KV1:{}", good[4..].to_lowercase())),
        odd("invalid/cut.cwt", "cut short", good[..good.len() - 3].to_owned()),
        odd("invalid/behind.cwt", "bytes behind it", text_of(&[&bytes[..], &[0]].concat())),
        odd("invalid/untagged.cwt", "without its tag", text_of(&bytes[1..])),
        odd("invalid/mac0.cwt", "the tag of COSE_Mac0", text_of(&[&[0xd1], &bytes[1..]].concat())),
        odd(
            "invalid/long-head.cwt",
            "a head longer than it need be",
            text_of(&[&[0xd2, 0x98, 0x04], &bytes[2..]].concat()),
        ),
        odd("invalid/unprotected-kid.cwt", "a key id that nobody signed", with(vec![(4.into(), Item::bytes(b"1"))])),
        odd(
            "invalid/unprotected-more.cwt",
            "something beside the disclosures",
            with(vec![(17.into(), Item::Null), (99.into(), Item::Null)]),
        ),
        odd(
            "invalid/header-no-map.cwt",
            "a header that is a list",
            forge(&[0x80], Vec::new(), &[0xa0], &test_key(Algorithm::Es256)),
        ),
        case("too-long", "invalid/too-long.cwt", "8193 bytes", format!("{good}{}", "A".repeat(8193 - good.len()))),
        case("bad-signature", "invalid/short-signature.cwt", "a signature of 63 bytes", text_of(&short.to_bytes())),
        case("bad-signature", "invalid/other-signature.cwt", "the signature of another token", {
            let other = bytes_of(&code(&listed("https://lists.example/1")));
            let signature = Sign1::parse(&other).unwrap().signature.into_owned().into();
            text_of(&Sign1 { signature, ..message() }.to_bytes())
        }),
    ]
}

fn of_header() -> Vec<Case> {
    let with = |label, value| Parts::usual().with_header(label, value).signed();
    let missing = |file, about, token| case("missing-header", file, about, token);
    vec![
        case(
            "critical",
            "invalid/crit.cwt",
            "an extension that must be understood",
            with(2, Some(Item::Array(vec![4.into()]))),
        ),
        case(
            "embedded-key",
            "invalid/x5chain.cwt",
            "a certificate that comes along",
            with(33, Some(Item::bytes(b"0"))),
        ),
        case(
            "embedded-key",
            "invalid/x5u.cwt",
            "an address of a certificate",
            with(35, Some("https://evil.example".into())),
        ),
        case("wrong-type", "invalid/typ-jwt.cwt", "the type of the JWT", with(16, Some("kycvs+jwt".into()))),
        missing("invalid/no-typ.cwt", "no type", with(16, None)),
        missing("invalid/no-alg.cwt", "no algorithm", with(1, None)),
        missing("invalid/alg-text.cwt", "an algorithm as text", with(1, Some("ES256".into()))),
        missing("invalid/no-kid.cwt", "no key id", with(4, None)),
        case("unknown-key", "invalid/kid-other.cwt", "a key id of nobody", with(4, Some(Item::bytes(b"abcd")))),
        case(
            "unknown-key",
            "invalid/kid-empty.cwt",
            "a key id that all keys begin with",
            with(4, Some(Item::bytes(b""))),
        ),
        case("algorithm-mismatch", "invalid/alg-other.cwt", "EdDSA with a P-256 key", with(1, Some((-8).into()))),
        case("algorithm-mismatch", "invalid/alg-hmac.cwt", "HMAC with a public key", with(1, Some(5.into()))),
    ]
}

fn of_claims() -> Vec<Case> {
    let raw = |payload: &[u8]| {
        let header = Parts::usual().header.to_bytes();
        forge(&header, Vec::new(), payload, &test_key(Algorithm::Es256))
    };
    let with = |path: &[i64], value| Parts::usual().with(path, value).signed();
    let bad = |outcome, file, about, path: &[i64], value| case(outcome, file, about, with(path, value));
    let list = |index: i64, name: Item<'static>| Some(Item::Array(vec![index.into(), name]));
    let uri = |uri: String| Item::Tagged(32, Box::new(uri.into()));
    let id = || Item::from(vec![7; 16]);
    vec![
        case("claims-not-cbor", "invalid/claims-empty.cwt", "nothing", raw(b"")),
        case("claims-not-cbor", "invalid/claims-list.cwt", "a list", raw(&[0x80])),
        case(
            "claims-not-cbor",
            "invalid/claims-twice.cwt",
            "a claim twice",
            raw(&[0xa2, 1, 0x61, b'a', 1, 0x61, b'b']),
        ),
        case("claims-not-cbor", "invalid/claims-open.cwt", "a map left open", raw(&[0xbf, 0xff])),
        bad(
            "claims-not-cbor",
            "invalid/ours-no-map.cwt",
            "our claims as a list",
            &[OURS],
            Some(Item::Array(Vec::new())),
        ),
        bad("missing-claim", "invalid/no-ours.cwt", "none of our claims", &[OURS], None),
        bad("missing-claim", "invalid/no-exp.cwt", "no end", &[4], None),
        bad("missing-claim", "invalid/no-jti.cwt", "no id", &[7], None),
        bad("mistyped-claim", "invalid/exp-text.cwt", "an end as text", &[4], Some("1641081600".into())),
        bad(
            "mistyped-claim",
            "invalid/exp-tagged.cwt",
            "an end with the tag of a time",
            &[4],
            Some(Item::Tagged(1, Box::new(1_641_081_600.into()))),
        ),
        bad("mistyped-claim", "invalid/status-bool.cwt", "a status of yes", &[OURS, 1], Some(Item::Bool(true))),
        bad("status-out-of-range", "invalid/status-3.cwt", "a status of 3", &[OURS, 1], Some(3.into())),
        bad("mistyped-claim", "invalid/as-of-text.cwt", "a date as text", &[OURS, 2], Some("2022-01-01".into())),
        bad(
            "malformed-claim",
            "invalid/as-of-year-zero.cwt",
            "a date before the year 1",
            &[OURS, 2],
            Some((-719_163).into()),
        ),
        bad(
            "malformed-claim",
            "invalid/as-of-far.cwt",
            "a date after the year 9999",
            &[OURS, 2],
            Some(2_932_897.into()),
        ),
        bad(
            "malformed-claim",
            "invalid/policy-no-version.cwt",
            "a policy without its version",
            &[OURS, 3],
            Some("in-kyc-vs".into()),
        ),
        bad(
            "mistyped-claim",
            "invalid/sub-as-text.cwt",
            "bytes written as text",
            &[OURS, 7],
            Some("wB0pmVJ0jXkWv9qPZrZz1Q".into()),
        ),
        bad("mistyped-claim", "invalid/jti-short.cwt", "an id of 15 bytes", &[7], Some(vec![7; 15].into())),
        bad(
            "mistyped-claim",
            "invalid/consent-three.cwt",
            "a consent of three parts",
            &[OURS, 6],
            Some(Item::Array(vec![id(), id(), id()])),
        ),
        bad(
            "mistyped-claim",
            "invalid/consent-hash-tag.cwt",
            "16 bytes as hexadecimal",
            &[OURS, 6],
            Some(Item::Array(vec![id(), Item::Tagged(23, Box::new(id()))])),
        ),
        bad("missing-claim", "invalid/no-evidence.cwt", "no word on what it rests on", &[OURS, 11], None),
        bad("malformed-claim", "invalid/evidence-hearsay.cwt", "evidence of another kind", &[OURS, 11], Some(3.into())),
        bad(
            "malformed-claim",
            "invalid/list-negative.cwt",
            "a place before the first",
            &[OURS, 9],
            list(-1, "a".into()),
        ),
        bad("malformed-claim", "invalid/list-far.cwt", "a place beyond 32 bits", &[OURS, 9], list(1 << 32, "a".into())),
        bad(
            "malformed-claim",
            "invalid/list-whole.cwt",
            "a list of the issuer by its whole name",
            &[OURS, 9],
            list(1, uri(format!("{ISSUER}/s/a"))),
        ),
        bad("malformed-claim", "invalid/list-nameless.cwt", "a list without a name", &[OURS, 9], list(1, "".into())),
        bad("wrong-issuer", "invalid/iss-other.cwt", "another issuer", &[1], Some("https://kycvs.example.evil".into())),
        bad("wrong-issuer", "invalid/sandbox.cwt", "a sandbox", &[OURS, 10], Some(Item::Bool(true))),
        bad("not-yet-valid", "invalid/nbf-early.cwt", "61 s before its not-before", &[5], Some(1_640_995_261.into())),
        Case {
            now: now() + TimeDelta::seconds(86_460),
            ..case("expired", "invalid/expired.cwt", "60 s after its end", code(&claims()))
        },
        Case {
            audience: Some("a-mall"),
            ..case("wrong-audience", "invalid/aud-other.cwt", "issued to somebody else", code(&claims()))
        },
    ]
}

fn of_bearer() -> Vec<Case> {
    let named = || Parts::of(Algorithm::Es256, &named());
    let shown = |item| named().with_shown(item).signed();
    let list = |texts: &[&'static str]| Item::Array(texts.iter().map(|text| Item::from(*text)).collect());
    let salted = || list(&[r#"["salt","name","Asha Rao"]"#]);
    let malformed = |file, about, token| case("malformed-disclosure", file, about, token);
    let foreign = |file, about, token| case("foreign-disclosure", file, about, token);
    vec![
        foreign("invalid/disclosure-made-up.cwt", "another name", shown(salted())),
        foreign(
            "invalid/disclosure-of-none.cwt",
            "a name for a token without one",
            Parts::usual().with_shown(salted()).signed(),
        ),
        malformed("invalid/disclosure-bytes.cwt", "a disclosure as bytes", shown(Item::Array(vec![Item::bytes(b"a")]))),
        malformed("invalid/disclosure-no-list.cwt", "a disclosure without its list", shown("a".into())),
        malformed("invalid/disclosure-empty.cwt", "a list of no disclosures", shown(Item::Array(Vec::new()))),
        case(
            "mistyped-claim",
            "invalid/digest-text.cwt",
            "a digest as text",
            named().with(&[OURS, 8], Some("a".into())).signed(),
        ),
        foreign(
            "invalid/digest-short.cwt",
            "a digest cut short",
            named().with(&[OURS, 8], Some(vec![7; 15].into())).with_shown(salted()).signed(),
        ),
    ]
}
