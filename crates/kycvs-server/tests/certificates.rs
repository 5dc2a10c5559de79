//! `kycvs trust import` makes a list of whom to trust, and `kycvs verify --trust` reads certificates by it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn kycvs(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kycvs")).args(arguments).output().unwrap()
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../kycvs-records/tests/data").join(name)
}

/// A folder with a trust list of DIVOC's keys, and a certificate of CoWIN's production key.
fn prepared() -> (tempfile::TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (list, keys, divoc) = (path("trust.kycvs"), path("keys"), data("divoc-keys.json"));
    let made = kycvs(&["trust", "import", "--out", &list, "--keys", &keys, "--divoc", divoc.to_str().unwrap()]);
    assert_eq!(made.status.code(), Some(1), "two keys are skipped: {}", String::from_utf8_lossy(&made.stderr));
    let samples: Value = serde_json::from_slice(&fs::read(data("divoc-samples.json")).unwrap()).unwrap();
    fs::write(path("card.txt"), samples["cowin-production-dummy"].as_str().unwrap()).unwrap();
    let card = path("card.txt");
    (folder, list, card)
}

fn first_line(output: &Output) -> Value {
    serde_json::from_str(String::from_utf8_lossy(&output.stdout).lines().next().unwrap()).unwrap()
}

#[test]
fn a_certificate_of_cowin_gives_its_dose_and_a_status() {
    let (_folder, list, card) = prepared();
    let verified = kycvs(&["verify", "--trust", &list, "--policy", "in-kyc-vs", "--on", "2026-11-28", &card]);
    let line = first_line(&verified);
    assert_eq!(verified.status.code(), Some(1), "verified, and not fully vaccinated");
    assert_eq!((&line["verdict"], &line["format"], &line["status"]), (&"verified".into(), &"divoc".into(), &1.into()));
    assert_eq!((&line["doses"][0]["dose_number"], &line["doses"][0]["series_doses"]), (&1.into(), &2.into()));
    assert_eq!(line["names"], Value::Null, "nobody asked for them");
}

#[test]
fn a_list_replaces_the_one_before_it_as_a_whole() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, list, _) = prepared();
    let path = |name: &str| folder.path().join(name);
    let (before, divoc) = (fs::read(&list).unwrap(), data("divoc-keys.json"));
    // Whoever reads the list while it is replaced reads on in the file that was there.
    fs::hard_link(&list, path("as-a-verifier-reads-it")).unwrap();
    std::os::unix::fs::symlink(&list, path("link")).unwrap();
    fs::create_dir(path("within")).unwrap();
    let import = |out: &str| {
        let (out, keys, divoc) = (path(out), path("keys"), divoc.clone());
        let flags =
            ["--out", out.to_str().unwrap(), "--keys", keys.to_str().unwrap(), "--divoc", divoc.to_str().unwrap()];
        kycvs(&[&["trust", "import", "--days", "9"], &flags[..]].concat()).status.code()
    };
    assert_eq!(import("link"), Some(1), "two keys are skipped");
    assert!(path("link").is_symlink() && fs::read(&list).unwrap() != before);
    assert_eq!(fs::read(path("as-a-verifier-reads-it")).unwrap(), before);
    fs::write(path("any"), "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(Path::new(&list)), mode(&path("any")), "verifiers are other users");
    assert_eq!(import("within"), Some(2));
    let drafts = fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".tmp"));
    assert_eq!(drafts.count(), 0);
}

#[test]
fn the_name_is_shown_where_it_is_asked_for() {
    let (_folder, list, card) = prepared();
    let line = first_line(&kycvs(&["verify", "--trust", &list, "--show-person", &card]));
    assert_eq!(line["names"][0], "Third March User One");
}

#[test]
fn what_is_no_certificate_is_refused_and_does_not_stop_the_others() {
    let (_folder, list, card) = prepared();
    let verified = kycvs(&["verify", "--trust", &list, "nonsense", &card]);
    assert_eq!(verified.status.code(), Some(2));
    assert_eq!(first_line(&verified)["reason"], "not-a-record");
    assert_eq!(String::from_utf8_lossy(&verified.stdout).lines().count(), 2);
}

