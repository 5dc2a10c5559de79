//! The tools of an operator: each does a part of the server's work, and says what came of it by its exit status.

use crate::support::{Files, REGISTRY, run, sha256};
use kycvs_test_programs::run_with_input;
use serde_json::{Value, json};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
}

#[test]
fn names_are_compared_a_line_each() {
    let input = "Laxmi Rao\tLakshmi Rao\nAsha Rao\tImran Sheikh\nRao Asha\tAsha Rao\nno second name\n";
    let ran = run_with_input("kycvs", ["name-match"], input.as_bytes());
    assert_eq!(ran.status, 1, "a line has no two names: {}", ran.stderr);
    let told = lines(&ran.stdout);
    assert_eq!(told[0], json!({ "asked": "Laxmi Rao", "recorded": "Lakshmi Rao", "match": true, "how": "spelling" }));
    assert_eq!(told[1], json!({ "asked": "Asha Rao", "recorded": "Imran Sheikh", "match": false, "how": "different" }));
    assert_eq!(told[2]["asked"], "Rao Asha");
    let none = json!({ "asked": "no second name", "recorded": "", "match": false, "how": "invalid-name" });
    assert_eq!((&told[3], told.len()), (&none, 4));
}

#[test]
fn mobile_numbers_are_read_a_line_each() {
    let ran = run_with_input("kycvs", ["mobile"], "98765 43210\r\n12345\n".as_bytes());
    assert_eq!(ran.status, 1);
    let told = lines(&ran.stdout);
    assert_eq!(told[0], json!({ "input": "98765 43210", "mobile": "+919876543210", "error": null }));
    assert_eq!((told[1]["mobile"].is_null(), told[1]["error"].is_string()), (true, true));
    assert_eq!(run_with_input("kycvs", ["mobile"], b"9876543210\n").status, 0);
    let foreign = run_with_input("kycvs", ["mobile"], &[0xFF, b'\n']);
    assert_eq!((foreign.status, lines(&foreign.stdout).len()), (1, 1));
}

#[test]
fn histories_are_evaluated_by_a_built_in_policy_or_a_file() {
    let history = br#"{"id":"a1","doses":[{"product":"COVISHIELD","given_on":"2021-04-03"}]}"#;
    let ran = run_with_input("kycvs", ["evaluate", "--on", "2021-12-01"], history);
    assert_eq!((ran.status, &lines(&ran.stdout)[0]["status"]), (0, &json!(1)), "{}", ran.stderr);
    let ran = run_with_input("kycvs", ["evaluate", "--policy", "no-such-policy"], history);
    assert_eq!((ran.status, ran.stderr.contains("no policy \"no-such-policy\"")), (2, true), "{}", ran.stderr);
    assert_eq!(run_with_input("kycvs", ["evaluate"], b"{}\n").status, 1);
}

#[test]
fn lines_of_windows_empty_lines_and_what_is_no_text_are_answered_a_line_each() {
    let names =
        run_with_input("kycvs", ["name-match"], "\u{FEFF}Laxmi Rao\tLakshmi Rao\r\n\na b\tc d\te f\n\tRao".as_bytes());
    let told = lines(&names.stdout);
    let how: Vec<_> = told.iter().map(|line| line["how"].as_str().unwrap()).collect();
    assert_eq!((names.status, how), (1, vec!["spelling", "invalid-name", "invalid-name", "invalid-name"]));
    assert_eq!((&told[0]["asked"], &told[2]["recorded"]), (&json!("Laxmi Rao"), &json!("c d\te f")));
    let long = [vec![b'9'; 10 << 20], b"\n9876543210".to_vec()].concat();
    let numbers = run_with_input("kycvs", ["mobile"], &long);
    let told = lines(&numbers.stdout);
    assert_eq!((numbers.status, told.len(), told[1]["mobile"].as_str()), (1, 2, Some("+919876543210")));
    assert!(numbers.stdout.len() < 10_000, "a long line is not repeated");
    let history = "\u{FEFF}{\"id\":\"a1\",\"doses\":[]}\r\n\n";
    let ran = run_with_input("kycvs", ["evaluate"], history.as_bytes());
    assert_eq!((ran.status, lines(&ran.stdout).len()), (0, 1), "{}", ran.stdout);
    for day in ["2021-13-01", "2021-12-1", " 2021-12-01", "0000-01-01", "01-02-2021"] {
        let ran = run("kycvs", ["evaluate", "--on", day]);
        assert!(ran.status == 2 && ran.stderr.contains("a date is YYYY-MM-DD, from 1900"), "{day}: {}", ran.stderr);
    }
}

