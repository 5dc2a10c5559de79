//! What `compose.yaml` starts, started here without containers: its commands and its environment, over real servers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::path::{Path, PathBuf};

use kycvs_test_servers::{Postgres, Redis};
use serde_json::json;
use support::gateway::Gateway;
use support::portal::{Client, Portal, ask, confirm};
use support::{Folder, run_with};
use yaml_rust2::{Yaml, YamlLoader};

const PASSWORD: &str = "a1b2c3";
const ASHA: (&str, &str) = ("9876543210", "Asha Lakshmi Rao");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("portal/compose")
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

/// What stands on this machine for the parts of the Compose file: its text and ours.
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
fn its_portals_are_one_service() {
    let file_of_services = services();
    let services = &file_of_services["services"];
    let postgres = Postgres::start(&["fsync=off"]);
    postgres.sql("postgres", &format!("CREATE ROLE kycvs LOGIN PASSWORD '{PASSWORD}'"));
    postgres.sql("postgres", "CREATE DATABASE kycvs OWNER kycvs");
    let options = texts(&services["redis"]["command"]);
    assert_eq!(options[0], "redis-server");
    let options: Vec<_> = options[1..].iter().map(|word| word.replace("${KYCVS_PASSWORD}", PASSWORD)).collect();
    // It keeps nothing beyond the test.
    let options: Vec<_> = options.iter().map(String::as_str).take_while(|word| *word != "--appendonly").collect();
    let redis = Redis::start_with(&options);
    let mut gateway = Gateway::start();

    let mounted = Folder::new();
    let replace = |theirs: &str, ours: String| (theirs.to_owned(), ours);
    let here = Here(vec![
        replace("${KYCVS_PASSWORD}", PASSWORD.to_owned()),
        replace("@postgres/", format!("@127.0.0.1:{}/", postgres.port())),
        replace("@redis", format!("@127.0.0.1:{}", redis.port())),
        replace("http://sms:8000", gateway.url()),
        replace("0.0.0.0:8080", "127.0.0.1:0".to_owned()),
        replace("/etc/kycvs", mounted.path("")),
        replace("/var/lib/kycvs", mounted.path("kept")),
    ]);
    mounted.file("portal.toml", here.read(&file("portal.toml")));
    mounted.file("people.csv", file("people.csv"));

    let ran = run_with("portal", here.command(&services["migrate"]), &here.environment(&services["migrate"]));
    assert_eq!((ran.status, ran.stdout.contains("3 people")), (0, true), "{} {}", ran.stdout, ran.stderr);
    let portals = ["portal-1", "portal-2"].map(|name| {
        let (command, environment) = (here.command(&services[name]), here.environment(&services[name]));
        Portal::start_with(&command.iter().map(String::as_str).collect::<Vec<_>>(), &environment, "portal")
    });
    let [one, other] = portals.each_ref().map(|portal| Client::new(portal.said("portal"), "Bearer a-key-to-replace"));
    assert_eq!(one.get("/readyz").status, 200, "the Dockerfile asks for it");
    let asked = ask(&one, "railway-booking", ASHA);
    assert_eq!(asked.status, 201, "{}", asked.text);
    let granted = confirm(&other, &asked, &gateway.code(ASHA.0));
    assert_eq!((granted.status, &granted.json()["status"]), (200, &json!(2)), "{}", granted.text);
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