#[test]
fn certificates_come_in_pem_together_and_in_the_lists_of_nations() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let signer = |authority| {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut about = rcgen::CertificateParams::new(Vec::new()).unwrap();
        if authority {
            about.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        }
        about.self_signed(&key).unwrap()
    };
    let (one, other, authority) = (signer(false), signer(false), signer(true));
    let base64 =
        |certificate: &rcgen::Certificate| base64::Engine::encode(&base64::prelude::BASE64_STANDARD, certificate.der());
    let by_key = serde_json::json!({ "AK9v+Ri2OCI=": [base64(&one)], "AQ==": [base64(&other)] }).to_string();
    let entry = |certificate| serde_json::json!({ "country": "DE", "rawData": base64(certificate) });
    let signed = serde_json::json!({ "certificates": [entry(&one), entry(&other), entry(&authority)] });
    for (name, content, skipped) in [
        ("bundle.pem", one.pem() + "\n" + &other.pem(), 0),
        ("by-key.json", by_key, 0),
        ("signed.json", format!("c2lnbmVk\n{signed}"), 1),
    ] {
        let (list, keys) = (folder.path().join("trust.kycvs"), folder.path().join("keys"));
        let paths = [list.to_str().unwrap(), keys.to_str().unwrap()];
        let made =
            kycvs(&["trust", "import", "--out", paths[0], "--keys", paths[1], "--certificate", &file(name, &content)]);
        let said = String::from_utf8_lossy(&made.stdout).into_owned();
        assert_eq!(said, format!("2 keys included, {skipped} skipped\n"), "{name}: {made:?}");
    }
}

#[test]
fn a_list_that_was_changed_is_not_used() {
    let (_folder, list, card) = prepared();
    let changed = fs::read_to_string(&list).unwrap().replace("did:jamaica", "did:jamaicb");
    fs::write(&list, changed).unwrap();
    let refused = kycvs(&["verify", "--trust", &list, &card]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not signed"));
}

#[test]
fn lists_keys_and_sources_without_an_end_are_refused_by_name_and_limit() {
    let (folder, list, card) = prepared();
    let (keys, out) = (folder.path().join("keys"), folder.path().join("another.kycvs"));
    let [keys, out] = [&keys, &out].map(|path| path.to_str().unwrap());
    let importing = ["trust", "import", "--keys", keys, "--out", out];
    let verifying = ["verify", "--trust", "/dev/zero", "--trust-key", &format!("{list}.pub"), &card];
    for (arguments, status, limit) in [
        (verifying.to_vec(), 3, "64 MiB"),
        (vec!["verify", "--trust", &list, "--trust-key", "/dev/zero", &card], 3, "1 KiB"),
        (vec!["verify", "--jwks", "/dev/zero", &card], 3, "64 KiB"),
        ([&importing[..], &["--did", "/dev/zero"]].concat(), 2, "64 MiB"),
        ([&importing[..], &["--certificate", "/dev/zero"]].concat(), 2, "64 MiB"),
    ] {
        let refused = kycvs(&arguments);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(said, format!("error: /dev/zero is longer than {limit}\n"), "{arguments:?}");
        assert_eq!((refused.status.code(), refused.stdout.len()), (Some(status), 0));
    }
    assert!(!Path::new(out).exists());
}

#[test]
fn a_source_that_cannot_be_read_is_named_for_what_it_should_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (keys, out, empty, other) = (path("keys"), path("list.kycvs"), path("empty.json"), path("other.json"));
    fs::write(&empty, "").unwrap();
    fs::write(&other, "[{}]").unwrap();
    let no_json = |kind: &str| format!("error: {empty} is no {kind}: it cannot be read as JSON\n");
    let of_empty = format!("https://a.example={empty}");
    let of_other = format!("https://a.example={other}");
    for (flag, source, says) in [
        ("--issuer-keys", &of_empty, no_json("key set")),
        ("--issuer-keys", &of_other, format!("error: {other} is no key set: keys is missing or not as it should be\n")),
        ("--did", &empty, no_json("DID document")),
        ("--vci", &empty, no_json("snapshot of the VCI directory")),
        ("--divoc", &empty, no_json("list of DIVOC keys")),
    ] {
        let ran = kycvs(&["trust", "import", "--keys", &keys, "--out", &out, flag, source]);
        assert_eq!((ran.status.code(), String::from_utf8_lossy(&ran.stderr).into_owned()), (Some(2), says));
    }
}
