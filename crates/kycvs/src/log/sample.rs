use std::collections::BTreeSet;

use kycvs_log::{ProofFile, VerifierKey, hash_leaf, read_bundle};
use kycvs_store::{Day, Key};
use sha2::{Digest, Sha256};

use super::Log;
use super::head::Head;
use super::leaf::{leaf_of, padding_of};
use super::pages::{DAMAGED, Kind};
use super::statement::is_public;
use crate::Error;

/// Entries of the log that an auditor's seed picked, each opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The first entry that is kept: those before are forgotten by the calendar.
    pub first: u64,
    /// The size of the published log.
    pub size: u64,
    /// Each with its proof.
    pub leaves: Vec<SampledLeaf>,
}

/// One entry of a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampledLeaf {
    /// What it stands for.
    pub opening: Opening,
    /// That it is in the log.
    pub proof: ProofFile,
}

/// What an entry of the log stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// An entry of the ledger.
    Entry {
        /// The salt.
        salt: [u8; 16],
        /// Its number within its consent: 0 for the artefact.
        number: u32,
        /// Its bytes.
        entry: Vec<u8>,
    },
    /// Nothing: it fills a batch.
    Padding {
        /// What shows that it does.
        secret: [u8; 16],
    },
    /// An entry of the ledger that was erased: nobody can open it.
    Forgotten {
        /// The entry of the log.
        leaf: [u8; 32],
    },
}

/// A sample does not show what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SampleError {
    /// The entries are others than those that the seed picks from this log.
    #[error("entry {0} of the sample is not the one that the seed picks")]
    NotPicked(usize),
    /// An opening and its proof do not go together, or are another log's.
    #[error("entry {0} of the sample is not in the log as it was opened")]
    NotInLog(usize),
}

impl Opening {
    fn leaf(&self) -> [u8; 32] {
        match self {
            Self::Entry { salt, number, entry } => leaf_of(salt, *number, &Sha256::digest(entry).into()),
            Self::Padding { secret } => padding_of(secret),
            Self::Forgotten { leaf } => *leaf,
        }
    }
}

impl Sample {
    /// Checks a sample as an auditor does, with nothing but the log's key and their own seed.
    ///
    /// # Errors
    /// [`SampleError`], the first entry that is wrong.
    pub fn check(&self, seed: &[u8], log: &VerifierKey) -> Result<(), SampleError> {
        for (place, SampledLeaf { opening, proof }) in self.leaves.iter().enumerate() {
            let checkpoint =
                proof.verify(&hash_leaf(&opening.leaf()), log).map_err(|_| SampleError::NotInLog(place))?;
            let is_picked =
                checkpoint.size == self.size && pick(seed, place as u64, self.first, self.size) == Some(proof.index);
            if !is_picked {
                return Err(SampleError::NotPicked(place));
            }
        }
        Ok(())
    }
}

/// The entry that a seed picks. The auditor chooses the seed after the checkpoint, so nobody could prepare for it.
fn pick(seed: &[u8], place: u64, first: u64, size: u64) -> Option<u64> {
    let digest = Sha256::new().chain_update(b"kycvs sample v1").chain_update((seed.len() as u64).to_be_bytes());
    let digest: [u8; 32] = digest.chain_update(seed).chain_update(place.to_be_bytes()).finalize().into();
    let number = u64::from_be_bytes(*digest.first_chunk()?);
    number.checked_rem(size.checked_sub(first)?).map(|offset| first + offset)
}

/// 256 entries of the log, and which entries of the ledger they are.
struct Bundle {
    number: u64,
    entries: Vec<u8>,
    openings: Vec<u8>,
}

