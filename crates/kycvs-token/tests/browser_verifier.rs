//! The verifier that the web page runs refuses what this one refuses, for the same reason, and accepts what it accepts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::{DateTime, TimeDelta, Utc};
use kycvs_token::{Algorithm, KeyRing, StatusClaims};
use serde::Deserialize;
use serde_json::{Value, json};
use support::{ISSUER, forge, header, now, payload, presented, test_key, verifier};

type Case = (String, DateTime<Utc>);

/// What the page's modules say.
#[derive(Deserialize)]
struct Answer {
    /// For each token its claims, or a text: the reason.
    verdicts: Vec<Value>,
    /// For each key set the names of its keys; `None` when it is refused.
    keys: Vec<Option<Vec<String>>>,
}

#[test]
fn the_browser_gives_every_golden_token_the_same_verdict() {
    let manifest: Vec<Value> = serde_json::from_str(&read("manifest.json")).unwrap();
    let of_entry =
        |entry: Value| (read(entry["file"].as_str().unwrap()), entry["now"].as_str().unwrap().parse().unwrap());
    let cases: Vec<Case> = manifest.into_iter().map(of_entry).collect();
    assert!(cases.len() > 100);
    agree(&cases);
}

#[test]
fn the_browser_gives_a_token_that_was_changed_anywhere_the_same_verdict() {
    let mut random = Random(2021);
    let mut cases = Vec::new();
    for file in fs::read_dir(golden("valid")).unwrap() {
        let token = fs::read_to_string(file.unwrap().path()).unwrap();
        let pieces = ["A", "g", "w", "-", "_", ".", "=", "+", "/", " ", "\n", "e", "0", "é", "\u{1F600}"];
        cases.extend((0..200).map(|_| (random.change(&token, &pieces), now())));
    }
    agree(&cases);
}

/// Signed by the right key, so that what lies behind the signature meets the changes.
#[test]
fn the_browser_reads_changed_claims_and_headers_as_we_do() {
    let pieces = [
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
    ];
    let mut random = Random(2022);
    let key = test_key(Algorithm::EdDsa);
    let mut cases: Vec<Case> =
        (0..3000).map(|_| (forge(&header(&key), random.change(&payload(), &pieces), &key), now())).collect();
    cases.extend((0..1000).map(|_| (forge(&random.change(&header(&key), &pieces), payload(), &key), now())));
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

/// Disclosures that belong to the token, and say whatever a forger with the issuer's key could make them say.
#[test]
fn the_browser_opens_the_same_disclosures() {
    let pieces =
        ["[", "]", ",", "\"", "{", "}", "1", "null", "\\u0061", "\\ud800", "name", "birthdate", "_sd", "...", "aud"];
    let texts = [r#"["salt","name","Asha Rao"]"#, r#"["salt","birthdate","1986"]"#, r#"["salt","new",1.5]"#];
    let mut random = Random(2024);
    let mut cases = Vec::new();
    for _ in 0..1500 {
        let mut disclosures = Vec::new();
        for _ in 0..=random.below(2) {
            let text = texts[random.below(3)].to_owned();
            disclosures.push(if random.below(3) == 0 { random.change(&text, &pieces) } else { text });
        }
        let presented = presented(&disclosures);
        let is_changed = random.below(3) == 0;
        cases.push((if is_changed { random.change(&presented, &["~", "a", ".", "=", "é"]) } else { presented }, now()));
    }
    for birth in ["1899", "1900", "2100", "2101", "986", "01986", "+986", "१९८६", "1986-02-11", ""] {
        let year = format!(r#"["s","birthdate","{birth}"]"#);
        cases.push((presented(&[texts[0].to_owned(), year.clone()]), now()));
        cases.push((presented(&[year]), now()));
    }
    agree(&cases);
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
    for others in [62, 63] {
        let others = r#",{"kty":"RSA"}"#.repeat(others);
        sets.push(format!(r#"{{"keys":[{keys}{others}]}}"#));
    }
    for (text, theirs) in sets.iter().zip(browser(&[], &sets).keys) {
        let names = |ring: KeyRing| ring.iter().map(|key| key.key_id().to_string()).collect();
        let ours: Option<Vec<String>> = KeyRing::from_jwks(text).ok().map(names);
        assert_eq!(theirs, ours, "{text}");
    }
}

fn agree(cases: &[Case]) {
    let verdicts = browser(cases, &[]).verdicts;
    assert_eq!(verdicts.len(), cases.len());
    for ((token, now), theirs) in cases.iter().zip(verdicts) {
        match verifier().verify_shown_to_me(token, *now) {
            Ok(shown) => assert_eq!(without_extras(theirs), as_json(shown.claims()), "at {now}: {token}"),
            Err(refusal) => assert_eq!(theirs, refusal.code(), "at {now}: {token}"),
        }
    }
}

fn as_json(claims: &StatusClaims) -> Value {
    let mut json = json!({
        "iss": ISSUER,
        "aud": claims.audience,
        "sub": claims.subject,
        "jti": claims.token_id,
        "iat": claims.issued_at.timestamp(),
        "exp": claims.expires_at.timestamp(),
        "vaccination_status": u8::from(claims.status),
        "as_of": claims.as_of.to_string(),
        "policy": claims.policy,
        "purpose": claims.purpose,
        "consent": { "id": claims.consent.id, "hash": claims.consent.hash },
    });
    if let Some(reference) = &claims.reference {
        json["reference"] = reference.as_str().into();
    }
    if let Some(bearer) = &claims.bearer {
        json["bearer"] = json!({ "name": bearer.name });
        if let Some(year) = bearer.birth_year {
            json["bearer"]["birth_year"] = year.into();
        }
    }
    if let Some(list) = &claims.status_list {
        json["status_list"] = json!({ "uri": list.uri, "idx": list.index });
    }
    json
}

/// `nbf` is checked, and no claim of ours.
fn without_extras(mut claims: Value) -> Value {
    if let Some(claims) = claims.as_object_mut() {
        claims.remove("nbf");
    }
    claims
}

/// What the page's own modules say, run by Node.js, which has the browsers' cryptography.
fn browser(cases: &[Case], sets: &[String]) -> Answer {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seconds = |time: &DateTime<Utc>| json!(time.timestamp_millis()).as_f64().unwrap() / 1000.0;
    let task = json!({
        "folder": here.join("../kycvs-axum/assets/verify").canonicalize().unwrap(),
        "issuer": ISSUER,
        "jwks": read("jwks.json"),
        "cases": cases.iter().map(|(token, now)| json!([token, seconds(now)])).collect::<Vec<_>>(),
        "sets": sets,
    });
    let mut node = Command::new("node")
        .arg(here.join("tests/browser_verifier.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("install Node.js 20 or later (Debian: apt install nodejs)");
    node.stdin.take().unwrap().write_all(task.to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "the script ended with {}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(golden(name)).unwrap()
}

/// A generator whose changes are the same in each run (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }

    /// Replaces, removes, doubles or adds up to three times something somewhere.
    fn change(&mut self, text: &str, pieces: &[&str]) -> String {
        let mut characters: Vec<char> = text.chars().collect();
        for _ in 0..=self.below(3) {
            let at = self.below(characters.len());
            let end = characters.len().min(at + 1 + self.below(8));
            let piece: Vec<char> = match self.below(4) {
                0 => Vec::new(),
                1 => characters[at..end].repeat(2),
                _ => pieces[self.below(pieces.len())].chars().collect(),
            };
            let end = if self.below(2) == 0 { at } else { end };
            characters.splice(at..end, piece);
        }
        characters.into_iter().collect()
    }
}
