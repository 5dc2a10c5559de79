//! The portal in production: what its configuration says, and what it refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use support::gateway::Gateway;
use support::portal::{Client, Portal, ask, configuration};
use support::{Folder, HEADER, REGISTRY, run};

const KANNEL: &str = r#"
[sms.kannel]
url = "http://127.0.0.1:9/cgi-bin/sendsms"
username = "kycvs"
password = "the-password"
"#;

#[test]
fn production_sends_by_its_gateway_and_has_no_outbox() {
    let folder = Folder::new();
    let config = folder.file("portal.toml", configuration(KANNEL));
    let registry = folder.file("registry.csv", REGISTRY);
    let data = folder.path("data");
    let portal = Portal::start(&["--config", &config, "--data", &data, "--registry", &registry], "portal");
    let client = Client::new(portal.said("portal"), "Bearer a key that only the railway has");
    // Nobody listens on port 9 of this machine, so the message cannot be sent.
    assert_eq!(ask(&client, "booking", ("9876543210", "Imran Sheikh")).code(), "sms-unavailable");
    for path in ["/sandbox", "/sandbox/outbox"] {
        assert_eq!(client.get(path).status, 404);
    }
    assert!(client.get("/healthz").headers.get("kycvs-sandbox").is_none());
}

#[test]
fn the_same_file_makes_a_sandbox_where_nothing_is_sent() {
    let folder = Folder::new();
    let config = folder.file("portal.toml", configuration(KANNEL));
    let registry = folder.file("registry.csv", REGISTRY);
    let portal = Portal::start(&["--config", &config, "--sandbox", "--registry", &registry], "sandbox");
    let client = Client::new(portal.said("portal"), "Bearer a key that only the railway has");
    let asked = ask(&client, "booking", ("9876543210", "Imran Sheikh"));
    assert_eq!((asked.status, asked.header("kycvs-sandbox")), (201, "true"), "{}", asked.text);
    let sent = client.get("/sandbox/outbox").json();
    assert!(
        sent[0]["text"].as_str().unwrap().ends_with(&format!("@kycvs.example #{}", sent[0]["code"].as_str().unwrap()))
    );
}

#[test]
fn a_range_of_numbers_gets_as_many_messages_as_the_file_says() {
    let (folder, gateway) = (Folder::new(), Gateway::start());
    let sms =
        format!("[sms.http]\nurl = '{}'\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}'\n", gateway.url());
    let config = folder.file("portal.toml", configuration(&format!("{sms}[messages]\nper_range = 1\n")));
    let data = folder.path("data");
    let portal = Portal::start(&["--config", &config, "--data", &data], "portal");
    let client = Client::new(portal.said("portal"), "Bearer a key that only the railway has");
    assert_eq!(ask(&client, "booking", ("9876543210", "Imran Sheikh")).status, 201);
    assert_eq!(ask(&client, "booking", ("9876541234", "Imran Sheikh")).code(), "too-many-requests");
    assert_eq!(ask(&client, "booking", ("9876553210", "Imran Sheikh")).status, 201);
}

#[test]
fn a_registry_of_which_nothing_can_be_imported_is_an_error() {
    let folder = Folder::new();
    let bad = folder.file("bad.csv", format!("{HEADER}4,Nobody,12345,,,,,\n"));
    let ran = run("portal", ["--registry", &bad, "--listen", "127.0.0.1:0", "--booking-listen", "127.0.0.1:0"]);
    assert_eq!(
        (ran.status, ran.stderr.contains("no row of the registry could be imported")),
        (2, true),
        "{}",
        ran.stderr
    );

    let (other, data) = (folder.file("other.csv", "id,name\n1,Asha\n"), folder.path("data"));
    let config = folder.file("portal.toml", configuration(KANNEL));
    let ran = run("portal", ["--config", &config, "--data", &data, "--registry", &other]);
    assert_eq!((ran.status, ran.stderr.contains("does not begin with the header")), (2, true), "{}", ran.stderr);
    assert!(!std::fs::exists(&data).unwrap());
}

