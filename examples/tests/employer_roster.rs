//! A roster is asked, and each decides.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use support::{Folder, REGISTRY, run};

#[test]
fn the_employer_learns_what_each_agreed_to_tell() {
    let ran = run("employer_roster", [""; 0]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let learnt = |label: &str| ran.stdout.lines().find(|line| line.starts_with(label)).unwrap().to_owned();
    assert!(learnt("E001").contains("2, fully vaccinated"), "{}", ran.stdout);
    assert!(learnt("E003").contains("mistypes the code, then enters it"), "{}", ran.stdout);
    assert!(learnt("E003").contains("1, partially vaccinated"), "{}", ran.stdout);
    assert!(learnt("E005").ends_with("nothing: declined"), "{}", ran.stdout);
    assert!(learnt("E006").contains("0, not vaccinated"), "{}", ran.stdout);
    assert!(learnt("E012").ends_with("nothing: no record matches"), "{}", ran.stdout);
}

#[test]
fn a_roster_of_ones_own_is_asked_and_bad_rows_are_told() {
    let folder = Folder::new();
    let registry = folder.file("registry.csv", REGISTRY);
    let mut rows = b"\xEF\xBB\xBFmobile,name,employee_id\r\n".to_vec();
    rows.extend(
        b"+91 98765 43210,\"Rao, Asha Laxmi\",K1\r\n9876543210,Imran Sheikh,K2\r\n9123456780,Meena Devi,K3\r\n",
    );
    rows.extend(b"12345,Ravi Kumar,K4\r\n9876543210,\xFF\xFE,K5\r\n9876543210,Ravi Kumar\r\n\r\n9123456780,Meena,");
    let roster = folder.file("roster.csv", rows);
    let ran = run("employer_roster", ["--roster", &roster, "--registry", &registry]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""), "bad rows show in the status");
    for (label, learnt) in [
        ("K1 ", "2, fully vaccinated"),
        ("K2 ", "0, not vaccinated"),
        ("K3 ", "1, partially vaccinated"),
        ("K4 ", "not asked: an Indian mobile number has ten digits"),
        ("line 6 ", "not asked: the row is not UTF-8"),
        ("line 7 ", "nothing: no record matches"),
        ("line 9 ", "nothing: no record matches"),
    ] {
        let line = ran.stdout.lines().find(|line| line.starts_with(label)).unwrap_or_else(|| panic!("{}", ran.stdout));
        assert!(line.ends_with(learnt), "{line}");
    }
    for name in ["Asha", "Imran", "Meena", "Ravi", "43210"] {
        assert!(!ran.stdout.contains(name), "{}", ran.stdout);
    }
}

#[test]
fn somebody_who_gets_no_message_does_nothing_on_the_phone() {
    let folder = Folder::new();
    let registry = folder.file("registry.csv", REGISTRY);
    let roster = folder.file("roster.csv", format!("mobile,name\n{}", "9876543210,Imran Sheikh\n".repeat(10)));
    let ran = run("employer_roster", ["--roster", &roster, "--registry", &registry]);
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""));
    let lines: Vec<_> = ran.stdout.lines().filter(|line| line.starts_with("line ")).collect();
    for asked in &lines[..8] {
        assert!(asked.contains("enters") || asked.contains("declines"), "{asked}");
    }
    assert!(lines[..3].iter().all(|asked| asked.ends_with("0, not vaccinated")), "{lines:?}");
    for not_asked in &lines[8..] {
        assert!(not_asked.contains("no message came"), "a mobile gets eight codes in ten minutes: {not_asked}");
        assert!(not_asked.ends_with("nothing: too many requests"), "{not_asked}");
        assert!(!not_asked.contains("enters") && !not_asked.contains("declines"), "{not_asked}");
    }
    assert_eq!(lines.len(), 10);
}

#[test]
fn a_roster_that_quotes_all_text_is_read() {
    let folder = Folder::new();
    let registry = folder.file("registry.csv", REGISTRY);
    let roster = folder.file("roster.csv", "\"mobile\",\"name\"\n\"9876543210\",\"Imran Sheikh\"\n");
    let ran = run("employer_roster", ["--roster", &roster, "--registry", &registry]);
    assert_eq!((ran.status, ran.stdout.contains("0, not vaccinated")), (0, true), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_roster_that_cannot_be_used_is_told() {
    let folder = Folder::new();
    let wrong_header = folder.file("wrong.csv", "name,mobile\nAsha Rao,9876543210\n");
    let empty = folder.file("empty.csv", "");
    let long = folder.file("long.csv", format!("mobile,name\n{}", "9876543210,Asha Rao\n".repeat(10_001)));
    let missing = folder.path("missing.csv");
    for roster in [&wrong_header, &empty, &long, &missing] {
        let ran = run("employer_roster", ["--roster", roster]);
        assert_eq!(ran.status, 2, "{roster}");
        assert!(ran.stderr.starts_with("error: cannot ") && ran.stderr.contains(roster.as_str()), "{}", ran.stderr);
    }
}
