//! Where no law has anything kept, nothing is left of a person who asks to be erased: whoever dies meanwhile, and whoever else has the number.

use std::sync::Arc;

use crate::support::failing::{Break, Failing};
use crate::support::{FAMILY, Host, Store, rail};
use kycvs::consent::{ConsentState, WithdrawnBy};
use kycvs::store::Key;
use kycvs::token::{Algorithm, Refusal, SigningKey, StatusLists};
use kycvs::{Error, Granted, LogState, Opening, PublicLog, Retention, StatusServiceBuilder};
use kycvs_memory::MemoryStore;
use kycvs_redb::RedbStore;
use kycvs_test_servers::Postgres;

const ASHA: &str = "Asha Lakshmi Rao";
const IMRAN: &str = "Imran Sheikh";
const DAY: i64 = 86_400;
const KEPT: u16 = 30;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_a_person_in_memory() {
    let store = Arc::new(MemoryStore::new());
    let host = crate::support::over(store.clone(), None, outside_india).await;
    erases_one_person_and_no_other(&host, &*store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_a_person_in_redb() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(RedbStore::open(folder.path().join("kycvs.redb")).unwrap());
    let host = crate::support::over(store.clone(), None, outside_india).await;
    erases_one_person_and_no_other(&host, &*store).await;
}

/// By a role that changes no entry by itself: the owner of the database says that the law has no floor.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_a_person_in_postgresql_by_a_role_that_changes_nothing_itself() {
    let server = Postgres::start(&["fsync=off"]);
    let (name, registry, store) = crate::support::guarded(&server).await;
    let host = crate::support::asking(registry, store.clone(), None, outside_india);

    host.answer(FAMILY, IMRAN).await.unwrap();
    let session = host.me(FAMILY, IMRAN).await;
    assert!(matches!(host.service.erase(&session).await, Err(Error::StoreUnavailable(_))), "the owner has not said so");
    assert_eq!(host.seen(FAMILY, IMRAN).await.len(), 1);
    server.sql(&name, "UPDATE kycvs.layout SET erases_at_once = true, ledger_days = 1");
    assert_eq!(host.service.erase(&session).await.unwrap(), 0, "all had ended");
    erases_one_person_and_no_other(&host, &*store).await;
}

fn outside_india(builder: StatusServiceBuilder) -> StatusServiceBuilder {
    let signer = SigningKey::generate(Algorithm::EdDsa).unwrap();
    let log = PublicLog::new("kycvs.example/log", Arc::new(signer)).unwrap();
    builder.retention(Retention::outside_india(KEPT).unwrap()).log(log)
}

