//! Configurations that are wrong: each error names the line and the key, what is wrong and what to write instead, and repeats no secret.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;

use kycvs_test_servers::free_port;
use serde_json::{Value, json};

use crate::support::{Files, configuration, run, run_with};

pub(crate) const KANNEL: &str =
    "[sms.kannel]\nurl = 'http://127.0.0.1:9/'\nusername = 'kycvs'\npassword = 'a-password'\n";
/// A file that can be used, with one text of it replaced.
pub(crate) fn with(from: &str, to: &str) -> String {
    let text = configuration(KANNEL);
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

/// What `kycvs check-config` reports for a file, without the name of the file.
pub(crate) fn faults(folder: &Files, text: impl AsRef<[u8]>) -> String {
    let path = folder.file("kycvs.toml", text);
    let environment = [("EMPTY", ""), ("SECRET", "hunter2")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let ran = run_with("kycvs", ["check-config", &path], &environment);
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
    let lines = ran.stderr.lines().map(|line| line.replace(&format!("{path}:"), ""));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[test]
fn a_secret_kept_elsewhere_that_cannot_be_read_is_named_with_where_it_is() {
    let folder = Files::new();
    let file = |name: &str, bytes: &[u8], mode| {
        let path = folder.file(name, bytes);
        set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        (format!("{{ file = '{path}' }}"), path)
    };
    let (missing, at) = (folder.path("missing"), folder.path(""));
    let ((open, open_at), (group, group_at)) = (file("open", b"hunter2", 0o644), file("group", b"hunter2", 0o640));
    let (long, long_at) = file("long", &b"hunter2 ".repeat(8_193), 0o600);
    let ((latin, latin_at), (empty, empty_at)) = (file("latin", b"hunter2\xE9", 0o600), file("empty", b"\n", 0o600));
    for (password, says) in [
        ("{ env = 'NO_SUCH_VARIABLE' }".to_owned(), "the environment variable NO_SUCH_VARIABLE is not set".to_owned()),
        ("{ env = 'EMPTY' }".to_owned(), "the environment variable EMPTY is empty".to_owned()),
        (format!("{{ file = '{missing}' }}"), format!("cannot read {missing}: No such file or directory (os error 2)")),
        (format!("{{ file = '{at}' }}"), format!("{at} is a folder, not a file")),
        (open, format!("{open_at} is open to everyone: run chmod 600 {open_at}")),
        (group, format!("{group_at} is open to its group: run chmod 600 {group_at}")),
        (long, format!("{long_at} is longer than 64 KiB")),
        (latin, format!("{latin_at} is not UTF-8")),
        (empty, format!("{empty_at} is empty")),
        (
            "{ environment = 'SECRET' }".to_owned(),
            "expected a string, { env = \"NAME\" } or { file = \"PATH\" }; write it as in password = { file = \
             \"/run/credentials/kycvs.service/secret_kannel\" }"
                .to_owned(),
        ),
    ] {
        let said = faults(&folder, with("'a-password'", &password));
        assert_eq!(said, format!("14: `sms.kannel.password`: {says}"), "{password}");
    }
}

#[test]
fn a_file_that_is_not_text_or_has_no_end_is_no_configuration() {
    let folder = Files::new();
    let latin = configuration(KANNEL).into_bytes();
    let latin: Vec<u8> = latin.into_iter().map(|byte| if byte == b'y' { 0xFF } else { byte }).collect();
    assert_eq!(faults(&folder, latin), "error: 3: this is not UTF-8: save the file as UTF-8");
    let long = configuration(KANNEL) + &"#".repeat(1 << 20);
    assert!(faults(&folder, long).ends_with("kycvs.toml is longer than 1 MiB"));
    for (path, says) in [
        ("/dev/zero", "error: /dev/zero is longer than 1 MiB\n"),
        ("/no/such/file", "error: cannot read /no/such/file: No such file or directory (os error 2)\n"),
        ("/", "error: cannot read /: Is a directory (os error 21)\n"),
    ] {
        assert_eq!(run("kycvs", ["check-config", path]).stderr, says);
    }
}

#[test]
fn a_file_with_more_mistakes_than_anybody_mends_at_once_is_refused_soon() {
    let folder = Files::new();
    let wrong = configuration(KANNEL) + &"[[entity]]\nid = 1\n".repeat(20_000);
    let said = faults(&folder, wrong);
    let (first, rest) = said.split_once('\n').unwrap();
    assert_eq!(first, "there are more mistakes than the 200 below: mend these first");
    assert_eq!(rest.lines().filter(|line| line.contains("`entity[")).count(), 200);
    let of_one_line = faults(&folder, "a = [".repeat(20_000));
    assert!(of_one_line.lines().count() < 10, "each is named once: {of_one_line}");
}

#[test]
fn an_address_or_a_key_that_a_server_cannot_use_is_named_before_it_serves() {
    let folder = Files::new();
    let (config, data) = (folder.file("kycvs.toml", configuration(KANNEL)), folder.path("data"));
    let address = format!("127.0.0.1:{}", free_port());
    let twice = ["serve", "--config", &config, "--data", &data, "--listen", &address, "--admin-listen", &address];
    let ran = run("kycvs", twice);
    assert_eq!(
        (ran.status, ran.stderr),
        (2, format!("error: cannot listen on {address} (--admin-listen): Address already in use (os error 98)\n"))
    );
    let key = folder.path("data-keys/service.key");
    std::fs::write(&key, [7; 31]).unwrap();
    let ran = run("kycvs", ["serve", "--config", &config, "--data", &data]);
    let says = format!("error: {key} has 31 bytes instead of 32: restore it from a backup\n");
    assert_eq!((ran.status, ran.stderr), (2, says));
}

#[test]
fn everything_that_is_wrong_in_a_configuration_is_named_at_once() {
    let folder = Files::new();
    let text = configuration(KANNEL)
        .replace("https://kycvs.example", "http://kycvs.example")
        .replace("grievance = \"grievance@kycvs.example\"\n", "")
        .replace("name = \"A railway\"", "name = 7392846\ncolour = 'red'")
        .replace("password = 'a-password'", "password = { env = 'NO_SUCH_VARIABLE' }")
        + "[limits]\nconnections = 'many'\nbody_seconds = 0\n";
    let ran = run("kycvs", ["check-config", &folder.file("kycvs.toml", text)]);
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    for says in [
        ":3: `issuer.url`: it must be https",
        "missing field `grievance`; write it as in grievance = ",
        "`entity[0].name`: expected ",
        "`entity[0].colour`: unknown field",
        "`sms.kannel.password`: the environment variable NO_SUCH_VARIABLE",
        "`limits.connections`: expected ",
    ] {
        let named = ran.stderr.lines().filter(|line| line.contains(says)).count();
        assert_eq!(named, 1, "{says}: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("7392846") && !ran.stderr.contains("many"), "{}", ran.stderr);
    let good = folder.file("good.toml", configuration(KANNEL));
    assert_eq!(run("kycvs", ["check-config", &good]).status, 0);
    let json = run("kycvs", ["check-config", &good, "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&json.stdout).unwrap()["faults"], json!([]));
}

/// The policies of an issuer's own, in the configuration.
fn with_policies(files: &[String], policies: &str) -> String {
    let purposes = "purposes = [{ code = \"booking\", text = \"to book a railway ticket\" }]";
    let named = purposes.replace(" }]", &format!(", policies = {policies} }}]"));
    configuration(KANNEL).replace(purposes, &named) + &format!("[policies]\nfiles = {files:?}\n")
}

const KITCHEN: &str = "id = \"kitchen\"\nversion = 1\nreview_by = 2020-01-01\n[[series]]\nname = \"One\"\ndoses = [{ products = [\"antigen:typhoid\"] }]\n";

#[test]
fn a_purpose_may_name_a_policy_of_the_issuers_own() {
    let folder = Files::new();
    let file = folder.file("kitchen.toml", KITCHEN);
    let config = folder.file("kycvs.toml", with_policies(&[file], r#"["kitchen", "us-flu"]"#));
    let ran = run("kycvs", ["check-config", &config]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
}

#[test]
fn everything_that_is_wrong_in_own_policies_is_named_with_file_line_and_column() {
    let folder = Files::new();
    let wrong = folder.file("wrong.toml", KITCHEN.replace("version = 1", "version = 0").replace("typhoid", "tyfoid"));
    let again = folder.file("again.toml", KITCHEN);
    let kitchen = folder.file("kitchen.toml", KITCHEN);
    let files = [wrong.clone(), folder.path("none.toml"), again, kitchen];
    let text = with_policies(&files, r#"["us-flu", "kitchn"]"#);
    let ran = run("kycvs", ["check-config", &folder.file("kycvs.toml", text)]);
    assert_eq!(ran.status, 2);
    for says in [
        &format!("`policies.files[0]`: {wrong}: line 2, column 1: a version is a number"),
        &format!(
            "`policies.files[0]`: {wrong}: line 6, column 24: nothing that a vaccine protects from is named `tyfoid`; the nearest are typhoid, "
        ),
        "`policies.files[1]`: cannot read ",
        "two policies of the host's own have the id `kitchen`",
        "`entity[0].purposes[0].policies[1]`: a purpose of the entity `rail` names a policy that is neither built in nor",
    ] {
        assert!(ran.stderr.contains(says), "{says}: {}", ran.stderr);
    }
    assert_eq!(ran.stderr.lines().count(), 5, "{}", ran.stderr);
}
