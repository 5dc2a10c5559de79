use kycvs_domain::Mobile;
use kycvs_store::Key;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

use crate::codec::{encode, room};
use crate::error::NoRandomNumbers;
use crate::wipe::Wiped;
use crate::{BeneficiaryId, PersonRecord, PersonTag, RegistryError, RegistryKey};

/// The first byte of a sealed record.
const VERSION: u8 = 1;
const HEAD_LEN: usize = 1 + NONCE_LEN;

const INDEX_LABEL: &[u8] = b"kycvs registry 1 index";
const PERSON_LABEL: &[u8] = b"kycvs registry 1 person";
const SEALING_LABEL: &[u8] = b"kycvs registry 1 sealing";
const HOUSEHOLD_TAG: &[u8; 20] = b"kycvs household key:";

/// The keys of a sealed registry, prepared once, and what is done with them. The front page of the crate describes the
/// format and its reasons.
pub(crate) struct Seal {
    index: hmac::Key,
    person: hmac::Key,
    /// Chosen by the first six bits of a household's key.
    sealing: Vec<LessSafeKey>,
    random: SystemRandom,
}

/// 96 random bits, for one record.
pub(crate) type RandomNonce = [u8; NONCE_LEN];

impl Seal {
    pub(crate) fn new(key: &RegistryKey) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.secret_bytes());
        let index = hmac::Key::new(hmac::HMAC_SHA256, derive(&key, INDEX_LABEL, 0).as_ref());
        let person = hmac::Key::new(hmac::HMAC_SHA256, derive(&key, PERSON_LABEL, 0).as_ref());
        // A derived key always has the length that AES-256 needs; were one missing, its households would not open.
        let sealing = (0..64).filter_map(|number| {
            UnboundKey::new(&AES_256_GCM, derive(&key, SEALING_LABEL, number).as_ref()).map(LessSafeKey::new).ok()
        });
        Self { index, person, sealing: sealing.collect(), random: SystemRandom::new() }
    }

    /// Where the household of a mobile lies.
    pub(crate) fn household_key(&self, mobile: &Mobile) -> Key {
        let mut message = [0; HOUSEHOLD_TAG.len() + 13];
        let (tag, number) = message.split_at_mut(HOUSEHOLD_TAG.len());
        tag.copy_from_slice(HOUSEHOLD_TAG);
        number.copy_from_slice(&mobile.e164_bytes());
        first_half(&hmac::sign(&self.index, &message)).into()
    }

    /// Who has that id, without saying it.
    pub(crate) fn person_tag(&self, id: &BeneficiaryId) -> PersonTag {
        PersonTag::from_bytes(first_half(&hmac::sign(&self.person, id.as_str().as_bytes())))
    }

    pub(crate) fn nonce(&self) -> Result<RandomNonce, RegistryError> {
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| RegistryError::unavailable(NoRandomNumbers))?;
        Ok(nonce)
    }

    /// Nonces for that many records, in one call of the operating system.
    pub(crate) fn nonces(&self, count: usize) -> Result<Vec<RandomNonce>, RegistryError> {
        let mut nonces = vec![[0; NONCE_LEN]; count];
        let filled = self.random.fill(nonces.as_flattened_mut());
        filled.map_err(|_| RegistryError::unavailable(NoRandomNumbers)).map(|()| nonces)
    }

    /// Encodes and seals a household.
    pub(crate) fn seal(
        &self,
        key: &Key,
        people: &[PersonRecord],
        nonce: RandomNonce,
    ) -> Result<Vec<u8>, RegistryError> {
        let mut record = Vec::with_capacity(HEAD_LEN + room(people) + AES_256_GCM.tag_len());
        record.push(VERSION);
        record.extend_from_slice(&nonce);
        encode(people, &mut record);
        let (_, plain) = record.split_at_mut_checked(HEAD_LEN).ok_or(RegistryError::Damaged)?;
        let tag = self
            .sealing_key(key)?
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad(key), plain)
            .map_err(|_| RegistryError::Damaged)?;
        record.extend_from_slice(tag.as_ref());
        Ok(record)
    }

    /// Opens a sealed household in place.
    pub(crate) fn open(&self, key: &Key, record: Vec<u8>) -> Result<Opened, RegistryError> {
        let mut record = Wiped::from(record);
        let (head, sealed) = record.split_first_chunk_mut::<HEAD_LEN>().ok_or(RegistryError::Damaged)?;
        let [VERSION, nonce @ ..] = *head else { return Err(RegistryError::Damaged) };
        let opened = self.sealing_key(key)?.open_in_place(Nonce::assume_unique_for_key(nonce), aad(key), sealed);
        let plain_len = opened.map_err(|_| RegistryError::Damaged)?.len();
        Ok(Opened { record, plain_len })
    }

    fn sealing_key(&self, key: &Key) -> Result<&LessSafeKey, RegistryError> {
        let [first, ..] = key.as_bytes();
        self.sealing.get(usize::from(first >> 2)).ok_or(RegistryError::Damaged)
    }
}

