//! The page takes pictures out of a PDF by a script of its own, of every form that this crate reads.

use std::collections::BTreeMap;
use std::process::Command;

#[test]
fn the_page_takes_the_pictures_out_of_a_pdf_itself() {
    let here = env!("CARGO_MANIFEST_DIR");
    let script = format!("{here}/../kycvs-axum/assets/verify/pdf.mjs");
    let node = Command::new("node").arg(format!("{here}/tests/page.mjs")).arg(script).output().unwrap();
    assert!(node.status.success(), "{}", String::from_utf8_lossy(&node.stderr));
    let told: BTreeMap<String, bool> = serde_json::from_slice(&node.stdout).unwrap();
    assert_eq!(told.len(), 15, "{told:?}");
    assert!(told.values().all(|as_expected| *as_expected), "{told:?}");
}
