//! `kycvs import` and `kycvs person` over one folder.

use crate::configurations::KANNEL;
use crate::support::{Files, HEADER, configuration, run, serve};

const TWICE: &str = "\
DUP1,Ramesh Kumar,9800000001,1980-05-05,COVISHIELD,2021-04-03,1,A1
DUP2,Ramesh Kumar,9800000001,1980-05-05,COVISHIELD,2021-07-05,1,A2
";

#[test]
fn a_file_is_tried_imported_and_mended_by_hand() {
    let files = Files::new();
    let csv = files.file("people.csv", format!("{HEADER}{TWICE}"));
    let (data, bad_rows) = (files.path("data"), files.path("bad-rows.jsonl"));
    let import = |flags: &[&str]| run("kycvs", [&["import", &csv, "--data", &data], flags].concat());
    let person =
        |args: &[&str]| run("kycvs", [&["person"], args, &["--mobile", "9800000001", "--data", &data]].concat());
    let dry = import(&["--dry-run", "--format", "json"]);
    assert!(dry.stdout.contains("\"people_added\":2") && dry.stdout.contains("\"doubtful\":1"), "{}", dry.stdout);
    assert_eq!(std::fs::read_dir(files.path("")).unwrap().count(), 1, "no store and no keys were made");
    run("kycvs", ["import", &files.file("nobody.csv", HEADER), "--data", &data]);
    assert_eq!(import(&["--dry-run"]).status, 0);
    assert_eq!(person(&["show-state", "--id", "DUP1"]).status, 1, "nothing was written");

    let ran = import(&["--bad-rows", &bad_rows]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr.contains("people.csv:2: line 3 has this name and birth date under another id"),
        "{}",
        ran.stderr
    );
    let listed = std::fs::read_to_string(bad_rows).unwrap();
    assert_eq!(listed, "{\"event\":\"doubtful\",\"line\":2,\"other_line\":3,\"doubt\":\"one-person-twice\"}\n");

    assert!(person(&["show-state", "--id", "DUP1"]).stdout.contains("not answered: "));
    let done = |args: &[&str]| {
        let ran = person(args);
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{args:?}");
        ran.stdout
    };
    assert_eq!(done(&["merge", "--id", "DUP2", "--into", "DUP1"]), "The two ids are one person now.\n");
    let state = person(&["show-state", "--id", "DUP2", "--format", "json"]).stdout;
    assert!(state.contains("\"is_answerable\":true") && state.contains("2021-07-05"), "{state}");
    let void = ["void-dose", "--id", "DUP1", "--given-on", "2021-07-05"];
    assert_eq!(done(&void), "The dose of 2021-07-05 is void.\n");
    let again = person(&void);
    assert_eq!((again.status, again.stdout.as_str()), (1, ""));
    let moved = "The person is at the number ending in 0002 now.\n";
    assert_eq!(done(&["move", "--id", "DUP1", "--to", "9800000002"]), moved);
    assert_eq!(person(&["move", "--id", "DUP1", "--to", "9800000002"]).status, 2);
    assert_eq!(person(&["remove", "--id", "DUP1"]).status, 1, "not on the old number");
    let removed = run("kycvs", ["person", "remove", "--mobile", "9800000002", "--id", "DUP1", "--data", &data]);
    assert_eq!((removed.status, removed.stdout.as_str()), (0, "The person is erased.\n"));
}

#[test]
fn no_command_about_a_person_makes_a_store_in_a_mistyped_folder() {
    let files = Files::new();
    let data = files.path("typo");
    let commands: [&[&str]; 5] = [
        &["show-state"],
        &["remove"],
        &["move", "--to", "9800000002"],
        &["void-dose", "--given-on", "2021-07-05"],
        &["merge", "--into", "DUP2"],
    ];
    for command in commands {
        let who = ["--mobile", "9800000001", "--id", "DUP1", "--data", &data];
        let ran = run("kycvs", [&["person"], command, &who].concat());
        assert_eq!(ran.status, 2, "{command:?} {}", ran.stderr);
        assert!(ran.stderr.contains(&format!("there is no store in {data}")), "{command:?} {}", ran.stderr);
        assert_eq!(std::fs::read_dir(files.path("")).unwrap().count(), 0, "{command:?}: nothing was made");
    }
}