fn first_half(hash: &hmac::Tag) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(hash.as_ref()).for_each(|(slot, byte)| *slot = *byte);
    half
}

/// HKDF-Expand of one block (RFC 5869, section 2.3). The registry key is uniformly random, so that it needs no Extract
/// before (section 3.3).
fn derive(key: &hmac::Key, label: &[u8], number: u8) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    context.update(label);
    context.update(&[number, 1]);
    context.sign()
}

/// Binds a sealed record to its format and to its place.
fn aad(key: &Key) -> Aad<[u8; 17]> {
    let mut aad = [VERSION; 17];
    let (_, place) = aad.split_at_mut(1);
    place.copy_from_slice(key.as_bytes());
    Aad::from(aad)
}

/// The plain bytes of a household, wiped from memory when they are dropped.
pub(crate) struct Opened {
    record: Wiped,
    plain_len: usize,
}

impl Opened {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.record.get(HEAD_LEN..HEAD_LEN + self.plain_len).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::decode;
    use crate::golden::{FORMAT_1, FORMAT_2, golden, people_2};

    const NONCE: RandomNonce = [9; NONCE_LEN];

    fn seal() -> Seal {
        Seal::new(&RegistryKey::from_bytes([7; 32]))
    }

    fn place(seal: &Seal) -> Key {
        seal.household_key(&Mobile::parse("9876543210").unwrap())
    }

    #[test]
    fn the_sealed_bytes_never_change() {
        let seal = seal();
        assert_eq!(seal.seal(&place(&seal), &people_2(), NONCE).unwrap(), golden(FORMAT_2, "sealed"));
        for format in [FORMAT_1, FORMAT_2] {
            assert_eq!(place(&seal).as_bytes().as_slice(), golden(format, "key"));
            let opened = seal.open(&place(&seal), golden(format, "sealed")).unwrap();
            assert_eq!(opened.bytes(), golden(format, "plain"));
        }
    }

    #[test]
    fn sealing_costs_29_bytes_and_an_erased_household_shows_nothing() {
        let seal = seal();
        let record = seal.seal(&place(&seal), &[], NONCE).unwrap();
        assert_eq!(record.len(), 29 + 1);
        assert!(decode(seal.open(&place(&seal), record).unwrap().bytes()).unwrap().is_empty());
    }

    #[test]
    fn no_bit_can_be_changed() {
        let seal = seal();
        let record = golden(FORMAT_2, "sealed");
        for bit in 0..record.len() * 8 {
            let mut changed = record.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(matches!(seal.open(&place(&seal), changed), Err(RegistryError::Damaged)), "bit {bit}");
        }
        for len in 0..record.len() {
            assert!(seal.open(&place(&seal), record[..len].to_vec()).is_err(), "{len} bytes");
        }
    }

    #[test]
    fn a_record_opens_only_in_its_place_and_under_its_key() {
        let seal = seal();
        let mut neighbour = *place(&seal).as_bytes();
        neighbour[15] ^= 1;
        assert!(
            seal.open(&neighbour.into(), golden(FORMAT_2, "sealed")).is_err(),
            "the same sealing key, another place"
        );
        let other = Seal::new(&RegistryKey::from_bytes([8; 32]));
        assert!(other.open(&place(&seal), golden(FORMAT_2, "sealed")).is_err());
        assert_ne!(place(&other), place(&seal), "another key hides the same mobile elsewhere");
    }

    #[test]
    fn there_are_64_sealing_keys_and_no_nonce_comes_twice() {
        let seal = seal();
        assert_eq!(seal.sealing.len(), 64);
        let mut nonces = seal.nonces(1000).unwrap();
        nonces.push(seal.nonce().unwrap());
        nonces.sort_unstable();
        nonces.dedup();
        assert_eq!(nonces.len(), 1001);
    }
}
