//! Signing keys in hardware, here in SoftHSM2: a server whose device is lost, and the drill that tries it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::support::{
    Files, Gateway, Program, REGISTRY, Ran, ask, configuration, confirm, railway, run, serve, serve_with,
};
use kycvs::token::{KeyRing, TokenVerifier};
use kycvs_test_servers::SoftHsm;
use serde_json::{Value, json};

const PIN: &str = "246810";

/// Two devices, and how to pull the plug of each.
struct Devices {
    hsm: SoftHsm,
    folders: BTreeMap<&'static str, PathBuf>,
    environment: Vec<(String, String)>,
}

impl Devices {
    fn new(files: &Files, labels: &[&'static str]) -> Self {
        let folder = PathBuf::from(files.path("hsm"));
        fs::create_dir_all(&folder).unwrap();
        let hsm = SoftHsm::new(&folder);
        let mut folders = BTreeMap::new();
        for label in labels {
            hsm.init_token(label, PIN);
            let all = fs::read_dir(hsm.tokens()).unwrap().map(|entry| entry.unwrap().path());
            let new =
                all.filter(|path| path.is_dir() && !folders.values().any(|known| known == path)).collect::<Vec<_>>();
            folders.insert(*label, new[0].clone());
        }
        let environment = vec![("SOFTHSM2_CONF".to_owned(), hsm.configuration().display().to_string())];
        Self { hsm, folders, environment }
    }

    /// `[signing]` with these tokens.
    fn settings(labels: &[&str]) -> String {
        let token = |label: &&str| {
            format!(
                "[[signing.pkcs11]]\nmodule = '{}'\ntoken = '{label}'\npin = '{PIN}'\ntime_limit = '30 s'\n",
                SoftHsm::MODULE
            )
        };
        labels.iter().map(token).collect()
    }

    fn away(&self, label: &str) -> PathBuf {
        self.hsm.tokens().with_file_name(format!("away-{label}"))
    }

    fn kill(&self, label: &str) {
        fs::rename(&self.folders[label], self.away(label)).unwrap();
    }

    fn restore(&self, label: &str) {
        fs::rename(self.away(label), &self.folders[label]).unwrap();
    }

    /// The same as commands of a shell.
    fn commands(&self) -> [String; 2] {
        let cases: Vec<_> =
            self.folders.iter().map(|(label, path)| format!("{label}) f={};;", path.display())).collect();
        let find =
            format!("case $KYCVS_TOKEN in {} esac; away={}", cases.join(" "), self.away("$KYCVS_TOKEN").display());
        [format!("{find}; mv $f $away"), format!("{find}; mv $away $f")]
    }

    /// How many keys the tokens hold.
    fn keys(&self, label: &str) -> usize {
        let objects = fs::read_dir(&self.folders[label]).unwrap();
        objects.filter(|object| object.as_ref().unwrap().path().extension().is_some_and(|end| end == "object")).count()
            / 2
    }

    fn run(&self, args: &[&str]) -> Ran {
        kycvs_test_programs::run_with("kycvs", args, &self.environment)
    }
}

fn ring(server: &Program) -> KeyRing {
    KeyRing::from_jwks(&railway(server).get("/.well-known/jwks.json").text).unwrap()
}

/// The tokens of an answer are good by keys of before.
fn answered(server: &Program, gateway: &mut Gateway, known: &KeyRing) {
    let rail = railway(server);
    let asked = ask(&rail, "booking", ("9876543210", "Imran Sheikh"));
    assert_eq!(asked.status, 201, "{}", asked.text);
    let answer = confirm(&rail, &asked, &gateway.code("9876543210"));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let token = answer.json()["token"].as_str().expect("a token").to_owned();
    TokenVerifier::new("https://kycvs.example", known.clone()).verify(&token, "rail", chrono::Utc::now()).unwrap();
}

#[test]
fn a_server_whose_device_is_lost_answers_by_the_key_that_stands_by() {
    let (files, mut gateway) = (Files::new(), Gateway::start());
    let devices = Devices::new(&files, &["one", "two"]);
    let sms =
        format!("[sms.http]\nurl = '{}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n", gateway.url());
    let more = format!("{sms}{}", Devices::settings(&["one", "two"]));
    let config = files.file("kycvs.toml", configuration(&more));
    let (data, csv) = (files.path("data"), files.file("people.csv", REGISTRY));
    assert_eq!(run("kycvs", ["import", &csv, "--data", &data]).status, 1, "two rows are bad");
    let keys = files.path("data-keys");
    for (made, minute) in [(1, "the first"), (2, "the one that stands by")] {
        let staged = devices.run(&["keys", "stage", "--config", &config, "--keys", &keys, "--format", "json"]);
        assert_eq!(staged.status, 0, "{minute}: {}", staged.stderr);
        let published = serde_json::from_str::<Value>(&staged.stdout).unwrap()["published"].as_array().unwrap().len();
        assert!(published >= 1 && published <= made, "{minute}: {}", staged.stdout);
    }
    // The one that stands by was made an hour ago, and the first before it: their notes say so.
    let signing = PathBuf::from(&keys).join("signing");
    while fs::read_dir(&signing).unwrap().count() < 2 {
        std::thread::sleep(Duration::from_secs(1));
        devices.run(&["keys", "stage", "--config", &config, "--keys", &keys]);
    }
    let mut notes: Vec<_> = fs::read_dir(&signing).unwrap().map(|note| note.unwrap().path()).collect();
    notes.sort();
    for (note, minutes) in notes.iter().zip([120, 60]) {
        assert!(note.to_str().unwrap().ends_with(".es256.device"), "{note:?}");
        let made = chrono::Utc::now() - chrono::TimeDelta::minutes(minutes);
        fs::rename(note, signing.join(made.format("%Y%m%dT%H%M%SZ.es256.device").to_string())).unwrap();
    }
    assert_eq!((devices.keys("one"), devices.keys("two")), (1, 1), "they take turns");

    let args = ["--config", &config, "--data", &data, "--log", "json"];
    let server = serve_with(&args, &devices.environment);
    let known = ring(&server);
    assert_eq!(known.iter().count(), 2, "both are published");
    answered(&server, &mut gateway, &known);
    let standby = |server: &Program| {
        let metrics = railway(server).get("/metrics").text;
        let line = metrics.lines().find(|line| line.starts_with("kycvs_signed_by_standby_total{")).unwrap().to_owned();
        line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(standby(&server), 0);
    devices.kill("one");
    answered(&server, &mut gateway, &known);
    assert_eq!(standby(&server), 1);
    drop(server);

    // A server that starts while the device is away publishes its key all the same.
    let server = serve_with(&args, &devices.environment);
    assert_eq!(ring(&server).iter().count(), 2);
    answered(&server, &mut gateway, &known);
    devices.restore("one");
    // A number gets eight messages in ten minutes.
    let signs_again = (0..4).any(|_| {
        let before = standby(&server);
        answered(&server, &mut gateway, &known);
        let signed = standby(&server) == before;
        std::thread::sleep(Duration::from_secs(if signed { 0 } else { 11 }));
        signed
    });
    assert!(signs_again, "the first does not sign again");
}

/// What each step of a drill said.
fn steps(ran: &Ran) -> Vec<(String, bool, String)> {
    let lines = ran.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    lines.map(|step| (text(&step["step"]), step["ok"].as_bool().unwrap(), text(&step["said"]))).collect()
}

fn failed(ran: &Ran) -> Vec<String> {
    steps(ran).into_iter().filter(|(_, ok, _)| !ok).map(|(name, ..)| name).collect()
}

#[test]
fn a_drill_loses_a_device_over_three_turns_and_no_good_token_is_refused() {
    let files = Files::new();
    let devices = Devices::new(&files, &["one", "two"]);
    let keys = files.path("keys");
    let settings =
        format!("[stores]\ndata = '{}'\nkeys = '{keys}'\n{}", files.path("data"), Devices::settings(&["one", "two"]));
    let config = files.file("kycvs.toml", configuration(&settings));
    assert_eq!(devices.run(&["keys", "new", "--config", &config]).status, 0);
    let [kill, restore] = devices.commands();
    let drill =
        |more: &[&str]| devices.run(&[&["keys", "drill", "--config", &config, "--format", "json"], more].concat());
    let ran = drill(&["--kill", &kill, "--restore", &restore]);
    assert_eq!((ran.status, failed(&ran)), (0, vec![]), "{} {}", ran.stdout, ran.stderr);
    let said = steps(&ran);
    assert_eq!(
        said.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(),
        ["hosts", "make", "rotate", "kill", "restore", "destroy"]
    );
    let standbys = |name: &str| {
        let text = &said.iter().find(|(step, ..)| step == name).unwrap().2;
        text.split(", ").nth(1).unwrap().split(' ').next().unwrap().parse::<u32>().unwrap()
    };
    assert_eq!(standbys("rotate"), 0);
    assert!(standbys("kill") > 50, "{said:?}");
    assert_eq!(
        (devices.keys("one"), devices.keys("two")),
        (1, 0),
        "the drill leaves none, and the first key of the server stays"
    );

    let ran = drill(&[]);
    assert_eq!((ran.status, failed(&ran)), (1, vec!["kill".to_owned()]), "without a plug nothing was tried");

    // Each step that is spoilt is named.
    let spoilt = drill(&["--kill", &kill, "--restore", "true"]);
    assert_eq!(
        (spoilt.status, failed(&spoilt)),
        (1, vec!["restore".to_owned(), "destroy".to_owned()]),
        "{}",
        spoilt.stdout
    );
    let away = ["one", "two"].into_iter().find(|label| devices.away(label).exists()).unwrap();
    devices.restore(away);
    let other = Files::new();
    let host = serve(&["--data", &other.path("data"), "--keys", &other.path("keys")]);
    let spoilt = drill(&["--host", host.said("server")]);
    assert_eq!((spoilt.status, failed(&spoilt)), (1, vec!["hosts".to_owned()]), "{}", spoilt.stdout);
    let alone = settings.replace(&Devices::settings(&["two"]), "");
    files.file("kycvs.toml", configuration(&alone));
    let spoilt = drill(&["--kill", &kill, "--restore", &restore]);
    assert_eq!((spoilt.status, &failed(&spoilt)[0][..]), (1, "kill"), "{}", spoilt.stdout);
    assert!(spoilt.stdout.contains("second token"), "{}", spoilt.stdout);
}

#[test]
fn settings_of_hardware_that_cannot_be_are_named() {
    let files = Files::new();
    for (settings, what) in [
        ("[[signing.pkcs11]]\nmodule = '/m.so'\ntoken = 'a@b'\npin = '1'\n", "no @"),
        (
            "[[signing.pkcs11]]\nmodule = '/m.so'\ntoken = 'a'\npin = '1'\n[[signing.pkcs11]]\nmodule = '/n.so'\ntoken = 'a'\npin = '1'\n",
            "two tokens have this label",
        ),
        ("[[signing.pkcs11]]\nmodule = '/m.so'\ntoken = 'a'\npin = '1'\ntime_limit = '31 s'\n", "30 s"),
        ("[[signing.pkcs11]]\nmodule = '/m.so'\ntoken = 'a'\n", "pin"),
        ("[[signing.pkcs11]]\nmodule = '/m.so'\ntoken = 'a'\npin = { file = '/nowhere' }\n", "/nowhere"),
    ] {
        let config = files.file("kycvs.toml", configuration(settings));
        let ran = run("kycvs", ["check-config", &config]);
        assert!(
            ran.status != 0 && (ran.stdout.clone() + &ran.stderr).contains(what),
            "{what}: {}{}",
            ran.stdout,
            ran.stderr
        );
    }
    let settings = "[[signing.pkcs11]]\nmodule = '/nowhere.so'\ntoken = 'a'\npin = '1'\n";
    let config = files.file("kycvs.toml", configuration(settings));
    let keys = files.path("keys");
    assert_eq!(run("kycvs", ["keys", "new", "--keys", &keys]).status, 0);
    let ran = run("kycvs", ["keys", "stage", "--keys", &keys, "--config", &config]);
    assert!(ran.status == 2 && ran.stderr.contains("/nowhere.so"), "{}", ran.stderr);
    assert!(!json!(ran.stderr).to_string().contains("pin"), "{}", ran.stderr);
}
