//! Whatever an example is given, it says what is wrong with it, in one line, and does not panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use support::{Folder, HEADER, run};

#[track_caller]
fn assert_told(example: &str, args: &[&str], words: &str) {
    let ran = run(example, args);
    assert_eq!(ran.status, 2, "{example} {args:?}: {}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.starts_with("error: ") && ran.stderr.lines().count() == 1, "{example} {args:?}: {}", ran.stderr);
    assert_eq!(ran.stderr.matches(words).count(), 1, "told, and told once: {example} {args:?}: {}", ran.stderr);
}

#[test]
fn every_example_has_a_help() {
    for example in ["railway_booking", "airport_gate", "employer_roster", "evaluate_history", "import_registry"] {
        for flag in ["--help", "-h"] {
            let ran = run(example, [flag]);
            assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
            assert!(ran.stdout.contains(&format!("--example {example}")), "{}", ran.stdout);
            assert!(ran.stdout.contains("Exit status: 0 "), "{}", ran.stdout);
        }
    }
}

#[test]
fn absurd_flags_are_told() {
    for people in ["0", "-1", "10000001", "99999999999999999999", "many", ""] {
        assert_told("railway_booking", &["--people", people], "1 to 10000000");
    }
    assert_told("railway_booking", &["--people"], "missing argument");
    for example in ["railway_booking", "employer_roster", "evaluate_history", "import_registry"] {
        assert_told(example, &["--frobnicate"], "--frobnicate");
    }
    assert_told("railway_booking", &["registry.csv"], "registry.csv");
    assert_told("railway_booking", &["--people", "60", "--registry", "a.csv"], "either --people N or --registry");
    assert_told("railway_booking", &["--registry", "a.csv", "--people", "60"], "either --people N or --registry");
    assert_told("evaluate_history", &["--on", "1 May"], "a date is YYYY-MM-DD");
    assert_told("import_registry", &[], "which file?");
    assert_told("import_registry", &["a.csv"], "--data DIR or --generate N");
    assert_told("import_registry", &["a.csv", "--data", "d", "--generate", "1"], "either");
    assert_told("import_registry", &["a.csv", "--generate", "-5"], "-5");
    assert_told("import_registry", &["a.csv", "--generate", "5", "--bad-rows", "b"], "--bad-rows goes with --data");
}

#[test]
fn an_empty_path_is_refused() {
    let cases: [(&str, &[&str]); 8] = [
        ("railway_booking", &["--registry", ""]),
        ("railway_booking", &["--data", ""]),
        ("railway_booking", &["--out", ""]),
        ("employer_roster", &["--roster", ""]),
        ("employer_roster", &["--registry", ""]),
        ("import_registry", &["", "--data", "d"]),
        ("import_registry", &["a.csv", "--data", ""]),
        ("import_registry", &["a.csv", "--data", "d", "--bad-rows", ""]),
    ];
    for (example, args) in cases {
        assert_told(example, args, "a path is empty");
    }
}

#[test]
fn a_registry_file_that_cannot_be_used_is_told() {
    let folder = Folder::new();
    let files = [
        (folder.path("missing.csv"), "cannot open"),
        (folder.path(""), "it is a folder"),
        (folder.file("wrong.csv", "id,name\n1,Asha Rao\n"), "none of the first ten lines names the columns"),
        (folder.file("short.csv", HEADER.replace(",batch", "")), "line 1 names the columns and lacks batch"),
        (folder.file("empty.csv", ""), "the file is empty"),
        (folder.file("nul.csv", vec![0; 1 << 20]), "none of the first ten lines"),
        (folder.file("book.xlsx", b"PK\x03\x04\x14\0\x06\0"), "an Excel workbook"),
    ];
    for (file, words) in &files {
        assert_told("railway_booking", &["--registry", file], words);
        assert_told("import_registry", &[file, "--data", &folder.path("data")], words);
        assert_told("employer_roster", &["--registry", file], words);
    }
}

#[test]
fn nothing_is_made_for_a_registry_file_that_is_not_there() {
    let folder = Folder::new();
    let (missing, data, out, list) =
        (folder.path("mistyped.csv"), folder.path("data"), folder.path("out"), folder.path("bad.txt"));
    for missing in [&missing, &folder.path("")] {
        assert_told("import_registry", &[missing, "--data", &data, "--bad-rows", &list], "cannot open");
        assert_told("railway_booking", &["--registry", missing, "--data", &data, "--out", &out], "cannot open");
    }
    for path in [data, out, list] {
        assert!(!std::fs::exists(&path).unwrap(), "{path}");
    }
}

#[test]
fn a_folder_that_cannot_be_used_is_told() {
    let folder = Folder::new();
    let csv = folder.file("registry.csv", HEADER);
    let below_a_file = folder.path("registry.csv/data");
    assert_told("railway_booking", &["--people", "60", "--data", &below_a_file], "cannot be read or written");
    assert_told("railway_booking", &["--people", "60", "--out", &below_a_file], "cannot make the folder");
    assert_told("import_registry", &[&csv, "--data", &below_a_file], "cannot be read or written");
    assert_told("import_registry", &[&below_a_file, "--generate", "10"], "cannot make");

    // Somebody else's files where the store would be.
    std::fs::create_dir(folder.path("other")).unwrap();
    folder.secret_file("other/registry.key", [7; 32]);
    folder.secret_file("other/service.key", [7; 32]);
    folder.file("other/kycvs.redb", "not a database");
    assert_told(
        "import_registry",
        &[&csv, "--data", &folder.path("other")],
        "kycvs.redb: the file is not a KYC-VS store",
    );
}

#[cfg(unix)]
#[test]
fn a_flag_that_is_not_text_is_told() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let bytes = OsStr::from_bytes(b"\xFF\xFE");
    for (example, flag) in
        [("railway_booking", "--people"), ("evaluate_history", "--policy"), ("evaluate_history", "--on")]
    {
        let ran = run(example, [OsStr::new(flag), bytes]);
        assert_eq!(ran.status, 2, "{example}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
    assert_eq!(run("airport_gate", [bytes]).status, 3);
}
