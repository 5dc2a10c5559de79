//! Several servers over one PostgreSQL and one Redis.

use std::sync::OnceLock;

use crate::support::{Files, Gateway, REGISTRY, Ran, ask, confirm, railway, run, run_with, serve};
use kycvs_test_servers::{PgBouncer, Postgres, Redis, RedisCluster, free_port};
use serde_json::json;

const IMRAN: (&str, &str) = ("9876543210", "Imran Sheikh");

pub(crate) fn server() -> &'static Postgres {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    SERVER.get_or_init(|| Postgres::start(&["fsync=off"]))
}

/// A database of its own, as a configuration names it.
pub(crate) fn database() -> String {
    format!("{}?sslmode=disable", server().url(&server().database(None)))
}

/// A configuration with these lines in its `[stores]`, and with keys in the folder.
pub(crate) fn configuration(folder: &Files, gateway: &str, stores: &str) -> String {
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
    folder.file("kycvs.toml", crate::support::configuration(&more))
}

pub(crate) fn migrate(config: &str) -> Ran {
    run("kycvs", ["migrate", "--config", config])
}

/// Starts a server that is expected not to start.
pub(crate) fn refused(config: &str) -> Ran {
    run("kycvs", ["serve", "--config", config, "--listen", "127.0.0.1:0"])
}

/// Asks at one server and confirms at another, and again at the first.
fn book_at_both(stores: &str) {
    let (folder, mut gateway) = (Files::new(), Gateway::start());
    let config = configuration(&folder, &gateway.url(), stores);
    let registry = folder.file("registry.csv", REGISTRY);
    assert_eq!(migrate(&config).status, 0);
    let ran = run("kycvs", ["import", &registry, "--config", &config]);
    assert_eq!((ran.status, ran.stdout.contains("people  3 added")), (1, true), "{} {}", ran.stdout, ran.stderr);

    let servers = [(); 2].map(|()| serve(&["--config", &config]));
    let [one, other] = servers.each_ref().map(railway);
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

    // Eight messages in ten minutes go to one number, whoever is asked for them.
    for turn in 1..8 {
        assert_eq!(ask(if turn % 2 == 0 { &one } else { &other }, "booking", IMRAN).status, 201);
    }
    assert_eq!(ask(&other, "booking", IMRAN).code(), "too-many-requests");
}

#[test]
fn a_request_of_one_server_is_confirmed_at_another_and_gives_one_token() {
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
    let folder = Files::new();
    let name = server().database(None);
    let url = format!("{}?sslmode=disable", server().url(&name));
    let config = configuration(&folder, "http://127.0.0.1:9", &format!("postgres = '{url}'"));
    let ran = refused(&config);
    assert_eq!(
        (ran.status, ran.stderr.contains("has schema 0, and this release needs 4: run migrate")),
        (2, true),
        "{}",
        ran.stderr
    );
    assert!(!std::fs::exists(folder.path("keys")).unwrap());

    assert_eq!(migrate(&config).status, 0);
    let again = migrate(&config);
    assert_eq!((again.status, again.stdout.as_str()), (0, "Applied 0 migrations.\n"), "{}", again.stderr);
    let keys = || std::fs::read(folder.path("keys/registry.key")).unwrap();
    let made = keys();

    server().sql(&name, "DELETE FROM kycvs.migration WHERE version = 4");
    let older = refused(&config);
    assert_eq!(
        (older.status, older.stderr.contains("has schema 3, and this release needs 4: run")),
        (2, true),
        "{}",
        older.stderr
    );
    server().sql(&name, "INSERT INTO kycvs.migration (version) VALUES (4), (5)");
    let ran = migrate(&config);
    assert_eq!((ran.status, ran.stderr.contains("has schema 5, and this release")), (2, true), "{}", ran.stderr);
    let mut running = serve(&["--config", &config]);
    assert_eq!(railway(&running).get("/readyz").status, 200, "hosts are replaced one by one after a migration");
    assert_eq!(running.terminate(), Some(0));
    server().sql(&name, "INSERT INTO kycvs.migration (version) VALUES (6)");
    let ran = refused(&config);
    let says = ran.stderr.contains("has schema 6, and this release serves over 5 at most");
    assert_eq!((ran.status, says), (2, true), "{}", ran.stderr);
    assert_eq!(keys(), made);
}

