use kycvs_store::{Entry, Key, Posting, Topic};
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

    /// What is written with the entry.
    pub(crate) fn posting(self) -> Posting {
        let name =
            Sha256::new().chain_update(self.consent.as_bytes()).chain_update(self.number.to_be_bytes()).finalize();
        let mut id = [0; 16];
        id.iter_mut().zip(name).for_each(|(to, from)| *to = from);
        let body = [self.consent.as_bytes(), &self.number.to_be_bytes()[..], &self.hash].concat();
        Posting { topic: LEAVES, id: Key::from(id), body }
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
    use kycvs_store::Day;

    #[test]
    fn a_leaf_is_read_as_it_was_posted_and_each_entry_has_its_own() {
        let entry = |seq| Entry { id: Key::on_day(Day::FIRST.after(20_785), [7; 14]), seq, body: b"artefact".to_vec() };
        let (first, second) = (Leaf::of(&entry(0)), Leaf::of(&entry(1)));
        assert_eq!(Leaf::read(&first.posting()), Some(first));
        assert_ne!(first.posting().id, second.posting().id, "both may wait at once");
        let posting = first.posting();
        assert_eq!(Leaf::read(&Posting { body: posting.body[1..].to_vec(), ..posting }), None);
        assert_ne!(leaf_of(&[0; 16], 0, &first.hash), leaf_of(&[0; 16], 1, &first.hash));
        assert_ne!(leaf_of(&[0; 16], 0, &first.hash), leaf_of(&[1; 16], 0, &first.hash));
    }
}
