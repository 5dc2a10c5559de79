//! Whoever reads consents and is neither their person nor their entity is seen in the public log.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::support::{FAMILY, Host};
use kycvs::token::{Algorithm, SigningKey};
use kycvs::transparency::read_bundle;
use kycvs::{Access, LogState, Opening, PublicLog, leaf_of};
use kycvs_memory::MemoryStore;
use sha2::{Digest, Sha256};

/// Every entry of the published log.
async fn entries(host: &Host, size: u64) -> BTreeSet<Vec<u8>> {
    let mut entries = BTreeSet::new();
    for index in 0..size / 256 {
        let bundle = host.service.log_file(&format!("tile/entries/{index:03}")).await.unwrap().unwrap();
        entries.extend(read_bundle(&bundle).unwrap().into_iter().map(<[u8]>::to_vec));
    }
    entries
}

#[tokio::test]
async fn who_reads_consents_leaves_a_leaf_that_says_how_many_and_when() {
    let signer = Arc::new(SigningKey::generate(Algorithm::EdDsa).unwrap());
    let log = PublicLog::new("kycvs.example/log", signer).unwrap();
    let host = crate::support::over(Arc::new(MemoryStore::new()), None, |builder| builder.log(log)).await;
    for _ in 0..3 {
        let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
        host.enter(&open, &host.code(FAMILY)).await.unwrap();
    }
    host.service.keep().await.unwrap();
    host.wait(3600);
    let at = host.service.now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let sample = host.service.audit_sample(b"3 1 5", 100).await.unwrap().unwrap();
    let opened = sample.leaves.iter().filter(|leaf| matches!(leaf.opening, Opening::Entry { .. })).count();
    assert!(opened > 0);
    host.service.log_access(Access::Show, 1).await.unwrap();
    let LogState::Published(size) = host.service.keep().await.unwrap().log else { panic!("not published") };
    let entries = entries(&host, size).await;
    let is_stated = |how: &str, consents: usize| {
        let statement = format!(r#"{{"access":{{"how":"{how}","at":"{at}","consents":{consents}}}}}"#);
        entries.contains(&leaf_of(&[0; 16], 0, &Sha256::digest(statement).into())[..])
    };
    assert!(is_stated("sample", opened) && is_stated("show", 1));
    assert!(!is_stated("show", 2) && !is_stated("export", 1), "nothing that was not read");
}