#[test]
fn a_store_that_a_server_has_open_is_refused_with_what_to_do() {
    let files = Files::new();
    let data = files.path("data");
    let mut server = serve(&["--data", &data]);
    let csv = files.file("people.csv", HEADER);
    let who = ["--mobile", "9800000001", "--id", "DUP1", "--data", &data];
    let (id, config) = ("A".repeat(22), files.file("kycvs.toml", configuration(KANNEL)));
    for command in [
        vec!["import", &csv, "--data", &data],
        [&["person", "show-state"][..], &who].concat(),
        vec!["consent", "show", &id, "--data", &data],
        vec!["unlock", "9800000001", "--data", &data],
        vec!["publish", "--config", &config, "--data", &data],
        vec!["audit", "key", "--data", &data],
    ] {
        let ran = run("kycvs", &command);
        let says = "is in use by a server or another command: stop it, or keep people in PostgreSQL by [stores]";
        assert_eq!((ran.status, ran.stderr.contains(says)), (2, true), "{command:?} {}", ran.stderr);
    }
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_store_must_be_named_and_both_ways_to_name_it_are_listed() {
    let who = ["--mobile", "9800000001", "--id", "DUP1"];
    for command in [vec!["import", "people.csv"], [&["person", "remove"][..], &who].concat(), vec!["unlock", who[1]]] {
        let ran = run("kycvs", &command);
        assert_eq!(ran.status, 2, "{command:?}");
        assert!(ran.stderr.contains("<--data <DIR>|--config <FILE.toml>>"), "{command:?} {}", ran.stderr);
    }
}

#[test]
fn a_file_of_changes_and_dates_with_the_day_first_are_read_as_the_flags_say() {
    let files = Files::new();
    let data = files.path("data");
    let csv = files.file("people.csv", format!("{HEADER}1,Asha Rao,9800000001,1986,COVISHIELD,03-04-2021,1,\n"));
    let ran = run("kycvs", ["import", &csv, "--data", &data]);
    assert_eq!(ran.status, 2, "no row could be imported");
    assert!(ran.stderr.contains("say which comes first by --dates\n"), "{}", ran.stderr);
    for (date, order) in [("31/12/1990", "day-first"), ("12/31/1990", "month-first")] {
        let csv = files.file(order, format!("{HEADER}2,Ravi Rao,9800000002,{date},COVISHIELD,2021-04-03,1,\n"));
        let ran = run("kycvs", ["import", &csv, "--data", &data]);
        assert!(ran.stderr.contains(&format!("or import with --dates {order}\n")), "{}", ran.stderr);
        assert_eq!(run("kycvs", ["import", &csv, "--data", &data, "--dates", order]).status, 0, "as it says");
    }
    assert_eq!(run("kycvs", ["import", &csv, "--data", &data, "--dates", "day-first"]).status, 0);
    let more = files.file("more.csv", format!("{HEADER}1,Asha Rao,9800000001,1986,COVISHIELD,2021-07-03,2,\n"));
    let ran = run("kycvs", ["import", &more, "--data", &data, "--mode", "changes"]);
    assert!(ran.stdout.contains("1 added, 0 corrected, 0 voided, 0 taken away"), "{}", ran.stdout);
    let ran = run("kycvs", ["import", &more, "--data", &data]);
    assert!(ran.stdout.contains("1 taken away, 1 unchanged"), "{}", ran.stdout);
}

#[test]
fn bundles_of_fhir_are_imported_and_what_cannot_be_read_is_named_by_its_place() {
    let files = Files::new();
    let (data, bad_rows) = (files.path("data"), files.path("bad-rows.jsonl"));
    let bundle = include_str!("../../kycvs-records/tests/data/nrces-immunization-record.json");
    let unknown = bundle.replace("covaxin", "nobody's vaccine").replace("22-7225", "22-7226");
    let undated = bundle.replace("occurrenceDateTime", "occurrenceString").replace("22-7225", "22-7227");
    let ndjson = files.file("bundles.ndjson", format!("{bundle}\n{unknown}{undated}"));
    let ran = run("kycvs", ["import", &ndjson, "--from", "fhir", "--data", &data, "--bad-rows", &bad_rows]);
    assert_eq!(ran.status, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("rows    3 ") && ran.stdout.contains("2 bad"), "{}", ran.stdout);
    let undated = "bundles.ndjson: line 4, /entry/5/resource/occurrenceDateTime: no text";
    assert!(ran.stderr.contains(undated), "{}", ran.stderr);
    assert!(ran.stderr.contains("bundles.ndjson: line 3, /entry/5/resource: not imported: product"), "{}", ran.stderr);
    assert!(
        std::fs::read_to_string(bad_rows)
            .unwrap()
            .contains(r#"{"place":"line 4, /entry/5/resource/occurrenceDateTime""#)
    );

    let person = ["person", "show-state", "--id", "22722548295255", "--mobile", "9818512600", "--data", &data];
    let state = run("kycvs", [&person[..], &["--format", "json"]].concat()).stdout;
    assert!(state.contains("2021-02-21"), "{state}");

    for (name, text) in [("one.json", bundle.to_owned()), ("marked.json", format!("\u{feff}{bundle}"))] {
        let again = run("kycvs", ["import", &files.file(name, text), "--from", "fhir", "--data", &data]);
        assert_eq!(again.status, 0, "{}", again.stderr);
        assert!(again.stdout.contains("1 unchanged"), "{}", again.stdout);
    }
    let text = format!("\u{feff}{}\r\nno bundle\r\n", bundle.trim_end());
    let marked = files.file("marked.ndjson", &text);
    let again = run("kycvs", ["import", &marked, "--from", "fhir", "--data", &data, "--format", "json"]);
    assert_eq!(again.stderr.trim_end(), format!("{marked}: line 2: not JSON"));
    let summary: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    for (member, is) in [("bytes", text.len()), ("rows", 2), ("rows_done", 2), ("bad_rows", 1), ("doses_unchanged", 1)]
    {
        assert_eq!(summary[member], is, "{member}");
    }
}
