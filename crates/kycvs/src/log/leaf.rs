use chrono::{DateTime, Timelike, Utc};
use kycvs_store::{Day, Entry, Key, Posting, Topic};
use sha2::{Digest, Sha256};

/// Entries of the ledger that wait for the log.
pub(super) const LEAVES: Topic = Topic(4);

/// An entry of the ledger, as far as the log needs it: whose it is, its number, and its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub(super) consent: Key,
    pub(super) number: u32,
    /// SHA-256 of the entry; of entry 0 it is the `consent.hash` of the token.
    pub(super) hash: [u8; 32],
}

impl Leaf {
    pub(crate) fn of(entry: &Entry) -> Self {
        Self { consent: entry.id, number: entry.seq, hash: Sha256::digest(&entry.body).into() }
    }

    /// What is written with the entry, at the time `at`. Its name begins with that time, to the microsecond, so that what is posted together lies
    /// together: a database changes a page or two for a whole group, and not one for each.
    pub(crate) fn posting(self, at: DateTime<Utc>) -> Posting {
        let hash =
            Sha256::new().chain_update(self.consent.as_bytes()).chain_update(self.number.to_be_bytes()).finalize();
        let of_day = u64::from(at.num_seconds_from_midnight()) * 1_000_000 + u64::from(at.nanosecond() / 1_000);
        let mut name = [0; 14];
        // Of a day's microseconds five bytes are enough.
        let whole = of_day.to_be_bytes().into_iter().skip(3).chain(hash);
        name.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
        let body = [self.consent.as_bytes(), &self.number.to_be_bytes()[..], &self.hash].concat();
        Posting { topic: LEAVES, id: Key::on_day(Day::of(at), name), body }
    }

    /// Reads what waits; `None` for what is no leaf.
    pub(super) fn read(posting: &Posting) -> Option<Self> {
        let (consent, rest) = posting.body.split_first_chunk::<16>()?;
        let (number, hash) = rest.split_first_chunk()?;
        Some(Self { consent: Key::from(*consent), number: u32::from_be_bytes(*number), hash: hash.try_into().ok()? })
    }
}

/// The entry of the log for an entry of the ledger: its number within its consent and its SHA-256, with the salt that opens it.
pub fn leaf_of(salt: &[u8; 16], number: u32, hash: &[u8; 32]) -> [u8; 32] {
    let digest = Sha256::new().chain_update(b"kycvs leaf v1").chain_update(salt);
    digest.chain_update(number.to_be_bytes()).chain_update(hash).finalize().into()
}

/// The entry of the log that stands for nothing, by what opens it.
pub fn padding_of(secret: &[u8; 16]) -> [u8; 32] {
    Sha256::new().chain_update(b"kycvs padding v1").chain_update(secret).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_leaf_is_read_as_it_was_posted_and_each_entry_has_its_own() {
        let entry = |seq| Entry { id: Key::on_day(Day::FIRST.after(20_785), [7; 14]), seq, body: b"artefact".to_vec() };
        let (first, second) = (Leaf::of(&entry(0)), Leaf::of(&entry(1)));
        let at: DateTime<Utc> = "2026-11-29T23:59:59.999999Z".parse().unwrap();
        assert_eq!(Leaf::read(&first.posting(at)), Some(first));
        assert_ne!(first.posting(at).id, second.posting(at).id, "both may wait at once");
        let posting = first.posting(at);
        assert_eq!(Leaf::read(&Posting { body: posting.body[1..].to_vec(), ..posting }), None);
        assert_ne!(leaf_of(&[0; 16], 0, &first.hash), leaf_of(&[0; 16], 1, &first.hash));
        assert_ne!(leaf_of(&[0; 16], 0, &first.hash), leaf_of(&[1; 16], 0, &first.hash));
    }

    /// Across seconds, midnight and whatever the hash is.
    #[test]
    fn what_is_posted_later_lies_behind() {
        let mut at: DateTime<Utc> = "2026-11-29T23:59:59.999Z".parse().unwrap();
        let mut last = None;
        for seq in 0..2_000 {
            let leaf = Leaf { consent: Key::on_day(Day::FIRST, [7; 14]), number: seq, hash: [9; 32] };
            let id = leaf.posting(at).id;
            assert!(last < Some(id), "number {seq}");
            last = Some(id);
            at += TimeDelta::microseconds(1);
        }
    }
}
