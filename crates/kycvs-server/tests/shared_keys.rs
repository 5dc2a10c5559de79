//! Servers and tools over one PostgreSQL have one set of keys.

use crate::shared_stores::{configuration, database, migrate, refused, server};
use crate::support::{Files, REGISTRY, Ran, railway, run, serve};

#[test]
fn all_servers_of_a_database_have_one_key_of_its_log_and_one_of_its_cards() {
    let [first, second, third] = [(); 3].map(|()| Files::new());
    let name = server().database(None);
    let postgres = format!("postgres = '{}?sslmode=disable'\n", server().url(&name));
    assert_eq!(migrate(&configuration(&first, "http://127.0.0.1:9", &postgres)).status, 0);
    let further = format!("{postgres}[log]\norigin = 'kycvs.example/log'\n[cards]\n");
    let [config, other, strange] =
        [&first, &second, &third].map(|at| configuration(at, "http://127.0.0.1:9", &further));
    let early = refused(&config);
    assert_eq!(
        (early.status, early.stderr.contains("no log.key yet: run kycvs migrate")),
        (2, true),
        "{}",
        early.stderr
    );
    assert!(!std::fs::exists(first.path("keys/log.key")).unwrap(), "a server makes none of its own");
    assert_eq!(migrate(&config).status, 0);

    // Another server, whose folder of keys is copied file by file.
    let key = |config: &str| run("kycvs", ["audit", "key", "--config", config]);
    let copy = |name: &str| {
        second.secret_file(&format!("keys/{name}"), std::fs::read(first.path(&format!("keys/{name}"))).unwrap())
    };
    std::fs::create_dir(second.path("keys")).unwrap();
    for name in ["registry.key", "service.key"] {
        copy(name);
    }
    let says = |ran: Ran, what: &str| assert!(ran.status == 2 && ran.stderr.contains(what), "{what}: {}", ran.stderr);
    says(refused(&other), "log.key is missing: copy it");
    says(migrate(&other), "log.key is missing: copy it");
    // `keys new` makes all that these settings need, for a database that has none yet.
    assert_eq!(run("kycvs", ["keys", "new", "--config", &strange]).status, 0);
    for name in ["log.key", "cards.key"] {
        second.secret_file(&format!("keys/{name}"), std::fs::read(third.path(&format!("keys/{name}"))).unwrap());
    }
    says(key(&other), "it has another log.key");
    copy("log.key");
    assert_eq!((key(&other).status, key(&other).stdout), (0, key(&config).stdout));
    says(refused(&other), "it has another cards.key");
    says(migrate(&other), "it has another cards.key");
    // A key that is replaced, as kycvs.toml says.
    server().sql(&name, "DELETE FROM kycvs.meta WHERE name = 'cards.key'");
    assert_eq!(migrate(&other).status, 0);
    says(refused(&config), "it has another cards.key");
    assert_eq!(railway(&serve(&["--config", &other])).get("/readyz").status, 200);
}

#[test]
fn a_database_in_use_gets_no_other_keys() {
    let folder = Files::new();
    let config = configuration(&folder, "http://127.0.0.1:9", &format!("postgres = '{}'", database()));
    assert_eq!(migrate(&config).status, 0);
    std::fs::remove_file(folder.path("keys/registry.key")).unwrap();
    for ran in [migrate(&config), refused(&config)] {
        assert_eq!((ran.status, ran.stderr.contains("registry.key is missing")), (2, true), "{}", ran.stderr);
    }
    assert!(!std::fs::exists(folder.path("keys/registry.key")).unwrap());
}

/// A database of its own, and what a configuration says about it.
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
    let (folder, other) = (Files::new(), Files::new());
    let (_, stores) = named();
    assert_eq!(migrate(&configuration(&folder, "http://127.0.0.1:9", &stores)).status, 0);
    let elsewhere = configuration(&other, "http://127.0.0.1:9", &named().1);
    assert_eq!(migrate(&elsewhere).status, 0);

    let config = configuration(&other, "http://127.0.0.1:9", &stores);
    let registry = other.file("registry.csv", REGISTRY);
    let others_are = |others: &str| {
        let says = format!("these keys are not those of this database: it has {others}\n");
        let import = run("kycvs", ["import", &registry, "--config", &config]);
        for ran in [refused(&config), migrate(&config), import] {
            assert_eq!((ran.status, ran.stderr.ends_with(&says)), (2, true), "{}", ran.stderr);
            assert_eq!(ran.stdout, "");
        }
    };
    others_are("another registry.key, another service.key");
    std::fs::copy(folder.path("keys/service.key"), other.path("keys/service.key")).unwrap();
    others_are("another registry.key");
}

#[test]
fn of_two_that_migrate_one_database_at_once_with_keys_of_their_own_one_is_refused() {
    let (_, stores) = named();
    let folders = [Files::new(), Files::new()];
    let configs = folders.each_ref().map(|folder| configuration(folder, "http://127.0.0.1:9", &stores));
    let ran = std::thread::scope(|scope| {
        configs.each_ref().map(|config| scope.spawn(|| migrate(config))).map(|running| running.join().unwrap())
    });
    let mut statuses = ran.each_ref().map(|ran| ran.status);
    statuses.sort_unstable();
    assert_eq!(statuses, [0, 2], "{} {}", ran[0].stderr, ran[1].stderr);
    let loser = ran.iter().find(|ran| ran.status == 2).unwrap();
    assert!(loser.stderr.contains("these keys are not those of this database"), "{}", loser.stderr);
}

#[test]
fn any_number_may_migrate_at_once_with_one_folder_of_keys() {
    let folder = Files::new();
    let config = configuration(&folder, "http://127.0.0.1:9", &named().1);
    std::thread::scope(|scope| {
        for running in [(); 4].map(|()| scope.spawn(|| migrate(&config))) {
            let ran = running.join().unwrap();
            assert_eq!(ran.status, 0, "{}", ran.stderr);
        }
    });
    assert_eq!(migrate(&config).stdout, "Applied 0 migrations.\n");
}

#[test]
fn nothing_is_made_for_a_key_that_cannot_be_used() {
    let folder = Files::new();
    let (database, stores) = named();
    let config = configuration(&folder, "http://127.0.0.1:9", &stores);
    std::fs::create_dir(folder.path("keys")).unwrap();
    let key = folder.file("keys/service.key", "");
    close(&key);
    let ran = migrate(&config);
    assert_eq!((ran.status, ran.stderr.contains("service.key has 0 bytes instead of 32")), (2, true), "{}", ran.stderr);
    assert!(!has_tables(&database));
}

/// Makes a file its owner's alone.
pub(crate) fn close(path: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}
