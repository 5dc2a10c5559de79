//! An auditor and an operator: `kycvs audit` over a store in which a service kept a log.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use crate::support::{Files, REGISTRY, configuration, run};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use kycvs::consent::{CodeProof, Identifier, Language};
use kycvs::domain::{Mobile, PersonName};
use kycvs::registry::{RegistryKey, SealedRegistry};
use kycvs::token::{Algorithm, SigningKey, StatusList, StatusListClaims, StatusListToken, TokenIssuer};
use kycvs::transparency::VerifierKey;
use kycvs::{
    Clock, CollectingSender, LogState, ManualClock, Person, PublicLog, ServiceKey, StatusRequest, StatusService,
    SystemClock,
};
use kycvs_axum::Config;
use kycvs_redb::RedbStore;

const ORIGIN: &str = "kycvs.example/log";
const SMS: &str = "[sms.http]\nurl = \"http://127.0.0.1:1/{mobile}\"\n";

fn rail() -> Identifier {
    Identifier::parse("rail").unwrap()
}

struct Hour {
    /// Of the consents.
    ids: Vec<String>,
    /// The hash of the first, as its token has it.
    hash: String,
    /// Every status list that was published, one on a line.
    lists: String,
    /// The log as it is served: each path with its file.
    served: Vec<(String, Vec<u8>)>,
}

/// What a server does in an hour: two answers.
async fn an_hour(data: &Path, keys: &Path) -> Hour {
    let store = Arc::new(RedbStore::open(data.join("kycvs.redb")).unwrap());
    let secret = |name: &str| fs::read(keys.join(name)).unwrap();
    let registry_key = RegistryKey::from_bytes(secret("registry.key").try_into().unwrap());
    let registry = SealedRegistry::open(&registry_key, store.clone()).await.unwrap();
    let log_key = SigningKey::from_pkcs8(Algorithm::EdDsa, &secret("log.key")).unwrap();
    let (sms, clock) = (Arc::new(CollectingSender::default()), Arc::new(ManualClock::at(SystemClock.now())));
    let short = configuration("").replace("grievance@", "g@").replace("to book a railway ticket", "to travel");
    let config = Config::from_toml(&short).unwrap();
    let token_key = Arc::new(SigningKey::generate(Algorithm::Es256).unwrap());
    let builder = StatusService::builder()
        .registry(Arc::new(registry))
        .store(store)
        .issuer(TokenIssuer::new("https://kycvs.example", token_key).unwrap())
        .key(ServiceKey::from_bytes(secret("service.key").try_into().unwrap()))
        .log(PublicLog::new(ORIGIN, Arc::new(log_key)).unwrap());
    let service = config.apply_to(builder).unwrap().sender(sms.clone()).clock(clock.clone()).build().unwrap();

    let (mut ids, mut hash) = (Vec::new(), String::new());
    for _ in 0..2 {
        let mobile = Mobile::parse("9876543210").unwrap();
        let asked = StatusRequest {
            entity: rail(),
            people: vec![Person::new(mobile, PersonName::parse("Asha Lakshmi Rao").unwrap())],
            purpose: Identifier::parse("booking").unwrap(),
            policy: None,
            on: None,
            reference: None,
            language: Language::English,
            shows_notice: true,
        };
        let open = service.request(asked).await.unwrap();
        let code = sms.last_code(&mobile).unwrap().secret().to_owned();
        let proof = CodeProof::from_typed(&code).unwrap();
        let granted = service.confirm(&rail(), &open.id, &open.confirmation(proof)).await.unwrap().only().unwrap();
        ids.push(granted.consent_id.to_string());
        let claims = granted.token.as_str().split('.').nth(1).unwrap();
        let claims: serde_json::Value =
            serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        hash = claims["consent"]["hash"].as_str().unwrap().to_owned();
    }
    ids.reverse(); // the hash is the first one's
    let mut lists = String::new();
    for size in [256, 512, 768] {
        assert_eq!(service.keep().await.unwrap().log, LogState::Published(size));
        for (name, _) in service.status_lists().await.unwrap() {
            lists += &format!("{}\n", service.status_list(name).await.unwrap().unwrap().as_str());
        }
        clock.advance(TimeDelta::hours(1));
    }
    let mut paths = vec!["checkpoint".to_owned(), "tile/1/000.p/3".to_owned()];
    paths.extend((0..3).flat_map(|index| [format!("tile/0/00{index}"), format!("tile/entries/00{index}")]));
    let mut served = Vec::new();
    for path in paths {
        let file = service.log_file(&path).await.unwrap().expect("a file of the log");
        served.push((path, file));
    }
    Hour { ids, hash, lists, served }
}

