//! Who is registered in these tests.

use std::sync::Arc;

use kycvs::domain::{Dose, Mobile, PersonName, Product};
use kycvs::registry::{BeneficiaryId, PersonRecord, RegistryKey, SealedRegistry};
use kycvs_memory::MemoryStore;

/// Somebody who comes to the page.
#[derive(Clone, Copy)]
pub(crate) struct Person {
    pub(crate) mobile: &'static str,
    pub(crate) name: &'static str,
    pub(crate) covishield_on: &'static [&'static str],
}

/// Fully vaccinated. Shares her number with [`IMRAN`].
pub(crate) const ASHA: Person =
    Person { mobile: "9876543210", name: "Asha Lakshmi Rao", covishield_on: &["2021-04-03", "2021-07-01"] };
/// Not vaccinated. Shares his number with [`ASHA`].
pub(crate) const IMRAN: Person = Person { mobile: "9876543210", name: "Imran Sheikh", covishield_on: &[] };
/// Partially vaccinated.
pub(crate) const MEENA: Person = Person { mobile: "9123456780", name: "Meena Devi", covishield_on: &["2021-09-01"] };
/// Not registered.
pub(crate) const NOBODY: Person = Person { mobile: "9000000001", name: "Kavya Nair", covishield_on: &[] };

pub(crate) async fn registry() -> SealedRegistry {
    let registry = SealedRegistry::open(&RegistryKey::generate().unwrap(), Arc::new(MemoryStore::new())).await.unwrap();
    for (number, person) in [ASHA, IMRAN, MEENA].iter().enumerate() {
        let id = BeneficiaryId::parse(&format!("71{number}")).unwrap();
        let name = PersonName::parse(person.name).unwrap();
        let record = PersonRecord::new(id, name, None, person.doses()).unwrap();
        registry.upsert(&person.number(), &record).await.unwrap();
    }
    registry
}

impl Person {
    pub(crate) fn number(&self) -> Mobile {
        Mobile::parse(self.mobile).unwrap()
    }

    fn doses(&self) -> Vec<Dose> {
        let dose = |date: &&str| Dose::new(Product::find("COVISHIELD"), date.parse().unwrap());
        self.covishield_on.iter().map(dose).collect()
    }
}
