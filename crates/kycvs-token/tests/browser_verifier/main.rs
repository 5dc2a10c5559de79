//! The verifier that the web page runs refuses what this one refuses, for the same reason, and accepts what it accepts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod codes;
mod lists;
mod node;
mod random;
#[path = "../support/mod.rs"]
mod support;

use std::fs;

use chrono::{DateTime, TimeDelta, Utc};
use kycvs_token::{Algorithm, KeyRing, StatusToken};
use node::{agree, browser, golden, read};
use random::Random;
use serde_json::{Value, json};
use support::{forge, header, now, payload, presented, test_key};

/// A token, and the time at which it is verified.
type Case = (String, DateTime<Utc>);

/// Numbers at which one reader's double is another's infinity, or zero.
const EDGES_OF_A_DOUBLE: [&str; 10] = [
    "1.7976931348623157e308",
    "1.7976931348623158e308",
    "1.7976931348623159e308",
    "17976931348623157e292",
    "0.17976931348623157e309",
    "179769313486231580793728971405301e276",
    "-1.7976931348623159e308",
    "4.9e-324",
    "2e-324",
    "18446744073709551616",
];

#[test]
fn the_browser_gives_every_golden_token_the_same_verdict() {
    let manifest: Vec<Value> = serde_json::from_str(&read("manifest.json")).unwrap();
    let of_entry =
        |entry: Value| (read(entry["file"].as_str().unwrap()), entry["now"].as_str().unwrap().parse().unwrap());
    let cases: Vec<Case> = manifest.into_iter().map(of_entry).collect();
    assert!(cases.len() > 100);
    agree(&cases);
}