#[test]
fn an_auditor_checks_a_sample_and_a_proof_with_nothing_but_the_key() {
    let files = Files::new();
    let (data, csv) = (files.path("data"), files.file("people.csv", REGISTRY));
    assert_eq!(run("kycvs", ["import", &csv, "--data", &data]).status, 1, "two rows are bad");
    let config = files.file("kycvs.toml", configuration(&format!("{SMS}[log]\norigin = \"{ORIGIN}\"\n")));
    let place = ["--config", &config, "--data", &data];
    let audit = |args: &[&str]| run("kycvs", [&["audit"], args].concat());
    let at_place = |args: &[&str]| audit(&[args, &place].concat());

    let key = at_place(&["key"]);
    assert_eq!(key.status, 0, "{}", key.stderr);
    let key = key.stdout.trim();
    assert!(key.starts_with("kycvs.example/log+"), "{key}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let Hour { ids, hash, lists, served } =
        runtime.block_on(an_hour(Path::new(&data), Path::new(&files.path("data-keys"))));

    the_whole_tree_is_checked(&files, key, &served);

    // A sample: as the seed picks it, and no other.
    let sample = at_place(&["sample", "--seed", "6 2 5 1", "--count", "700"]);
    assert_eq!(sample.status, 0, "{}", sample.stderr);
    // Four letters of a name turn up in so much base64 by chance.
    assert!(!sample.stdout.contains("9876543210") && !sample.stdout.to_lowercase().contains("lakshmi"));
    let file = files.file("sample.json", &sample.stdout);
    let check = |file: &str, seed: &str| audit(&["check", "--key", key, "--sample", file, "--seed", seed]);
    let checked = check(&file, "6 2 5 1");
    assert_eq!(checked.status, 0, "{}", checked.stderr);
    assert!(
        checked.stdout.contains("700 leaves of entries 0 to 768") && checked.stdout.contains("0 erased"),
        "{}",
        checked.stdout
    );
    assert_eq!(check(&file, "6 2 5 2").status, 1);
    let spoilt = files.file("spoilt.json", sample.stdout.replacen("\"secret\": \"", "\"secret\": \"AAAA", 1));
    assert_ne!(check(&spoilt, "6 2 5 1").status, 0);

    // A proof: of this consent and no other, by this log and no other.
    let proof = at_place(&["prove", &ids[0]]);
    assert_eq!(proof.status, 0, "{}", proof.stderr);
    let file = files.file("proof.txt", &proof.stdout);
    let check = |key: &str, hash: &str| audit(&["check", "--key", key, "--proof", &file, "--hash", hash]).status;
    assert_eq!(check(key, &hash), 0);
    assert_eq!(check(key, &"0f".repeat(32)), 1, "another consent");
    for no_hash in [&hash[2..], &format!("{hash}00"), &hash[..63], "x"] {
        assert_eq!(check(key, no_hash), 2, "{no_hash} is no hash");
    }
    assert_eq!(check("kycvs.example/log+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", &hash), 2, "no key");
    assert_eq!(at_place(&["prove", &ids[0], "--number", "1"]).status, 1, "nothing happened to it");
    assert_eq!(at_place(&["prove", "bm90IGEgcmVhbCBpZCEhIQ"]).status, 1);

    // The lists that somebody kept: each has its leaf, which anyone opens, and no bit fell.
    let kept = files.file("kept", &lists);
    let checked = at_place(&["lists", &kept]);
    assert_eq!(checked.status, 0, "{}", checked.stderr);
    let count = lists.lines().count();
    assert!(checked.stdout.contains(&format!("{count} lists: 0 wait")), "{}", checked.stdout);
    let one = files.file("one", lists.lines().next().unwrap());
    let proof = files.file("list.txt", at_place(&["prove", "--list", &one]).stdout);
    let check = |list: &str| audit(&["check", "--key", key, "--proof", &proof, "--list", list]).status;
    assert_eq!((check(&one), check(&files.file("last", lists.lines().last().unwrap()))), (0, 1));
    let foreign = files.file("foreign", foreign_list(&lists));
    let checked = at_place(&["lists", &kept, &foreign]);
    assert_eq!(checked.status, 1, "{}", checked.stdout);
    assert!(checked.stderr.contains("bits fell") && checked.stderr.contains("is not in the log"), "{}", checked.stderr);

    // An artefact ends without a line break, and is a failure all the same where nothing takes it.
    let exported = run("kycvs", [&["consent", "export", &ids[1]], &place[..]].concat());
    assert!(exported.status == 0 && exported.stdout.len() < 1024, "it fits in what is held: {}", exported.stdout.len());
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut export = std::process::Command::new(kycvs_test_programs::program("kycvs"));
    export.args(["consent", "export", &ids[1]]).args(place).stdout(full);
    assert_eq!(export.output().unwrap().status.code(), Some(2));

    // Whoever forgot the configuration would leave a withdrawal out of the log.
    let forgotten = run("kycvs", ["consent", "withdraw", &ids[1], "--data", &data]);
    assert!(forgotten.status == 2 && forgotten.stderr.contains("[log]"), "{}", forgotten.stderr);
    assert_eq!(run("kycvs", ["consent", "withdraw", &ids[1], "--config", &config, "--data", &data]).status, 0);
    assert_eq!(at_place(&["prove", &ids[1], "--number", "1"]).status, 1, "not published yet");
}

/// From nothing but what the log serves; whatever is missing, changed or another's is named.
fn the_whole_tree_is_checked(files: &Files, key: &str, served: &[(String, Vec<u8>)]) {
    let mirror = std::path::PathBuf::from(files.path("mirror"));
    for (path, file) in served {
        fs::create_dir_all(mirror.join(path).parent().unwrap()).unwrap();
        fs::write(mirror.join(path), file).unwrap();
    }
    let check = |key: &str| run("kycvs", ["audit", "tree", "--key", key, mirror.to_str().unwrap()]);
    let checked = check(key);
    assert_eq!(checked.status, 0, "{}", checked.stderr);
    assert!(checked.stdout.contains("768 entries make the signed root; the first 0 are"), "{}", checked.stdout);

    for (path, file) in served {
        let spoilt: Vec<u8> = file[..file.len() - 2].iter().chain(&[file[file.len() - 2] ^ 1, 10]).copied().collect();
        fs::write(mirror.join(path), spoilt).unwrap();
        assert_ne!(check(key).status, 0, "{path} is spoilt");
        fs::write(mirror.join(path), file).unwrap();
    }
    let missing = mirror.join("tile/entries/001");
    fs::remove_file(&missing).unwrap();
    assert_eq!(check(key).status, 1, "a gap");

    // What is past its day is gone from the log, the oldest first, and the tree above it stays.
    fs::remove_file(mirror.join("tile/entries/000")).unwrap();
    fs::remove_file(mirror.join("tile/0/000")).unwrap();
    let checked = check(key);
    assert_eq!(checked.status, 0, "{}", checked.stderr);
    assert!(checked.stdout.contains("the first 512 are forgotten"), "{}", checked.stdout);
    fs::remove_file(mirror.join("tile/1/000.p/3")).unwrap();
    assert_eq!(check(key).status, 1);
    let stranger = VerifierKey::log(ORIGIN, [7; 32]).unwrap().to_string();
    let refused = check(&stranger);
    assert!(refused.status == 1 && refused.stderr.contains("is not signed"), "{}", refused.stderr);
}

/// A list of the name and just before the time of the last one that was kept, in which everything has risen: by another key, and never
/// logged; and one of two days ago.
fn foreign_list(lists: &str) -> String {
    let key = Arc::new(SigningKey::generate(Algorithm::Es256).unwrap());
    let issuer = TokenIssuer::new("https://kycvs.example", key).unwrap();
    let last = StatusListToken::from_kept(lists.lines().last().unwrap().to_owned()).claims_unverified().unwrap();
    let mut list = StatusList::new(last.list.positions()).unwrap();
    (0..last.list.positions()).for_each(|position| list.raise(position).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let token = |before: TimeDelta| {
        let claims = StatusListClaims { issued_at: last.issued_at - before, list: list.clone(), ..last.clone() };
        runtime.block_on(issuer.issue_status_list(&claims)).unwrap().into_string()
    };
    format!("{}\n{}\n", token(TimeDelta::minutes(1)), token(TimeDelta::days(2)))
}

/// What is wrong with a log is found with everything else.
#[test]
fn a_log_that_cannot_be_is_named_with_its_line() {
    let files = Files::new();
    for (log, what) in [
        ("origin = \"two words\"", "spaces"),
        ("origin = \"a/log\"\nevery_seconds = 59", "60 seconds"),
        ("origin = \"a/log\"\nwitnesses_wanted = 1", "more witnesses"),
        (
            "origin = \"a/log\"\n[[log.witness]]\nurl = \"https://w.example\"\nkey = \"w.example+00000000+AAAA\"",
            "name, id and key",
        ),
        (
            "origin = \"a/log\"\n[[log.witness]]\nurl = \"ftp://w.example\"\nkey = \"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\"",
            "https",
        ),
    ] {
        let config = files.file("kycvs.toml", configuration(&format!("{SMS}[log]\n{log}\n")));
        let ran = run("kycvs", ["check-config", &config]);
        assert!(
            ran.status != 0 && (ran.stdout.clone() + &ran.stderr).contains(what),
            "{log}: {}{}",
            ran.stdout,
            ran.stderr
        );
    }
}
