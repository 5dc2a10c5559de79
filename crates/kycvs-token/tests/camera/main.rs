//! How well the gate's page reads a token's QR code with a poor camera: the code of the CWT beside that of the JWT.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

#[path = "../support/mod.rs"]
mod support;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use kycvs_token::{Algorithm, Bearer, StatusClaims, StatusReference, StatusToken};
use serde_json::{Value, json};
use support::codes::issue;
use support::{ISSUER, claims};

const PICTURES: u32 = 24;

/// Twenty-four tokens, each seen from another side: 640 by 480 pixels, 20 degrees of tilt, a blur of 2 pixels. `photograph.mjs` takes
/// the pictures and reads them with the page's own reader.
#[test]
fn a_blurred_and_tilted_code_is_read_where_that_of_the_jwt_is_not() {
    let (mut codes, mut tokens) = (Vec::new(), Vec::new());
    for index in 0..PICTURES {
        let issued = issue(Algorithm::Es256, &full(index));
        codes.push(modules(&issued.code));
        tokens.push(modules(&issued.token));
    }
    let [codes, tokens] = read(&json!([codes, tokens]));
    let share = |read: u32| f64::from(read) * 100.0 / f64::from(PICTURES);
    println!("read: {:.0} % of the codes of the CWT, {:.0} % of those of the JWT", share(codes), share(tokens));
    assert!(share(codes) >= 95.0, "{:.0} %", share(codes));
    assert!(tokens < codes, "the smaller code is read more often");
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
fn modules(token: &StatusToken) -> Value {
    let qr = token.qr().unwrap();
    let row = |y| (0..qr.side()).map(|x| if qr.is_dark(x, y) { '1' } else { '0' }).collect::<String>();
    json!({ "text": token.as_str(), "rows": (0..qr.side()).map(row).collect::<Vec<_>>() })
}

/// How many codes of each list are read.
fn read(task: &Value) -> [u32; 2] {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut node = Command::new("node")
        .arg(here.join("tests/camera/photograph.mjs"))
        .arg(here.join("../kycvs-axum/assets/verify/vendor/qr/decode.js").canonicalize().unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("install Node.js 20 or later (Debian: apt install nodejs)");
    node.stdin.take().unwrap().write_all(task.to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success(), "the script ended with {}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}
