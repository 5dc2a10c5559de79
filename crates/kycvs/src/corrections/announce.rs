use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use kycvs_domain::Mobile;
use kycvs_registry::PersonTag;
use kycvs_store::{BoardStore, Day, Key, Posting, StoreError, Topic};
use zeroize::Zeroizing;

use crate::key::SystemRandomness;
use crate::seal::Seal;
use crate::{Error, ServiceKey};

/// Numbers whose answers are to be looked at.
pub(super) const RECHECKS: Topic = Topic(3);

/// How many announcements are written at once.
const AT_ONCE: usize = 1_000;

/// A mobile number on which something that was recorded is another now.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Correction {
    /// The number.
    pub mobile: Mobile,
    /// Who is erased on it, where that is the correction.
    pub erased: Option<PersonTag>,
}

/// Where corrections are announced: for a tool that changes the registry while servers answer from it. Any server over the same
/// stores looks at what was shared, by [`keep`](crate::StatusService::keep).
pub struct Corrections {
    pub(super) store: Arc<dyn BoardStore>,
    pub(super) seal: Seal,
}

/// A correction as it waits.
pub(super) struct Announced {
    pub(super) correction: Correction,
    pub(super) at: DateTime<Utc>,
}

impl Corrections {
    /// Over the service's ledger, under the service's key.
    pub fn new(key: &ServiceKey, store: Arc<dyn BoardStore>) -> Self {
        Self { store, seal: Seal::new(key.correction_key(), Arc::new(SystemRandomness)) }
    }

    /// Announces corrections, at the time `at`. It is called before the registry is changed, so that no crash loses them, and
    /// again after, so that they are looked at for long enough. Announcing again changes nothing but how long.
    ///
    /// # Errors
    /// [`Error::StoreUnavailable`] or [`Error::RandomUnavailable`]; some may be announced then.
    pub async fn announce(&self, corrections: &[Correction], at: DateTime<Utc>) -> Result<(), Error> {
        for corrections in corrections.chunks(AT_ONCE) {
            let postings = corrections.iter().map(|correction| self.posting(correction, at));
            self.store.record(vec![], postings.collect::<Result<_, _>>()?).await?;
        }
        Ok(())
    }

    /// `time, 8 bytes | number, 10 digits`, and of an erased person the tag; sealed.
    fn posting(&self, correction: &Correction, at: DateTime<Utc>) -> Result<Posting, StoreError> {
        let mut name = [0; 14];
        self.seal.draw(&mut name)?;
        let id = Key::on_day(Day::of(at), name);
        let mut body = Zeroizing::new(Vec::with_capacity(64));
        body.extend(at.timestamp().to_be_bytes());
        body.extend(correction.mobile.national().as_bytes());
        body.extend(correction.erased.iter().flat_map(PersonTag::as_bytes));
        Ok(Posting { topic: RECHECKS, id, body: self.seal.seal(id.as_bytes(), body)? })
    }

    /// Reads what waits; `None` for what is no correction, or sealed under another key.
    pub(super) fn read(&self, posting: &Posting) -> Option<Announced> {
        let body = self.seal.open(posting.id.as_bytes(), posting.body.clone())?;
        let (at, rest) = body.split_first_chunk()?;
        let (number, erased) = rest.split_first_chunk::<10>()?;
        let erased = if erased.is_empty() { None } else { Some(PersonTag::from_bytes(erased.try_into().ok()?)) };
        let mobile = Mobile::parse(str::from_utf8(number).ok()?).ok()?;
        let at = DateTime::from_timestamp(i64::from_be_bytes(*at), 0)?;
        Some(Announced { correction: Correction { mobile, erased }, at })
    }
}

impl fmt::Debug for Correction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Correction(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kycvs_memory::MemoryStore;

    #[test]
    fn a_correction_is_read_as_it_was_announced_and_by_the_key_alone() {
        let corrections = |key| Corrections::new(&ServiceKey::from_bytes([key; 32]), Arc::new(MemoryStore::new()));
        let (ours, foreign) = (corrections(1), corrections(2));
        let (mobile, at) = (Mobile::parse("9876543210").unwrap(), "2026-11-28T12:00:00Z".parse().unwrap());
        for erased in [None, Some(PersonTag::from_bytes([7; 16]))] {
            let correction = Correction { mobile, erased };
            let posting = ours.posting(&correction, at).unwrap();
            assert!(!posting.body.windows(10).any(|bytes| bytes == b"9876543210"), "the number is sealed");
            let read = ours.read(&posting).unwrap();
            assert!(read.correction == correction && read.at == at);
            assert!(foreign.read(&posting).is_none());
            assert!(ours.read(&Posting { body: posting.body[1..].to_vec(), ..posting }).is_none());
        }
    }
}
