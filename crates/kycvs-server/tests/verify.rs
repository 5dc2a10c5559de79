//! `kycvs verify` reads tokens and certificates side by side, one line of JSON for each.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// A day on which the golden tokens are valid.
const THEN: &str = "2022-01-01";

fn kycvs(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kycvs"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn crates(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path).to_str().unwrap().to_owned()
}

fn golden(name: &str) -> String {
    crates(&format!("kycvs-token/tests/golden/{name}"))
}

fn text_of(name: &str) -> String {
    fs::read_to_string(golden(name)).unwrap().trim().to_owned()
}

/// A folder with a trust list of DIVOC's keys and of a SMART Health Cards issuer, and a genuine card as a bare JWS.
struct Trusted {
    folder: tempfile::TempDir,
    list: String,
    card: String,
}

impl Trusted {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let data = |name: &str| fs::read_to_string(crates(&format!("kycvs-records/tests/data/{name}"))).unwrap();
        let issuers: Value = serde_json::from_str(&data("shc-keys.json")).unwrap();
        let mut arguments = vec!["trust".into(), "import".into(), "--out".into(), path("trust.kycvs")];
        arguments.extend(["--keys".into(), path("keys"), "--divoc".into()]);
        arguments.push(crates("kycvs-records/tests/data/divoc-keys.json"));
        for (issuer, number) in issuers.as_array().unwrap().iter().zip(0..) {
            let file = path(&format!("{number}.json"));
            fs::write(&file, issuer["jwks"].to_string()).unwrap();
            arguments.extend(["--issuer-keys".into(), format!("{}={file}", issuer["iss"].as_str().unwrap())]);
        }
        let made = kycvs(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), "");
        assert_ne!(made.status.code(), Some(2), "{}", String::from_utf8_lossy(&made.stderr));
        let cases = data("shc-cases.jsonl");
        let case = cases.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let card = case.filter_map(|case| Some(case["text"].as_str()?.to_owned()));
        let card = card.into_iter().find(|text| text.starts_with("eyJ")).unwrap();
        let list = path("trust.kycvs");
        Self { folder, list, card }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[test]
fn a_token_is_verified_in_each_of_its_spellings_and_says_the_same() {
    let inputs = [golden("valid/eddsa.jwt"), golden("valid/eddsa.cwt")];
    let jwks = golden("jwks.json");
    let ran = kycvs(&["verify", "--jwks", &jwks, "--on", THEN, &inputs[0], &inputs[1]], "");
    let told = lines(&ran);
    assert_eq!(ran.status.code(), Some(0), "{told:?}");
    for (line, format) in told.iter().zip(["kycvs-jwt", "kycvs-cwt"]) {
        for (member, expected) in [
            ("format", json!(format)),
            ("verdict", json!("verified")),
            ("reason", json!(null)),
            ("issuer", json!("https://kycvs.example")),
            ("doses", json!([])),
            ("status", json!(2)),
            ("lamp", json!("green")),
        ] {
            assert_eq!(line[member], expected, "{member} of {line}");
        }
    }
}

#[test]
fn a_bearer_is_named_where_persons_are_to_be_shown_and_nowhere_else() {
    let jwks = golden("jwks.json");
    let disclosed: Vec<String> = fs::read_dir(golden("valid"))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .filter(|text| text.contains('~'))
        .collect();
    assert!(!disclosed.is_empty());
    let input = disclosed.join("\n");
    let hidden = kycvs(&["verify", "--jwks", &jwks, "--on", THEN], &input);
    let shown = kycvs(&["verify", "--jwks", &jwks, "--on", THEN, "--show-person"], &input);
    assert!(lines(&hidden).iter().all(|line| line.get("names").is_none() && line.get("bearer").is_none()));
    let names: Vec<Value> = lines(&shown).iter().flat_map(|line| line["names"].as_array().unwrap().clone()).collect();
    assert!(!names.is_empty());
    for name in names {
        assert!(!String::from_utf8_lossy(&hidden.stdout).contains(name.as_str().unwrap()));
    }
    assert!(lines(&hidden).iter().all(|line| line["format"] == "kycvs-sd-jwt"));
}

#[test]
fn tokens_and_certificates_come_in_one_run_and_a_card_is_no_token() {
    let trusted = Trusted::new();
    let input = [text_of("valid/eddsa.jwt"), trusted.card.clone(), "nonsense".into()].join("\n");
    let both = ["verify", "--jwks", &golden("jwks.json"), "--trust", &trusted.list, "--on", THEN];
    let ran = kycvs(&both, &input);
    let told: Vec<_> = lines(&ran).iter().map(|line| [line["format"].clone(), line["verdict"].clone()]).collect();
    assert_eq!(
        json!(told),
        json!([["kycvs-jwt", "verified"], ["smart-health-card", "verified"], [null, "refused"]]),
        "{}",
        String::from_utf8_lossy(&ran.stdout)
    );
    assert_eq!(ran.status.code(), Some(2));
}

