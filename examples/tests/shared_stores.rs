//! Several portals over one PostgreSQL and one Redis.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::sync::OnceLock;

use kycvs_test_servers::{PgBouncer, Postgres, Redis, RedisCluster, free_port};
use serde_json::json;
use support::gateway::Gateway;
use support::portal::{self, Client, Portal, RAILWAY_KEY, ask, confirm};
use support::{Folder, REGISTRY, Ran, run, run_with};

const IMRAN: (&str, &str) = ("9876543210", "Imran Sheikh");

fn server() -> &'static Postgres {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    SERVER.get_or_init(|| Postgres::start(&["fsync=off"]))
}

/// A database of its own, as the portal is told of it.
fn database() -> String {
    format!("{}?sslmode=disable", server().url(&server().database(None)))
}

/// A configuration with these lines in its `[stores]`, and with keys in the folder.
fn configuration(folder: &Folder, gateway: &str, stores: &str) -> String {
    let keys = folder.path("keys");
    let more = format!(
        r#"[sms.http]
url = "{gateway}"
json = '{{"to": "{{to}}", "text": "{{text}}"}}'
[stores]
keys = "{keys}"
{stores}
"#
    );
    folder.file("portal.toml", portal::configuration(&more))
}

fn migrate(config: &str, more: &[&str]) -> Ran {
    run("portal", [&["--config", config, "--migrate"], more].concat())
}

fn client(portal: &Portal) -> Client {
    Client::new(portal.said("portal"), &format!("Bearer {RAILWAY_KEY}"))
}

/// Asks at one portal and confirms at another, and again at the first.
fn book_at_both(stores: &str) {
    let (folder, mut gateway) = (Folder::new(), Gateway::start());
    let config = configuration(&folder, &gateway.url(), stores);
    let registry = folder.file("registry.csv", REGISTRY);
    let ran = migrate(&config, &["--registry", &registry]);
    assert_eq!((ran.status, ran.stdout.contains("3 people")), (0, true), "{} {}", ran.stdout, ran.stderr);

    let portals = [(); 2].map(|()| Portal::start(&["--config", &config], "portal"));
    let [one, other] = [client(&portals[0]), client(&portals[1])];
    let asked = ask(&one, "booking", IMRAN);
    assert_eq!(asked.status, 201, "{}", asked.text);
    let code = gateway.code(IMRAN.0);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(confirm(&one, &asked, wrong).code(), "wrong-code");
    let granted = confirm(&other, &asked, &code);
    assert_eq!((granted.status, &granted.json()["status"]), (200, &json!(0)), "{}", granted.text);
    // Whoever is asked again gives the same token, or none.
    let again = confirm(&one, &asked, &code);
    assert_eq!(again.json()["token"], granted.json()["token"], "{}", again.text);
    let shown = json!({ "token": granted.json()["token"], "audience": "rail" });
    assert_eq!(one.post("/v1/verify", shown).json()["valid"], json!(true), "both sign by the same key");

    // Three messages in ten minutes go to one number, whoever is asked for them.
    assert_eq!(ask(&other, "booking", IMRAN).status, 201);
    assert_eq!(ask(&one, "booking", IMRAN).status, 201);
    assert_eq!(ask(&other, "booking", IMRAN).code(), "too-many-requests");
}

#[test]
fn a_request_of_one_portal_is_confirmed_at_another_and_gives_one_token() {
    let redis = Redis::start();
    book_at_both(&format!("postgres = '{}'\nredis = '{}'", database(), redis.url()));
}

#[test]
fn without_redis_everything_lies_in_postgresql() {
    book_at_both(&format!("postgres = '{}'", database()));
}

#[test]
fn a_cluster_is_found_by_some_of_its_nodes_or_by_one() {
    let cluster = RedisCluster::start();
    let urls = cluster.urls();
    book_at_both(&format!("postgres = '{}'\nredis = {:?}", database(), &urls[..3]));
    book_at_both(&format!("postgres = '{}'\nredis = '{}'", database(), urls[0]));
}

