//! What a host takes on when it takes us on: the number of crates, and no C compiler beyond ring's.

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

/// What a host may take on, and how many crates come with it at most, ours among them.
const HOSTS: [(&[&str], usize); 7] = [
    (&["kycvs-token"], 30),
    (&["kycvs", "kycvs-redb"], 82),
    (&["kycvs-postgres"], 80),
    (&["kycvs-redis"], 85),
    (&["kycvs-sms"], 130),
    (&["kycvs-axum"], 166),
    (&["kycvs-pkcs11"], 48),
];

#[test]
fn a_host_takes_on_no_more_crates_than_it_was_told() {
    for (packages, most) in HOSTS {
        let crates = tree(packages, "normal,build");
        assert!(crates.len() <= most, "{packages:?}: {}: {crates:#?}", crates.len());
    }
}

/// A gate in a browser: `ring` compiles its C with clang there.
#[test]
fn a_gate_builds_for_webassembly() {
    let target = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("gate");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["check", "--package", "kycvs-token", "--target", "wasm32-unknown-unknown"]);
    let checked = cargo.env("CARGO_TARGET_DIR", target).output().unwrap();
    let told = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "it needs `rustup target add wasm32-unknown-unknown` and clang: {told}");
}

#[test]
fn only_ring_needs_a_c_compiler() {
    let packages: Vec<_> = HOSTS.iter().flat_map(|(packages, _)| *packages).copied().collect();
    let native: Vec<_> = tree(&packages, "normal,build")
        .into_iter()
        .filter(|name| name.contains("-sys ") || name.starts_with("cmake ") || name.starts_with("bindgen "))
        // Declarations in Rust alone, without C behind them.
        .filter(|name| {
            !name.starts_with("windows-sys ")
                && !name.starts_with("cryptoki-sys ")
                && !name.starts_with("linux-raw-sys ")
        })
        .collect();
    assert!(native.is_empty(), "{native:?}");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["tree", "--edges", "normal,build", "--invert", "cc", "--depth", "1", "--prefix", "none"]);
    cargo.args(["--format", "{p}"]).args(packages.iter().flat_map(|package| ["--package", *package]));
    let text = String::from_utf8(cargo.output().unwrap().stdout).unwrap();
    let users: Vec<_> = text.lines().skip(1).filter(|line| !line.is_empty()).collect();
    assert!(users.iter().all(|user| user.starts_with("ring ")) && !users.is_empty(), "{users:?}");
}