/// 55,000 tokens that were changed somewhere, most of them signed by the right key after the change, so that what lies
/// behind the signature meets it. The same in each run.
#[test]
fn the_browser_gives_55_000_changed_tokens_the_same_verdict() {
    let of_form =
        ["A", "g", "w", "-", "_", ".", "~", "=", "+", "/", " ", "\n", "\r\n", "#", "e", "0", "é", "\u{1F600}"];
    let of_json = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "null",
        "true",
        "0",
        "1",
        "-",
        ".",
        "e",
        "1e9",
        "1.5",
        "-0",
        "1e400",
        " ",
        "\t",
        "\\u0061",
        "\\ud800",
        "\\ud83d\\ude00",
        "\"aud\":",
        "\"iat\":1,",
        "\"new\":[{\"a\":1}],",
        "\u{0}",
        "\u{FEFF}",
        "\u{200D}",
        "\u{202E}",
        "é",
        "/",
        "9",
        "\"status\":{\"status_list\":{\"idx\":1,\"uri\":\"u\"}},",
        "\"_sd\":[\"a\"],",
        "\"_sd_alg\":\"sha-256\",",
    ];
    let pieces: Vec<&str> = of_json.into_iter().chain(EDGES_OF_A_DOUBLE).collect();
    let golden: Vec<String> =
        fs::read_dir(golden("valid")).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let (mut random, key) = (Random(2021), test_key(Algorithm::EdDsa));
    let number = format!(r#"{{"new":[{}],"iss""#, EDGES_OF_A_DOUBLE[0]);
    let payloads = [payload(), payload().replace(r#"{"iss""#, &number)];
    let mut cases = Vec::with_capacity(55_000);
    for at in 0..55_000 {
        let token = match at % 11 {
            0..3 => {
                let at = random.below(golden.len());
                random.change(&golden[at], &of_form)
            }
            3..9 => {
                let at = random.below(2);
                forge(&header(&key), random.change(&payloads[at], &pieces), &key)
            }
            9 => forge(&random.change(&header(&key), &pieces), payload(), &key),
            _ => random.presentation(&pieces),
        };
        cases.push((token, now()));
    }
    agree(&cases);
}

/// Each number, text and depth at which one reader could say one thing and another reader another.
#[test]
fn the_browser_agrees_at_every_edge_of_the_format() {
    let key = test_key(Algorithm::Es256);
    let signed = |payload: String| (forge(&header(&key), payload, &key), now());
    let with = |from: &str, to: &str| {
        assert_eq!(payload().matches(from).count(), 1, "{from}");
        signed(payload().replace(from, to))
    };
    let (first, last) = (DateTime::<Utc>::MIN_UTC.timestamp(), DateTime::<Utc>::MAX_UTC.timestamp());
    let numbers = [
        "-0",
        "00",
        "01",
        "-01",
        "+1",
        "1.",
        "1.0",
        "1.5e",
        "1e",
        "1e5",
        "1E+5",
        "1e5.",
        "1.5.",
        "1e400",
        "-1e400",
        "0e999",
        "1e-999",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "tru",
        "true",
        "nullx",
        "[",
        "{",
        "{\"a\":1,\"a\":2}",
        "\"",
        "\"1\"",
        "\"\\x\"",
        "\"\\ud800\"",
        "",
        ",",
        "2",
        "3",
        "-1",
        "256",
        "\u{A0}1",
    ];
    let instants = [first - 1, first, last, last + 1].map(|seconds| seconds.to_string());
    let mut cases = Vec::new();
    for number in numbers.into_iter().chain(instants.iter().map(String::as_str)) {
        cases.push(with("1640995200", number));
        cases.push(with("1641081600", number));
        cases.push(with(r#"status":2"#, &format!(r#"status":{number}"#)));
        cases.push(with(r#"{"iss""#, &format!(r#"{{"nbf":{number},"iss""#)));
        cases.push(with(r#"{"iss""#, &format!(r#"{{"new":{number},"iss""#)));
    }
    for number in EDGES_OF_A_DOUBLE {
        cases.push(with(r#"{"iss""#, &format!(r#"{{"new":{number},"iss""#)));
        cases.push(with("1640995200", number));
    }
    for depth in [125, 126, 127, 128] {
        let nested =
            |open: &str, close: &str| format!(r#"{{"new":{}1{},"iss""#, open.repeat(depth), close.repeat(depth));
        cases.push(with(r#"{"iss""#, &nested("[", "]")));
        cases.push(with(r#"{"iss""#, &nested(r#"{"a":"#, "}")));
    }
    for more in [51, 52, 53] {
        let members: String = (0..more).map(|at| format!(r#""n{at}":0,"#)).collect();
        cases.push(with(r#"{"iss""#, &format!(r#"{{{members}"iss""#)));
    }
    for date in ["0000-01-01", "0001-01-01", "9999-12-31", "2021-02-29", "2020-02-29", "2021-13-01", "2021-00-01"] {
        cases.push(with("2022-01-01", date));
        cases.push(signed(payload().replace("2022-01-01", date).replace("in-kyc-vs/1", "in-kyc-vs")));
        cases.push(signed(payload().replace("2022-01-01", date).replace(r#""policy":"in-kyc-vs/1","#, "")));
    }
    for policy in ["/", "a/", "/1", "a/b/1", "a//1", "a/1", "क/1"] {
        cases.push(with("in-kyc-vs/1", policy));
    }
    for text in ["", "a", &"a".repeat(256), &"a".repeat(257), &"क".repeat(85), &"क".repeat(86)] {
        cases.push(with("PNR 4512345678", text));
        cases.push(with(r#""irctc""#, &format!("\"{text}\"")));
    }
    for claim in ["iss", "aud", "iat", "as_of", "reference", "consent", "id", "hash", "nbf"] {
        for value in ["null", "[]", "{}", "1", r#""""#] {
            cases.push(with(
                &payload(),
                &payload().replacen(&format!("\"{claim}\":"), &format!("\"{claim}\":{value},\"x\":"), 1),
            ));
        }
    }
    for status in [
        "1",
        "null",
        "[]",
        "{}",
        r#"{"other":1}"#,
        r#"{"status_list":1}"#,
        r#"{"status_list":{}}"#,
        r#"{"status_list":{"idx":1}}"#,
        r#"{"status_list":{"uri":"u"}}"#,
        r#"{"status_list":{"idx":"1","uri":"u"}}"#,
        r#"{"status_list":{"idx":1.0,"uri":"u"}}"#,
        r#"{"status_list":{"idx":-1,"uri":"u"}}"#,
        r#"{"status_list":{"idx":4294967295,"uri":"u"}}"#,
        r#"{"status_list":{"idx":4294967296,"uri":"u"}}"#,
        r#"{"status_list":{"idx":1,"uri":""}}"#,
        r#"{"status_list":{"idx":1,"uri":"u\u0000"}}"#,
        r#"{"status_list":{"idx":1,"uri":"u","uri":"v"}}"#,
        r#"{"other":{"idx":"1"},"status_list":{"idx":1,"uri":"u","new":1.5}}"#,
    ] {
        cases.push(with(r#"{"iss""#, &format!(r#"{{"status":{status},"iss""#)));
        cases.push(with(r#"{"iss""#, &format!(r#"{{"new":{status},"iss""#)));
    }
    for digests in [
        r#""_sd":[]"#,
        r#""_sd":1"#,
        r#""_sd":[1]"#,
        r#""_sd":["a","a"]"#,
        r#""_sd":["a"],"_sd_alg":"sha-512""#,
        r#""_sd_alg":1"#,
        r#""_sd":[1],"_sd_alg":1"#,
        r#""_sd":["a"],"_sd_alg":"sha-256""#,
    ] {
        cases.push(with(r#"{"iss""#, &format!(r#"{{{digests},"iss""#)));
    }
    for seconds in [-61, -60, 86_459, 86_460] {
        for millis in [-1, 0, 1] {
            cases.push((
                forge(&header(&key), payload(), &key),
                now() + TimeDelta::milliseconds(seconds * 1000 + millis),
            ));
        }
    }
    agree(&cases);
}

/// Every character at which being visible begins or ends, since a browser has another table of characters.
#[test]
fn the_browser_takes_the_same_characters_for_visible() {
    let is_visible = |c: u32| char::from_u32(c).is_some_and(|c| kycvs_status::is_visible(c.encode_utf8(&mut [0; 4])));
    let key = test_key(Algorithm::EdDsa);
    let edges = (1..=0x10_FFFF).filter(|c| is_visible(*c) != is_visible(c - 1)).flat_map(|c| [c - 1, c]);
    let of_character = |c: char| {
        let text = serde_json::to_string(&format!("a{c}b")).unwrap();
        (forge(&header(&key), payload().replace(r#""PNR 4512345678""#, &text), &key), now())
    };
    let cases: Vec<Case> = edges.filter_map(char::from_u32).map(of_character).collect();
    assert!(cases.len() > 40);
    agree(&cases);
}

#[test]
fn the_browser_reads_the_same_years_of_birth() {
    let name = r#"["salt","name","Asha Rao"]"#.to_owned();
    let mut cases = Vec::new();
    for birth in ["1899", "1900", "2100", "2101", "986", "01986", "+986", "१९८६", "1986-02-11", "1e3", ""] {
        let year = format!(r#"["s","birthdate","{birth}"]"#);
        cases.push((presented(&[name.clone(), year.clone()]), now()));
        cases.push((presented(&[year]), now()));
    }
    agree(&cases);
}

/// A scanner's text is a token or a link with one, with line breaks or without.
#[test]
fn the_browser_finds_the_same_token_in_what_was_scanned() {
    let key = test_key(Algorithm::Es256);
    let token = forge(&header(&key), payload(), &key);
    let (half, rest) = token.split_at(300);
    let code = "KV1:AB C  D\u{b}";
    let texts = [
        format!("{token}\n"),
        format!("\t {token} \r\n\r\n"),
        format!("{half}\r\n{rest}"),
        format!("https://kycvs.example/verify#{token}"),
        format!("https://kycvs.example/verify?a=1#b#{half} {rest}\n"),
        format!("{token}#"),
        format!("\u{A0}{token}"),
        format!("{token}\u{85}"),
        format!("\u{FEFF}{token}"),
        format!("{token}\u{B}"),
        String::new(),
        "#".into(),
        format!(" {code}\r\n"),
        format!("https://kycvs.example/verify#{code}"),
        format!("{code}\n{code} \t{code}  "),
        format!("{token} {code}"),
    ];
    let ours: Vec<_> = texts.iter().map(|text| StatusToken::scanned(text).into_string()).collect();
    assert_eq!(ours[..5], [(); 5].map(|()| token.clone()));
    assert_eq!(browser(json!({ "scans": texts })).scans, ours);
    agree(&ours.into_iter().map(|token| (token, now())).collect::<Vec<_>>());
    let untrimmed = texts.into_iter().map(|text| (text, now()));
    agree(&untrimmed.collect::<Vec<_>>());
}

#[test]
fn the_browser_reads_and_refuses_the_same_key_sets() {
    let set = read("jwks.json");
    let pieces = [
        "{",
        "}",
        "[",
        "]",
        ",",
        "\"",
        "A",
        "_",
        "=",
        "null",
        "1",
        "\"d\":\"\",",
        "\"kid\":\"\",",
        "\"use\":\"enc\",",
        "\"key_ops\":[\"verify\"],",
        "\"key_ops\":[\"sign\"],",
        "\"key_ops\":\"verify\",",
        "\"alg\":\"RS256\",",
        "EC",
        "OKP",
        "oct",
        "\"new\":1.7976931348623159e308,",
    ];
    let mut random = Random(2023);
    let mut sets: Vec<String> = (0..2000).map(|_| random.change(&set, &pieces)).collect();
    let without_names = set.replace("\"kid\"", "\"name\"");
    let member = |json: &str| set.replacen(r#"{"kty""#, &format!(r#"{{{json},"kty""#), 1);
    sets.extend(["use", "key_ops", "alg", "kid", "k", "d", "new"].map(|name| member(&format!(r#""{name}":null"#))));
    sets.extend(
        [r#""key_ops":["sign","verify"]"#, r#""key_ops":["sign"]"#, r#""use":"sig""#, r#""use":"enc""#].map(member),
    );
    sets.extend([without_names, set.replace("sig", "enc"), set.replace("P-256", "P-384"), set.replace("keys", "key")]);
    sets.extend(["{\"keys\":[]}".into(), "{\"keys\":[1]}".into(), "[]".into(), String::new(), " ".repeat(65_537)]);
    let keys = set.trim().strip_prefix(r#"{"keys":["#).unwrap().strip_suffix("]}").unwrap();
    sets.push(format!(r#"{{"keys":[{keys},{keys}]}}"#));
    sets.push(set.replacen("P-256", "P-256K", 1));
    sets.extend(points_off_the_curve(&set));
    for others in [62, 63] {
        let others = r#",{"kty":"RSA"}"#.repeat(others);
        sets.push(format!(r#"{{"keys":[{keys}{others}]}}"#));
    }
    for (text, theirs) in sets.iter().zip(browser(json!({ "sets": sets })).keys) {
        let names = |ring: KeyRing| ring.iter().map(|key| key.key_id().to_string()).collect();
        let ours: Option<Vec<String>> = KeyRing::from_jwks(text).ok().map(names);
        assert_eq!(theirs, ours, "{text}");
    }
}

/// The set with each coordinate of its P-256 key moved by a bit, exchanged, and beyond the field.
fn points_off_the_curve(set: &str) -> Vec<String> {
    let mut json: Value = serde_json::from_str(set).unwrap();
    let point = |json: &Value| ["x", "y"].map(|name| json["keys"][0][name].as_str().unwrap().to_owned());
    let [x, y] = point(&json);
    let moved = |text: &str| format!("{}{}", if text.starts_with('A') { "B" } else { "A" }, &text[1..]);
    let (beyond, zero) = ("_".repeat(42) + "8", "A".repeat(43));
    let points = [[moved(&x), y.clone()], [x.clone(), moved(&y)], [y.clone(), x.clone()], [beyond.clone(), y.clone()]];
    let mut sets = Vec::new();
    for [x, y] in
        points.into_iter().chain([[zero.clone(), y], [x, zero.clone()], [zero.clone(), zero], [beyond.clone(), beyond]])
    {
        (json["keys"][0]["x"], json["keys"][0]["y"]) = (x.into(), y.into());
        json["keys"][0].as_object_mut().unwrap().remove("kid");
        sets.push(json.to_string());
    }
    sets
}
