//! Every registry of this crate keeps the contract that every registry keeps.

use std::sync::Arc;

use crate::support::{id, in_memory, name};
use async_trait::async_trait;
use kycvs_domain::{BirthYear, Mobile, PersonName};
use kycvs_registry::testkit::{Fixture, TestPerson};
use kycvs_registry::{Composed, Found, Join, Lookup, PersonRecord, PersonTag, Registry, RegistryError, SealedRegistry};

struct Sealed(SealedRegistry);

#[async_trait]
impl Fixture for Sealed {
    fn registry(&self) -> &dyn Registry {
        &self.0
    }

    async fn put(&self, mobile: &Mobile, person: &TestPerson) {
        put(&self.0, mobile, person).await;
    }
}

/// A registry that brings what it must and leaves the rest as it is.
struct OneByOne(SealedRegistry);

#[async_trait]
impl Registry for OneByOne {
    async fn find(
        &self,
        mobile: &Mobile,
        name: &PersonName,
        birth_year: Option<BirthYear>,
    ) -> Result<Lookup, RegistryError> {
        self.0.find(mobile, name, birth_year).await
    }

    async fn find_again(&self, mobile: &Mobile, person: &PersonTag) -> Result<Option<Found>, RegistryError> {
        self.0.find_again(mobile, person).await
    }
}

#[async_trait]
impl Fixture for OneByOne {
    fn registry(&self) -> &dyn Registry {
        self
    }

    async fn put(&self, mobile: &Mobile, person: &TestPerson) {
        put(&self.0, mobile, person).await;
    }
}

/// Two registries, of which each knows every second person.
struct Halves {
    even: Arc<SealedRegistry>,
    odd: Arc<SealedRegistry>,
    both: Composed,
}

impl Halves {
    async fn new(join: Join) -> Self {
        let (even, odd) = (Arc::new(in_memory().await), Arc::new(in_memory().await));
        let both = Composed { first: even.clone(), second: odd.clone(), join };
        Self { even, odd, both }
    }
}

#[async_trait]
impl Fixture for Halves {
    fn registry(&self) -> &dyn Registry {
        &self.both
    }

    async fn put(&self, mobile: &Mobile, person: &TestPerson) {
        put(if person.id.is_multiple_of(2) { &self.even } else { &self.odd }, mobile, person).await;
    }
}

async fn put(registry: &SealedRegistry, mobile: &Mobile, person: &TestPerson) {
    let (id, name) = (id(&person.id.to_string()), name(person.name));
    let record = PersonRecord::new(id, name, person.birth_date.map(Into::into), person.doses.clone()).unwrap();
    registry.upsert(mobile, &record).await.unwrap();
}

kycvs_registry::registry_rules!(Sealed(in_memory().await));

mod one_by_one {
    use super::*;
    kycvs_registry::registry_rules!(OneByOne(in_memory().await));
}

/// The rules but for those of one mobile's people among each other: namesakes in two registries are one person to both.
macro_rules! composed {
    ($name:ident, $join:expr) => {
        mod $name {
            use super::*;
            kycvs_registry::registry_rules!(
                Halves::new($join).await,
                [
                    a_name_and_a_mobile_find_one_person,
                    an_unknown_mobile_and_a_wrong_name_are_one_answer,
                    a_person_without_a_dose_is_found,
                    several_of_one_mobile_are_each_answered_as_if_alone,
                    one_record_never_answers_for_two_who_are_asked_about_together,
                    a_seventh_at_once_is_refused,
                    the_last_correction_holds,
                    a_tag_stays_with_its_person_and_is_nobody_elses,
                    a_person_is_found_again_by_the_tag_and_nobody_else_is,
                ]
            );
        }
    };
}

composed!(merged, Join::Merged);
composed!(first_alone, Join::FirstAlone);
