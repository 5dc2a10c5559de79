//! Backup and restore, by the lines of the documentation, while people are answered.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Bookings, Client, Files, Gateway, ask, configuration, confirm, railway, run, serve};
use kycvs_test_servers::{Postgres, Process, unprivileged};
use serde_json::json;

const PEOPLE: u64 = 3_000;
/// How many people are asked at a time.
const AT_ONCE: usize = 4;

/// The blocks of a section of the page that operators go by, in their order.
fn blocks(section: &str) -> Vec<&'static str> {
    let page = include_str!("../../../docs/operate.md");
    let (_, section) = page.split_once(&format!("\n### {section}\n")).expect("the section");
    let section = section.split("\n#").next().expect("the section");
    section.split("```sh\n").skip(1).map(|block| block.split("```").next().expect("a block")).collect()
}

/// Consents that a server acknowledged.
#[derive(Default)]
struct Acknowledged {
    consents: Mutex<Vec<String>>,
    is_over: AtomicBool,
}

impl Acknowledged {
    /// Asks people until it is over, or the server fails.
    fn gather(&self, bookings: &Bookings, client: &Client) {
        while !self.is_over.load(Ordering::SeqCst) {
            match bookings.book(client) {
                Ok(booked) => self.consents.lock().unwrap().push(booked.consent),
                Err(refused) => {
                    assert_eq!(
                        (refused.status, refused.code().as_str()),
                        (503, "store-unavailable"),
                        "{}",
                        refused.text
                    );
                    return;
                }
            }
        }
    }

