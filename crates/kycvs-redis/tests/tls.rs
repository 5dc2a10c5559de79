//! `rediss://` URLs, against a server with a certificate of its own.
#![cfg(feature = "tls")]

use std::path::Path;
use std::process::Command;

use crate::support::{at, patient};
use kycvs_redis::{Fault, OpenError};
use kycvs_store::{ChallengeStore, Key};
use kycvs_test_servers::{Redis, free_port};

/// Tells the child where the server listens.
const CHILD: &str = "KYCVS_REDIS_TLS_URL";

/// The root certificates are the machine's, or those that `SSL_CERT_FILE` names: a child is told by that to trust the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_trusted_by_its_certificate_alone() {
    let id = Key::from([7; 16]);
    if let Ok(url) = std::env::var(CHILD) {
        let store = patient().open(&url).await.unwrap();
        store.put(&id, None, b"sealed".to_vec(), at(60)).await.unwrap();
        assert_eq!(store.load(&id).await.unwrap().unwrap().body, b"sealed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    make_certificate(&certificate, &key);
    let server = Redis::start();
    let port = free_port().to_string();
    // The server is another user, and reads both before it is asked to listen.
    Command::new("chmod").args(["-R", "a+rX"]).arg(folder.path()).status().unwrap();
    let (certificate_path, key_path) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    let told = server.cli(&[
        "CONFIG",
        "SET",
        "tls-auth-clients",
        "no",
        "tls-cert-file",
        certificate_path,
        "tls-key-file",
        key_path,
        "tls-port",
        &port,
    ]);
    assert_eq!(told.trim(), "OK");
    let url = format!("rediss://localhost:{port}");
    let refused = patient().open(&url).await;
    assert!(matches!(refused, Err(OpenError::Unreachable(Fault::Connection))), "nobody vouches for it: {refused:?}");

    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "tls::a_server_is_trusted_by_its_certificate_alone"]);
    child.env(CHILD, &url).env("SSL_CERT_FILE", &certificate);
    assert!(child.status().unwrap().success());
}

fn make_certificate(certificate: &Path, key: &Path) {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-out")
        .arg(certificate)
        .arg("-keyout")
        .arg(key)
        .output()
        .expect("`openssl` is missing: apt-get install openssl");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
