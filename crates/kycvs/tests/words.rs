//! Who asks, and for what, in the words that the person reads.

use std::sync::Arc;

use crate::support::{FAMILY, Host, asked, entity, id, label, over};
use kycvs::consent::Language;
use kycvs::{RegisteredEntity, RegisteredPurpose, StatusRequest};
use kycvs_memory::MemoryStore;

/// A host that a clinic asks, which has a Hindi name and purpose.
async fn host() -> Host {
    let RegisteredEntity { entity, purposes, .. } = entity("clinic", "City Hospital");
    let texts = [(Language::Hindi, label("वार्ड में काम करना"))].into();
    let purposes = purposes.into_iter().map(|known| RegisteredPurpose { texts: Clone::clone(&texts), ..known });
    let names = [(Language::Hindi, label("नगर अस्पताल"))].into();
    let clinic = RegisteredEntity { entity, names, purposes: purposes.collect() };
    over(Arc::new(MemoryStore::new()), None, |builder| builder.entity(clinic)).await
}

fn question(language: Language) -> StatusRequest {
    StatusRequest { entity: id("clinic"), language, ..asked(FAMILY, "Asha Lakshmi Rao") }
}

#[tokio::test]
async fn notice_message_and_artefact_name_the_entity_and_its_purpose_in_the_language_of_the_person() {
    let host = host().await;
    let open = host.service.request(question(Language::Hindi)).await.unwrap();
    for words in ["नगर अस्पताल", "वार्ड में काम करना"] {
        assert!(open.notice.text.contains(words), "{words}");
    }
    assert!(!open.notice.text.contains("City Hospital"));
    assert!(host.sms.messages().last().unwrap().text.contains("नगर अस्पताल"));

    let granted = host.enter_at("clinic", &open, &host.code(FAMILY)).await.unwrap();
    let consent = host.service.consent(&granted.consent_id).await.unwrap().unwrap().consent;
    assert_eq!((consent.verifying_entity.name, consent.verifying_entity.id), (label("नगर अस्पताल"), id("clinic")));
    assert_eq!((consent.purpose.text, consent.purpose.code), (label("वार्ड में काम करना"), id("booking")));
}

#[tokio::test]
async fn in_a_language_that_nobody_wrote_them_in_they_are_as_they_are() {
    let host = host().await;
    for language in [Language::English, Language::Tamil] {
        let open = host.service.request(question(language)).await.unwrap();
        assert!(open.notice.text.contains("City Hospital") && open.notice.text.contains("to book a ticket"));
    }
}
