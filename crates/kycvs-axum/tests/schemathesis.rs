//! Schemathesis, which makes calls of what the OpenAPI document says, right ones and wrong ones, finds nothing that the
//! document does not tell.
//!
//! The first run installs it below the target directory, which takes the network and half a minute. It makes 150 examples for
//! each call, or as many as `KYCVS_SCHEMATHESIS_EXAMPLES` says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use kycvs_axum::Config;
use support::server::Server;
use support::{Host, RAIL};

const PYTHON: &str = "install Python 3.10 or later with venv (Debian: apt install python3-venv)";

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
    let folder = set_up();
    let examples = std::env::var("KYCVS_SCHEMATHESIS_EXAMPLES").unwrap_or_else(|_| "150".to_owned());
    let mut command = Command::new(folder.join("python/bin/schemathesis"));
    command.arg("--config-file").arg(source("schemathesis.toml"));
    command.args(["run", &format!("{url}/openapi.json"), "--no-color", "--checks", "all", "--continue-on-failure"]);
    command.args(["--max-examples", &examples, "--header", &format!("Authorization: Bearer {RAIL}")]);
    let output = command.current_dir(&folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Installs it, once for each pinned version, and returns the folder that it is in.
fn set_up() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemathesis");
    fs::create_dir_all(&folder).unwrap();
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap(); // another `cargo test` may be at it; the lock goes when the file is closed

    let wanted = fs::read_to_string(source("requirements.txt")).unwrap();
    let installed = folder.join("installed");
    if fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        return folder;
    }
    done(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder.join("python")), PYTHON);
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    let python = folder.join("python/bin/python");
    done(Command::new(python).args(pip).arg(source("requirements.txt")), "pip needs the network, once");
    fs::write(installed, wanted).unwrap();
    folder
}

fn done(command: &mut Command, hint: &str) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}. To run this test, {hint}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {said}\nTo run this test, {hint}");
}

fn source(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemathesis").join(file)
}
