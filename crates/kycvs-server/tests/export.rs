//! `kycvs export` writes cards for a person at the counter, and other commands of ours read them.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Files, REGISTRY, Ran, configuration, run};
use kycvs::token::{Algorithm, KeyRing, Signer as _, SigningKey};
use rcgen::{CertificateParams, DnType, KeyPair};
use serde_json::{Value, json};

/// Whom the registry has, by the source's number and as she writes her name; there it is "Rao, Asha Lakshmi".
const ASHA: (&str, &str) = ("1", "Asha Lakshmi Rao");

/// A registry with the cards that it gives, and a gate's trust list of their keys.
struct Counter {
    files: Files,
    trust: String,
}

impl Counter {
    fn new() -> Self {
        let files = Files::new();
        let key = KeyPair::generate().unwrap();
        let mut about = CertificateParams::new(Vec::new()).unwrap();
        about.distinguished_name.push(DnType::CountryName, "IN");
        let certificate = files.file("cards.pem", about.self_signed(&key).unwrap().pem());
        fs::create_dir(files.path("keys")).unwrap();
        let secret = files.file("keys/cards.key", key.serialize_der());
        fs::set_permissions(secret, Permissions::from_mode(0o600)).unwrap();
        let stores = format!("[stores]\ndata = '{}'\nkeys = '{}'\n", files.path("data"), files.path("keys"));
        let gateway = "[sms.http]\nurl = 'http://127.0.0.1:9'\njson = '{\"to\": \"{to}\", \"text\": \"{text}\"}'\n";
        files.file("none.toml", configuration(&format!("{gateway}{stores}")));
        let cards = format!("{gateway}{stores}[cards]\ncertificate = '{certificate}'\n");
        let config = files.file("kycvs.toml", configuration(&cards));
        let registry = files.file("registry.csv", REGISTRY);
        let imported = run("kycvs", ["import", &registry, "--config", &config]);
        assert_eq!(imported.status, 1, "two rows are bad: {}", imported.stderr);

        let key = SigningKey::from_pkcs8(Algorithm::Es256, &key.serialize_der()).unwrap();
        let jwks = files.file("jwks.json", KeyRing::from(key.public_key().clone()).to_jwks());
        let (trust, own) = (files.path("trust.kycvs"), format!("https://kycvs.example/cards={jwks}"));
        let gate = files.path("gate");
        let made = ["trust", "import", "--out", &trust, "--keys", &gate, "--certificate", &certificate];
        let made = run("kycvs", [&made[..], &["--issuer-keys", &own]].concat());
        assert_eq!(made.status, 0, "{}", made.stderr);
        Self { files, trust }
    }

    fn export(&self, config: &str, (person, name): (&str, &str), card: &str) -> Ran {
        let config = self.files.path(config);
        let whose = ["--mobile", "9876543210", "--person", person, "--name", name];
        run("kycvs", [&["export"], &whose[..], &["--card", card, "--config", &config]].concat())
    }

    fn verify(&self, file: &str) -> Value {
        let policy = ["--policy", "in-kyc-vs", "--show-person"];
        let judged = run("kycvs", [&["verify", "--trust", &self.trust, file], &policy[..]].concat());
        serde_json::from_str(&judged.stdout).unwrap_or_else(|_| panic!("{}{}", judged.stdout, judged.stderr))
    }
}

#[test]
fn a_card_from_the_counter_is_read_at_a_gate() {
    let counter = Counter::new();
    let written = |card| {
        let written = counter.export("kycvs.toml", ASHA, card);
        assert_eq!(written.status, 0, "{card}: {}", written.stderr);
        counter.files.file(card, &written.stdout)
    };
    let health_card = counter.verify(&written("smart-health-card"));
    let certificate = counter.verify(&written("eu-dcc"));
    for (line, format, issuer) in
        [(&health_card, "smart-health-card", "https://kycvs.example/cards"), (&certificate, "eu-dcc", "IN")]
    {
        assert_eq!((&line["verdict"], &line["format"]), (&json!("verified"), &json!(format)), "{line}");
        assert_eq!((&line["issuer"], &line["status"]), (&json!(issuer), &json!(2)), "{line}");
        assert_eq!(line["names"][0], "Asha Lakshmi Rao", "{line}");
    }
    let days = |line: &Value| line["doses"].as_array().unwrap().iter().map(|dose| dose["given_on"].clone()).collect();
    let (all, last): (Vec<Value>, Vec<Value>) = (days(&health_card), days(&certificate));
    assert_eq!((json!(all), json!(last)), (json!(["2021-04-03", "2021-07-01"]), json!(["2021-07-01"])));
    let place = (&certificate["doses"][0]["dose_number"], &certificate["doses"][0]["series_doses"]);
    assert_eq!(place, (&json!(2), &json!(2)), "{certificate}");
}

#[test]
fn a_fhir_record_from_the_counter_is_imported_elsewhere_and_no_gate_takes_it() {
    let counter = Counter::new();
    let written = counter.export("kycvs.toml", ASHA, "fhir");
    assert_eq!(written.status, 0, "{}", written.stderr);
    let record = counter.files.file("record.json", &written.stdout);
    let line = counter.verify(&record);
    assert_eq!((&line["verdict"], &line["reason"]), (&json!("refused"), &json!("unsupported")));
    let imported =
        run("kycvs", ["import", &record, "--from", "fhir", "--data", &counter.files.path("elsewhere"), "--dry-run"]);
    assert!(imported.stdout.contains("people  1 added"), "{}{}", imported.stdout, imported.stderr);
    assert!(imported.stdout.contains("doses   2 added"), "{}{}", imported.stdout, imported.stderr);
}

#[test]
fn there_is_no_card_of_nobody_of_no_dose_and_without_a_key() {
    let counter = Counter::new();
    let nobody = counter.export("kycvs.toml", ("99", ASHA.1), "fhir");
    assert_eq!((nobody.status, nobody.stdout.as_str()), (1, ""), "{}", nobody.stderr);
    let anothers = counter.export("kycvs.toml", ("1", "Imran Sheikh"), "fhir");
    assert_eq!((anothers.status, anothers.stdout.as_str()), (1, ""), "{}", anothers.stderr);
    let no_dose = counter.export("kycvs.toml", ("2", "Imran Sheikh"), "smart-health-card");
    assert_eq!((no_dose.status, no_dose.stdout.as_str()), (1, ""), "{}", no_dose.stderr);
    let no_cards = counter.export("none.toml", ASHA, "fhir");
    assert_eq!((no_cards.status, no_cards.stdout.as_str()), (2, ""), "{}", no_cards.stderr);
    assert!(no_cards.stderr.contains("[cards]"), "{}", no_cards.stderr);
    let bare = counter.files.read("none.toml") + "[cards]\n";
    counter.files.file("bare.toml", bare);
    let no_certificate = counter.export("bare.toml", ASHA, "eu-dcc");
    assert_eq!((no_certificate.status, no_certificate.stdout.as_str()), (2, ""), "{}", no_certificate.stderr);
    assert!(no_certificate.stderr.contains("no `certificate`"), "{}", no_certificate.stderr);
    assert_eq!(counter.export("bare.toml", ASHA, "fhir").status, 0);
}
