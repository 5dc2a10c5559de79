//! The public log of a server with a witness that it calls over HTTP, by C2SP tlog-witness: it signs one tree, and no second one.

use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Files, Program, REGISTRY, configuration, railway, run, serve};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use kycvs::token::{Algorithm, Signer, SigningKey};
use kycvs::transparency::{
    Checkpoint, EMPTY_ROOT, Hash, Note, VerifierKey, WitnessRequest, cosigned, verify_consistency,
};

const ORIGIN: &str = "kycvs.example/log";
/// Seconds since 1970 that stand in each cosignature.
const WHEN: u64 = 1_795_800_000;

struct Witness {
    key: VerifierKey,
    signer: SigningKey,
    log: VerifierKey,
    seen: Mutex<(u64, Hash)>,
}

impl Witness {
    /// Answers as the specification says, and notes what it signs.
    fn judge(&self, body: &str) -> Result<Checkpoint, (StatusCode, String)> {
        let refuse = |status: StatusCode| (status, String::new());
        let request = WitnessRequest::parse(body).map_err(|_| refuse(StatusCode::BAD_REQUEST))?;
        if !self.log.verifies(&request.checkpoint) {
            return Err(refuse(StatusCode::FORBIDDEN));
        }
        let checkpoint = Checkpoint::parse(request.checkpoint.text()).map_err(|_| refuse(StatusCode::BAD_REQUEST))?;
        let mut seen = self.seen.lock().unwrap();
        if seen.0 != request.old_size {
            return Err((StatusCode::CONFLICT, format!("{}\n", seen.0)));
        }
        verify_consistency(seen.0, &seen.1, checkpoint.size, &checkpoint.root, &request.hashes)
            .map_err(|_| refuse(StatusCode::UNPROCESSABLE_ENTITY))?;
        *seen = (checkpoint.size, checkpoint.root);
        Ok(checkpoint)
    }

    async fn add_checkpoint(State(witness): State<Arc<Self>>, body: String) -> (StatusCode, String) {
        match witness.judge(&body) {
            Ok(checkpoint) => {
                let text = checkpoint.to_string();
                let signature = witness.signer.sign(cosigned(&text, WHEN).as_bytes()).await.unwrap();
                (StatusCode::OK, format!("{}\n", witness.key.cosignature(WHEN, signature)))
            }
            Err(refused) => refused,
        }
    }

    /// Serves under a prefix of this machine until the test ends.
    fn start(log: VerifierKey) -> (Arc<Self>, String) {
        let signer = SigningKey::generate(Algorithm::EdDsa).unwrap();
        let key = VerifierKey::witness("w.example", signer.public_key().as_bytes().try_into().unwrap()).unwrap();
        let witness = Arc::new(Self { key, signer, log, seen: Mutex::new((0, EMPTY_ROOT)) });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}/of/kycvs", listener.local_addr().unwrap());
        let router =
            Router::new().route("/of/kycvs/add-checkpoint", post(Self::add_checkpoint)).with_state(witness.clone());
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { axum::serve(tokio::net::TcpListener::from_std(listener).unwrap(), router).await })
        });
        (witness, url)
    }

    fn size(&self) -> u64 {
        self.seen.lock().unwrap().0
    }
}

/// Waits for something that takes two ticks of a log at most, however busy the machine is.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let give_up = Instant::now() + Duration::from_secs(600);
    while !is_so() {
        assert!(Instant::now() < give_up, "never {what}");
        thread::sleep(Duration::from_millis(200));
    }
}

fn checkpoint(server: &Program) -> Option<Note> {
    let answer = railway(server).get("/log/checkpoint");
    (answer.status == 200).then(|| Note::parse(&answer.text).unwrap())
}

fn state(server: &Program, state: &str) -> bool {
    railway(server).get("/metrics").text.contains(&format!("kycvs_log_state{{state=\"{state}\"}} 1"))
}

#[test]
fn a_witness_over_http_signs_one_tree_and_stops_a_restored_database() {
    let files = Files::new();
    let (data, csv) = (files.path("data"), files.file("people.csv", REGISTRY));
    assert_eq!(run("kycvs", ["import", &csv, "--data", &data]).status, 1, "two rows are bad");
    let sms = "[sms.http]\nurl = 'http://127.0.0.1:1/'\njson = '{\"to\": \"{to}\", \"text\": \"{text}\"}'\n";
    let with = |more: &str| configuration(&format!("{sms}[log]\norigin = \"{ORIGIN}\"\nevery_seconds = 60\n{more}"));
    let config = files.file("kycvs.toml", with(""));
    let key = run("kycvs", ["audit", "key", "--config", &config, "--data", &data]).stdout;
    let (witness, url) = Witness::start(VerifierKey::parse(key.trim()).unwrap());
    files.file("kycvs.toml", with(&format!("[[log.witness]]\nurl = \"{url}\"\nkey = \"{}\"\n", witness.key)));
    let start = || serve(&["--config", &config, "--data", &data]);

    let server = start();
    until("a checkpoint", || checkpoint(&server).is_some());
    let note = checkpoint(&server).unwrap();
    assert!(witness.log.verifies(&note) && witness.key.verifies(&note), "{note}");
    assert_eq!(Checkpoint::parse(note.text()).unwrap().size, witness.size());
    until("the state", || state(&server, "published"));
    assert!(railway(&server).get("/metrics").text.contains(&format!("kycvs_log_entries {}", witness.size())));
    drop(server);

    // A backup is taken. Then an auditor reads, which is an entry, and the tree grows, by a proof that the witness checks.
    let copy = |from: &str, to: &str| assert!(Command::new("cp").args(["-r", from, to]).status().unwrap().success());
    copy(&data, &files.path("backup"));
    let before = witness.size();
    let sample = ["audit", "sample", "--seed", "6 2 5", "--count", "1", "--config", &config, "--data", &data];
    assert_eq!(run("kycvs", sample).status, 0);
    let server = start();
    until("a larger tree", || witness.size() > before);
    until("its checkpoint", || Checkpoint::parse(checkpoint(&server).unwrap().text()).unwrap().size == witness.size());
    drop(server);

    // The backup is put back: without that entry it says something else where the witness has signed.
    std::fs::remove_dir_all(&data).unwrap();
    copy(&files.path("backup"), &data);
    let signed = witness.size();
    let server = start();
    until("the log stops", || state(&server, "halted"));
    assert_eq!(witness.size(), signed, "no second tree");
    assert_eq!(Checkpoint::parse(checkpoint(&server).unwrap().text()).unwrap().size, before, "the last good one stays");
}
