//! The main job, as the README's first command runs it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use support::{Folder, HEADER, REGISTRY, Ran, run};

const PASSENGERS: [(&str, &str); 7] = [
    ("fully vaccinated", "status 2"),
    ("partially vaccinated", "status 1"),
    ("not vaccinated", "status 0"),
    ("gives a wrong name", "no record matches"),
    ("on no registered mobile", "no record matches"),
    ("mistypes the code", "the code is wrong, 2 attempts left"),
    ("is too slow", "the code has expired"),
];

/// The line of the table about a passenger.
fn line<'a>(ran: &'a Ran, passenger: &str) -> &'a str {
    let about = |line: &&str| line.get(6..).is_some_and(|rest| rest.starts_with(passenger));
    ran.stdout.lines().find(about).unwrap_or_else(|| panic!("{passenger}: {}", ran.stdout))
}

fn assert_everyone_got(ran: &Ran) {
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.stderr, "");
    for (passenger, got) in PASSENGERS {
        let line = line(ran, passenger);
        assert!(line.starts_with("ok ") && line.contains(got), "{line}");
    }
}

#[test]
fn each_passenger_of_the_sample_gets_what_they_should() {
    let ran = run("railway_booking", ["--scripted"]);
    assert_everyone_got(&ran);
    let before: Vec<&str> = ran.stdout.lines().take_while(|line| !line.contains("Passenger")).collect();
    let [doubtful, registry] = before[..] else { panic!("{before:?}") };
    assert!(
        doubtful.contains(" lines of the sample are doubtful") && doubtful.contains("import_registry"),
        "{doubtful}"
    );
    assert!(registry.starts_with("Registry: ") && registry.contains(" 10000 people "), "{registry}");
}

#[test]
fn without_a_terminal_it_plays_the_script() {
    assert_everyone_got(&run("railway_booking", ["--people", "2000"]));
}

