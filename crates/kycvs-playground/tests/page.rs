#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

//! The playground as people load it: its size, and its page in a real Chromium.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use kycvs_test_servers::Chromium;
use serde_json::{Value, json};
use thirtyfour::ChromiumLikeCapabilities;
use thirtyfour::prelude::*;

/// The least that counts as loading at once on a slow line.
const MOST_BYTES: usize = 500_000;

/// The module, built as `cargo xtask playground` builds it, in a folder of its own.
static MODULE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("playground");
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--profile",
            "playground",
            "--target",
            "wasm32-unknown-unknown",
            "--package",
            "kycvs-playground",
        ])
        .env("CARGO_TARGET_DIR", &target)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(built.success(), "rustup target add wasm32-unknown-unknown");
    std::fs::read(target.join("wasm32-unknown-unknown/playground/kycvs_playground.wasm")).unwrap()
});

#[test]
fn the_module_is_below_500_kb_as_it_is_sent() {
    // Of gzip's stream this is all but 18 bytes.
    let sent = miniz_oxide::deflate::compress_to_vec(&MODULE, 9).len() + 18;
    assert!(sent < MOST_BYTES, "{sent} bytes");
}

/// Serves `docs/playground` with the module.
fn site() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(serve(stream))));
    url
}

fn serve(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = String::new();
    BufReader::new(&stream).read_line(&mut request)?;
    let name = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/playground");
    let (kind, body) = match name.as_str() {
        "kycvs_playground.wasm" => ("application/wasm", MODULE.clone()),
        "" => ("text/html", std::fs::read(folder.join("index.html"))?),
        "playground.css" => ("text/css", std::fs::read(folder.join(&name))?),
        "playground.mjs" => ("text/javascript", std::fs::read(folder.join(&name))?),
        _ => ("text/plain", Vec::new()),
    };
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)
}

/// Waits until a script of the page gives something true.
async fn wait(driver: &WebDriver, script: &str) -> Value {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let found = driver.execute(format!("return {script};"), vec![]).await.unwrap().json().clone();
        if !matches!(found, Value::Null | Value::Bool(false)) {
            return found;
        }
        assert!(Instant::now() < until, "never true: {script}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_policy_is_tried_out_and_shared_without_a_call_to_anybody() {
    LazyLock::force(&MODULE);
    let chromium = Chromium::start();
    let mut capabilities = DesiredCapabilities::chrome();
    for argument in chromium.arguments() {
        capabilities.add_arg(&argument).unwrap();
    }
    let driver = WebDriver::new(chromium.url(), capabilities).await.unwrap();
    let url = site();
    driver.goto(&url).await.unwrap();
    let text = "document.getElementById('answer').textContent";
    wait(&driver, &format!("{text}.includes('1: partially vaccinated')")).await;
    wait(&driver, &format!("{text}.includes('2025-01-20 MMR does not count: given before the minimum interval')"))
        .await;
    wait(&driver, "document.querySelectorAll('#builtin option').length > 20").await;

    // A slip in the policy is named with its place, at the next key.
    let write = |field: &str, value: &str| {
        format!(
            "(field => {{ field.value = {}; field.dispatchEvent(new Event('input')); return true; }})(document.getElementById('{field}'))",
            json!(value)
        )
    };
    wait(&driver, &write("policy", "id = \"mine\"\nversion = 0\n")).await;
    wait(&driver, &format!("{text}.includes('line 2, column')")).await;

    // A link holds no id and no batch, and only who ticks that all is made up gets one.
    let person = r#"{"id":"Asha Rao","doses":[{"product":"JANSSEN","given_on":"2021-09-01","batch":"SECRET1"}]}"#;
    wait(&driver, &write("policy", "travel-14")).await;
    wait(&driver, &write("history", person)).await;
    wait(&driver, &write("on", "2021-09-05")).await;
    wait(&driver, "document.getElementById('link').disabled").await;
    wait(&driver, "(document.getElementById('made-up').click(), document.getElementById('link').click(), true)").await;
    let link = wait(&driver, "document.getElementById('url').value").await;
    let link = link.as_str().unwrap();
    assert!(link.starts_with(&format!("{url}#")), "{link}");
    let shared =
        wait(&driver, &format!("atob({}.split('#')[1].replaceAll('-', '+').replaceAll('_', '/'))", json!(link))).await;
    let shared = shared.as_str().unwrap();
    assert!(shared.contains("JANSSEN") && !shared.contains("Asha") && !shared.contains("SECRET1"), "{shared}");

    // Whoever opens it sees the same.
    driver.goto("about:blank").await.unwrap();
    driver.goto(link).await.unwrap();
    wait(&driver, &format!("{text}.includes('1: partially vaccinated')")).await;
    wait(&driver, &format!("{text}.includes('counts from 2021-09-15')")).await;
    let called =
        wait(&driver, "performance.getEntriesByType('resource').map(entry => new URL(entry.name).pathname).sort()")
            .await;
    assert_eq!(called, json!(["/kycvs_playground.wasm", "/playground.css", "/playground.mjs"]), "and nobody is called");
    driver.quit().await.unwrap();
}
