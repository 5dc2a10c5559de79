//! Who is registered in these tests.

use std::sync::Arc;

use kycvs::domain::{BirthDate, Dose, Mobile, PersonName, Product};
use kycvs::registry::{BeneficiaryId, PersonRecord, RegistryKey, SealedRegistry};
use kycvs_memory::MemoryStore;

/// Somebody who comes to the page.
#[derive(Clone, Copy)]
pub(crate) struct Person {
    pub(crate) mobile: &'static str,
    pub(crate) name: &'static str,
    pub(crate) covishield_on: &'static [&'static str],
    /// The year of birth, of whom it is on record.
    pub(crate) birth_year: Option<&'static str>,
}

/// Fully vaccinated. Shares her number with [`IMRAN`].
pub(crate) const ASHA: Person = Person {
    mobile: "9876543210",
    name: "Asha Lakshmi Rao",
    covishield_on: &["2021-04-03", "2021-07-01"],
    birth_year: None,
};
/// Not vaccinated. Shares his number with [`ASHA`].
pub(crate) const IMRAN: Person =
    Person { mobile: "9876543210", name: "Imran Sheikh", covishield_on: &[], birth_year: None };
/// Partially vaccinated.
pub(crate) const MEENA: Person =
    Person { mobile: "9123456780", name: "Meena Devi", covishield_on: &["2021-09-01"], birth_year: None };
/// Partially vaccinated. Shares number and name with [`GRANDSON`].
pub(crate) const GRANDFATHER: Person =
    Person { mobile: "9000000002", name: "Ravi Kumar", covishield_on: &["2021-09-01"], birth_year: Some("1951") };
/// Not vaccinated. Shares number and name with [`GRANDFATHER`].
pub(crate) const GRANDSON: Person = Person { covishield_on: &[], birth_year: Some("2003"), ..GRANDFATHER };
/// Not registered.
pub(crate) const NOBODY: Person =
    Person { mobile: "9000000001", name: "Kavya Nair", covishield_on: &[], birth_year: None };

/// Everybody who is registered.
pub(crate) const REGISTERED: [Person; 5] = [ASHA, IMRAN, MEENA, GRANDFATHER, GRANDSON];

pub(crate) async fn registry() -> SealedRegistry {
    let registry = SealedRegistry::open(&RegistryKey::generate().unwrap(), Arc::new(MemoryStore::new())).await.unwrap();
    for (number, person) in REGISTERED.iter().enumerate() {
        let id = BeneficiaryId::parse(&format!("71{number}")).unwrap();
        let name = PersonName::parse(person.name).unwrap();
        let record = PersonRecord::new(id, name, person.birth(), person.doses()).unwrap();
        registry.upsert(&person.number(), &record).await.unwrap();
    }
    registry
}

impl Person {
    pub(crate) fn number(&self) -> Mobile {
        Mobile::parse(self.mobile).unwrap()
    }

    fn birth(&self) -> Option<BirthDate> {
        self.birth_year.map(|year| BirthDate::Year(year.parse().unwrap()))
    }

    fn doses(&self) -> Vec<Dose> {
        let dose = |date: &&str| Dose::new(Product::find("COVISHIELD"), date.parse().unwrap());
        self.covishield_on.iter().map(dose).collect()
    }
}
