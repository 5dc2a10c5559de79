//! Bookings for several people, and what came of them in letters.

use std::sync::Arc;

use kycvs::consent::{CodeProof, Confirmation, ConsentId, Link, Outcome, RequestId};
use kycvs::domain::PersonName;
use kycvs::registry::{RegistryKey, SealedRegistry};
use kycvs::token::GroupClaims;
use kycvs::{Answers, GroupState, Limits, OpenRequest, Person, RequestState, StatusRequest, Told};
use kycvs_memory::MemoryStore;

use super::{FAMILY, Host, LINKS, asked, id, linked, mobile, over, person, rail, start};

/// On this mobile: six people, each with one dose.
pub const HOUSE: &str = "9345678901";
pub const SIX: [&str; 6] = ["Asha Rao", "Imran Sheikh", "Meena Devi", "Thomas Mathew", "Zoya Khan", "Harish Iyer"];

pub fn booking(people: &[(&str, &str)]) -> StatusRequest {
    let people = people.iter().map(|(number, name)| Person::new(mobile(number), PersonName::parse(name).unwrap()));
    StatusRequest { people: people.collect(), ..asked(FAMILY, "x y") }
}

pub fn house() -> Vec<(&'static str, &'static str)> {
    SIX.iter().map(|name| (HOUSE, *name)).collect()
}

pub async fn with_house(limits: Limits) -> Host {
    let store = Arc::new(MemoryStore::new());
    let host = over(store.clone(), None, |builder| linked(builder).limits(limits)).await;
    let registry = SealedRegistry::open(&RegistryKey::from_bytes([1; 32]), store).await.unwrap();
    for (number, name) in (20..).zip(SIX) {
        let record = person(&number.to_string(), name, None, &["2021-04-03"]);
        registry.upsert(&mobile(HOUSE), &record).await.unwrap();
    }
    host
}

pub async fn of_house() -> Host {
    with_house(Limits::default()).await
}

impl Host {
    pub fn entered(&self, open: &OpenRequest, number: &str) -> Confirmation {
        open.confirmation(CodeProof::from_typed(&self.code(number)).unwrap())
    }

    pub async fn agree(&self, open: &OpenRequest, number: &str) -> Answers {
        self.service.confirm(&rail(), &open.id, &self.entered(open, number)).await.unwrap()
    }

    /// The request of a number that got a link.
    pub async fn behind_link(&self, number: &str) -> OpenRequest {
        let id = self.link(number).request();
        match self.service.state(&rail(), &id).await.unwrap() {
            RequestState::Pending(open) => open,
            state => panic!("it waits for its code: {state:?}"),
        }
    }

    pub fn link(&self, number: &str) -> Link {
        let messages = self.sms.messages();
        let message = messages.iter().rev().find(|message| message.to == mobile(number)).unwrap();
        Link::parse(message.link.as_ref().unwrap().strip_prefix(LINKS).unwrap()).unwrap()
    }

    pub async fn group(&self, lead: &RequestId) -> GroupState {
        self.service.group(&rail(), lead).await.unwrap()
    }

    pub fn signed(&self, group: &GroupState) -> GroupClaims {
        self.verifier().verify_group(group.answer.as_ref().unwrap(), "rail", self.service.now()).unwrap()
    }

    pub async fn outcome_of(&self, request: &RequestId, position: u8) -> Option<Outcome> {
        let record = self.service.consent(&ConsentId::of(request, position, start())).await.unwrap();
        record.map(|record| record.consent.outcome)
    }
}

/// What is told, one letter for a person: granted, no record, declined, withdrawn, over, or missing.
pub fn letters(group: &GroupState) -> String {
    group.people.iter().map(|told| told.as_ref().map_or('-', letter)).collect()
}

pub fn letter(told: &Told) -> char {
    match told {
        Told::Granted(_) => 'G',
        Told::NoRecord => 'n',
        Told::Declined => 'd',
        Told::Withdrawn => 'w',
        Told::Over => 'o',
    }
}

pub fn told(answers: &Answers) -> Vec<(u8, char)> {
    answers.people.iter().map(|person| (person.position, letter(&person.told))).collect()
}
