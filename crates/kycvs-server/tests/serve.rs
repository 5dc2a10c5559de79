//! The server: what its configuration says, and what it refuses.

use crate::support::{Files, Gateway, REGISTRY, ask, configuration, railway, run, serve};

const KANNEL: &str = r#"
[sms.kannel]
url = "http://127.0.0.1:9/cgi-bin/sendsms"
username = "kycvs"
password = "the-password"
"#;

#[test]
fn it_sends_by_its_gateway_and_is_no_sandbox() {
    let folder = Files::new();
    let config = folder.file("kycvs.toml", configuration(KANNEL));
    let (registry, data) = (folder.file("registry.csv", REGISTRY), folder.path("data"));
    assert_eq!(run("kycvs", ["import", &registry, "--data", &data]).status, 1, "two rows are bad");
    let server = serve(&["--config", &config, "--data", &data]);
    let client = railway(&server);
    // Nobody listens on port 9 of this machine, so the message cannot be sent.
    assert_eq!(ask(&client, "booking", ("9876543210", "Imran Sheikh")).code(), "sms-unavailable");
    for path in ["/sandbox", "/sandbox/outbox"] {
        assert_eq!(client.get(path).status, 404);
    }
    assert!(client.get("/healthz").headers.get("kycvs-sandbox").is_none());
}

#[test]
fn a_server_that_lacks_file_descriptors_says_so_and_does_not_start() {
    let folder = Files::new();
    let config = folder.file("kycvs.toml", configuration(KANNEL));
    let program = kycvs_test_programs::program("kycvs");
    let line =
        format!("ulimit -n 1024; exec {} serve --config {config} --data {}", program.display(), folder.path("data"));
    let ran = std::process::Command::new("sh").args(["-c", &line]).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.code() == Some(2) && said.contains("file descriptors, and the system gives 1024"), "{said}");
    assert!(!std::fs::exists(folder.path("data")).unwrap());
}

#[test]
fn no_flag_makes_it_a_sandbox() {
    let help = run("kycvs", ["serve", "--help"]).stdout;
    assert!(!help.contains("sandbox"), "{help}");
    let folder = Files::new();
    let config = folder.file("kycvs.toml", configuration(KANNEL));
    for flag in ["--sandbox", "--people=5", "--site-listen=127.0.0.1:0"] {
        let ran = run("kycvs", ["serve", "--config", &config, "--data", &folder.path("data"), flag]);
        assert_eq!(ran.status, 2, "{flag}");
    }
    assert!(!std::fs::exists(folder.path("data")).unwrap());
}

#[test]
fn a_range_of_numbers_gets_as_many_messages_as_the_file_says() {
    let (folder, gateway) = (Files::new(), Gateway::start());
    let sms =
        format!("[sms.http]\nurl = '{}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n", gateway.url());
    let config = folder.file("kycvs.toml", configuration(&format!("{sms}[messages]\nper_range = 1\n")));
    let data = folder.path("data");
    let server = serve(&["--config", &config, "--data", &data]);
    let client = railway(&server);
    assert_eq!(ask(&client, "booking", ("9876543210", "Imran Sheikh")).status, 201);
    assert_eq!(ask(&client, "booking", ("9876541234", "Imran Sheikh")).code(), "too-many-requests");
    assert_eq!(ask(&client, "booking", ("9876553210", "Imran Sheikh")).status, 201);
}

#[test]
fn without_a_gateway_it_refuses_to_start_and_makes_nothing() {
    let folder = Files::new();
    let (config, data) = (folder.file("kycvs.toml", configuration("")), folder.path("data"));
    let ran = run("kycvs", ["serve", "--config", &config, "--data", &data, "--listen", "127.0.0.1:0"]);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("no SMS gateway") && ran.stderr.contains("[sms.kannel]"), "{}", ran.stderr);
    assert!(!std::fs::exists(&data).unwrap());
}

