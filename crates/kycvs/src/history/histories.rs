use std::sync::Arc;

use kycvs_consent::ConsentId;
use kycvs_store::{BoardStore, Day, Entry, Key, StoreError};

use super::Line;
use crate::key::HistoryKey;
use crate::seal::Seal;

/// The lines of every number. Those of a day are numbered from 0 without a gap; where one lies follows from the number, the day
/// and the service's key. So two lines of one number share nothing in a copy of the ledger, and need no list that links them.
pub(crate) struct Histories {
    pub(crate) store: Arc<dyn BoardStore>,
    pub(crate) key: HistoryKey,
    pub(crate) seal: Seal,
}

/// How many lines of a day are looked for at once, where it has more than one.
const AT_ONCE: u16 = 16;

const DAMAGED: StoreError = StoreError::Damaged { what: "line of a history" };

impl Histories {
    /// A line as an entry of the ledger, on the day of its consent; `mobile` is the number's pseudonym.
    pub(crate) fn entry(&self, mobile: &[u8; 16], number: u16, line: &Line) -> Result<Entry, StoreError> {
        let (id, seal) = self.key.line(mobile, day_of(&line.consent), number);
        Ok(Entry { id, seq: 0, body: self.seal.seal(&seal, line.to_bytes())? })
    }

    /// The number of the next line of a consent's day.
    pub(crate) async fn next(&self, mobile: &[u8; 16], consent: &ConsentId) -> Result<u16, StoreError> {
        let day = day_of(consent);
        let mut first = 0_u16;
        while let Some(after) = first.checked_add(AT_ONCE) {
            let keys: Vec<Key> = (first..after).map(|number| self.key.line(mobile, day, number).0).collect();
            let lines = self.store.read_many(&keys).await?;
            if let Some((free, _)) = (first..after).zip(lines).find(|(_, entries)| entries.is_empty()) {
                return Ok(free);
            }
            first = after;
        }
        Err(StoreError::unavailable("a number has too many answers of one day"))
    }

    /// The lines of a number on some days, each with where it lies, in two round trips; in one more for each sixteen lines that a day has
    /// beyond its first. Those that were erased are passed over.
    pub(crate) async fn of(
        &self,
        mobile: &[u8; 16],
        days: impl Iterator<Item = Day>,
    ) -> Result<Vec<(Key, Line)>, StoreError> {
        let (mut lines, mut wanted) = (Vec::new(), days.map(|day| (day, 0..1)).collect::<Vec<_>>());
        while !wanted.is_empty() {
            let asked: Vec<(Day, u16)> =
                wanted.iter().flat_map(|(day, numbers)| numbers.clone().map(|number| (*day, number))).collect();
            let places: Vec<_> = asked.iter().map(|(day, number)| self.key.line(mobile, *day, *number)).collect();
            let keys: Vec<Key> = places.iter().map(|(key, _)| *key).collect();
            let mut more = Vec::new();
            for (((day, number), (key, seal)), entries) in
                asked.into_iter().zip(places).zip(self.store.read_many(&keys).await?)
            {
                let Some(sealed) = entries.into_iter().next() else { continue };
                if number % AT_ONCE == 0 {
                    more.push((day, number + 1..number.saturating_add(AT_ONCE + 1)));
                }
                if !sealed.is_empty() {
                    let opened = self.seal.open(&seal, sealed).ok_or(DAMAGED)?;
                    lines.push((key, Line::from_bytes(&opened).ok_or(DAMAGED)?));
                }
            }
            wanted = more;
        }
        Ok(lines)
    }
}

/// The day on which a consent's request was opened, and by which it is forgotten.
fn day_of(consent: &ConsentId) -> Day {
    Key::from(*consent.as_bytes()).day().unwrap_or(Day::LAST)
}