impl Log {
    /// Opens the entries that a seed picks from the published log; tells whose consents they are of.
    pub(crate) async fn sample(&self, seed: &[u8], count: usize) -> Result<(Sample, BTreeSet<Key>), Error> {
        let (head, _) = self.head().await?;
        let (first, size) = (head.first(), head.published_size());
        let mut picked: Vec<(u64, usize)> =
            (0..count).map_while(|place| Some((pick(seed, place as u64, first, size)?, place))).collect();
        picked.sort_unstable(); // what lies in one bundle is read with it
        let (mut leaves, mut opened, mut held) = (Vec::new(), BTreeSet::new(), None);
        for (index, place) in picked {
            let bundle = match held.take() {
                Some(bundle @ Bundle { number, .. }) if number == index / 256 => bundle,
                _ => self.bundle(&head, index / 256).await?,
            };
            let opening = self.open(&head, index, &bundle, &mut opened).await?;
            let proof = self.file_of(&head, index, None).await?.ok_or(DAMAGED)?;
            leaves.push((place, SampledLeaf { opening, proof }));
            held = Some(bundle);
        }
        leaves.sort_unstable_by_key(|(place, _)| *place);
        Ok((Sample { first, size, leaves: leaves.into_iter().map(|(_, leaf)| leaf).collect() }, opened))
    }

    async fn bundle(&self, head: &Head, number: u64) -> Result<Bundle, Error> {
        let entries = self.page(head, Kind::Bundle, 0, number).await?.ok_or(DAMAGED)?;
        let openings = self.page(head, Kind::Openings, 0, number).await?.ok_or(DAMAGED)?;
        Ok(Bundle { number, entries, openings })
    }

    async fn open(
        &self,
        head: &Head,
        index: u64,
        bundle: &Bundle,
        opened: &mut BTreeSet<Key>,
    ) -> Result<Opening, Error> {
        let place = usize::try_from(index % 256).map_err(|_| DAMAGED)?;
        let entries = read_bundle(&bundle.entries).map_err(|_| DAMAGED)?;
        let leaf: [u8; 32] = entries.get(place).and_then(|entry| (*entry).try_into().ok()).ok_or(DAMAGED)?;
        let opening = bundle.openings.as_chunks::<20>().0.get(place).ok_or(DAMAGED)?;
        let forgotten = Opening::Forgotten { leaf };
        if *opening == [0; 20] {
            return Ok(self.padding(head, index, &leaf).await?.unwrap_or(forgotten));
        }
        let (consent, number) = opening.split_first_chunk::<16>().ok_or(DAMAGED)?;
        let (consent, number) = (Key::from(*consent), u32::from_be_bytes(number.try_into().map_err(|_| DAMAGED)?));
        let day = consent.day().unwrap_or(Day::LAST);
        let (Some(key), entries) = (self.secret.find(&*self.store, day).await?, self.store.read(&consent).await?)
        else {
            return Ok(forgotten);
        };
        let entry = usize::try_from(number).ok().and_then(|number| entries.into_iter().nth(number));
        let Some(entry) = entry.filter(|entry| !entry.is_empty()) else { return Ok(forgotten) };
        if !is_public(&consent) {
            opened.insert(consent);
        }
        Ok(Opening::Entry { salt: key.salt(&consent, number), number, entry })
    }

    /// Looks for what shows that an entry is padding: it follows from the batch that it is in.
    async fn padding(&self, head: &Head, index: u64, leaf: &[u8; 32]) -> Result<Option<Opening>, Error> {
        let Some(day) = head.day_of(index) else { return Ok(None) };
        let start = head.days.iter().find(|(listed, _)| *listed == day).map_or(0, |(_, start)| *start);
        let batches = self.batches(day, start).await?;
        let Some(batch) = batches.into_iter().find(|batch| batch.entries.contains(&index)) else { return Ok(None) };
        let Some(key) = self.secret.find(&*self.store, Day::of(batch.at)).await? else { return Ok(None) };
        let mut secrets = (0..256).map(|number| key.padding(batch.entries.start, number));
        Ok(secrets.find(|secret| padding_of(secret) == *leaf).map(|secret| Opening::Padding { secret }))
    }
}