#[test]
fn servers_serve_as_a_role_that_can_delete_nothing_of_the_ledger() {
    let (folder, mut gateway) = (Files::new(), Gateway::start());
    let name = server().database(None);
    let role = Postgres::GUARDED;
    let owner = format!("postgres = '{}?sslmode=disable'\nhost_role = '{role}'", server().url(&name));
    let owner = configuration(&folder, &gateway.url(), &owner);
    assert_eq!(migrate(&owner).status, 0);
    let url = format!("postgres://{role}:{}@127.0.0.1:{}/{name}?sslmode=disable", Postgres::PASSWORD, server().port());
    let host = std::fs::read_to_string(&owner).unwrap().split("postgres = ").next().unwrap().to_owned();
    let host = folder.file("host.toml", format!("{host}postgres = '{url}'\n"));
    let running = serve(&["--config", &host]);
    let client = railway(&running);
    assert_eq!(client.get("/readyz").status, 200, "before anybody is registered, too");
    let registry = folder.file("registry.csv", REGISTRY);
    assert_eq!(run("kycvs", ["import", &registry, "--config", &owner]).status, 1);
    let asked = ask(&client, "booking", IMRAN);
    let granted = confirm(&client, &asked, &gateway.code(IMRAN.0));
    assert_eq!((granted.status, &granted.json()["status"]), (200, &json!(0)), "{}", granted.text);
    let consent = granted.json()["consent_id"].as_str().unwrap().to_owned();
    assert_eq!(client.post(&format!("/v1/consents/{consent}/withdrawal"), json!({})).status, 204);

    for forbidden in ["DELETE FROM kycvs.entry", "UPDATE kycvs.entry SET body = ''", "TRUNCATE kycvs.entry"] {
        let as_host = format!("SET ROLE {role}; {forbidden}");
        assert!(std::panic::catch_unwind(|| server().sql(&name, &as_host)).is_err(), "{forbidden}");
    }
    let more = folder.file("more.csv", format!("{}7,Zoya Mathew,9898989898,,,,,\n", crate::support::HEADER));
    let import = run("kycvs", ["import", &more, "--config", &host]);
    let person = ["person", "remove", "--mobile", "9876543210", "--id", "2", "--config", &host];
    for ran in [import, run("kycvs", person), migrate(&host)] {
        assert_eq!(ran.status, 2, "people are the owner's: {} {}", ran.stdout, ran.stderr);
    }
}

#[test]
fn every_setting_of_the_stores_reaches_them() {
    let redis = Redis::start();
    let name = server().database(None);
    let replica_free = format!(
        "postgres = '{}?sslmode=disable'\nredis = '{}'\nconnections = 3\nreaders = 1\nwait = '9 s'\n\
         statement_timeout = '7 s'\nredis_namespace = 'another'\nredis_connections = 2\nredis_timeout = '2 s'",
        server().url(&name),
        redis.url()
    );
    book_at_both(&replica_free);
    let keys = redis.cli(&["--scan"]);
    assert!(!keys.is_empty() && keys.lines().all(|key| key.starts_with("another:")), "{keys}");

    // No replica of Redis is there, so that no write may be answered.
    let folder = Files::new();
    let waits = format!(
        "postgres = '{}'\nredis = '{}'\nredis_replicas = 1\nredis_replicas_within = '1 s'",
        database(),
        redis.url()
    );
    let config = configuration(&folder, "http://127.0.0.1:9", &waits);
    assert_eq!(migrate(&config).status, 0);
    let running = serve(&["--config", &config]);
    assert_eq!(railway(&running).get("/readyz").status, 503);
    assert_eq!(ask(&railway(&running), "booking", IMRAN).code(), "store-unavailable");

    let itself = database();
    let config = configuration(&folder, "http://127.0.0.1:9", &format!("postgres = '{itself}'\nreplica = '{itself}'"));
    let ran = migrate(&config);
    assert!(ran.stderr.contains("not a streaming replica"), "{}", ran.stderr);
}