#[test]
fn it_refuses_the_keys_that_a_file_of_the_repository_publishes() {
    let published = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let folder = Files::new();
    let ours = crate::support::sha256(crate::support::railway_key());
    let shipped = configuration(KANNEL).replace(&ours, published);
    let (config, data) = (folder.file("kycvs.toml", shipped), folder.path("data"));
    let ran = run("kycvs", ["serve", "--config", &config, "--data", &data, "--listen", "127.0.0.1:0"]);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(
        ran.stderr.contains("`rail`") && ran.stderr.contains("is published in the documentation"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_mistake_in_the_configuration_is_named_by_its_line_and_no_password_is_repeated() {
    let kannel = |line: &str| configuration(&KANNEL.replace("password = \"the-password\"", line));
    for (text, says) in [
        ("[issuer".to_owned(), "kycvs.toml:1: "),
        (configuration("colour = 1"), "kycvs.toml:11: `entity[0].colour`: unknown field `colour`"),
        (configuration("[sms.pigeon]\n"), "`sms.pigeon`: unknown field `pigeon`"),
        (configuration("[sms]\nkannel = 7392846\n"), "kycvs.toml:12: `sms.kannel`: expected "),
        (configuration("[sms.msg91]\nkey = 1\ntemplate = []\n"), "kycvs.toml:12: `sms.msg91.key`: expected a string"),
        (kannel("password = 7392846"), "kycvs.toml:15: `sms.kannel.password`: expected a string"),
        (kannel("password = [\"7392846\"]"), "kycvs.toml:15: `sms.kannel.password`: expected a string"),
        (kannel("password = k7392846"), "kycvs.toml:15: this is not TOML, which has strings in quotes: "),
        (configuration("[stores]\npostgres = 7392846\n"), "kycvs.toml:12: `stores.postgres`: expected a string"),
        (kannel("pasword = \"7392846\""), "unknown field `pasword`"),
        (kannel("password = \"7392846\nurl = 1"), "kycvs.toml:15: "),
        (
            kannel("password = \"7392846 with a space\""),
            "`sms.kannel.password`: the password must be one or more visible ASCII characters",
        ),
        (kannel("from = \"7392846\"").replace("username = \"kycvs\"", ""), "missing field `username`"),
        (configuration("[sms.http]\nurl = \"https://sms.example/\"\ntext = \"{text}\"\n"), "no place for the number"),
        (
            configuration("[sms.http]\nurl = \"https://sms.example/\"\ntext = \"{text}\"\njson = '\"{to}\"'\n"),
            "more than one of",
        ),
        (
            configuration(KANNEL).replace("[[entity]]", "[[entities]]"),
            "kycvs.toml:6: `entities`: unknown field `entities`",
        ),
        (
            configuration(KANNEL).replace("api_key_sha256 = \"", "api_key_sha256 = \"7392846"),
            "kycvs.toml:9: `entity[0].api_key_sha256`: ",
        ),
        (configuration(KANNEL).replace("purposes = [{", "purposes = []\n#"), "the entity `rail` has no purpose"),
        (configuration(KANNEL).replace("A railway", "<b>A railway"), "the name of the entity `rail`, or the text"),
        (
            configuration(KANNEL) + &configuration("").split_off(configuration("").find("[[entity]]").unwrap()),
            "another entity has the id `rail`, too",
        ),
        (configuration(KANNEL).replace("https://kycvs.example", "http://kycvs.example"), "kycvs.toml:3: "),
        (configuration(KANNEL).replace("kycvs.example\"\nname", "kycvs.example/path\"\nname"), "kycvs.toml:3: "),
    ] {
        let folder = Files::new();
        let (config, data) = (folder.file("kycvs.toml", &text), folder.path("data"));
        let ran = run("kycvs", ["serve", "--config", &config, "--data", &data, "--listen", "127.0.0.1:0"]);
        assert_eq!(ran.status, 2, "{text}");
        assert!(ran.stderr.contains(says), "{says}: {}", ran.stderr);
        assert!(!ran.stderr.contains("7392846"), "{}", ran.stderr);
        assert!(!std::fs::exists(&data).unwrap(), "{text}");
    }
}

#[test]
fn a_registration_that_does_not_fit_an_entity_is_found_at_the_start() {
    let dlt = r#"
[sms.kannel.dlt]
entity_id = "1101234567890123456"
header = "KYCVSX"
[[sms.kannel.dlt.template]]
id = "1107123456789012345"
language = "en"
text = "{#var#} is your code for {#var#}. -KYCVS"
variables = ["code", "entity"]
"#;
    let folder = Files::new();
    let long_name =
        configuration(&format!("{KANNEL}{dlt}")).replace("\"A railway\"", "\"A railway with a name of many letters\"");
    let (config, data) = (folder.file("kycvs.toml", long_name), folder.path("data"));
    let ran = run("kycvs", ["serve", "--config", &config, "--data", &data, "--listen", "127.0.0.1:0"]);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("for the entity `rail`"), "{}", ran.stderr);
    assert!(!std::fs::exists(&data).unwrap());
}

#[test]
fn flags_that_cannot_be_used_are_refused() {
    let folder = Files::new();
    let config = folder.file("kycvs.toml", configuration(KANNEL));
    let missing = folder.path("missing.toml");
    for (args, says) in [
        (vec!["--colour"], "--colour"),
        (vec!["--config", &config, "--listen"], "--listen"),
        (vec!["--config", &config, "--listen", "8080"], "--listen"),
        (vec!["--config", &config], "give --data dir, or [stores] in the configuration"),
        (vec!["--config", &missing, "--data", "d"], "cannot read"),
        (vec!["--config", "", "--data", "d"], "a value is required"),
    ] {
        let ran = run("kycvs", [&["serve"], &args[..]].concat());
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{args:?}");
        let said = ran.stderr.to_lowercase();
        assert!(said.starts_with("error: ") && said.contains(says), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn the_file_that_documents_every_setting_can_be_used_with_each_gateway_and_store() {
    let documented = include_str!("../packaging/kycvs.toml");
    let (server, rest) = documented.split_once("# [stores]\n").unwrap();
    let server = server.replace(&"0".repeat(63), &"a".repeat(63));
    // Each section with what belongs to it, up to the next.
    let lines = rest.lines().map(|line| line.strip_prefix("# ").unwrap_or_default());
    let settings = lines.filter(|line| line.starts_with('[') || line.contains(" = "));
    let rest: String = ["[stores]"].into_iter().chain(settings).flat_map(|line| [line, "\n"]).collect();
    let secrets =
        ["kannel", "pin"].map(|name| format!("{{ file = \"/run/credentials/kycvs.service/secret_{name}\" }}"));
    let rest = secrets.iter().fold(rest, |rest, secret| rest.replace(secret, "\"s3cret\""));
    let (stores, gateways) = rest.split_once("[sms.kannel]").unwrap();
    let (folders, shared) = stores.trim_start_matches("[stores]").split_once("[stores]").unwrap();
    let (kannel, rest) = gateways.split_once("[sms.msg91]").unwrap();
    let (msg91, rest) = rest.split_once("[sms.http]").unwrap();
    let (http, dlt) = rest.split_once("[sms.kannel.dlt]").unwrap();
    let environment = ["MSG91_KEY", "SMS_AUTHORIZATION", "SMS_RECEIPTS"];
    let environment = environment.map(|name| (name.to_owned(), "s3cret-of-this-test".to_owned()));
    for (stores, sms) in [
        (folders, format!("[sms.kannel]{kannel}[sms.kannel.dlt]{dlt}")),
        (shared, format!("[sms.msg91]{msg91}")),
        (folders, format!("[sms.http]{http}[sms.http.dlt]{}", dlt.replace("kannel", "http"))),
    ] {
        let folder = Files::new();
        let config = folder.file("kycvs.toml", format!("{server}\n[stores]{stores}\n{sms}"));
        let ran = crate::support::run_with("kycvs", ["check-config", &config], &environment);
        assert_eq!(ran.status, 0, "{sms}: {}", ran.stderr);
    }
}