#[test]
fn production_without_a_gateway_refuses_to_start_and_makes_nothing() {
    let folder = Folder::new();
    let (config, data) = (folder.file("portal.toml", configuration("")), folder.path("data"));
    let ran = run("portal", ["--config", &config, "--data", &data, "--listen", "127.0.0.1:0"]);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("no SMS gateway") && ran.stderr.contains("[sms.kannel]"), "{}", ran.stderr);
    assert!(!std::fs::exists(&data).unwrap());
}

#[test]
fn production_refuses_the_keys_that_everyone_knows() {
    let folder = Folder::new();
    let shipped = include_str!("../portal/portal.toml").to_owned() + KANNEL;
    let (config, data) = (folder.file("portal.toml", shipped), folder.path("data"));
    let ran = run("portal", ["--config", &config, "--data", &data, "--listen", "127.0.0.1:0"]);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("`railway`") && ran.stderr.contains("everyone knows"), "{}", ran.stderr);
}

#[test]
fn a_mistake_in_the_configuration_is_named_by_its_line_and_no_password_is_repeated() {
    let kannel = |line: &str| configuration(&KANNEL.replace("password = \"the-password\"", line));
    for (text, says) in [
        ("[issuer".to_owned(), "portal.toml:1: "),
        (configuration("colour = 1"), "portal.toml:11: `entity[0].colour`: unknown field `colour`"),
        (configuration("[sms.pigeon]\n"), "`sms`: expected one of `kannel`, `msg91`, `http`"),
        (configuration("[sms]\nkannel = 7392846\n"), "portal.toml:12: `sms.kannel`: expected "),
        (configuration("[sms.msg91]\nkey = 1\ntemplate = []\n"), "portal.toml:12: `sms.msg91.key`: expected a string"),
        (kannel("password = 7392846"), "portal.toml:15: `sms.kannel.password`: expected a string"),
        (kannel("password = [\"7392846\"]"), "portal.toml:15: `sms.kannel.password`: expected a string"),
        (kannel("password = k7392846"), "portal.toml:15: this is not TOML, where texts stand in quotes: "),
        (configuration("[stores]\npostgres = 7392846\n"), "portal.toml:12: `stores.postgres`: this is a URL"),
        (kannel("pasword = \"7392846\""), "unknown field `pasword`"),
        (kannel("password = \"7392846\nurl = 1"), "portal.toml:15: "),
        (kannel("password = \"7392846 with a space\""), "[sms.kannel]: credentials are visible ASCII characters"),
        (kannel("from = \"7392846\"").replace("username = \"kycvs\"", ""), "missing field `username`"),
        (configuration("[sms.http]\nurl = \"https://sms.example/\"\ntext = \"{text}\"\n"), "no place for the number"),
        (
            configuration("[sms.http]\nurl = \"https://sms.example/\"\ntext = \"{text}\"\njson = '\"{to}\"'\n"),
            "more than one of",
        ),
        (
            configuration(KANNEL).replace("[[entity]]", "[[entities]]"),
            "portal.toml:6: `entities`: unknown field `entities`",
        ),
        (
            configuration(KANNEL).replace("api_key_sha256 = \"", "api_key_sha256 = \"7392846"),
            "portal.toml:9: `entity[0].api_key_sha256`: ",
        ),
        (configuration(KANNEL).replace("purposes = [{", "purposes = []\n#"), "the entity `rail` has no purpose"),
        (configuration(KANNEL).replace("A railway", "<b>A railway"), "the name of the entity `rail`, or the text"),
        (
            configuration(KANNEL) + &configuration("").split_off(configuration("").find("[[entity]]").unwrap()),
            "the entity `rail` stands twice",
        ),
        (configuration(KANNEL).replace("https://kycvs.example", "http://kycvs.example"), "portal.toml:3: "),
        (configuration(KANNEL).replace("kycvs.example\"\nname", "kycvs.example/path\"\nname"), "portal.toml:3: "),
    ] {
        let folder = Folder::new();
        let (config, data) = (folder.file("portal.toml", &text), folder.path("data"));
        let ran = run("portal", ["--config", &config, "--data", &data, "--listen", "127.0.0.1:0"]);
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
    let folder = Folder::new();
    let long_name =
        configuration(&format!("{KANNEL}{dlt}")).replace("\"A railway\"", "\"A railway with a name of many letters\"");
    let (config, data) = (folder.file("portal.toml", long_name), folder.path("data"));
    let ran = run("portal", ["--config", &config, "--data", &data, "--listen", "127.0.0.1:0"]);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("for the entity `rail`"), "{}", ran.stderr);
    assert!(!std::fs::exists(&data).unwrap());
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let folder = Folder::new();
    let (config, registry) = (folder.file("portal.toml", configuration(KANNEL)), folder.file("registry.csv", HEADER));
    let missing = folder.path("missing.toml");
    for (args, says) in [
        (vec!["--colour"], "--colour"),
        (vec!["--listen"], "--listen"),
        (vec!["--listen", "8080"], "an address is an IP address with a port"),
        (vec!["--listen", "0.0.0.0:0"], "on this machine only"),
        (vec!["--people", "0"], "--people is 1 to 10000000"),
        (vec!["--people", "5", "--registry", &registry], "either --people N or --registry"),
        (vec!["--config", &config], "give --data DIR, [stores] in the configuration, or --sandbox"),
        (vec!["--config", &config, "--data", "d", "--people", "5"], "no sample people"),
        (vec!["--config", &config, "--sandbox", "--booking-listen", "127.0.0.1:0"], "belongs to the demonstration"),
        (vec!["--config", &missing, "--sandbox"], "cannot open"),
        (vec!["--config", "", "--sandbox"], "a path is empty"),
        (vec!["--registry", &missing], "cannot open"),
    ] {
        let ran = run("portal", &args);
        assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{args:?}");
        assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains(says), "{args:?}: {}", ran.stderr);
    }
    let help = run("portal", ["--help"]);
    assert!(help.status == 0 && help.stdout.contains("--booking-listen"), "{}", help.stdout);
}

