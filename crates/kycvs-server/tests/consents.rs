//! What an operator does with a consent and with status lists, over real stores.

use crate::support::{Files, Gateway, REGISTRY, ask, configuration, confirm, railway, run, serve, sha256};
use kycvs_test_servers::Postgres;
use serde_json::{Value, json};

const IMRAN: (&str, &str) = ("9876543210", "Imran Sheikh");

/// A configuration over a folder, or over a PostgreSQL.
fn config(folder: &Files, gateway: &Gateway, stores: &str) -> String {
    let more = format!(
        "[sms.http]\nurl = '{}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n[stores]\nkeys = '{}'\n{stores}\n",
        gateway.url(),
        folder.path("keys")
    );
    folder.file("kycvs.toml", configuration(&more))
}

fn operates(stores: &str, is_shared: bool) {
    let (folder, mut gateway) = (Files::new(), Gateway::start());
    let stores = stores.replace("DATA", &folder.path("data"));
    let config = config(&folder, &gateway, &stores);
    if is_shared {
        assert_eq!(run("kycvs", ["migrate", "--config", &config]).status, 0);
    }
    let registry = folder.file("registry.csv", REGISTRY);
    assert_eq!(run("kycvs", ["import", &registry, "--config", &config]).status, 1);
    let mut server = serve(&["--config", &config]);
    let client = railway(&server);
    let asked = ask(&client, "booking", IMRAN);
    let granted = confirm(&client, &asked, &gateway.code(IMRAN.0)).json();
    // Wrong codes until the number is locked here.
    while ask(&client, "booking", IMRAN).status == 201 {}
    let lists = client.get("/s/all").text;
    assert_eq!(server.terminate(), Some(0));

    let consent = granted["consent_id"].as_str().unwrap();
    let command = |words: &[&str]| run("kycvs", [words, &["--config", &config]].concat());
    let shown = command(&["consent", "show", consent]);
    let shown: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!((&shown["entity"], &shown["state"]), (&json!("rail"), &json!("active")), "{shown}");
    let exported = command(&["consent", "export", consent]).stdout;
    let token = granted["token"].as_str().unwrap();
    let claims = token.split('.').nth(1).unwrap();
    let claims: Value =
        serde_json::from_slice(&base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, claims).unwrap())
            .unwrap();
    assert_eq!(claims["consent"]["hash"], json!(sha256(&exported)), "what is exported is what the token's hash covers");

    let told = |ran: crate::support::Ran| {
        serde_json::from_str::<Value>(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr))
    };
    let unlocked = told(command(&["unlock", IMRAN.0, "--format", "json"]));
    assert_eq!(unlocked, json!({ "unlocked": true, "ends_in": "3210" }));
    let withdrawn = told(command(&["consent", "withdraw", consent, "--format", "json"]));
    assert_eq!(withdrawn, json!({ "consent": consent, "state": "withdrawn" }));
    let shown: Value = serde_json::from_str(&command(&["consent", "show", consent]).stdout).unwrap();
    assert_eq!(shown["state"], json!("withdrawn"), "{shown}");
    for unknown in ["AAAAAAAAAAAAAAAAAAAAAA", "-AAAAAAAAAAAAAAAAAAAAA", "-hAAAAAAAAAAAAAAAAAAAA"] {
        let shown = command(&["consent", "show", unknown]);
        assert_eq!(shown.status, 1, "one id in 64 begins like an option: {}", shown.stderr);
    }
    let state = command(&["person", "show-state", "--mobile", IMRAN.0, "--id", "2", "--format", "json"]);
    assert_eq!(state.status, 0, "{}", state.stderr);

    std::fs::create_dir(folder.path("lists")).unwrap();
    let none = command(&["publish", "--recover", &folder.path("lists")]);
    assert_eq!((none.status, none.stderr.contains("there is no list in")), (2, true), "{}", none.stderr);
    folder.file("lists/all", &lists);
    let torn = folder.file("lists/torn", "half a list");
    let refused = command(&["publish", "--recover", &folder.path("lists")]);
    assert_eq!(
        (refused.status, refused.stderr.contains("lists/torn holds what is no list")),
        (2, true),
        "{}",
        refused.stderr
    );
    std::fs::remove_file(torn).unwrap();
    let recovered = command(&["publish", "--recover", &folder.path("lists"), "--format", "json"]);
    let told: Value = serde_json::from_str(&recovered.stdout).unwrap_or_else(|_| panic!("{}", recovered.stderr));
    assert!(told["recovered"]["lists"].as_u64().unwrap() > 0, "{told}");
    assert!(told["recovered"]["first_shard"].as_u64().unwrap() > 0, "no position is given twice: {told}");
    let mut server = serve(&["--config", &config]);
    assert_eq!(ask(&railway(&server), "booking", IMRAN).status, 201, "the number is free");
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn an_operator_looks_after_a_consent_in_an_embedded_store() {
    operates("data = 'DATA'", false);
}

#[test]
fn an_operator_looks_after_a_consent_in_postgresql() {
    let postgres = Postgres::start(&["fsync=off"]);
    operates(&format!("postgres = '{}?sslmode=disable'", postgres.url(&postgres.database(None))), true);
}