#[test]
fn a_database_that_was_not_migrated_is_refused_and_gets_no_keys() {
    let folder = Folder::new();
    let name = server().database(None);
    let url = format!("{}?sslmode=disable", server().url(&name));
    let config = configuration(&folder, "http://127.0.0.1:9", &format!("postgres = '{url}'"));
    let ran = run("portal", ["--config", &config]);
    assert_eq!(
        (ran.status, ran.stderr.contains("has schema 0, and this release needs 4: run migrate")),
        (2, true),
        "{}",
        ran.stderr
    );
    assert!(!std::fs::exists(folder.path("keys")).unwrap());

    assert_eq!(migrate(&config, &[]).status, 0);
    let again = migrate(&config, &[]);
    assert_eq!((again.status, again.stdout.as_str()), (0, "Migrations: 0 were missing.\n"), "{}", again.stderr);
    let keys = || std::fs::read(folder.path("keys/registry.key")).unwrap();
    let made = keys();

    server().sql(&name, "DELETE FROM kycvs.migration WHERE version = 4");
    let older = run("portal", ["--config", &config]);
    assert_eq!(
        (older.status, older.stderr.contains("has schema 3, and this release needs 4: run")),
        (2, true),
        "{}",
        older.stderr
    );
    server().sql(&name, "INSERT INTO kycvs.migration (version) VALUES (4), (5)");
    for ran in [run("portal", ["--config", &config]), migrate(&config, &[])] {
        let says = ran.stderr.contains("has schema 5, and this release knows up to 4");
        assert_eq!((ran.status, says), (2, true), "{}", ran.stderr);
    }
    assert_eq!(keys(), made);
}

#[test]
fn a_database_in_use_gets_no_other_keys() {
    let folder = Folder::new();
    let config = configuration(&folder, "http://127.0.0.1:9", &format!("postgres = '{}'", database()));
    assert_eq!(migrate(&config, &[]).status, 0);
    std::fs::remove_file(folder.path("keys/registry.key")).unwrap();
    for ran in [migrate(&config, &[]), run("portal", ["--config", &config])] {
        assert_eq!((ran.status, ran.stderr.contains("registry.key is missing")), (2, true), "{}", ran.stderr);
    }
    assert!(!std::fs::exists(folder.path("keys/registry.key")).unwrap());
}

/// A database of its own, and what a configuration says of it.
fn named() -> (String, String) {
    let name = server().database(None);
    let stores = format!("postgres = '{}?sslmode=disable'", server().url(&name));
    (name, stores)
}

/// Whether anything was made in a database.
fn has_tables(database: &str) -> bool {
    server().sql(database, "SELECT count(*) FROM pg_namespace WHERE nspname = 'kycvs'").trim() != "0"
}

#[test]
fn other_keys_than_those_of_the_database_are_refused_before_anything_is_imported() {
    let (folder, other) = (Folder::new(), Folder::new());
    let (_, stores) = named();
    assert_eq!(migrate(&configuration(&folder, "http://127.0.0.1:9", &stores), &[]).status, 0);
    let elsewhere = configuration(&other, "http://127.0.0.1:9", &named().1);
    assert_eq!(migrate(&elsewhere, &[]).status, 0);

    let config = configuration(&other, "http://127.0.0.1:9", &stores);
    let registry = other.file("registry.csv", REGISTRY);
    let refused = |others: &str| {
        let says = format!("these keys are not those of this database: it has {others}\n");
        for ran in [run("portal", ["--config", &config]), migrate(&config, &["--registry", &registry])] {
            assert_eq!((ran.status, ran.stderr.ends_with(&says)), (2, true), "{}", ran.stderr);
            assert_eq!(ran.stdout, "");
        }
    };
    refused("another registry.key, another service.key, another signing.key");
    for name in ["keys/service.key", "keys/signing.key"] {
        std::fs::copy(folder.path(name), other.path(name)).unwrap();
    }
    refused("another registry.key");
}

