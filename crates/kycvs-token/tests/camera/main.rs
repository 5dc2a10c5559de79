//! How well the gate's page reads a token's QR code with a poor camera: the code of the CWT beside that of the JWT.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kycvs_token::{Algorithm, Bearer, QrCode, StatusClaims, StatusReference};
use serde_json::{Value, json};
use support::codes::issue;
use support::{ISSUER, claims};

/// Codes that the issuer made, one for each picture; `UPDATE=1` draws others. A signature is random, and with it the share that is
/// read: some 97 % of many.
const CODES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/camera/codes.txt");

/// Each token is seen from another side: 640 by 480 pixels, 20 degrees of tilt, a blur of 2 pixels. `photograph.mjs` takes the pictures
/// and reads them with the page's own reader.
#[test]
fn a_blurred_and_tilted_code_is_read_where_that_of_the_jwt_is_not() {
    let kept = fs::read_to_string(CODES).unwrap();
    let codes: Vec<Value> = kept.lines().map(modules).collect();
    let tokens: Vec<Value> =
        (0..12).map(|index| modules(issue(Algorithm::Es256, &full(index)).token.as_str())).collect();
    let [read_codes, read_tokens] = read(&json!([codes, tokens]));
    println!("read: {read_codes} of {} codes of the CWT, {read_tokens} of {} of the JWT", codes.len(), tokens.len());
    assert!(read_codes * 100 >= 95 * codes.len(), "{read_codes}");
    assert_eq!(read_tokens, 0, "a poor camera needs the smaller code");
}

#[test]
fn the_codes_that_are_photographed_are_as_large_as_those_that_are_issued() {
    let issued: Vec<_> = (0..40).map(|index| issue(Algorithm::Es256, &full(index)).code).collect();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(CODES, issued.iter().map(|code| format!("{}\n", code.as_str())).collect::<String>()).unwrap();
    }
    let kept = fs::read_to_string(CODES).unwrap();
    let sides = |codes: Vec<&str>| codes.iter().map(|code| QrCode::of(code).unwrap().side()).collect::<BTreeSet<_>>();
    assert_eq!(sides(kept.lines().collect()), sides(issued.iter().map(|code| code.as_str()).collect()));
}

/// As a service with lists issues it for a person who gave a year of birth.
fn full(index: u32) -> StatusClaims {
    StatusClaims {
        bearer: Some(Bearer { name: "Asha Lakshmi Rao".into(), birth_year: Some(1986) }),
        status_list: Some(StatusReference { uri: format!("{ISSUER}/s/4kq07"), index }),
        ..claims()
    }
}

/// The text of a token, and the rows of its code: 1 is dark.
fn modules(text: &str) -> Value {
    let qr = QrCode::of(text).unwrap();
    let row = |y| (0..qr.side()).map(|x| if qr.is_dark(x, y) { '1' } else { '0' }).collect::<String>();
    json!({ "text": text, "rows": (0..qr.side()).map(row).collect::<Vec<_>>() })
}

/// The page's reader of QR codes, in a folder whose files Node.js takes for modules, as a page does.
fn reader() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("camera");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("package.json"), r#"{ "type": "module" }"#).unwrap();
    let vendored = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kycvs-axum/assets/verify/vendor/qr");
    for file in fs::read_dir(vendored).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), folder.join(file.file_name())).unwrap();
    }
    folder
}

/// How many codes of each list are read.
fn read(task: &Value) -> [usize; 2] {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut node = Command::new("node")
        .arg(here.join("tests/camera/photograph.mjs"))
        .arg(reader().join("decode.js"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("install Node.js 18 or later (Debian: apt install nodejs)");
    node.stdin.take().unwrap().write_all(task.to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "the script ended with {}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}