/// Two people share a number, and one of them had answers before, between and after the other's.
async fn erases_one_person_and_no_other(host: &Host, store: &impl Store) {
    let first = host.answer(FAMILY, ASHA).await.unwrap();
    let imran = host.answer(FAMILY, IMRAN).await.unwrap();
    host.wait(601);
    let open = host.open(FAMILY, ASHA).await;
    let code = host.code(FAMILY);
    let second = host.enter(&open, &code).await.unwrap();
    host.service.keep().await.unwrap();
    host.wait(3600);
    assert!(matches!(host.service.keep().await.unwrap().log, LogState::Published(_)));
    let written = text_of(store, &first).await;
    assert!(written.contains("principal"));

    let session = host.me(FAMILY, ASHA).await;
    let withdrawal = host.service.withdrawal_code(&first.consent_id);
    assert_eq!(host.service.erase(&session).await.unwrap(), 2);
    for erased in [&first, &second] {
        assert_eq!(host.service.consent(&erased.consent_id).await.unwrap(), None);
        assert_eq!(text_of(store, erased).await, "", "a mark without content");
        assert!(matches!(host.service.log_proof(&erased.consent_id, 0).await, Err(Error::NotFound)));
        let withdrawn = host.service.withdraw(&erased.consent_id, WithdrawnBy::Person).await;
        assert!(matches!(withdrawn, Err(Error::NotFound)));
    }
    let by_code = host.service.withdraw_by_code(&first.consent_id, &withdrawal).await;
    assert!(matches!(by_code, Err(Error::NotFound)), "as one that never was: {by_code:?}");
    let session = host.service.person_session(&session.secret()).await;
    assert!(matches!(session, Err(Error::NotFound)), "the session knew number and name");

    // The code of the erased answer gives no token any more, to nobody.
    assert!(host.enter(&open, &code).await.is_err() && host.told(&open).await.is_err());
    host.service.keep().await.unwrap();
    host.wait(1200);
    host.service.keep().await.unwrap();
    let lists = synced(host).await;
    assert_eq!(refusal(host, &lists, &first), Some(Refusal::Revoked));
    assert_eq!(refusal(host, &lists, &second), Some(Refusal::Revoked));
    assert_eq!(refusal(host, &lists, &imran), None, "the other person's");

    // What lies around the marks is found, and what comes after them.
    assert!(host.seen(FAMILY, ASHA).await.is_empty());
    let seen = host.seen(FAMILY, IMRAN).await;
    assert!(seen.iter().any(|seen| seen.record.consent.id == imran.consent_id && seen.state == ConsentState::Active));
    host.wait(601);
    let third = host.answer(FAMILY, ASHA).await.unwrap();
    let seen: Vec<_> = host.seen(FAMILY, ASHA).await.iter().map(|seen| seen.record.consent.id).collect();
    assert_eq!(seen, [third.consent_id]);

    // The log has its leaves, and nobody opens them.
    let sample = host.service.audit_sample(b"6 1 2", 2_000).await.unwrap().unwrap();
    assert_eq!(sample.check(b"6 1 2", host.service.log_key().unwrap()), Ok(()));
    let openings = sample.leaves.iter().map(|leaf| &leaf.opening);
    assert!(openings.clone().any(|opening| matches!(opening, Opening::Forgotten { .. })));
    let is_first = |entry: &[u8]| String::from_utf8_lossy(entry).contains(&first.consent_id.to_string());
    assert!(!openings.into_iter().any(|opening| matches!(opening, Opening::Entry { entry, .. } if is_first(entry))));

    // Even the mark ends with its day.
    host.wait(i64::from(KEPT) * DAY);
    host.service.keep().await.unwrap();
    assert!(store.read(&Key::from(*first.consent_id.as_bytes())).await.unwrap().is_empty());
}

/// What the ledger has under a consent.
async fn text_of(store: &impl Store, granted: &Granted) -> String {
    let entries = store.read(&Key::from(*granted.consent_id.as_bytes())).await.unwrap();
    assert!(!entries.is_empty(), "what was used once stays used");
    String::from_utf8(entries.concat()).unwrap()
}

async fn synced(host: &Host) -> StatusLists {
    let mut lists = StatusLists::default();
    for (name, _) in host.service.status_lists().await.unwrap() {
        let list = host.service.status_list(name).await.unwrap().unwrap();
        lists.insert(&host.verifier(), list, host.service.now()).unwrap();
    }
    lists
}

fn refusal(host: &Host, lists: &StatusLists, granted: &Granted) -> Option<Refusal> {
    let now = host.service.now();
    let shown = host.verifier().verify(granted.token.as_str(), rail().as_str(), now).unwrap();
    lists.require_good(shown.claims(), now).err()
}

/// Every operation of an erasure breaks in its turn, before it was done and after: whoever asks again is erased whole.
#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_breaks_is_whole_when_it_is_asked_for_again() {
    for how in [Break::Before, Break::After] {
        for operations in 0.. {
            let inner = Arc::new(MemoryStore::new());
            let store = Arc::new(Failing::over(inner.clone()));
            let host = crate::support::over(store.clone(), None, outside_india).await;
            let told = [host.answer(FAMILY, ASHA).await.unwrap(), host.answer(FAMILY, ASHA).await.unwrap()];
            let session = host.me(FAMILY, ASHA).await;
            store.break_after(operations, how);
            let broken = host.service.erase(&session).await;
            let is_over = store.operations_since_break() <= operations;
            store.heal();
            assert_eq!(broken.is_ok(), is_over, "operation {operations} broke {how:?}: {broken:?}");
            host.service.erase(&session).await.unwrap();
            for erased in &told {
                assert_eq!(text_of(&*inner, erased).await, "", "operation {operations} broke {how:?}");
            }
            assert!(host.seen(FAMILY, ASHA).await.is_empty());
            if is_over {
                assert!(operations > 5, "there are some");
                break;
            }
        }
    }
}
