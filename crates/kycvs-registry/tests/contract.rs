//! The sealed registry keeps the contract that every registry keeps.
#![allow(clippy::unwrap_used)] // a test fails by panicking

mod support;

use async_trait::async_trait;
use kycvs_domain::Mobile;
use kycvs_registry::testkit::{Fixture, TestPerson};
use kycvs_registry::{PersonRecord, Registry, SealedRegistry};
use support::{id, in_memory, name};

struct Sealed(SealedRegistry);

#[async_trait]
impl Fixture for Sealed {
    fn registry(&self) -> &dyn Registry {
        &self.0
    }

    async fn put(&self, mobile: &Mobile, person: &TestPerson) {
        let (id, name) = (id(&person.id.to_string()), name(person.name));
        let record = PersonRecord::new(id, name, person.birth_date.map(Into::into), person.doses.clone()).unwrap();
        self.0.upsert(mobile, &record).await.unwrap();
    }
}

kycvs_registry::registry_rules!(Sealed(in_memory().await));
