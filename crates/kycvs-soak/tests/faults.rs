//! Load and faults, on each composition of stores, for a short time. `cargo xtask soak` does the same for longer.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use std::process::Command;

/// Runs the program, which ends with an error when the books do not agree or a host does not recover, and returns what it said.
fn soak(arguments: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_kycvs-soak")).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{said}\n{}", String::from_utf8_lossy(&done.stderr));
    said
}

#[test]
fn after_every_fault_the_books_agree_with_redis() {
    let said = soak(&["--faults", "--rounds", "20", "--clients", "16", "--store", "redis"]);
    assert_eq!(said.matches("books agree").count(), 11, "{said}");
}

#[test]
fn after_every_fault_the_books_agree_with_a_redis_cluster() {
    let said = soak(&["--faults", "--rounds", "20", "--clients", "16", "--store", "cluster"]);
    assert_eq!(said.matches("books agree").count(), 8, "{said}");
}

#[test]
fn after_every_fault_the_books_agree_with_postgresql_alone() {
    let said = soak(&["--faults", "--rounds", "20", "--clients", "16", "--store", "postgres"]);
    assert_eq!(said.matches("books agree").count(), 7, "{said}");
}

#[test]
fn a_code_sent_a_thousand_times_to_two_hosts_gives_one_consent() {
    for store in ["redis", "cluster", "postgres"] {
        let said = soak(&["--one-code", "--rounds", "3", "--store", store]);
        assert!(said.contains("books agree: 3 consents"), "{said}");
    }
}

#[test]
fn under_load_from_many_clients_every_request_has_its_consent_token_and_message() {
    let said = soak(&["--seconds", "5", "--clients", "64"]);
    assert!(said.contains("books agree"), "{said}");
    let cpu = said.lines().find_map(|line| line.strip_prefix("CPU a booking: hosts ")).unwrap();
    let spent: Vec<f64> = cpu.split(" ms").filter_map(|part| part.rsplit(' ').next()?.parse().ok()).collect();
    assert!(spent.len() == 4 && spent.iter().all(|ms| *ms > 0.0), "{cpu}");
}

#[test]
fn a_wrong_flag_is_told() {
    let done = Command::new(env!("CARGO_BIN_EXE_kycvs-soak")).args(["--store", "paper"]).output().unwrap();
    assert!(!done.status.success());
    assert!(String::from_utf8_lossy(&done.stderr).contains("there is no such store"));
}
