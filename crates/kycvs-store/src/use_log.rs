use chrono::{DateTime, TimeDelta, Utc};

use crate::Limit;

/// When one key was used: the value that a [`LimitStore`](crate::LimitStore) keeps for it.
///
/// The log holds one entry a second in which there were uses, so it is exact to the second, up to [`MAX_ENTRIES`](Self::MAX_ENTRIES).
/// Beyond them, the uses of each five-hundredth of the longest window become one entry at the last of their seconds: they then
/// count a little longer than the window, and never shorter. An adapter reads it, asks
/// [`retry_at`](Self::retry_at), records the use and writes it back, all in one transaction.
///
/// ```
/// use chrono::{DateTime, TimeDelta};
/// use kycvs_store::{Limit, UseLog};
/// let twice_a_minute = [Limit { max: 2.try_into()?, per_seconds: 60.try_into()? }];
/// let now = DateTime::from_timestamp(1_630_000_000, 0).ok_or("a valid time")?;
/// let mut log = UseLog::default();
/// for _ in 0..2 {
///     assert_eq!(log.retry_at(&twice_a_minute, now), None);
///     log.record(&twice_a_minute, now);
/// }
/// assert_eq!(log.retry_at(&twice_a_minute, now), Some(now + TimeDelta::seconds(60)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UseLog {
    /// The second from which on nothing of the log counts any more.
    stale_at: i64,
    /// Ascending seconds since 1970, each with the uses in it.
    uses: Vec<(i64, u32)>,
}

/// The stored bytes are no use log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored uses of a limit are damaged")]
pub struct UseLogError;

const ENTRY_BYTES: usize = 12;

impl UseLog {
    /// The most entries of a log: 12 kB. Only a limit of more than a thousand uses over more than a thousand seconds gets
    /// there.
    pub const MAX_ENTRIES: usize = 1_024;

    /// When there is room for one more use under all of `limits`; `None` when there is now.
    pub fn retry_at(&self, limits: &[Limit], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        limits.iter().filter_map(|limit| self.room_at(limit, now)).max()
    }

    /// The limit has room once at most `max - 1` uses are younger than its window. A use further in the future than that
    /// was counted by a clock that was wrong; if it counted, a limit would stay used up until that clock had been right.
    fn room_at(&self, limit: &Limit, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let per = i64::from(limit.per_seconds.get());
        let mut room = limit.max.get();
        let near = self.uses.iter().rev().skip_while(|(second, _)| *second > now.timestamp() + per);
        for &(second, count) in near.take_while(|(second, _)| second + per > now.timestamp()) {
            room = room.saturating_sub(count);
            if room == 0 {
                return DateTime::from_timestamp(second + per, 0).or(Some(now + TimeDelta::seconds(per)));
            }
        }
        None
    }

    /// Counts one use at `now` and drops what none of `limits` counts any more.
    pub fn record(&mut self, limits: &[Limit], now: DateTime<Utc>) {
        let now = now.timestamp();
        let longest = limits.iter().map(|limit| i64::from(limit.per_seconds.get())).max().unwrap_or(0);
        if self.uses.last().is_some_and(|(newest, _)| *newest > now + longest) {
            self.stale_at = now; // what a wrong clock counted is dropped, and its time with it
        }
        self.uses.retain(|(second, _)| (now - longest + 1..=now + longest).contains(second));
        match self.uses.binary_search_by_key(&now, |(second, _)| *second) {
            Ok(at) => self.uses[at].1 = self.uses[at].1.saturating_add(1),
            Err(at) => self.uses.insert(at, (now, 1)),
        }
        if self.uses.len() > Self::MAX_ENTRIES {
            self.merge(longest / 512 + 1);
        }
        let newest = self.uses.last().map_or(now, |(second, _)| *second);
        self.stale_at = self.stale_at.max(newest + longest);
    }

    /// Makes one entry of the uses in each `step` seconds, at the last of them.
    fn merge(&mut self, step: i64) {
        self.uses.dedup_by(|later, earlier| {
            let is_one_step = later.0.div_euclid(step) == earlier.0.div_euclid(step);
            if is_one_step {
                *earlier = (later.0, earlier.1.saturating_add(later.1));
            }
            is_one_step
        });
    }

    /// From when on nothing of the log counts, in seconds since 1970: an adapter may forget the key then.
    pub fn stale_at(&self) -> i64 {
        self.stale_at
    }