#[test]
fn a_family_of_six_books_on_two_phones_by_two_messages() {
    let ran = run("railway_booking", ["--scripted"]);
    for said in [
        "two phones, PNR ",
        ": 2 messages.",
        "code here: 3 of 6 answered",
        "link: 6 of 6 answered",
        "6 asked, 6 answered, 0 declined",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
}

#[test]
fn passengers_are_found_in_the_users_own_registry() {
    let folder = Folder::new();
    let registry = folder.file("registry.csv", REGISTRY);
    let ran = run("railway_booking", ["--registry", &registry]);
    assert_everyone_got(&ran);
    assert!(ran.stdout.contains("registry.csv:6: not imported: mobile:"), "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("registry.csv:7: not imported: product: the catalogue has no such product; the nearest are "),
        "{}",
        ran.stdout
    );
    for name in ["Asha", "Imran", "Meena", "9876543210"] {
        assert!(!ran.stdout.contains(name), "{name} is nobody's business: {}", ran.stdout);
    }
}

#[test]
fn a_part_without_a_passenger_is_named_and_not_counted() {
    let folder = Folder::new();
    let registry = folder.file("registry.csv", format!("{HEADER}1,Asha Rao,9876543210,,,,,\n"));
    let ran = run("railway_booking", ["--registry", &registry]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    for passenger in ["fully vaccinated", "partially vaccinated"] {
        assert!(line(&ran, passenger).contains("not shown: the registry has nobody for this"), "{}", ran.stdout);
    }
    assert!(line(&ran, "not vaccinated").contains("status 0"), "{}", ran.stdout);

    let empty = folder.file("empty.csv", HEADER);
    let ran = run("railway_booking", ["--registry", &empty]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(line(&ran, "on no registered mobile").contains("no record matches"), "{}", ran.stdout);
}

#[test]
fn all_passengers_may_share_one_mobile() {
    let folder = Folder::new();
    let registry = folder.file("registry.csv", REGISTRY.replace("9123456780", "9876543210"));
    assert_everyone_got(&run("railway_booking", ["--registry", &registry]));
}

#[test]
fn namesakes_on_one_mobile_are_no_passengers() {
    let folder = Folder::new();
    let rows = "1,Ravi Kumar,9876543210,,COVAXIN,2021-05-01,1,\n2,Kumar Ravi,9876543210,,,,,\n";
    let registry = folder.file("registry.csv", format!("{HEADER}{rows}"));
    let ran = run("railway_booking", ["--registry", &registry]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(line(&ran, "not vaccinated").contains("not shown"), "{}", ran.stdout);
}

#[test]
fn a_kept_store_is_used_again_with_the_same_keys() {
    let folder = Folder::new();
    let (data, out) = (folder.path("data"), folder.path("out"));
    let args = ["--people", "1000", "--data", &data, "--out", &out];
    let first = run("railway_booking", args);
    assert_everyone_got(&first);
    assert!(first.stdout.contains("1000 people and"), "{}", first.stdout);
    let keys = folder.read("out/jwks.json");
    for _ in 0..4 {
        let again = run("railway_booking", args);
        assert_everyone_got(&again);
        assert!(again.stdout.contains("0 people and 0 doses new"), "{}", again.stdout);
        assert_eq!(folder.read("out/jwks.json"), keys);
    }
}

#[test]
fn a_store_without_its_key_is_not_opened_under_another() {
    let folder = Folder::new();
    let data = folder.path("data");
    assert_eq!(run("railway_booking", ["--people", "60", "--data", &data]).status, 0);
    std::fs::remove_file(folder.path("data/registry.key")).unwrap();
    let ran = run("railway_booking", ["--people", "60", "--data", &data]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("registry.key: is missing"), "{}", ran.stderr);
    assert!(!std::fs::exists(folder.path("data/registry.key")).unwrap());

    folder.secret_file("data/registry.key", "short");
    let ran = run("railway_booking", ["--people", "60", "--data", &data]);
    assert_eq!((ran.status, ran.stderr.contains("registry.key: not a key of 32 bytes")), (2, true), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn keys_tokens_and_the_store_are_readable_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let (data, out) = (folder.path("data"), folder.path("out"));
    assert_eq!(run("railway_booking", ["--people", "1000", "--data", &data, "--out", &out]).status, 0);
    let mode = |name: &str| std::fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777;
    let signing: Vec<_> =
        std::fs::read_dir(folder.path("data/signing")).unwrap().map(|key| key.unwrap().file_name()).collect();
    assert_eq!(signing.len(), 1, "one key signs");
    let signing = format!("signing/{}", signing[0].display());
    for name in ["kycvs.redb", "registry.key", "service.key", &signing] {
        assert_eq!(mode(&format!("data/{name}")), 0o600, "{name}");
    }
    assert_eq!((mode("data"), mode("data/signing"), mode("out/ticket-1.jwt")), (0o700, 0o700, 0o600));
    let mut names: Vec<_> =
        std::fs::read_dir(folder.path("out")).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["jwks.json", "ticket-1.jwt", "ticket-2.jwt", "ticket-3.jwt"]);
}

#[test]
fn tickets_of_an_earlier_run_do_not_stay_among_those_of_other_keys() {
    let folder = Folder::new();
    let out = folder.path("out");
    let full = folder.file("full.csv", REGISTRY);
    assert_eq!(run("railway_booking", ["--registry", &full, "--out", &out]).status, 0);
    folder.file("out/ticket-17.jwt", "of a longer run");
    for others in ["notes.txt", "ticket-.jwt", "ticket-1.jwt.bak", "my-ticket-1.jwt"] {
        folder.file(&format!("out/{others}"), "not ours");
    }
    let one = folder.file("one.csv", format!("{HEADER}1,Asha Rao,9876543210,,,,,\n"));
    assert_eq!(run("railway_booking", ["--registry", &one, "--out", &out]).status, 0);

    let files = std::fs::read_dir(&out).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<_> = files.collect();
    files.sort();
    assert_eq!(files, ["jwks.json", "my-ticket-1.jwt", "notes.txt", "ticket-.jwt", "ticket-1.jwt", "ticket-1.jwt.bak"]);
    let ran = run("airport_gate", [folder.path("out/ticket-1.jwt"), "--jwks".into(), folder.path("out/jwks.json")]);
    assert_eq!((ran.status, ran.stdout.contains("RED")), (1, true), "the gate takes it: {}", ran.stdout);
}
