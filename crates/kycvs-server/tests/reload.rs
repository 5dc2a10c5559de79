//! A server that takes its configuration again while it runs.

use std::time::{Duration, Instant};

use crate::support::{
    Client, Files, Gateway, Program, ask, configuration, railway, serve, serve_logged, sha256, until,
};
use serde_json::json;

#[test]
fn a_hang_up_brings_a_new_entity_and_a_wrong_file_changes_nothing() {
    let (folder, gateway) = (Files::new(), Gateway::start());
    let sms =
        format!("[sms.http]\nurl = '{}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n", gateway.url());
    let config = folder.file("kycvs.toml", configuration(&sms));
    let server = serve(&["--config", &config, "--data", &folder.path("data")]);
    let (rail, air) = (railway(&server), Client::new(server.said("server"), "Bearer a key of the airline"));
    let asked = ask(&rail, "booking", ("9876543210", "Imran Sheikh"));
    assert_eq!(asked.status, 201, "{}", asked.text);
    assert_eq!(ask(&air, "flight", ("9876543211", "Imran Sheikh")).code(), "unauthenticated");

    let entity = format!(
        "[[entity]]\nid = 'air'\nname = 'An airline'\napi_key_sha256 = '{}'\npurposes = [{{ code = 'flight', text = 'to fly' }}]\norigins = ['https://air.example']\n",
        sha256("a key of the airline")
    );
    folder.file("kycvs.toml", configuration(&format!("{entity}{sms}")));
    server.signal("HUP");
    until("the airline may ask", || ask(&air, "flight", ("9876543211", "Imran Sheikh")).status == 201);
    // What was open stays open.
    let path = format!("/v1/status-requests/{}/decline", asked.json()["id"].as_str().unwrap());
    assert_eq!(rail.post(&path, json!({})).status, 200);
    assert!(rail.get("/metrics").text.contains("entity=\"rail\",outcome=\"opened\""), "counts go on");

    // The issuer's URL is taken, too.
    let visit = || air.post("/v1/embed-sessions", json!({ "purpose": "flight", "origin": "https://air.example" })).text;
    assert!(visit().contains("\"url\":\"https://kycvs.example/"), "{}", visit());
    folder.file("kycvs.toml", folder.read("kycvs.toml").replace("https://kycvs.example", "https://moved.example"));
    server.signal("HUP");
    until("the issuer moved", || visit().contains("\"url\":\"https://moved.example/"));

    folder.file("kycvs.toml", "[issuer]\n");
    server.signal("HUP");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(ask(&air, "flight", ("9876543212", "Imran Sheikh")).status, 201, "the old one stays");
}

#[test]
fn without_a_configuration_it_serves_keys_and_verifies_and_nobody_may_ask() {
    let folder = Files::new();
    let (data, keys) = (folder.path("data"), folder.path("keys"));
    let mut server = serve(&["--data", &data, "--keys", &keys]);
    let anyone = Client::new(server.said("server"), "Bearer a key");
    assert_eq!(anyone.get("/readyz").status, 200);
    assert_eq!(anyone.get("/.well-known/jwks.json").json()["keys"].as_array().unwrap().len(), 1);
    assert_eq!(ask(&anyone, "booking", ("9876543210", "Imran Sheikh")).code(), "unauthenticated");
    assert!(std::fs::exists(folder.path("keys/registry.key")).unwrap());
    assert!(!std::fs::exists(folder.path("data/registry.key")).unwrap(), "keys and data are apart");
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn operations_may_have_a_listener_of_their_own() {
    let folder = Files::new();
    let data = folder.path("data");
    let args = ["serve", "--listen", "127.0.0.1:0", "--data", &data, "--admin-listen", "127.0.0.1:0"];
    let server = Program::start("kycvs", &args, "admin");
    let [public, admin] = ["server", "admin"].map(|word| Client::new(server.said(word), ""));
    for path in ["/metrics", "/readyz", "/healthz"] {
        assert_eq!((public.get(path).status, admin.get(path).status), (404, 200), "{path}");
    }
    assert_eq!((public.get("/verify").status, admin.get("/verify").status), (200, 404));
}

#[test]
fn a_reload_of_a_thousand_entities_is_in_force_as_a_whole() {
    let (folder, gateway) = (Files::new(), Gateway::start());
    let sms =
        format!("[sms.http]\nurl = '{}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n", gateway.url());
    let entities = |number: usize| -> String {
        let one = |n| {
            format!(
                "[[entity]]\nid = 'employer-{n}'\nname = 'Employer {n}'\napi_key_sha256 = '{}'\npurposes = [{{ code = 'work', text = 'to work' }}]\n",
                sha256(&format!("the key of employer {n}"))
            )
        };
        (0..number).map(one).collect()
    };
    let config = folder.file("kycvs.toml", configuration(&format!("{}{sms}", entities(10))));
    let server = serve(&["--config", &config, "--data", &folder.path("data")]);
    folder.file("kycvs.toml", configuration(&format!("{}{sms}", entities(1000))));
    let last = Client::new(server.said("server"), "Bearer the key of employer 999");
    let begun = Instant::now();
    server.signal("HUP");
    let asks = || last.post("/v1/results", json!({ "result_code": "none" })).status;
    until("the last of them may ask", || asks() == 404);
    println!("a reload of 1,000 entities took {:?}", begun.elapsed());
}

#[test]
fn a_part_of_the_log_may_have_a_level_of_its_own() {
    let folder = Files::new();
    let data = folder.path("data");
    let ran = crate::support::run("kycvs", ["serve", "--log-level", "warn,kycvs_axum=nonsense", "--data", &data]);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    let server = serve(&["--data", &data, "--log-level", "error,kycvs_axum=info"]);
    assert_eq!(Client::new(server.said("server"), "").get("/healthz").status, 200);
}

#[test]
fn what_a_reload_does_not_take_is_named_without_its_value() {
    let (folder, gateway) = (Files::new(), Gateway::start());
    let log = folder.path("log");
    let sms =
        format!("[sms.http]\nurl = '{}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n", gateway.url());
    let stores = |data: &str| format!("[stores]\ndata = '{}'\nkeys = '{}'\n", folder.path(data), folder.path("keys"));
    let write = |stores: &str, more: &str| {
        folder.file("kycvs.toml", configuration(&format!("{sms}{stores}{more}")));
    };
    write(&stores("data"), "");
    let server = serve_logged(&["--config", &folder.path("kycvs.toml")], &log);
    let reloaded = |count: usize| {
        server.signal("HUP");
        until("reloaded", || folder.read("log").matches("the configuration was reloaded").count() == count);
    };
    // The default, written, and what is taken at once.
    write(&stores("data"), "[limits]\nconnections = 4096\nsession_seconds = 60\n");
    reloaded(1);
    write(&format!("{}copy_to = '{}'\n", stores("other"), folder.path("copy")), "[limits]\nconnections = 4000\n");
    reloaded(2);
    until("named", || folder.read("log").contains("needs a restart"));
    let said = folder.read("log");
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("needs a restart")).collect();
    assert_eq!(lines.len(), 1, "nothing at the first: {said}");
    assert!(lines[0].contains("settings=\"limits.connections, stores.data, stores.copy_to\""), "{said}");
    assert!(!said.contains(&folder.path("other")) && !said.contains("4000"), "{said}");
    // What changed back needs none.
    write(&stores("data"), "");
    reloaded(3);
    reloaded(4); // what the third said is in the log by now
    assert_eq!(folder.read("log").matches("needs a restart").count(), 1);
}