#[test]
fn a_reader_that_goes_away_ends_a_command_without_an_error() {
    for (command, line, status) in [
        (vec!["mobile"], "9876543210", 0),
        (vec!["name-match"], "Laxmi Rao\tLakshmi Rao", 0),
        (vec!["evaluate"], r#"{"id":"a1","doses":[]}"#, 0),
        (
            vec!["verify", "--jwks", concat!(env!("CARGO_MANIFEST_DIR"), "/../kycvs-token/tests/golden/jwks.json")],
            "x",
            3,
        ),
    ] {
        let mut ran = std::process::Command::new(kycvs_test_programs::program("kycvs"))
            .args(&command)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(ran.stdout.take());
        let mut input = ran.stdin.take().unwrap();
        let lines = format!("{line}\n").repeat(50_000);
        // It reads no further once nobody reads it.
        let _ = std::io::Write::write_all(&mut input, lines.as_bytes());
        drop(input);
        let ended = ran.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&ended.stderr);
        assert_eq!((ended.status.code(), errors.is_empty()), (Some(status), status == 0), "{command:?}: {errors}");
    }
}

#[test]
fn what_a_gate_cannot_verify_has_an_exit_status_of_its_own() {
    let folder = Files::new();
    let missing = folder.path("jwks.json");
    let jwks = concat!(env!("CARGO_MANIFEST_DIR"), "/../kycvs-token/tests/golden/jwks.json");
    let empty = folder.file("empty.json", r#"{"keys":[]}"#);
    for args in [
        vec!["verify"],
        vec!["verify", "--jwks", &missing],
        vec!["verify", "--colour"],
        vec!["verify", "--jwks", &empty],
        vec!["verify", "--jwks", jwks, "--status-list", &missing],
    ] {
        assert_eq!(run("kycvs", &args).status, 3, "{args:?}");
    }
}

#[test]
fn an_operator_frees_a_number_and_reads_a_consent_and_the_tools_make_no_store() {
    let folder = Files::new();
    let (csv, data) = (folder.file("people.csv", REGISTRY), folder.path("data"));
    let ran = run("kycvs", ["import", &csv, "--data", &data, "--format", "json"]);
    assert_eq!((ran.status, &lines(&ran.stdout)[0]["people_added"]), (1, &json!(3)), "{}", ran.stderr);
    let freed = run("kycvs", ["unlock", "98765 43210", "--data", &data]);
    assert_eq!(
        (freed.status, freed.stdout.as_str()),
        (0, "Nothing locks the number ending in 3210 now.\n"),
        "{}",
        freed.stderr
    );
    let consent = run("kycvs", ["consent", "show", "bm90IGEgcmVhbCBpZCEhIQ", "--data", &data]);
    assert_ne!(consent.status, 0, "{}", consent.stdout);
    let nowhere = folder.path("nowhere");
    assert_eq!(run("kycvs", ["unlock", "98765 43210", "--data", &nowhere]).status, 2);
    assert!(!std::fs::exists(&nowhere).unwrap());
}

#[test]
fn keys_are_made_closed_and_named_without_being_shown() {
    let folder = Files::new();
    let keys = folder.path("keys");
    assert_eq!(run("kycvs", ["keys", "list", "--keys", &keys]).status, 2);
    let made = run("kycvs", ["keys", "new", "--keys", &keys]);
    assert!(made.status == 0 && made.stdout.contains("signs "), "{}", made.stderr);
    assert_eq!(run("kycvs", ["keys", "list", "--keys", &keys]).stdout, made.stdout);
    use std::os::unix::fs::PermissionsExt;
    let path = folder.path("keys/service.key");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let open = run("kycvs", ["keys", "list", "--keys", &keys]);
    assert_eq!((open.status, open.stderr.contains("chmod 600")), (2, true), "{}", open.stderr);
}

#[test]
fn keys_are_listed_before_the_first_one_signs() {
    let folder = Files::new();
    let (csv, data, keys) = (folder.file("people.csv", REGISTRY), folder.path("data"), folder.path("data-keys"));
    assert_eq!(run("kycvs", ["import", &csv, "--data", &data]).status, 1);
    let list = |format| run("kycvs", ["keys", "list", "--keys", &keys, "--format", format]);
    for signing in ["no folder", "an empty one"] {
        let (text, json) = (list("text"), list("json"));
        assert!(text.status == 0 && text.stdout.contains("service.key ") && text.stdout.contains("no signing key yet"));
        let told = &lines(&json.stdout)[0];
        assert_eq!((json.status, &told["signs"], &told["published"]), (0, &json!(null), &json!([])), "{signing}");
        let _ = std::fs::create_dir(folder.path("data-keys/signing"));
    }
    use std::os::unix::fs::PermissionsExt;
    let signing = folder.path("data-keys/signing");
    std::fs::set_permissions(&signing, std::fs::Permissions::from_mode(0o777)).unwrap();
    assert_eq!(list("text").status, 2, "another fault stays one");
}

#[test]
fn an_output_that_takes_nothing_is_a_failure_also_of_help() {
    for (args, status) in [
        (&["--help"][..], 2),
        (&["--version"], 2),
        (&["verify", "--help"], 2),
        (&["completions", "bash"], 2),
        (&["man"], 2),
        (&["policy", "table", "in-kyc-vs"], 2),
        (&["frobnicate"], 2),
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = std::process::Command::new(kycvs_test_programs::program("kycvs")).args(args).stdout(full).output();
        assert_eq!(ran.unwrap().status.code(), Some(status), "{args:?}");
    }
}

#[test]
fn each_command_has_a_help_with_its_exit_status_and_there_is_a_man_page() {
    let commands =
        ["serve", "migrate", "import", "check-config", "evaluate", "name-match", "mobile", "verify", "unlock"];
    for command in commands {
        let help = run("kycvs", [command, "--help"]);
        assert!(help.status == 0 && help.stdout.contains("Exit status: 0 "), "{command}: {}", help.stdout);
    }
    let man = run("kycvs", ["man"]).stdout;
    for said in
        [".TH kycvs 1", "\nkycvs \\- ", "kycvs check\\-config \\-", "kycvs policy explain \\-", "Exit status: 0 "]
    {
        assert!(man.contains(said), "{said}: {man}");
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(run("kycvs", ["completions", shell]).stdout.contains("check-config"), "{shell}");
    }
    assert_eq!(run("kycvs", ["frobnicate"]).status, 2);
}

#[test]
fn no_file_of_the_repository_publishes_a_key_that_a_server_takes() {
    let published = include_str!("../src/config/published.txt");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut folders = vec![root];
    let mut found = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
            let kind = entry.file_type().unwrap();
            if kind.is_dir() && !name.starts_with('.') && name != "target" && name != "node_modules" {
                folders.push(path);
            } else if kind.is_file()
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                for part in text.split("api_key_sha256 = \"").skip(1) {
                    let hash = part.split('"').next().unwrap();
                    if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                        found += 1;
                        assert!(published.contains(hash), "{} publishes a key: add it", path.display());
                    }
                }
            }
        }
    }
    assert!(found > 5, "{found}");
    assert!(published.contains(&sha256("demonstration-key-of-the-railway")));
}
