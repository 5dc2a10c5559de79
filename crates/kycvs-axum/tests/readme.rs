//! The lines for a shell in the README work as they stand there, with real curl.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use kycvs::ServiceKey;
use kycvs::StatusService;
use kycvs::domain::{Dose, Mobile, PersonName, Product};
use kycvs::registry::{BeneficiaryId, PersonRecord, RegistryKey, SealedRegistry};
use kycvs::token::{Algorithm, SigningKey, TokenIssuer};
use kycvs_axum::{Config, Sandbox};
use kycvs_memory::MemoryStore;
use serde_json::Value;
use support::RAIL;
use support::server::Server;
use tokio::net::TcpListener;

/// All blocks for a shell, as one script.
fn script() -> String {
    let readme = include_str!("../README.md");
    let blocks = readme.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.collect()
}

/// A sandbox under `url` that knows the person of the README, who had both doses.
async fn sandbox(url: &str) -> Sandbox {
    let text = support::CONFIG.replace("https://kycvs.example", url).replace("id = \"rail\"", "id = \"irctc\"");
    let registry = SealedRegistry::new(&RegistryKey::generate().unwrap(), Arc::new(MemoryStore::new()));
    let dose = |date: &str| Dose {
        product: Product::find("COVISHIELD"),
        given_on: date.parse().unwrap(),
        dose_number: None,
        batch: None,
    };
    let name = PersonName::parse("Asha Rao").unwrap();
    let doses = vec![dose("2021-04-03"), dose("2021-07-01")];
    let asha = PersonRecord::new(BeneficiaryId::parse("1").unwrap(), name, None, doses).unwrap();
    registry.upsert(&Mobile::parse("9876543210").unwrap(), &asha).await.unwrap();
    let key = Arc::new(SigningKey::generate(Algorithm::Es256).unwrap());
    let builder = StatusService::builder()
        .registry(Arc::new(registry))
        .issuer(TokenIssuer::new(url, key).unwrap())
        .key(ServiceKey::generate().unwrap());
    Sandbox::new(builder, Config::from_toml(&text).unwrap()).unwrap()
}

fn run(script: &str, folder: &Path, url: &str) {
    for tool in ["bash", "curl", "jq"] {
        let found = Command::new(tool).arg("--version").output();
        assert!(found.is_ok_and(|output| output.status.success()), "install {tool} (Debian: apt install {tool})");
    }
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", script]).current_dir(folder).env("KYCVS", url).env("API_KEY", RAIL);
    let output = shell.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lines_of_the_readme_ask_and_verify() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let sandbox = sandbox(&url).await;
    let server = Server::on(listener, sandbox.http().clone(), sandbox.router());
    let folder = tempfile::tempdir().unwrap();
    let (place, at) = (folder.path().to_owned(), url.clone());
    tokio::task::spawn_blocking(move || run(&script(), &place, &at)).await.unwrap();
    server.stop().await;

    let read =
        |file: &str| -> Value { serde_json::from_slice(&std::fs::read(folder.path().join(file)).unwrap()).unwrap() };
    assert_eq!(read("answer.json")["status"], 2);
    assert_eq!(read("verdict.json")["valid"], true);
    assert_eq!(read("verdict.json")["claims"]["reference"], "PNR 2345678901");
    assert!(read("jwks.json")["keys"][0]["kid"].is_string());
}