/// Its form is wrong, and it is a card's all the same.
#[test]
fn a_card_that_is_not_deflated_or_does_not_say_so_is_a_malformed_card_and_no_token() {
    let trusted = Trusted::new();
    let encode = |text: &str| base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, text);
    let (header, issuer) = (encode(r#"{"alg":"ES256","kid":"k"}"#), "https://spec.smarthealth.cards/examples/issuer");
    let payload = json!({ "iss": issuer, "nbf": 1_620_992_383, "vc": { "type": [], "credentialSubject": {} } });
    let whole: Vec<&str> = trusted.card.split('.').collect();
    let input = [
        format!("{header}.{}.{}", encode(&payload.to_string()), whole[2]),
        format!("{header}.{}.{}", whole[1], whole[2]),
    ];
    let both = ["verify", "--jwks", &golden("jwks.json"), "--trust", &trusted.list, "--on", THEN];
    let ran = kycvs(&both, &input.join("\n"));
    let told = lines(&ran);
    assert_eq!((told.len(), ran.status.code()), (2, Some(2)));
    for line in told {
        for (member, expected) in [("format", "smart-health-card"), ("verdict", "refused"), ("reason", "malformed")] {
            assert_eq!(line[member], expected, "{line}");
        }
        assert!(line.get("lamp").is_none(), "no token's words: {line}");
    }
}

#[test]
fn without_its_keys_no_issuer_is_trusted() {
    let trusted = Trusted::new();
    let token = kycvs(&["verify", "--trust", &trusted.list], &text_of("valid/eddsa.cwt"));
    let card = kycvs(&["verify", "--jwks", &golden("jwks.json")], &trusted.card);
    for ran in [token, card] {
        assert_eq!(lines(&ran)[0]["verdict"], "issuer-not-trusted");
        assert_eq!(ran.status.code(), Some(2));
    }
}

#[test]
fn what_cannot_be_read_is_a_line_and_stops_nothing() {
    let trusted = Trusted::new();
    let (large, folder, card) = (trusted.path("large"), trusted.path("keys"), trusted.path("card.txt"));
    fs::write(&large, vec![b'x'; 6 << 20]).unwrap();
    fs::write(&card, &trusted.card).unwrap();
    let paths = [&large, &folder, &card].map(|path| path.to_str().unwrap());
    let ran = kycvs(&["verify", "--trust", &trusted.list, paths[0], paths[1], "/no/such/file", paths[2]], "");
    let told: Vec<_> = lines(&ran).iter().map(|line| line["reason"].clone()).collect();
    assert_eq!(json!(told), json!(["too-large", "unreadable", "no-such-file", null]));
}

#[test]
fn a_revoked_card_is_refused_and_a_list_that_cannot_be_read_is_no_list() {
    let trusted = Trusted::new();
    let cases = fs::read_to_string(crates("kycvs-records/tests/data/shc-cases.jsonl")).unwrap();
    let case = cases.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let card = case.into_iter().find(|case| case["name"] == "the card of 2025").unwrap();
    let card = card["text"].as_str().unwrap();
    let header = card.split('.').next().unwrap();
    let decoded = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, header).unwrap();
    let key: Value = serde_json::from_slice(&decoded).unwrap();
    let lists = trusted.path("revoked");
    fs::create_dir(&lists).unwrap();
    let list = json!({ "kid": key["kid"], "method": "rid", "ctr": 1, "rids": ["MKyCxh7p6uQ"] });
    fs::write(lists.join("crl.json"), list.to_string()).unwrap();
    let arguments = ["verify", "--trust", &trusted.list, "--revocations", lists.to_str().unwrap()];
    assert_eq!(lines(&kycvs(&arguments, card))[0]["reason"], "revoked");
    fs::write(lists.join("notes.txt"), "a note").unwrap();
    let refused = kycvs(&arguments, card);
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(3), 0));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("notes.txt"));
}

#[test]
fn a_mistyped_file_name_is_told_from_a_text_that_is_no_certificate() {
    let trusted = Trusted::new();
    let reasons = |inputs: &[&str], input: &str| -> Vec<Value> {
        let ran = kycvs(&[&["verify", "--trust", &trusted.list], inputs].concat(), input);
        assert_eq!(ran.status.code(), Some(2));
        lines(&ran).iter().map(|line| line["reason"].clone()).collect()
    };
    let files = ["cards/asha", "./a.b.jwt", "card.pdf", "CARD.JPG", "card.smart-health-card"];
    assert_eq!(reasons(&files, ""), vec![json!("no-such-file"); files.len()]);
    let long = format!("{}/{}", "A".repeat(300), "B".repeat(300));
    let texts = ["card", "1.2", r#"{"id":"https://a.example/"}"#, "https://a.example/card.pdf", &long];
    assert_eq!(reasons(&texts, ""), vec![json!("not-a-record"); texts.len()]);
    assert_eq!(reasons(&["HC1:A/B.pdf"], ""), ["damaged"], "a certificate by its beginning");
    assert_eq!(reasons(&[], "cards/asha.pdf\n"), ["not-a-record"], "a line of standard input names no file");
}
