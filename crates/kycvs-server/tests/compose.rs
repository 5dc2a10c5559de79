//! What `compose.yaml` starts, started here without containers: its commands and its environment, over real servers.

use std::path::{Path, PathBuf};

use crate::support::{Files, Gateway, ask, confirm, railway, railway_key, run_with, serve_with, sha256};
use kycvs_test_servers::{Postgres, Redis};
use serde_json::json;
use yaml_rust2::{Yaml, YamlLoader};

const PASSWORD: &str = "a1b2c3";
const ASHA: (&str, &str) = ("9876543210", "Asha Lakshmi Rao");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/compose")
}

fn file(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

fn services() -> Yaml {
    YamlLoader::load_from_str(&file("compose.yaml")).unwrap().remove(0)
}

/// The texts of a list.
fn texts(list: &Yaml) -> Vec<&str> {
    list.as_vec().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// What is on this machine for the parts of the Compose file: its text and ours.
struct Here(Vec<(String, String)>);

impl Here {
    fn read(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours))
    }

    fn command(&self, service: &Yaml) -> Vec<String> {
        texts(&service["command"]).into_iter().map(|word| self.read(word)).collect()
    }

    fn environment(&self, service: &Yaml) -> Vec<(String, String)> {
        let variables = service["environment"].as_hash().unwrap().iter();
        variables.map(|(name, text)| (name.as_str().unwrap().to_owned(), self.read(text.as_str().unwrap()))).collect()
    }
}

#[test]
fn its_servers_are_one_service() {
    let file_of_services = services();
    let services = &file_of_services["services"];
    let postgres = Postgres::start(&["fsync=off"]);
    let roles = std::fs::read_to_string(folder().join("../roles.sql")).unwrap();
    let roles = roles.replace(":'owner_password'", &format!("'{PASSWORD}'"));
    for statement in roles.replace(":'host_password'", &format!("'{PASSWORD}'")).split_inclusive(";\n") {
        postgres.sql("postgres", statement);
    }
    let options = texts(&services["redis"]["command"]);
    assert_eq!(options[0], "redis-server");
    let options: Vec<_> = options[1..].iter().map(|word| word.replace("${KYCVS_PASSWORD}", PASSWORD)).collect();
    // It keeps nothing beyond the test.
    let options: Vec<_> = options.iter().map(String::as_str).take_while(|word| *word != "--appendonly").collect();
    let redis = Redis::start_with(&options);
    let mut gateway = Gateway::start();

    let mounted = Files::new();
    let replace = |theirs: &str, ours: String| (theirs.to_owned(), ours);
    let here = Here(vec![
        replace("${KYCVS_PASSWORD}", PASSWORD.to_owned()),
        replace("${KYCVS_API_KEY_SHA256:?the SHA-256 of an API key}", sha256(railway_key())),
        replace("@postgres/", format!("@127.0.0.1:{}/", postgres.port())),
        replace("@redis", format!("@127.0.0.1:{}", redis.port())),
        replace("http://sms:8000", gateway.url()),
        replace("0.0.0.0:8080", "127.0.0.1:0".to_owned()),
        replace("/etc/kycvs", mounted.path("")),
        replace("/var/lib/kycvs", mounted.path("kept")),
    ]);
    mounted.file("kycvs.toml", here.read(&file("kycvs.toml")));
    mounted.file("people.csv", file("people.csv"));

    for (name, says) in [("migrate", "Applied "), ("import", "people  3 added")] {
        let ran = run_with("kycvs", here.command(&services[name]), &here.environment(&services[name]));
        assert_eq!((ran.status, ran.stdout.contains(says)), (0, true), "{} {}", ran.stdout, ran.stderr);
    }
    let servers = ["server-1", "server-2"].map(|name| {
        let (command, environment) = (here.command(&services[name]), here.environment(&services[name]));
        assert_eq!(command[0], "serve");
        let flags: Vec<_> = command[1..].iter().map(String::as_str).filter(|word| !word.contains("listen")).collect();
        let flags: Vec<_> = flags.into_iter().filter(|word| *word != "127.0.0.1:0").collect();
        serve_with(&flags, &environment)
    });
    let [one, other] = servers.each_ref().map(railway);
    assert_eq!(one.get("/readyz").status, 200, "the Dockerfile asks for it");
    let asked = ask(&one, "railway-booking", ASHA);
    assert_eq!(asked.status, 201, "{}", asked.text);
    let granted = confirm(&other, &asked, &gateway.code(ASHA.0));
    assert_eq!((granted.status, &granted.json()["status"]), (200, &json!(2)), "{}", granted.text);
    let host = "SET ROLE kycvs_host; DELETE FROM kycvs.entry";
    assert!(std::panic::catch_unwind(|| postgres.sql("kycvs", host)).is_err(), "servers delete nothing of the ledger");
}

#[test]
fn what_it_names_is_there() {
    let file = services();
    let (services, volumes) = (file["services"].as_hash().unwrap(), file["volumes"].as_hash().unwrap());
    for (name, service) in services {
        for volume in service["volumes"].as_vec().into_iter().flatten() {
            let source = volume.as_str().unwrap().split(':').next().unwrap();
            let is_there = volumes.contains_key(&Yaml::String(source.to_owned())) || folder().join(source).is_file();
            assert!(is_there, "{name:?}: {source}");
        }
        for awaited in service["depends_on"].as_hash().into_iter().flat_map(|awaited| awaited.keys()) {
            assert!(services.contains_key(awaited), "{name:?} waits for {awaited:?}");
        }
        if let Some(dockerfile) = service["build"]["dockerfile"].as_str() {
            let context = folder().join(service["build"]["context"].as_str().unwrap());
            assert!(context.join("Cargo.toml").is_file() && context.join(dockerfile).is_file(), "{dockerfile}");
        }
    }
}
