//! Someone with the database file and no key can learn neither a name nor a number.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::support::{find, options, over};
use kycvs_domain::PersonName;
use kycvs_redb::RedbStore;
use kycvs_registry::RegistryCsv;
use kycvs_sample::SampleRegistry;

/// Texts and numbers of five bytes or more. Chance puts one of them into a sealed file once in some thousand times, and the
/// same one into two files as good as never.
#[derive(Default)]
struct Secrets(HashMap<Vec<u8>, &'static str>);

impl Secrets {
    const SHORTEST: usize = 5;

    fn add(&mut self, what: &'static str, bytes: &[u8]) {
        if bytes.len() >= Self::SHORTEST {
            self.0.insert(bytes.to_vec(), what);
        }
    }

    fn add_text(&mut self, what: &'static str, text: &str) {
        for text in [text.to_owned(), text.to_lowercase(), text.to_uppercase()] {
            self.add(what, text.as_bytes());
            self.add(what, &text.bytes().rev().collect::<Vec<_>>());
        }
    }

    fn add_number(&mut self, what: &'static str, digits: &str) {
        self.add_text(what, digits);
        let number: u64 = digits.parse().unwrap();
        let bytes = number.to_be_bytes();
        let bytes = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        self.add(what, bytes);
        self.add(what, &bytes.iter().rev().copied().collect::<Vec<_>>());
        self.add(what, &varint(number));
        // Packed decimal, two digits a byte, in both orders of the halves.
        let pairs: Vec<[u8; 2]> =
            digits.as_bytes().chunks_exact(2).map(|pair| [pair[0] - b'0', pair[1] - b'0']).collect();
        self.add(what, &pairs.iter().map(|[a, b]| a << 4 | b).collect::<Vec<_>>());
        self.add(what, &pairs.iter().map(|[a, b]| b << 4 | a).collect::<Vec<_>>());
    }

    /// Which of them stand anywhere in the bytes.
    fn found_in(&self, bytes: &[u8]) -> HashSet<&[u8]> {
        let lengths: HashSet<usize> = self.0.keys().map(Vec::len).collect();
        let windows = lengths.into_iter().flat_map(|length| bytes.windows(length));
        windows.filter_map(|window| self.0.get_key_value(window)).map(|(secret, _)| secret.as_slice()).collect()
    }
}

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
    bytes
}

fn secrets(sample: &SampleRegistry) -> Secrets {
    let mut secrets = Secrets::default();
    for household in sample.iter() {
        secrets.add_number("mobile", &household.mobile);
        secrets.add_number("mobile", &format!("91{}", household.mobile));
        for person in household.people {
            secrets.add_number("id", &person.beneficiary_id.to_string());
            secrets.add_text("name", &person.name);
            let name = PersonName::parse(&person.name).unwrap();
            secrets.add_text("name", name.normalised());
            name.normalised().split(' ').for_each(|token| secrets.add_text("name", token));
            for dose in person.doses {
                secrets.add_text("batch", dose.batch.as_deref().unwrap_or_default());
                secrets.add_text("product", dose.product);
            }
        }
    }
    secrets
}

#[tokio::test]
async fn the_database_file_shows_no_name_number_id_or_batch() {
    let sample = SampleRegistry::new(11, 1_000);
    let mut csv = Vec::new();
    sample.write_csv(&mut csv).unwrap();
    let secrets = secrets(&sample);
    let directory = tempfile::tempdir().unwrap();
    let mut found = Vec::new();
    for file in ["one.redb", "two.redb"] {
        let path = directory.path().join(file);
        let registry = over(Arc::new(RedbStore::open(&path).unwrap())).await;
        let file = RegistryCsv::open(csv.as_slice()).unwrap();
        let summary = registry.import_csv(file, &options(), &mut |_| ()).await.unwrap();
        assert_eq!(summary.people_added, 1_000);
        drop(registry);
        found.push(secrets.found_in(&std::fs::read(&path).unwrap()));

        let (mobile, person) = sample.person_at(0).unwrap();
        let registry = over(Arc::new(RedbStore::open(&path).unwrap())).await;
        assert!(find(&registry, &mobile, &person.name).await.is_some(), "with the key, the same file answers");
    }
    let both: Vec<&&[u8]> = found[0].intersection(&found[1]).collect();
    assert!(both.is_empty(), "{both:?}");
}

#[test]
fn the_search_finds_what_is_there() {
    let sample = SampleRegistry::new(11, 100);
    let mut csv = Vec::new();
    sample.write_csv(&mut csv).unwrap();
    let secrets = secrets(&sample);
    let found: Vec<&str> = secrets.found_in(&csv).into_iter().map(|secret| secrets.0[secret]).collect();
    for (what, least) in [("mobile", 40), ("id", 100), ("name", 100), ("batch", 100), ("product", 2)] {
        let times = found.iter().filter(|found| **found == what).count();
        assert!(times >= least, "{what}: {times}");
    }
    let mobile: u64 = sample.household(7).unwrap().mobile.parse().unwrap();
    let id = sample.household(7).unwrap().people[0].beneficiary_id;
    for hidden in [mobile.to_be_bytes().to_vec(), mobile.to_le_bytes().to_vec(), varint(mobile), varint(id)] {
        assert_eq!(secrets.found_in(&[&[0xaa; 9], &hidden[..], &[0xaa; 9]].concat()).len(), 1, "{hidden:?}");
    }
}
