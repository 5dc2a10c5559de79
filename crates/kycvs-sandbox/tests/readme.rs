//! The lines for a shell in the README of `kycvs-axum` work as written, with real curl.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use kycvs::registry::{ImportOptions, RegistryCsv, RegistryKey, SealedRegistry};
use kycvs_axum::{ApiKeyHash, Config};
use kycvs_memory::MemoryStore;
use kycvs_sample::SampleRegistry;
use kycvs_sandbox::Sandbox;
use serde_json::Value;
use tokio::net::TcpListener;

const API_KEY: &str = "a key of the railway";

/// All blocks for a shell, as one script.
fn script() -> String {
    let readme = include_str!("../../kycvs-axum/README.md");
    let blocks = readme.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.collect()
}

/// A sandbox under `url` with the people of the demonstration, the person of the README among them, and its railway.
async fn sandbox(url: &str) -> Sandbox {
    let hash = ApiKeyHash::of(API_KEY).to_hex();
    let text = format!(
        r#"
        [issuer]
        url = "{url}"
        name = "Ministry of Health"
        grievance = "grievance@kycvs.example"
        [[entity]]
        id = "railway"
        name = "Indian Railways"
        api_key_sha256 = "{hash}"
        purposes = [{{ code = "railway-booking", text = "to book a railway ticket" }}]
        "#
    );
    let registry = SealedRegistry::open(&RegistryKey::generate().unwrap(), Arc::new(MemoryStore::new())).await.unwrap();
    let mut people = Vec::new();
    SampleRegistry::new(1, 10_000).write_csv(&mut people).unwrap();
    let (people, options) =
        (RegistryCsv::open(people.as_slice()).unwrap(), ImportOptions::new("2026-11-28".parse().unwrap()));
    registry.import_csv(people, &options, &mut |_| ()).await.unwrap();
    Sandbox::new(Arc::new(registry), Config::from_toml(&text).unwrap()).unwrap()
}

fn run(script: &str, folder: &Path, url: &str) {
    for tool in ["bash", "curl", "jq"] {
        let found = Command::new(tool).arg("--version").output();
        assert!(found.is_ok_and(|output| output.status.success()), "install {tool} (Debian: apt install {tool})");
    }
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", script]).current_dir(folder).env("KYCVS", url).env("API_KEY", API_KEY);
    let output = shell.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lines_of_the_readme_ask_and_verify() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let sandbox = sandbox(&url).await;
    let http = sandbox.http().clone();
    let server = tokio::spawn(async move { http.serve(listener, sandbox.router(), std::future::pending()).await });
    let folder = tempfile::tempdir().unwrap();
    let (place, at) = (folder.path().to_owned(), url.clone());
    tokio::task::spawn_blocking(move || run(&script(), &place, &at)).await.unwrap();
    server.abort();

    let read =
        |file: &str| -> Value { serde_json::from_slice(&std::fs::read(folder.path().join(file)).unwrap()).unwrap() };
    assert_eq!(read("answer.json")["status"], 2);
    assert_eq!(read("verdict.json")["valid"], true);
    assert_eq!(read("verdict.json")["claims"]["reference"], "booking 4711");
    assert!(read("jwks.json")["keys"][0]["kid"].is_string());
}