#[test]
fn a_signing_key_is_changed_as_the_documentation_tells() {
    let documented =
        include_str!("../../docs/deployment.md").split('`').find(|text| text.starts_with("DELETE ")).unwrap();
    let (folder, other) = (Folder::new(), Folder::new());
    let (database, stores) = named();
    let config = configuration(&folder, "http://127.0.0.1:9", &stores);
    assert_eq!(migrate(&config, &[]).status, 0);
    assert_eq!(migrate(&configuration(&other, "http://127.0.0.1:9", &named().1), &[]).status, 0);
    std::fs::copy(other.path("keys/signing.key"), folder.path("keys/signing.key")).unwrap();
    let ran = migrate(&config, &[]);
    assert_eq!((ran.status, ran.stderr.ends_with(": it has another signing.key\n")), (2, true), "{}", ran.stderr);
    server().sql(&database, documented);
    let ran = migrate(&config, &[]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}

#[test]
fn of_two_that_migrate_one_database_at_once_with_keys_of_their_own_one_is_refused() {
    let (_, stores) = named();
    let folders = [Folder::new(), Folder::new()];
    let configs = folders.each_ref().map(|folder| configuration(folder, "http://127.0.0.1:9", &stores));
    let ran = std::thread::scope(|scope| {
        configs.each_ref().map(|config| scope.spawn(|| migrate(config, &[]))).map(|running| running.join().unwrap())
    });
    let mut statuses = ran.each_ref().map(|ran| ran.status);
    statuses.sort_unstable();
    assert_eq!(statuses, [0, 2], "{} {}", ran[0].stderr, ran[1].stderr);
    let loser = ran.iter().find(|ran| ran.status == 2).unwrap();
    assert!(loser.stderr.contains("these keys are not those of this database"), "{}", loser.stderr);
}

#[test]
fn any_number_may_migrate_at_once_with_one_folder_of_keys() {
    let folder = Folder::new();
    let config = configuration(&folder, "http://127.0.0.1:9", &named().1);
    std::thread::scope(|scope| {
        for running in [(); 4].map(|()| scope.spawn(|| migrate(&config, &[]))) {
            let ran = running.join().unwrap();
            assert_eq!(ran.status, 0, "{}", ran.stderr);
        }
    });
    assert_eq!(migrate(&config, &[]).stdout, "Migrations: 0 were missing.\n");
}

#[test]
fn nothing_is_made_for_a_key_or_a_registry_that_cannot_be_used() {
    let folder = Folder::new();
    let (database, stores) = named();
    let config = configuration(&folder, "http://127.0.0.1:9", &stores);
    let other = folder.file("other.csv", "id,name\n1,Asha\n");
    let ran = migrate(&config, &["--registry", &other]);
    assert_eq!((ran.status, ran.stderr.contains("does not begin with the header")), (2, true), "{}", ran.stderr);
    assert!(!std::fs::exists(folder.path("keys")).unwrap());

    std::fs::create_dir(folder.path("keys")).unwrap();
    folder.file("keys/service.key", "");
    let ran = migrate(&config, &[]);
    assert_eq!((ran.status, ran.stderr.contains("service.key is damaged")), (2, true), "{}", ran.stderr);
    assert!(!has_tables(&database));
}

#[test]
fn postgresql_may_be_reached_through_a_pgbouncer_that_is_told_of() {
    let bouncer = PgBouncer::start(server(), &[]);
    let stores = format!("postgres = '{}?sslmode=disable'", bouncer.url(&server().database(None)));
    let ran = migrate(&configuration(&Folder::new(), "http://127.0.0.1:9", &stores), &[]);
    assert_eq!((ran.status, ran.stderr.contains("say pgbouncer = true")), (2, true), "{}", ran.stderr);
    book_at_both(&format!("{stores}\npgbouncer = true"));
}

#[test]
fn what_is_wrong_with_an_address_is_told_without_its_password() {
    let redis = Redis::start_with(&["--requirepass", "correct"]);
    let nobody = free_port();
    let new = || format!("postgres = '{}'", database());
    let guarded = |password: &str| {
        format!("postgres://{}:{password}@127.0.0.1:{}/postgres?sslmode=disable", Postgres::GUARDED, server().port())
    };
    for (stores, says) in [
        (
            format!("postgres = '{}'", guarded("s3cret")),
            "[stores] postgres: the server refuses the user or the password",
        ),
        (format!("postgres = 'postgres://u:s3cret@127.0.0.1:{nobody}/x?sslmode=disable'"), "cannot be reached"),
        (format!("postgres = '{}'", server().url("postgres")), "does not support TLS"),
        ("postgres = 'mysql://u:s3cret@db'".to_owned(), "the URL is not one of PostgreSQL"),
        (format!("{}\npartitions = 3", new()), "the number of partitions is no power of two"),
        ("postgres = ''".to_owned(), "is empty"),
        ("postgres = { env = 'NO_SUCH_VARIABLE' }".to_owned(), "the environment variable NO_SUCH"),
        (format!("postgres = {{ file = '{}' }}", Folder::new().path("no-such-file")), "cannot read"),
        ("postgres = { url = 's3cret' }".to_owned(), ": `stores.postgres`: this is a URL, a list of URLs"),
        ("postgres = 's3cret\nredis = 1".to_owned(), "portal.toml:16: this is not TOML"),
        ("redis = 'redis://s3cret'".to_owned(), "missing field `postgres`"),
        (format!("{}\ncolour = 's3cret'", new()), "unknown field `colour`"),
        (
            format!("{}\nredis = 'redis://:s3cret@127.0.0.1:{}'", new(), redis.port()),
            "[stores] redis: the server does not allow it",
        ),
        (format!("{}\nredis = 'redis://:s3cret@127.0.0.1:{nobody}'", new()), "no server answered"),
        (format!("{}\nredis = 'http://s3cret'", new()), "a URL is not one of Redis"),
    ] {
        let folder = Folder::new();
        let config = configuration(&folder, "http://127.0.0.1:9", &stores);
        let ran = migrate(&config, &[]);
        assert_eq!((ran.status, ran.stderr.contains(says)), (2, true), "{stores} {says}: {}", ran.stderr);
        assert!(!ran.stderr.contains("s3cret"), "{}", ran.stderr);
    }
}

#[test]
fn postgresql_is_reached_by_tls_and_by_a_certificate_that_the_machine_trusts() {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let guarded = Postgres::start_with_tls(&certified.cert.pem(), &certified.signing_key.serialize_pem());
    let folder = Folder::new();
    let url = format!("postgres://postgres@localhost:{}/postgres", guarded.port());
    let config = configuration(&folder, "http://127.0.0.1:9", &format!("postgres = '{url}'"));
    let trusted = folder.file("trusted.pem", certified.cert.pem());
    let migrate = ["--config", &config, "--migrate"];
    let ran = run("portal", migrate);
    assert_eq!((ran.status, ran.stderr.contains("cannot be reached")), (2, true), "{}", ran.stderr);
    let ran = run_with("portal", migrate, &[("SSL_CERT_FILE".to_owned(), trusted)]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}

#[test]
fn a_url_may_stand_in_a_file() {
    let folder = Folder::new();
    let url = folder.file("postgres.url", format!("{}\n", database()));
    let config = configuration(&folder, "http://127.0.0.1:9", &format!("postgres = {{ file = '{url}' }}"));
    let ran = migrate(&config, &[]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, "Migrations: 4 were missing.\n"), "{}", ran.stderr);
}

#[test]
fn the_file_that_documents_every_setting_documents_these() {
    let documented = include_str!("../portal/portal.toml").split_once("# [stores]\n").unwrap().1;
    let lines = documented.lines().map_while(|line| line.strip_prefix("# "));
    let stores: String = lines.filter(|line| !line.starts_with("keys")).map(|line| format!("{line}\n")).collect();
    let stores = stores.replace("db.example", &format!("localhost:{}", free_port()));
    let folder = Folder::new();
    let ran = migrate(&configuration(&folder, "http://127.0.0.1:9", &stores), &[]);
    assert_eq!(
        (ran.status, ran.stderr.contains("[stores] postgres: the server cannot be reached")),
        (2, true),
        "{}",
        ran.stderr
    );
}

#[test]
fn flags_that_do_not_go_with_shared_stores_are_refused() {
    let folder = Folder::new();
    let config = configuration(&folder, "http://127.0.0.1:9", &format!("postgres = '{}'", database()));
    let registry = folder.file("registry.csv", REGISTRY);
    for (args, says) in [
        (vec!["--migrate"], "give --config"),
        (vec!["--config", &config, "--migrate", "--data", "d"], "--config and --registry alone"),
        (vec!["--config", &config, "--migrate", "--sandbox"], "--config and --registry alone"),
        (vec!["--config", &config, "--data", "d"], "either --data DIR or [stores]"),
        (vec!["--config", &config, "--registry", &registry], "give --registry with --migrate"),
    ] {
        let ran = run("portal", &args);
        assert_eq!((ran.status, ran.stderr.contains(says)), (2, true), "{args:?}: {}", ran.stderr);
    }
    let alone = std::fs::read_to_string(&config).unwrap();
    let alone = folder.file("alone.toml", alone.split("[stores]").next().unwrap());
    let ran = migrate(&alone, &[]);
    assert_eq!((ran.status, ran.stderr.contains("nothing to migrate")), (2, true), "{}", ran.stderr);
}
