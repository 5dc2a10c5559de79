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
    assert!(first.stdout.contains("a second; 0 bad, 0 ignored"), "{}", first.stdout);
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
    assert!(
        ran.stdout
            .contains("registry.csv:7: not imported: product: the catalogue has no such product; the nearest are "),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("people  3 added"), "{}", ran.stdout);
}

#[test]
fn a_registry_that_quotes_all_text_is_imported() {
    let folder = Folder::new();
    let quoted = |line: &str| format!("\"{}\"\n", line.replace(',', "\",\""));
    let csv = folder.file("registry.csv", quoted(HEADER.trim()) + &quoted("1,Asha Rao,9876543210,,,,,"));
    let ran = run("import_registry", [&csv, "--data", &folder.path("data")]);
    assert_eq!((ran.status, ran.stdout.contains("people  1 added")), (0, true), "{}{}", ran.stdout, ran.stderr);
}

/// 2001 rows that cannot be imported, the last of them a line of a megabyte.
fn garbage(folder: &Folder) -> String {
    let mut csv = HEADER.as_bytes().to_vec();
    csv.extend(b"1,\xFF\xFE,9876543210,,,,,\n".repeat(2000));
    csv.extend(vec![b'x'; 1 << 20]);
    folder.file("registry.csv", csv)
}

#[test]
fn a_thousand_bad_rows_are_listed_and_the_others_counted() {
    let folder = Folder::new();
    let ran = run("import_registry", [&garbage(&folder), "--data", &folder.path("data")]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    assert_eq!(ran.stdout.lines().filter(|line| line.contains("not imported: the row is not UTF-8")).count(), 1000);
    assert!(ran.stdout.contains("and 1001 more lines\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("2001 bad"), "{}", ran.stdout);
}

#[test]
fn all_bad_rows_are_listed_in_a_new_file() {
    let folder = Folder::new();
    let (csv, data, list) = (garbage(&folder), folder.path("data"), folder.path("bad.txt"));
    let args = [&csv, "--data", &data, "--bad-rows", &list];
    let ran = run("import_registry", args);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    assert!(ran.stdout.contains("and 1001 more lines; "), "{}", ran.stdout);
    let listed = folder.read("bad.txt");
    assert_eq!(listed.lines().count(), 2001);
    assert!(listed.lines().nth(2000).unwrap().contains("registry.csv:2002: not imported: the row is longer than"));

    let again = run("import_registry", args);
    assert_eq!((again.status, folder.read("bad.txt")), (2, listed), "no file is written over: {}", again.stderr);
}