#[test]
fn the_file_that_documents_every_setting_can_be_used_as_it_stands() {
    let documented = include_str!("../portal/portal.toml");
    let (server, gateways) = documented.split_once("# [sms.kannel]").unwrap();
    let server = server.replace("demonstration", "").replace("6dc2ddec", "00000000").replace("6fdddd72", "00000000");
    let gateways: String = gateways
        .lines()
        .map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or_default()))
        .filter(|line| line.starts_with('[') || line.contains(" = "))
        .collect::<String>()
        .replace('…', "secret");
    // Each gateway with what belongs to it, up to the next.
    let gateways = format!("[sms.kannel]\n{gateways}");
    let (kannel, rest) = gateways.split_once("[sms.msg91]").unwrap();
    let (msg91, rest) = rest.split_once("[sms.http]").unwrap();
    let (http, dlt) = rest.split_once("[sms.kannel.dlt]").unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    for sms in [
        format!("{kannel}[sms.kannel.dlt]{dlt}"),
        format!("[sms.msg91]{msg91}"),
        format!("[sms.http]{http}[sms.http.dlt]{}", dlt.replace("kannel", "http")),
    ] {
        let folder = Folder::new();
        let config = folder.file("portal.toml", format!("{server}\n{sms}"));
        let (data, address) = (folder.path("data"), taken.local_addr().unwrap().to_string());
        // It comes as far as where it would listen.
        let ran = run("portal", ["--config", &config, "--data", &data, "--listen", &address]);
        assert!(ran.stderr.contains("cannot listen on"), "{sms}: {}", ran.stderr);
    }
}
