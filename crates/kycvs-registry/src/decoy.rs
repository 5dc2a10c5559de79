use kycvs_domain::{BirthDate, Dose, PersonName, Product};
use kycvs_store::Key;

use crate::seal::Seal;
use crate::{BeneficiaryId, PersonRecord, RegistryError};

/// Households of nobody, sealed as all others are. A lookup on an unknown mobile opens one and searches it, so that the time
/// of its answer does not say that the mobile is unknown.
///
/// They lie in as many places as memory has to be fetched from: eight that are opened again and again would stay in the
/// processor's caches, and half a microsecond faster than a record that is asked for once a month.
pub(crate) struct Decoys(Vec<(Key, Vec<u8>)>);

/// A power of two; with their records some 16 MB.
const PLACES: usize = 1 << 16;

/// How many people are on a mobile, in eighths of the mobiles.
const SIZES: [usize; 8] = [1, 1, 1, 2, 2, 3, 4, 5];

const NAMES: [&str; 5] = ["Asha Lakshmi Rao", "Imran Sheikh", "Bina Kumari Das", "Ravi Shankar", "Chitra Sen"];

impl Decoys {
    pub(crate) fn new(seal: &Seal) -> Result<Self, RegistryError> {
        let sealed = (0_u8..).zip(SIZES).map(|(number, size)| {
            let key = Key::from([number; 16]);
            let people: Vec<PersonRecord> = (1..).zip(NAMES).take(size).filter_map(person).collect();
            Ok((key, seal.seal(&key, &people, seal.nonce()?)?))
        });
        let sealed = sealed.collect::<Result<Vec<_>, RegistryError>>()?;
        Ok(Self(sealed.iter().cycle().take(PLACES).cloned().collect()))
    }

    /// The same one for a mobile each time, so that asking again tells no more.
    pub(crate) fn instead_of(&self, key: &Key) -> (Key, Vec<u8>) {
        let [.., high, low] = *key.as_bytes();
        let place = usize::from(u16::from_be_bytes([high, low]));
        self.0.get(place % PLACES).cloned().unwrap_or((*key, Vec::new()))
    }
}

/// As long as most are: with a birth date, and two doses.
fn person((number, name): (u64, &str)) -> Option<PersonRecord> {
    let id = BeneficiaryId::from_number(20_000_000_000_000 + number);
    let dose = |day: &str| Some(Dose::new(Product::find("COVISHIELD"), day.parse().ok()?));
    let birth = BirthDate::Day("1986-02-11".parse().ok()?);
    PersonRecord::new(id, PersonName::parse(name).ok()?, Some(birth), vec![dose("2021-04-03")?, dose("2021-07-01")?])
        .ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kycvs_domain::Mobile;
    use kycvs_memory::MemoryStore;

    use super::*;
    use crate::codec::decode;
    use crate::{Lookup, Registry, RegistryKey, SealedRegistry};

    #[test]
    fn a_household_of_nobody_looks_like_others() {
        let seal = Seal::new(&RegistryKey::from_bytes([7; 32]));
        let decoys = Decoys::new(&seal).unwrap();
        for (last, size) in (0..=255).zip(SIZES.into_iter().cycle()) {
            let mut key = [9; 16];
            key[15] = last;
            let (place, body) = decoys.instead_of(&key.into());
            let people = decode(seal.open(&place, body).unwrap().bytes()).unwrap();
            assert_eq!(people.len(), size);
            assert!(people.iter().all(|person| person.doses().len() == 2 && person.birth().is_some()));
        }
    }

    /// What an unknown mobile costs shows when a decoy is spoilt: it is opened, and its names are read.
    #[tokio::test]
    async fn an_unknown_mobile_opens_and_reads_a_household_of_nobody() {
        let mut registry =
            SealedRegistry::open(&RegistryKey::from_bytes([7; 32]), Arc::new(MemoryStore::new())).await.unwrap();
        let mobile = Mobile::parse("9876543210").unwrap();
        let asked = PersonName::parse("Asha Lakshmi Rao").unwrap();
        let lookup = registry.find(&mobile, &asked, None).await.unwrap();
        assert_eq!(lookup, Lookup::NotFound, "and nobody of it is found");
        registry.decoys.0.iter_mut().for_each(|(_, body)| body[20] ^= 1);
        assert!(matches!(registry.find(&mobile, &asked, None).await, Err(RegistryError::Damaged)));
    }
}