#[test]
fn postgresql_may_be_reached_through_a_pgbouncer_that_is_told_of() {
    let bouncer = PgBouncer::start(server(), &[]);
    let stores = format!("postgres = '{}?sslmode=disable'", bouncer.url(&server().database(None)));
    let ran = migrate(&configuration(&Files::new(), "http://127.0.0.1:9", &stores));
    assert_eq!((ran.status, ran.stderr.contains("set pgbouncer = true")), (2, true), "{}", ran.stderr);
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
        ("postgres = ''".to_owned(), "the URL is not one of PostgreSQL"),
        ("postgres = { env = 'NO_SUCH_VARIABLE' }".to_owned(), "the environment variable NO_SUCH"),
        (format!("postgres = {{ file = '{}' }}", Files::new().path("no-such-file")), "cannot read"),
        ("postgres = { url = 's3cret' }".to_owned(), ": `stores.postgres`: expected a string"),
        ("postgres = 's3cret\nredis = 1".to_owned(), "kycvs.toml:16: this is not TOML"),
        ("redis = 'redis://s3cret'".to_owned(), "`stores.redis`: it goes with `stores.postgres` alone"),
        (format!("{}\ncolour = 's3cret'", new()), "unknown field `colour`"),
        (
            format!("{}\nredis = 'redis://:s3cret@127.0.0.1:{}'", new(), redis.port()),
            "[stores] redis: the server does not allow it",
        ),
        (format!("{}\nredis = 'redis://:s3cret@127.0.0.1:{nobody}'", new()), "no server answered"),
        (format!("{}\nredis = 'http://s3cret'", new()), "`stores.redis`: a URL must begin with redis://"),
    ] {
        let folder = Files::new();
        let config = configuration(&folder, "http://127.0.0.1:9", &stores);
        let ran = if says.contains("redis") || says.contains("no server") {
            assert!(!stores.starts_with("postgres") || migrate(&config).status == 0);
            refused(&config)
        } else {
            migrate(&config)
        };
        assert_eq!((ran.status, ran.stderr.contains(says)), (2, true), "{stores} {says}: {}", ran.stderr);
        assert!(!ran.stderr.contains("s3cret"), "{}", ran.stderr);
    }
}

#[test]
fn postgresql_is_reached_by_tls_and_by_a_certificate_that_the_machine_trusts() {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let guarded = Postgres::start_with_tls(&certified.cert.pem(), &certified.signing_key.serialize_pem());
    let folder = Files::new();
    let url = format!("postgres://postgres@localhost:{}/postgres", guarded.port());
    let config = configuration(&folder, "http://127.0.0.1:9", &format!("postgres = '{url}'"));
    let trusted = folder.file("trusted.pem", certified.cert.pem());
    let ran = migrate(&config);
    assert_eq!((ran.status, ran.stderr.contains("cannot be reached")), (2, true), "{}", ran.stderr);
    let ran = run_with("kycvs", ["migrate", "--config", &config], &[("SSL_CERT_FILE".to_owned(), trusted)]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}

#[test]
fn a_url_may_stand_in_a_file() {
    let folder = Files::new();
    let url = folder.file("postgres.url", format!("{}\n", database()));
    crate::shared_keys::close(&url);
    let config = configuration(&folder, "http://127.0.0.1:9", &format!("postgres = {{ file = '{url}' }}"));
    let ran = migrate(&config);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, "Applied 4 migrations.\n"), "{}", ran.stderr);
}

#[test]
fn stores_of_two_kinds_are_refused() {
    let folder = Files::new();
    let config = configuration(&folder, "http://127.0.0.1:9", &format!("postgres = '{}'\ndata = 'd'", database()));
    let ran = refused(&config);
    assert_eq!((ran.status, ran.stderr.contains("there is `stores.postgres`, too")), (2, true), "{}", ran.stderr);
    let alone = std::fs::read_to_string(&config).unwrap();
    let alone = folder.file("alone.toml", alone.split("[stores]").next().unwrap());
    let ran = migrate(&alone);
    assert_eq!((ran.status, ran.stderr.contains("nothing to migrate")), (2, true), "{}", ran.stderr);
}
