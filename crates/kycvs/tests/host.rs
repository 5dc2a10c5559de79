//! What a host has of the library around the flow: two pages, entities that come and go, keys in files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use crate::support::{FAMILY, asked, entity, linked, memory, mobile, over, start};
use kycvs::consent::CodeProof;
use kycvs::domain::PersonName;
use kycvs::token::SecretFileError;
use kycvs::{Error, Granted, KeyFiles, KeyFilesError, OpenRequest, Person, StatusRequest};
use kycvs_memory::MemoryStore;

const ASHA: &str = "Asha Lakshmi Rao";

fn proof(code: &str) -> CodeProof {
    CodeProof::from_typed(code).unwrap()
}

fn person() -> Person {
    Person::new(mobile(FAMILY), PersonName::parse(ASHA).unwrap())
}

#[tokio::test]
async fn a_request_waits_as_json_between_the_two_pages_of_a_host_and_so_does_its_answer() {
    let host = memory().await;
    let rail = host.service.entity("rail").unwrap();
    let question = rail.question("booking", [person()]).unwrap();
    let question: StatusRequest = serde_json::from_str(&serde_json::to_string(&question).unwrap()).unwrap();
    let session = serde_json::to_string(&host.service.request(question).await.unwrap()).unwrap();

    let open: OpenRequest = serde_json::from_str(&session).unwrap();
    let granted = rail.confirm(&open, &proof(&host.code(FAMILY))).await.unwrap().only().unwrap();
    let kept: Granted = serde_json::from_str(&serde_json::to_string(&granted).unwrap()).unwrap();
    assert_eq!((kept.status, kept.token, kept.disclosures), (granted.status, granted.token, granted.disclosures));
    let again = rail.confirm(&open, &proof(&host.code(FAMILY))).await.unwrap().only().unwrap();
    assert_eq!(again.token_id, granted.token_id, "with the nonce that was in the session it is the same caller");
}

#[tokio::test]
async fn an_entity_that_is_not_there_or_a_purpose_that_it_does_not_have_is_refused_before_a_question() {
    let host = memory().await;
    for id in ["stranger", "me", "Rail!"] {
        assert!(matches!(host.service.entity(id).err(), Some(Error::UnknownEntity)), "{id}");
    }
    let rail = host.service.entity("rail").unwrap();
    for purpose in ["marketing", "to book a ticket"] {
        assert!(matches!(rail.question(purpose, [person()]).err(), Some(Error::UnknownPurpose)), "{purpose}");
    }
}

#[tokio::test]
async fn entities_come_and_go_while_the_service_runs_and_what_is_open_goes_on() {
    let host = memory().await;
    let open = host.open(FAMILY, ASHA).await;
    let twice = [entity("bus", "A bus"), entity("bus", "Another bus")];
    assert!(host.service.set_entities(twice).is_err());
    assert!(host.service.entity("rail").is_ok(), "a refused list changes nothing");

    host.service.set_entities([entity("bus", "A bus")]).unwrap();
    assert!(matches!(host.service.request(asked(FAMILY, ASHA)).await.err(), Some(Error::UnknownEntity)));
    assert!(host.service.entity("bus").unwrap().question("booking", [person()]).is_ok());
    let granted = host.enter(&open, &host.code(FAMILY)).await.unwrap();
    assert_eq!(u8::from(granted.status), 2, "what was open before is answered");
}

#[tokio::test]
async fn a_store_closes_with_its_service_although_messages_are_kept() {
    let store = Arc::new(MemoryStore::new());
    let held = Arc::downgrade(&store);
    let host = over(store, None, linked).await;
    host.open(FAMILY, ASHA).await;
    let message = host.sms.messages().remove(0);
    assert!(message.awaited.is_for(&message.code).await.unwrap());
    drop(host.service);
    assert_eq!(held.strong_count(), 0, "a host that starts again finds its file free");
    assert!(matches!(message.awaited.is_for(&message.code).await, Err(Error::StoreUnavailable(_))));
    assert_eq!(host.sms.messages().len(), 1);
}

#[test]
fn keys_are_made_once_for_their_owner_alone_and_never_for_a_store_that_has_some() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    assert!(matches!(KeyFiles::read(&keys).err(), Some(KeyFilesError::Missing { .. })));
    let made = KeyFiles::make_missing(&keys).unwrap();
    let again = KeyFiles::make_missing(&keys).unwrap();
    assert_eq!(made.service.secret_bytes(), again.service.secret_bytes());
    assert_eq!(made.registry.secret_bytes(), KeyFiles::read(&keys).unwrap().registry.secret_bytes());
    assert_ne!(made.service.secret_bytes(), made.registry.secret_bytes());
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&keys), mode(&keys.join("service.key"))), (0o700, 0o600));
    assert_eq!(fs::read_dir(&keys).unwrap().count(), 2, "no draft is left");
    let signing = made.signing.keep(start()).unwrap();
    assert_eq!(again.signing.keep(start()).unwrap().keys.published(start()).iter().count(), 1);
    assert!(signing.made.is_some());
}

#[test]
fn a_key_that_is_damaged_or_open_to_others_is_refused_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    KeyFiles::make_missing(folder.path()).unwrap();
    let service = folder.path().join("service.key");
    fs::set_permissions(&service, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = KeyFiles::make_missing(folder.path()).err();
    assert!(matches!(refused, Some(KeyFilesError::File(SecretFileError::OpenToOthers { path })) if path == service));
    fs::set_permissions(&service, fs::Permissions::from_mode(0o600)).unwrap();
    for bytes in [31, 33] {
        fs::write(&service, vec![7; bytes]).unwrap();
        let refused = KeyFiles::make_missing(folder.path()).err();
        assert!(matches!(refused, Some(KeyFilesError::Damaged { path }) if path == service), "{bytes}");
    }
}
