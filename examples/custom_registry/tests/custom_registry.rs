//! The example runs, and each person gets what the host's tables say.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use std::path::Path;
use std::process::Command;

#[test]
fn each_person_gets_what_the_tables_say() {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let program = profile.join("examples").join(format!("custom_registry{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{} is missing: `cargo build --examples` makes it", program.display());
    let help = Command::new(&program).arg("--help").output().unwrap();
    assert!(help.status.success() && String::from_utf8(help.stdout).unwrap().contains("Usage: custom_registry"));
    let output = Command::new(program).output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    for line in ["Asha Laxmi Rao: 2, ", "Imran Sheikh: 0, ", "Ravi Kumar: no record matches"] {
        assert!(stdout.contains(line), "{stdout}");
    }
}
