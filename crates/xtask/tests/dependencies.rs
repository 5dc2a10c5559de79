//! What a host takes on when it takes us on: the number of crates, and no C compiler beyond ring's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

use std::collections::BTreeSet;
use std::process::Command;

/// The crates in the tree of `packages`, for the platform this runs on.
fn tree(packages: &[&str], edges: &str) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--edges", edges, "--prefix", "none", "--no-dedupe", "--format", "{p}"]);
    for package in packages {
        cargo.args(["--package", package]);
    }
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let crate_of = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    String::from_utf8(output.stdout).unwrap().lines().filter(|line| !line.is_empty()).map(crate_of).collect()
}

#[test]
fn a_gate_takes_on_fewer_than_40_crates() {
    let crates = tree(&["kycvs-token"], "normal,build");
    assert!(crates.len() < 40, "{}: {crates:#?}", crates.len());
}

#[test]
fn a_host_with_the_embedded_store_takes_on_fewer_than_80_crates() {
    let crates = tree(&["kycvs", "kycvs-redb"], "normal,build");
    assert!(crates.len() < 80, "{}: {crates:#?}", crates.len());
}

#[test]
fn only_ring_needs_a_c_compiler() {
    let native: Vec<_> = tree(&["kycvs", "kycvs-redb"], "normal,build")
        .into_iter()
        .filter(|name| name.contains("-sys ") || name.starts_with("cmake ") || name.starts_with("bindgen "))
        .filter(|name| !name.starts_with("windows-sys "))
        .collect();
    assert!(native.is_empty(), "{native:?}");
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", "kycvs", "--package", "kycvs-redb", "--edges", "normal,build"])
        .args(["--invert", "cc", "--depth", "1", "--prefix", "none", "--format", "{p}"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let users: Vec<_> = text.lines().skip(1).filter(|line| !line.is_empty()).collect();
    assert!(users.iter().all(|user| user.starts_with("ring ")) && !users.is_empty(), "{users:?}");
}
