//! Schemathesis, which makes calls of what the OpenAPI document says, right ones and wrong ones, finds nothing that the
//! document does not tell.
//!
//! It makes 150 examples for
//! each call, or as many as `KYCVS_SCHEMATHESIS_EXAMPLES` says.

use std::path::Path;
use std::process::Command;

use crate::support::server::Server;
use crate::support::{Host, RAIL};
use kycvs_axum::Config;
use kycvs_test_servers::packages;

/// Its version and its configuration.
const PINS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemathesis");

#[tokio::test(flavor = "multi_thread")]
async fn no_call_that_schemathesis_makes_is_answered_otherwise_than_documented() {
    // Its calls come from one address and one entity, faster than any limit allows.
    let unlimited = |config: &mut Config| config.limits.wrong_secrets_per_address = u32::MAX.try_into().unwrap();
    let limits = |per_mobile| kycvs::Limits { sends_per_entity: per_mobile, ..Default::default() };
    let many = kycvs::store::Limit { max: u32::MAX.try_into().unwrap(), per_seconds: 1.try_into().unwrap() };
    let host = Host::with(unlimited, |builder| builder.limits(limits(vec![many]))).await;
    let server = Server::start(host.http.clone(), host.http.router()).await;
    let url = server.url();
    let said = tokio::task::spawn_blocking(move || run(&url)).await.unwrap();
    println!("{said}");
    server.stop().await;
}

fn run(url: &str) -> String {
    let python = packages::python(env!("CARGO_TARGET_TMPDIR"), Path::new(PINS));
    let examples = std::env::var("KYCVS_SCHEMATHESIS_EXAMPLES").unwrap_or_else(|_| "150".to_owned());
    let mut command = Command::new(python.with_file_name("schemathesis"));
    command.arg("--config-file").arg(Path::new(PINS).join("schemathesis.toml"));
    command.args(["run", &format!("{url}/openapi.json"), "--no-color", "--checks", "all", "--continue-on-failure"]);
    command.args(["--max-examples", &examples, "--header", &format!("Authorization: Bearer {RAIL}")]);
    let output = command.current_dir(env!("CARGO_TARGET_TMPDIR")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}
