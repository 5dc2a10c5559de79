//! Histories in, answers out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use support::{Folder, program, run, run_with_input};

const ONE_DOSE: &str =
    r#"{"id":"a1","doses":[{"product":"cvx:208","given_on":"2021-03-01","batch":"EN6200","dose_number":1}]}"#;

#[test]
fn a_history_gives_its_answer() {
    let ran = run_with_input("evaluate_history", ["--policy", "us-cdc", "--on", "2021-12-01"], ONE_DOSE.as_bytes());
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let expected = r#"{"id":"a1","policy":"us-cdc/2","status":1,"complete_on":null,"effective_on":null,"next_due":"2021-03-22","doses":[{"given_on":"2021-03-01","verdict":"valid","reasons":[]}]}"#;
    assert_eq!(ran.stdout, format!("{expected}\n"));
}

#[test]
fn a_bad_line_stops_nothing_and_shows_in_the_status() {
    let mut input = format!("{ONE_DOSE}\n\nnot json\n").into_bytes();
    input.extend(b"\xFF\xFE\n");
    input.extend(br#"{"id":"a2","doses":[{"product":"COVAXIN","given_on":"2021-02-30"}]}"#);
    input.push(b'\n');
    input.extend(vec![b'['; 10 << 20]);
    input.extend(format!("\r\n{ONE_DOSE}").into_bytes());
    let ran = run_with_input("evaluate_history", ["--on", "2021-12-01"], &input);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 6);
    assert!(lines[0].contains(r#""status":1"#) && lines[5] == lines[0], "{lines:?}");
    assert!(lines[1..5].iter().all(|line| line.contains(r#""error":""#)), "{lines:?}");
    assert!(lines[3].starts_with(r#"{"id":"a2""#), "{lines:?}");
}

#[test]
fn a_policy_of_ones_own_is_a_file() {
    let folder = Folder::new();
    let policy = folder.file(
        "one-shot.toml",
        r#"
            id = "one-shot"
            version = 3
            [[series]]
            name = "Any"
            doses = [[{ products = ["COMIRNATY"] }]]
        "#,
    );
    let ran = run_with_input("evaluate_history", ["--policy", &policy, "--on", "2021-12-01"], ONE_DOSE.as_bytes());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains(r#""policy":"one-shot/3","status":2"#), "{}", ran.stdout);
}

#[test]
fn a_policy_or_date_that_cannot_be_used_is_told() {
    let folder = Folder::new();
    let huge = folder.file("huge.toml", " ".repeat(1 << 20));
    let not_text = folder.file("bytes.toml", b"\xFF\xFE");
    let not_toml = folder.file("not.toml", "id = ");
    let missing = folder.path("missing.toml");
    for args in [
        ["--policy", "in-kyc-sv"],
        ["--policy", &huge],
        ["--policy", &not_text],
        ["--policy", &not_toml],
        ["--policy", &missing],
        ["--on", "2021-02-30"],
        ["--on", "today"],
        ["--at", "2021-02-03"],
    ] {
        let ran = run("evaluate_history", args);
        assert_eq!(ran.status, 2, "{args:?}");
        assert!(ran.stderr.starts_with("error: ") && ran.stdout.is_empty(), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut command = Command::new(program("evaluate_history"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    for _ in 0..10_000 {
        if writeln!(stdin, "{ONE_DOSE}").is_err() {
            break; // it noticed
        }
    }
    drop(stdin);
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}