    /// The bytes that an adapter stores: all numbers big-endian, [`stale_at`](Self::stale_at) first.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + self.uses.len() * ENTRY_BYTES);
        bytes.extend_from_slice(&self.stale_at.to_be_bytes());
        for (second, count) in &self.uses {
            bytes.extend_from_slice(&second.to_be_bytes());
            bytes.extend_from_slice(&count.to_be_bytes());
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`UseLogError`] when the bytes are of another length, or their seconds do not ascend or lie outside the years
    /// that a calendar has.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, UseLogError> {
        let (stale_at, entries) = bytes.split_first_chunk::<8>().ok_or(UseLogError)?;
        let (entries, rest) = entries.as_chunks::<ENTRY_BYTES>();
        let uses: Vec<(i64, u32)> = entries
            .iter()
            .map(|[a, b, c, d, e, f, g, h, count @ ..]| {
                (i64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), u32::from_be_bytes(*count))
            })
            .collect();
        let ascend = uses.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let dated = uses.iter().all(|(second, _)| DateTime::from_timestamp(*second, 0).is_some());
        if !rest.is_empty() || !ascend || !dated {
            return Err(UseLogError);
        }
        Ok(Self { stale_at: i64::from_be_bytes(*stale_at), uses })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn limit(max: u32, per_seconds: u32) -> Limit {
        Limit { max: max.try_into().unwrap(), per_seconds: per_seconds.try_into().unwrap() }
    }

    #[test]
    fn a_window_slides_and_does_not_start_over() {
        let limits = [limit(3, 600)];
        let mut log = UseLog::default();
        for second in [0, 590, 595] {
            assert_eq!(log.retry_at(&limits, at(second)), None);
            log.record(&limits, at(second));
        }
        assert_eq!(log.retry_at(&limits, at(599)), Some(at(600)));
        assert_eq!(log.retry_at(&limits, at(600)), None, "the first use has aged out");
        log.record(&limits, at(600));
        assert_eq!(log.retry_at(&limits, at(601)), Some(at(1190)), "the other two have not");
    }

    #[test]
    fn the_longest_wait_of_several_windows_counts() {
        let limits = [limit(1, 10), limit(2, 3600)];
        let mut log = UseLog::default();
        log.record(&limits, at(0));
        log.record(&limits, at(20));
        assert_eq!(log.retry_at(&limits, at(21)), Some(at(3600)));
    }

    #[test]
    fn a_clock_that_goes_back_frees_nothing() {
        let limits = [limit(1, 60)];
        let mut log = UseLog::default();
        log.record(&limits, at(10_000));
        assert_eq!(log.retry_at(&limits, at(9_940)), Some(at(10_060)));
    }

    #[test]
    fn a_clock_that_was_wrong_by_more_than_the_window_locks_nobody_out() {
        let limits = [limit(1, 60)];
        let mut log = UseLog::default();
        log.record(&limits, at(10_000_000));
        assert_eq!(log.retry_at(&limits, at(5_000)), None);
        log.record(&limits, at(5_000));
        assert_eq!(log.retry_at(&limits, at(5_001)), Some(at(5_060)));
        assert_eq!(log.stale_at(), 5_060, "and it is forgotten in time");
    }

    #[test]
    fn the_log_stays_short() {
        let limits = [limit(600, 60)];
        let mut log = UseLog::default();
        for second in 0..100_000 {
            if log.retry_at(&limits, at(second)).is_none() {
                log.record(&limits, at(second));
            }
        }
        assert!(log.uses.len() <= 60);
    }

    /// A day-long window of a large limit grew to a megabyte a use.
    #[test]
    fn a_large_limit_over_a_day_stays_small_and_is_never_exceeded() {
        let limits = [limit(2_000, 86_400)];
        let (mut log, mut taken) = (UseLog::default(), std::collections::VecDeque::new());
        for second in (0..400_000).step_by(30) {
            while taken.front().is_some_and(|earlier| second - earlier >= 86_400) {
                taken.pop_front();
            }
            if log.retry_at(&limits, at(second)).is_none() {
                log.record(&limits, at(second));
                taken.push_back(second);
                assert!(taken.len() <= 2_000, "{second}");
            }
            assert!(log.to_bytes().len() <= 8 + 12 * UseLog::MAX_ENTRIES);
        }
        assert!(taken.len() > 1_900, "and most of it can be used: {}", taken.len());
    }

    proptest! {
        #[test]
        fn no_window_ever_holds_more_than_its_limit(
            max in 1_u32..6, per in 1_u32..50, steps in prop::collection::vec(0_i64..20, 1..200),
        ) {
            let limits = [limit(max, per)];
            let (mut log, mut now, mut taken) = (UseLog::default(), 0, Vec::new());
            for step in steps {
                now += step;
                if log.retry_at(&limits, at(now)).is_none() {
                    log.record(&limits, at(now));
                    taken.push(now);
                }
            }
            for start in &taken {
                let in_window = taken.iter().filter(|t| (*start..start + i64::from(per)).contains(t)).count();
                prop_assert!(in_window <= max as usize);
            }
        }

        #[test]
        fn bytes_are_read_back_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            if let Ok(log) = UseLog::from_bytes(&bytes) {
                prop_assert_eq!(log.to_bytes(), bytes);
            }
        }

        #[test]
        fn what_was_written_is_read(seconds in prop::collection::vec(0_i64..4_000_000_000, 0..40)) {
            let limits = [limit(10, u32::MAX)];
            let mut log = UseLog::default();
            for second in seconds {
                log.record(&limits, at(second));
            }
            prop_assert_eq!(UseLog::from_bytes(&log.to_bytes()), Ok(log));
        }
    }
}
