//! Whoever reads consents and is neither their person nor their entity is seen in the public log.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::support::{FAMILY, Host};
use kycvs::consent::{Consent, ConsentEvent, ConsentId, ConsentState, ReadBy, WithdrawnBy};
use kycvs::token::{Algorithm, SigningKey, StatusLists};
use kycvs::transparency::read_bundle;
use kycvs::{Access, Error, LogState, Opening, PublicLog, Sample, leaf_of};
use kycvs_memory::MemoryStore;
use sha2::{Digest, Sha256};

/// So many draws open every entry of a log of 512, but for one time in a hundred million.
const ALL: usize = 10_000;

/// The consents whose artefacts a sample opened.
fn consents(sample: &Sample) -> HashSet<ConsentId> {
    let artefacts = sample.leaves.iter().filter_map(|leaf| match &leaf.opening {
        Opening::Entry { entry, .. } => serde_json::from_slice::<Consent>(entry).ok(),
        _ => None,
    });
    artefacts.map(|consent| consent.id).collect()
}

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
    let mut told = HashSet::new();
    for _ in 0..3 {
        told.insert(host.answer(FAMILY, "Asha Lakshmi Rao").await.unwrap().consent_id);
    }
    host.service.keep().await.unwrap();
    host.wait(3600);
    let at = host.service.now().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let sample = host.service.audit_sample(b"3 1 5", ALL).await.unwrap().unwrap();
    assert_eq!(consents(&sample), told);
    host.service.note_access(Access::Show, &[*told.iter().next().unwrap()]).await.unwrap();
    let LogState::Published(size) = host.service.keep().await.unwrap().log else { panic!("not published") };
    let entries = entries(&host, size).await;
    let is_stated = |how: &str, consents: usize| {
        let statement = format!(r#"{{"access":{{"how":"{how}","at":"{at}","consents":{consents}}}}}"#);
        entries.contains(&leaf_of(&[0; 16], 0, &Sha256::digest(statement).into())[..])
    };
    assert!(is_stated("sample", told.len()) && is_stated("show", 1));
    assert!(!is_stated("show", 2) && !is_stated("export", 1), "nothing that was not read");
}

/// The person sees on their page who else read a consent and when. It ends nothing: the answer stays good, a repeated confirm gives it
/// again, and the withdrawal that comes after still reaches gates.
#[tokio::test]
async fn the_person_sees_who_else_read_a_consent_and_it_changes_nothing() {
    let signer = Arc::new(SigningKey::generate(Algorithm::EdDsa).unwrap());
    let log = PublicLog::new("kycvs.example/log", signer).unwrap();
    let host = crate::support::over(Arc::new(MemoryStore::new()), None, |builder| builder.log(log)).await;
    let open = host.open(FAMILY, "Asha Lakshmi Rao").await;
    let code = host.code(FAMILY);
    let granted = host.enter(&open, &code).await.unwrap();
    let unread = host.answer(FAMILY, "Asha Lakshmi Rao").await.unwrap();
    host.service.note_access(Access::Export, &[granted.consent_id]).await.unwrap();
    let repeated = host.enter(&open, &code).await.unwrap();
    assert_eq!(repeated.token.as_str(), granted.token.as_str());

    host.service.keep().await.unwrap();
    host.wait(3600);
    host.service.keep().await.unwrap();
    let sampled = host.service.now();
    let sample = host.service.audit_sample(b"2 7 1", ALL).await.unwrap().unwrap();
    assert_eq!(consents(&sample), HashSet::from([granted.consent_id, unread.consent_id]));
    let session = host.me(FAMILY, "Asha Lakshmi Rao").await;
    let seen = host.service.history(&session).await.unwrap();
    let of = |id| seen.iter().find(|seen| seen.record.consent.id == id).unwrap();
    let auditor = ConsentEvent::Read { at: sampled, by: ReadBy::Auditor };
    let read = of(granted.consent_id);
    assert!(
        matches!(read.record.events[..], [ConsentEvent::Read { by: ReadBy::Operator, .. }, last] if last == auditor)
    );
    assert_eq!(read.state, ConsentState::Active);
    assert_eq!(of(unread.consent_id).record.events, [auditor], "once for a sample");
    let receipt = host.service.receipt(&session, &granted.consent_id).await.unwrap();
    assert_eq!(host.verifier().verify_receipt(&receipt.token).unwrap().state_at, None);
    assert_eq!(receipt.to_dpv_json()["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"].as_array().unwrap().len(), 1);

    host.service.withdraw(&granted.consent_id, WithdrawnBy::Person).await.unwrap();
    host.wait(300);
    host.service.keep().await.unwrap();
    let mut lists = StatusLists::default();
    for (name, _) in host.service.status_lists().await.unwrap() {
        let list = host.service.status_list(name).await.unwrap().unwrap();
        lists.insert(&host.verifier(), list, host.service.now()).unwrap();
    }
    let is_good = |token: &str| {
        let shown = host.verifier().verify(token, "rail", host.service.now()).unwrap();
        lists.require_good(shown.claims(), host.service.now()).is_ok()
    };
    assert!(!is_good(granted.token.as_str()) && is_good(unread.token.as_str()));
    let unknown = ConsentId::from_bytes([9; 16]);
    assert!(matches!(host.service.note_access(Access::Show, &[unknown]).await, Err(Error::NotFound)));
}
