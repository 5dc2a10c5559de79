use kycvs_domain::{BirthDate, Dose, PersonName, Product};
use kycvs_store::Key;

use crate::seal::Seal;
use crate::{BeneficiaryId, PersonRecord, RegistryError};

/// Households of nobody, sealed as all others are. A lookup on an unknown mobile opens one and searches it, so that the time
/// of its answer does not say that the mobile is unknown.
///
/// What a search costs lies in the names: how many there are, of how many words, and how far each is like the one that is
/// asked for. So they are many, and as mixed as those of a register. And they lie in as many places as memory has to be
/// fetched from: a few that are opened again and again would stay in the processor's caches, and half a microsecond faster
/// than a record that is asked for once a month.
pub(crate) struct Decoys(Vec<(Key, Vec<u8>)>);

/// A power of two; with their records some 16 MB.
const PLACES: usize = 1 << 16;

/// How many differ: a multiple of the sizes.
const HOUSEHOLDS: u8 = 240;

/// How many people are on a mobile, in eighths of the mobiles.
const SIZES: [usize; 8] = [1, 1, 1, 2, 2, 3, 4, 5];

const GIVEN: [&str; 23] = [
    "Aarti",
    "Mohd Imran",
    "Bina Kumari",
    "Chitra",
    "S Deepa",
    "Farida Begum",
    "Ganesh",
    "Harpreet Kaur",
    "Ishaan Kumar",
    "Jyoti",
    "Kavya",
    "Lakshmi",
    "R Murugan",
    "Nasreen",
    "Omkar",
    "Priya Raghunath",
    "Qasim",
    "Rekha",
    "Shanthi K",
    "Tarun Lal",
    "Usha Devi",
    "Venkata Vinod",
    "Zeenat",
];
const FAMILY: [&str; 16] = [
    "Rao", "Sheikh", "Das", "Iyer", "Patil", "Ansari", "Bose", "Gill", "Thomas", "Verma", "Naidu", "Chauhan", "Menon",
    "Mehta", "Yadav", "Kulkarni",
];

impl Decoys {
    pub(crate) fn new(seal: &Seal) -> Result<Self, RegistryError> {
        let sealed = (0..HOUSEHOLDS).zip(SIZES.into_iter().cycle()).map(|(number, size)| {
            let key = Key::from([number; 16]);
            let people: Vec<PersonRecord> = (0..size).filter_map(|place| person(number.into(), place)).collect();
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

/// The one at that place of a household: one family, each with a given name of their own, nearly always the birth date, and two
/// doses or three.
fn person(household: usize, place: usize) -> Option<PersonRecord> {
    let all = household * 7 + place;
    let (given, family) = (GIVEN.get((all * 5) % GIVEN.len())?, FAMILY.get((household * 5) % FAMILY.len())?);
    let name = if all.is_multiple_of(4) { (*given).to_owned() } else { format!("{given} {family}") };
    let id = BeneficiaryId::from_number(20_000_000_000_000 + u64::try_from(household * SIZES.len() + place).ok()?);
    let birth = BirthDate::Day("1986-02-11".parse().ok()?);
    let days = ["2021-04-03", "2021-07-01", "2022-04-20"];
    let dose = |day: &&str| Some(Dose::new(Product::find("COVISHIELD"), day.parse().ok()?));
    let doses = days.iter().take(if all.is_multiple_of(3) { 3 } else { 2 }).filter_map(dose).collect();
    PersonRecord::new(id, PersonName::parse(&name).ok()?, Some(birth).filter(|_| !all.is_multiple_of(11)), doses).ok()
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
        let mut names = std::collections::HashSet::new();
        for (last, size) in (0..HOUSEHOLDS).zip(SIZES.into_iter().cycle()) {
            let mut key = [0; 16];
            key[15] = last;
            let (place, body) = decoys.instead_of(&key.into());
            let people = decode(seal.open(&place, body).unwrap().bytes()).unwrap();
            assert_eq!(people.len(), size, "household {last}");
            assert!(people.iter().all(|person| person.doses().len() >= 2), "household {last}");
            names.extend(people.iter().map(|person| person.name().normalised().to_owned()));
        }
        assert!(names.len() > 150, "they are as mixed as a register's: {}", names.len());
    }

    /// What an unknown mobile costs shows when a decoy is spoilt: it is opened, and its names are read.
    #[tokio::test]
    async fn an_unknown_mobile_opens_and_reads_a_household_of_nobody() {
        let mut registry =
            SealedRegistry::open(&RegistryKey::from_bytes([7; 32]), Arc::new(MemoryStore::new())).await.unwrap();
        let mobile = Mobile::parse("9876543210").unwrap();
        let asked = PersonName::parse("Aarti").unwrap();
        let lookup = registry.find(&mobile, &asked, None).await.unwrap();
        assert_eq!(lookup, Lookup::NotFound, "and nobody of it is found");
        registry.decoys.0.iter_mut().for_each(|(_, body)| body[20] ^= 1);
        assert!(matches!(registry.find(&mobile, &asked, None).await, Err(RegistryError::Damaged)));
    }
}
