use super::canonical;
use base64::{Engine, prelude::BASE64_STANDARD};

/// The writer is held to DIVOC's own JSON-LD stack, byte by byte.
#[test]
fn the_canonical_form_is_that_of_divocs_own_library() {
    for line in include_str!("../../tests/data/divoc-valid.jsonl").lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let qr = BASE64_STANDARD.decode(case["qr_bytes_base64"].as_str().unwrap()).unwrap();
        let json = if qr.starts_with(b"{") { qr } else { crate::presented::unpacked(&qr).unwrap() };
        let (document, proof) = canonical(&json).unwrap();
        assert_eq!(document, case["nquads_document"].as_str().unwrap());
        assert_eq!(proof, case["nquads_proof"].as_str().unwrap());
    }
}
