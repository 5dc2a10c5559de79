//! An embedded store, its keys and its copy are apart: each is lost, or gives the other away, where they are one.

use std::fs;
use std::os::unix::fs::symlink;

use crate::configurations::{KANNEL, faults};
use crate::support::{Client, Files, HEADER, configuration, run, serve, serve_logged, until};

const LIVE: &str = "`stores.copy_to`: this is the store itself, which the copy would replace: write another file";
const TOGETHER: &str =
    "`stores.keys`: a backup of one would hold the other: keep the keys in a folder apart from the data";

/// A configuration with these folders, and with this file of a copy if there is one.
fn with_stores(data: &str, keys: &str, copy_to: Option<&str>) -> String {
    let copy_to = copy_to.map(|path| format!("copy_to = '{path}'\n")).unwrap_or_default();
    configuration(&format!("{KANNEL}[stores]\ndata = '{data}'\nkeys = '{keys}'\n{copy_to}"))
}

/// What `serve` says that does not serve.
fn refused(args: &[&str]) -> String {
    let ran = run("kycvs", [&["serve", "--listen", "192.0.2.1:1"], args].concat());
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    ran.stderr
}

#[test]
fn a_copy_onto_the_store_itself_is_refused_by_whatever_name() {
    let files = Files::new();
    let [data, keys, link] = ["data", "keys", "link"].map(|name| files.path(name));
    fs::create_dir(files.path("other")).unwrap();
    symlink(&data, &link).unwrap();
    let check = |data: &str, copy_to: &str| faults(&files, with_stores(data, &keys, Some(copy_to)));
    let live = format!("{data}/kycvs.redb");
    // Before there is a store, and once there is one.
    assert_eq!(check(&data, &live), format!("18: {LIVE}"));
    run("kycvs", ["import", &files.file("nobody.csv", HEADER), "--data", &data, "--keys", &keys]);
    symlink(&live, files.path("other/copy.redb")).unwrap();
    for (data, copy_to) in [
        (&data, &live),
        (&data, &format!("{link}/kycvs.redb")),
        (&link, &live),
        (&data, &files.path("other/../data/./kycvs.redb")),
        (&data, &files.path("other/copy.redb")),
    ] {
        assert_eq!(check(data, copy_to), format!("18: {LIVE}"), "{data} {copy_to}");
    }
    let of_keys = "`stores.copy_to`: it is in the folder of the keys: write a file that is apart from them";
    assert_eq!(check(&data, &format!("{keys}/registry.key")), format!("18: {of_keys}"));
    // A flag brings together what the file has apart.
    let config = files.file("good.toml", with_stores(&files.path("elsewhere"), &keys, Some(&live)));
    assert_eq!(run("kycvs", ["check-config", &config]).status, 0);
    let said = refused(&["--config", &config, "--data", &link]);
    assert_eq!(said, format!("error: {}\n", LIVE.replacen('`', "", 2)));
}

#[test]
fn a_copy_onto_a_store_that_became_its_file_by_a_link_since_the_start_is_not_made() {
    let files = Files::new();
    let [data, keys, backups, log] = ["data", "keys", "backups", "log"].map(|name| files.path(name));
    fs::create_dir(&backups).unwrap();
    let config = files.file("kycvs.toml", with_stores(&data, &keys, Some(&format!("{backups}/kycvs.redb"))));
    let server = serve_logged(&["--config", &config], &log);
    fs::remove_dir(&backups).unwrap();
    symlink(&data, &backups).unwrap();
    let number = |path: &str| std::os::unix::fs::MetadataExt::ino(&fs::metadata(path).unwrap());
    let live = format!("{data}/kycvs.redb");
    let before = number(&live);
    server.signal("USR1");
    until("the copy is refused", || files.read("log").contains("a store cannot be copied onto its own file"));
    assert_eq!(number(&live), before);
    assert_eq!(Client::new(server.said("server"), "").get("/readyz").status, 200);
}

#[test]
fn keys_and_data_in_one_folder_are_refused() {
    let files = Files::new();
    let [data, inside] = ["data", "data/keys"].map(|name| files.path(name));
    fs::create_dir(&data).unwrap();
    symlink(&data, files.path("link")).unwrap();
    for (data, keys) in [
        (&data, &inside),
        (&data, &data),
        (&inside, &data),
        (&data, &files.path("link/keys")),
        (&data, &files.path("keys/../data/keys")),
    ] {
        assert_eq!(faults(&files, with_stores(data, keys, None)), format!("17: {TOGETHER}"), "{data} {keys}");
        let said = refused(&["--data", data, "--keys", keys]);
        assert_eq!(said, format!("error: {}\n", TOGETHER.replacen('`', "", 2)));
    }
    assert_eq!(fs::read_dir(&data).unwrap().count(), 0, "nothing was made");
    // Beside each other, even where one name begins with the other.
    assert_eq!(files.path("data-keys"), format!("{data}-keys"));
    let config = files.file("good.toml", with_stores(&data, &files.path("data-keys"), None));
    assert_eq!(run("kycvs", ["check-config", &config]).stderr, "");
}

#[test]
fn the_default_folder_of_the_keys_is_beside_the_data_also_after_a_slash() {
    let files = Files::new();
    let mut server = serve(&["--data", &format!("{}/", files.path("data"))]);
    assert!(fs::exists(files.path("data-keys/registry.key")).unwrap());
    assert_eq!(server.terminate(), Some(0));
}
