//! A registry file goes into a folder, once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use support::{Folder, HEADER, REGISTRY, run};

#[test]
fn a_generated_registry_is_imported_once() {
    let folder = Folder::new();
    let (csv, data) = (folder.path("sample.csv"), folder.path("data"));
    let ran = run("import_registry", [&csv, "--generate", "5000"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert_eq!(run("import_registry", [&csv, "--generate", "5"]).status, 2, "it would have written over a file");

    let first = run("import_registry", [&csv, "--data", &data]);
    assert_eq!((first.status, first.stderr.as_str()), (0, ""));
    assert!(first.stdout.contains("people  5000 added, 0 corrected"), "{}", first.stdout);
    assert!(first.stdout.contains("a second; 0 bad"), "{}", first.stdout);
    let second = run("import_registry", [&csv, "--data", &data]);
    assert_eq!(second.status, 0);
    assert!(second.stdout.contains("people  0 added, 0 corrected"), "{}", second.stdout);
    assert!(second.stdout.contains("doses   0 added, 0 corrected"), "{}", second.stdout);
}

#[test]
fn bad_rows_are_listed_and_the_rest_is_imported() {
    let folder = Folder::new();
    let csv = folder.file("registry.csv", REGISTRY);
    let ran = run("import_registry", [&csv, "--data", &folder.path("data")]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    assert!(ran.stdout.contains("registry.csv:6: not imported: mobile: "), "{}", ran.stdout);
    assert!(ran.stdout.contains("registry.csv:7: not imported: product is not in the catalogue"), "{}", ran.stdout);
    assert!(ran.stdout.contains("people  3 added"), "{}", ran.stdout);
}

#[test]
fn every_bad_row_is_listed() {
    let folder = Folder::new();
    let mut csv = HEADER.as_bytes().to_vec();
    csv.extend(b"1,\xFF\xFE,9876543210,,,,,\n".repeat(100));
    csv.extend(vec![b'x'; 1 << 20]);
    let csv = folder.file("registry.csv", csv);
    let ran = run("import_registry", [&csv, "--data", &folder.path("data")]);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().filter(|line| line.contains("not imported: the row is not UTF-8")).count(), 100);
    assert!(ran.stdout.contains("registry.csv:102: not imported: "), "{}", ran.stdout);
    assert!(ran.stdout.contains("101 bad"), "{}", ran.stdout);
}
