//! Each rule of the contract finds the registry that breaks it.

use std::collections::HashSet;
use std::sync::Mutex;

use crate::support::{id, in_memory, name};
use async_trait::async_trait;
use kycvs_domain::{BirthYear, Mobile, PersonName};
use kycvs_registry::testkit::{self, Fixture, TestPerson};
use kycvs_registry::{Asked, Found, Lookup, PersonRecord, PersonTag, Registry, RegistryError, SealedRegistry};

/// What is wrong with a registry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Defect {
    LosesADose,
    HintsAtMobiles,
    FindsNobodyWithoutADose,
    KeepsOneOfAName,
    AnswersInAnotherOrder,
    AnswersEachAsIfAlone,
    KeepsWhatWasFirst,
    TagsAllAlike,
    FindsAnybodyAgain,
    FindsNobodyAgain,
}

/// A registry with one defect.
struct Defective {
    registry: SealedRegistry,
    defect: Defect,
    known: Mutex<HashSet<String>>,
}

impl Defective {
    async fn with(defect: Defect) -> Self {
        Self { registry: in_memory().await, defect, known: Mutex::default() }
    }

    fn spoilt(&self, lookup: Lookup) -> Lookup {
        match (self.defect, lookup) {
            (Defect::HintsAtMobiles, Lookup::NotFound) => Lookup::BirthYearNeeded,
            (Defect::FindsNobodyWithoutADose, Lookup::Found(found)) if found.history.doses.is_empty() => {
                Lookup::NotFound
            }
            (Defect::LosesADose, Lookup::Found(mut found)) => {
                found.history.doses.pop();
                Lookup::Found(found)
            }
            (Defect::TagsAllAlike, Lookup::Found(found)) => {
                Lookup::Found(Found { person: PersonTag::from_bytes([1; 16]), ..found })
            }
            (_, lookup) => lookup,
        }
    }

    /// Whether the person is put into the register: some are not who look as if they were there.
    fn takes(&self, person: &TestPerson) -> bool {
        let known = match self.defect {
            Defect::KeepsOneOfAName => person.name.to_owned(),
            Defect::KeepsWhatWasFirst => person.id.to_string(),
            _ => return true,
        };
        self.known.lock().unwrap().insert(known)
    }
}

#[async_trait]
impl Registry for Defective {
    async fn find(
        &self,
        mobile: &Mobile,
        name: &PersonName,
        birth_year: Option<BirthYear>,
    ) -> Result<Lookup, RegistryError> {
        Ok(self.spoilt(self.registry.find(mobile, name, birth_year).await?))
    }

    async fn find_many(&self, mobile: &Mobile, asked: &[Asked<'_>]) -> Result<Vec<Lookup>, RegistryError> {
        if self.defect == Defect::AnswersEachAsIfAlone {
            let mut lookups = Vec::new();
            for one in asked {
                lookups.push(self.find(mobile, one.name, one.birth_year).await?);
            }
            return Ok(lookups);
        }
        let mut lookups = self.registry.find_many(mobile, asked).await?;
        if self.defect == Defect::AnswersInAnotherOrder {
            lookups.reverse();
        }
        Ok(lookups)
    }

    async fn find_again(&self, mobile: &Mobile, person: &PersonTag) -> Result<Option<Found>, RegistryError> {
        match self.defect {
            Defect::FindsNobodyAgain => Ok(None),
            Defect::FindsAnybodyAgain => {
                let anybody = self.registry.find(mobile, &name("Asha Iyer"), None).await?;
                Ok(anybody.found())
            }
            _ => self.registry.find_again(mobile, person).await,
        }
    }
}

#[async_trait]
impl Fixture for Defective {
    fn registry(&self) -> &dyn Registry {
        self
    }

    async fn put(&self, mobile: &Mobile, person: &TestPerson) {
        if self.takes(person) {
            let (id, name) = (id(&person.id.to_string()), name(person.name));
            let record = PersonRecord::new(id, name, person.birth_date.map(Into::into), person.doses.clone()).unwrap();
            self.registry.upsert(mobile, &record).await.unwrap();
        }
    }
}

/// A test for each: a rule, the defect that it finds, and what it says.
macro_rules! found {
    ($($test:ident: $rule:ident, $defect:ident, $says:literal;)*) => {$(
        #[tokio::test]
        #[should_panic(expected = $says)]
        async fn $test() {
            testkit::$rule(&Defective::with(Defect::$defect).await).await;
        }
    )*};
}

found! {
    a_lost_dose: a_name_and_a_mobile_find_one_person, LosesADose, "the history is that of the person";
    a_hint_at_a_mobile: an_unknown_mobile_and_a_wrong_name_are_one_answer, HintsAtMobiles, "not found";
    nobody_without_a_dose: a_person_without_a_dose_is_found, FindsNobodyWithoutADose, "somebody is found";
    a_guess_between_two: a_name_that_two_have_is_nobodys, KeepsOneOfAName, "nobody is guessed";
    another_order: several_of_one_mobile_are_each_answered_as_if_alone, AnswersInAnotherOrder, "were asked for alone";
    one_record_for_two:
        one_record_never_answers_for_two_who_are_asked_about_together, AnswersEachAsIfAlone, "the years";
    seven_at_once: a_seventh_at_once_is_refused, AnswersEachAsIfAlone, "seven at once";
    a_correction_that_is_lost: the_last_correction_holds, KeepsWhatWasFirst, "somebody is found";
    one_tag_for_all: a_tag_stays_with_its_person_and_is_nobody_elses, TagsAllAlike, "each their own";
    nobody_again: a_person_is_found_again_by_the_tag_and_nobody_else_is, FindsNobodyAgain, "is found again";
    anybody_again: a_person_is_found_again_by_the_tag_and_nobody_else_is, FindsAnybodyAgain, "nobody of another tag";
}
