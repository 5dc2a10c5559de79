//! The tests of a crate are one binary, so that they are linked once: `tests/all.rs` names their files.

use std::fs;
use std::path::{Path, PathBuf};

fn crates() -> Vec<PathBuf> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_dir(crates).unwrap().map(|folder| folder.unwrap().path()).collect()
}

/// The files directly in a crate's `tests`, without their endings.
fn files(of: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(of.join("tests")) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.extension().is_some_and(|kind| kind == "rs"));
    files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn no_file_of_tests_is_left_out() {
    let mut count = 0;
    for of in crates() {
        let files = files(&of);
        if files.len() < 2 {
            continue;
        }
        let manifest = fs::read_to_string(of.join("Cargo.toml")).unwrap();
        let all = fs::read_to_string(of.join("tests/all.rs")).unwrap();
        assert!(manifest.contains("autotests = false"), "{}: its files would be binaries of their own", of.display());
        for file in files {
            let is_named =
                all.contains(&format!("\nmod {file};")) || manifest.contains(&format!("\nname = \"{file}\"\n"));
            assert!(is_named, "{}: tests/all.rs does not name {file}", of.display());
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}