    /// Waits until there are so many more than there are now.
    fn wait_for(&self, more: usize) {
        let (wanted, give_up) = (self.list().len() + more, Instant::now() + Duration::from_secs(60));
        while self.list().len() < wanted {
            assert!(Instant::now() < give_up, "people are answered while a copy is made");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn list(&self) -> Vec<String> {
        self.consents.lock().unwrap().clone()
    }
}

/// Asks a server about each consent in the way that a counter does: whom nobody knows nobody can withdraw.
fn assert_all_there(client: &Client, consents: &[String]) {
    for consent in consents {
        let withdrawn = client.post(&format!("/v1/consents/{consent}/withdrawal"), json!({}));
        assert_eq!(withdrawn.status, 204, "an acknowledged consent is lost: {}", withdrawn.text);
    }
    let unknown = client.post("/v1/consents/AAAAAAAAAAAAAAAAAAAAAA/withdrawal", json!({}));
    assert_eq!(unknown.status, 404);
}

#[test]
fn every_acknowledged_consent_is_in_a_postgresql_that_was_restored() {
    let mut postgres = Postgres::start(&[]);
    let (folder, place, bookings) = (Files::new(), Files::new(), Bookings::start());
    let config = |postgres: &Postgres| {
        let stores = format!(
            "[stores]\nkeys = '{}'\npostgres = '{}?sslmode=disable'\n",
            folder.path("keys"),
            postgres.url("postgres")
        );
        folder.file("kycvs.toml", configuration(&(bookings.settings() + &stores)))
    };
    let first = config(&postgres);
    assert_eq!(run("kycvs", ["migrate", "--config", &first]).status, 0);
    let registry = folder.file("registry.csv", Bookings::registry(PEOPLE));
    assert_eq!(run("kycvs", ["import", &registry, "--config", &first]).status, 0);
    let server = serve(&["--config", &first]);
    let client = railway(&server);
    let [back_up, restore] = blocks("PostgreSQL")[..] else { panic!("two blocks") };

    let acknowledged = Acknowledged::default();
    std::thread::scope(|scope| {
        let people = [(); AT_ONCE].map(|()| scope.spawn(|| acknowledged.gather(&bookings, &client)));
        acknowledged.wait_for(10);
        // As `postgres` runs them, who may be root nowhere; with the server it receives until it ends.
        let port = postgres.port();
        let lines = below(&place, back_up).replace("--synchronous", "--synchronous --no-loop");
        let script = format!(
            "set -euo pipefail\nexport PGHOST=127.0.0.1 PGPORT={port} PGUSER=postgres\n{lines}\n\
             touch backed-up\nwait || true\ntouch received\nexec sleep 600"
        );
        let mut receiver = Process::start("bash", "bash", ["-c", &script], place.path("").as_ref(), true);
        receiver.wait_until("backed up", || Path::new(&place.path("backed-up")).exists());
        acknowledged.wait_for(50);
        postgres.kill();
        receiver.wait_until("received", || Path::new(&place.path("received")).exists());
        for person in people {
            person.join().unwrap();
        }
    });
    drop(server);
    let consents = acknowledged.list();

    // Its disk is gone, and this is another server.
    let restored = Postgres::over(&[], |data| {
        let lines = below(&place, restore).replace("/var/lib/postgresql/kycvs", data.to_str().unwrap());
        let ran = Command::new("bash").args(["-c", &format!("set -euo pipefail\n{lines}")]).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        unprivileged(place.path("").as_ref());
    });
    let give_up = Instant::now() + Duration::from_secs(60);
    while restored.sql("postgres", "SELECT pg_is_in_recovery()") != "f" {
        assert!(Instant::now() < give_up, "{}", restored.log());
        std::thread::sleep(Duration::from_millis(50));
    }
    let server = serve(&["--config", &config(&restored)]);
    assert_all_there(&railway(&server), &consents);
    println!("{} acknowledged consents, all there", consents.len());
}

#[test]
fn without_the_receiver_of_the_log_a_confirm_is_answered_503_and_counts_once_when_it_is_back() {
    let (postgres, folder, place, mut gateway) = (Postgres::start(&[]), Files::new(), Files::new(), Gateway::start());
    let stores = format!(
        "[sms.http]\nurl = '{}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n\
         [stores]\nkeys = '{}'\npostgres = '{}?sslmode=disable'\n",
        gateway.url(),
        folder.path("keys"),
        postgres.url("postgres")
    );
    let config = folder.file("kycvs.toml", configuration(&stores));
    assert_eq!(run("kycvs", ["migrate", "--config", &config]).status, 0);
    let registry = folder.file("registry.csv", Bookings::registry(2));
    assert_eq!(run("kycvs", ["import", &registry, "--config", &config]).status, 0);
    let server = serve(&["--config", &config]);
    let client = railway(&server);

    // The lines of the page, of which one goes on until it is ended.
    let block = below(&place, blocks("PostgreSQL")[0]);
    let (receives, rest): (Vec<&str>, _) = block.lines().partition(|line| line.contains("--synchronous"));
    let rest: Vec<&str> = rest.into_iter().filter(|line| !line.starts_with("pg_basebackup")).collect();
    let as_postgres = format!("export PGHOST=127.0.0.1 PGPORT={} PGUSER=postgres", postgres.port());
    let script = format!("set -euo pipefail\n{as_postgres}\n{}\nexec sleep 600", rest.join("\n"));
    let mut prepared = Process::start("bash", "bash", ["-c", &script], place.path("").as_ref(), true);
    let is_synchronous = || postgres.sql("postgres", "SHOW synchronous_standby_names") == "kycvs_wal";
    prepared.wait_until("prepared", is_synchronous);
    let receive = format!("{as_postgres}\nexec {}", receives[0].trim_end_matches('&'));
    let start = || Process::start("bash", "bash", ["-c", &receive], place.path("").as_ref(), true);
    let has_receiver = || postgres.sql("postgres", "SELECT sync_state FROM pg_stat_replication") == "sync";

    let mut receiver = start();
    receiver.wait_until("received", has_receiver);
    let entries = || -> u64 { postgres.sql("postgres", "SELECT count(*) FROM kycvs.entry").parse().unwrap() };
    let [mobile, other] = ["9000000000", "9000010007"];
    let asked = ask(&client, "booking", (mobile, "Imran Sheikh"));
    assert_eq!(asked.status, 201, "{}", asked.text);
    let (code, before) = (gateway.code(mobile), entries());
    receiver.kill();
    prepared.wait_until("gone", || !has_receiver());
    let waited = Instant::now();
    let refused = confirm(&client, &asked, &code);
    assert_eq!((refused.status, refused.code().as_str()), (503, "store-unavailable"), "{}", refused.text);
    assert!(waited.elapsed() < Duration::from_secs(60), "{:?}", waited.elapsed());

    let mut receiver = start();
    receiver.wait_until("received again", has_receiver);
    let granted = confirm(&client, &asked, &code);
    assert_eq!(granted.status, 200, "{}", granted.text);
    let after = entries();
    let next = ask(&client, "booking", (other, "Imran Sheikh"));
    assert_eq!(confirm(&client, &next, &gateway.code(other)).status, 200);
    assert_eq!(after - before, entries() - after, "the consent is there once");
    assert_all_there(&client, &[granted.json()["consent_id"].as_str().unwrap().to_owned()]);
}

/// Lines that write below the folder of a test.
fn below(place: &Files, lines: &str) -> String {
    lines.replace("/var/backups/", &place.path("var/backups/"))
}

#[test]
fn every_consent_acknowledged_before_it_is_in_a_copy_of_an_embedded_store() {
    let (folder, bookings) = (Files::new(), Bookings::start());
    std::fs::create_dir_all(folder.path("var/backups/kycvs")).unwrap();
    let stores = format!(
        "[stores]\ndata = '{}'\nkeys = '{}'\n{}\n",
        folder.path("data"),
        folder.path("keys"),
        below(&folder, "copy_to = '/var/backups/kycvs/kycvs.redb'")
    );
    let config = folder.file("kycvs.toml", configuration(&(bookings.settings() + &stores)));
    let registry = folder.file("registry.csv", Bookings::registry(PEOPLE));
    assert_eq!(run("kycvs", ["import", &registry, "--config", &config]).status, 0);
    let mut server = serve(&["--config", &config]);
    let client = railway(&server);
    let [copy, restore] = blocks("An embedded store")[..] else { panic!("two blocks") };

    let acknowledged = Acknowledged::default();
    let mut before = Vec::new();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| acknowledged.gather(&bookings, &client));
        }
        // The second copy takes the first one's place.
        for _ in 0..2 {
            acknowledged.wait_for(20);
            before = acknowledged.list();
            shell(&format!("server={}\n{}", server.id(), below(&folder, copy)));
        }
        acknowledged.wait_for(1);
        acknowledged.is_over.store(true, Ordering::SeqCst);
    });
    assert_eq!(server.terminate(), Some(0));

    let restored = folder.path("restored");
    shell(&below(&folder, restore).replace("/var/lib/kycvs", &restored));
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &Path::new(&restored).join("kycvs.redb").metadata().unwrap().permissions(),
    );
    assert_eq!(mode & 0o077, 0, "consents are not sealed: the copy is its owner's alone");
    let server = serve(&["--config", &config, "--data", &restored]);
    assert_all_there(&railway(&server), &before);
    println!("{} acknowledged consents, all there", before.len());
}

fn shell(lines: &str) {
    let script = format!("set -euo pipefail\n{lines}");
    let ran = Command::new("timeout").args(["60", "bash", "-c", &script]).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}
