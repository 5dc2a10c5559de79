//! What a service writes, logs and prints names nobody.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use kycvs_redb::RedbStore;
use support::{FAMILY, Host, NAMESAKES, UNKNOWN, asked, rail};
use tracing_subscriber::fmt::format::FmtSpan;

/// Everything that names a person or opens something, in these tests.
fn secrets(host: &Host) -> Vec<String> {
    let mut secrets: Vec<String> = [FAMILY, NAMESAKES, UNKNOWN, "2345678901"].map(str::to_owned).to_vec();
    // Names of six letters and more: shorter ones come up by chance in random ids.
    secrets.extend(["lakshmi", "sheikh", "ravi kumar"].map(str::to_owned));
    secrets.extend(host.sms.messages().iter().map(|message| message.code.secret().to_owned()));
    secrets
}

fn assert_names_nobody(what: &str, text: &[u8], secrets: &[String]) {
    let text = text.to_ascii_lowercase();
    for secret in secrets {
        let secret = secret.to_ascii_lowercase();
        assert!(!text.windows(secret.len()).any(|part| part == secret.as_bytes()), "{what} holds {secret}");
    }
}

/// Every way that a request can go. Returns a token that was granted.
async fn every_outcome(host: &Host) -> String {
    let granted = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let token = host.enter(&granted, &host.code(FAMILY)).await.unwrap().token;
    host.service.state(&rail(), &granted.id).await.unwrap();
    let locked = host.open(NAMESAKES, "Ravi Kumar").await;
    while host.enter(&locked, &host.wrong_code(NAMESAKES)).await.is_err_and(|error| error.code() == "wrong-code") {}
    let unknown = host.open(UNKNOWN, "Asha Lakshmi Rao").await;
    host.enter(&unknown, &host.code(UNKNOWN)).await.unwrap_err();
    let declined = host.open(FAMILY, "Imran Sheikh").await;
    host.service.decline(&rail(), &declined.id).await.unwrap();
    let pending = host.open(FAMILY, "Imran Sheikh").await;
    host.wait(60);
    host.service.resend(&rail(), &pending.id).await.unwrap();
    host.service.resend(&rail(), &pending.id).await.unwrap_err();
    while host.service.request(asked(FAMILY, "Imran Sheikh")).await.is_ok() {}
    token.into_string()
}

/// One test at a time: what one logs while another installs its subscriber is lost, now and then (tracing's cache of interest).
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_tells_what_happened_and_to_nobody() {
    let _alone = ALONE.lock().await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let host = support::memory().await;
    let token = every_outcome(&host).await;

    let written = log.0.lock().unwrap().clone();
    let text = String::from_utf8(written.clone()).unwrap();
    for told in ["kycvs.request", "kycvs.confirm", "granted", "entity=rail", "the request is locked"] {
        assert!(text.contains(told), "the log tells: {told}");
    }
    let mut secrets = secrets(&host);
    secrets.push(token);
    // Times are digits too, and say nothing: the codes are looked for where times are left out.
    let without_times: String = text.lines().filter_map(|line| line.split_once(' ')).map(|(_, rest)| rest).collect();
    assert_names_nobody("the log", without_times.as_bytes(), &secrets);
}

#[tokio::test]
async fn the_database_file_holds_no_name_no_number_no_code_and_no_token() {
    let _alone = ALONE.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kycvs.redb");
    let store = Arc::new(RedbStore::open(&path).unwrap());
    let host = support::over(store.clone(), None, |builder| builder).await;
    let token = every_outcome(&host).await;
    let mut secrets = secrets(&host);
    secrets.push(token);
    // The reference of a granted request is in its consent, which an auditor reads.
    secrets.retain(|secret| secret != "2345678901");
    drop((host, store));

    let bytes = std::fs::read(&path).unwrap();
    assert!(bytes.windows(14).any(|part| part == b"Indian Railways".split_at(14).0), "the search finds what is there");
    // A code of six digits comes up by chance in megabytes of sealed bytes; a number or a name does not.
    secrets.retain(|secret| secret.len() > 6 || !secret.starts_with(|c: char| c.is_ascii_digit()));
    assert_names_nobody("the file", &bytes, &secrets);
}

#[tokio::test]
async fn debug_output_names_nobody() {
    let _alone = ALONE.lock().await;
    let host = support::memory().await;
    let asked = asked(FAMILY, "Asha Lakshmi Rao");
    let open = host.service.request(asked.clone()).await.unwrap();
    let message = host.sms.messages().pop().unwrap();
    let granted = host.enter(&open, &host.code(FAMILY)).await.unwrap();
    let shown = format!("{message:?} {open:?} {granted:?} {:?} {:?}", asked.people, open.people);
    let mut secrets = secrets(&host);
    secrets.push(granted.token.into_string());
    assert_names_nobody("Debug", shown.as_bytes(), &secrets);
}
