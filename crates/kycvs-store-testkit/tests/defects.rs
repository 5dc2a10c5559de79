//! The rules find the mistakes that adapters make: each store below has one, and the rule named with it panics.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kycvs_memory::MemoryStore;
use kycvs_store::{
    Advance, AnswerStore, AnswerWrite, BoardStore, ChallengeStore, ConsentLedger, Day, Decision, Entry, HouseholdStore,
    HouseholdWrite, Key, LimitStore, LimitUse, Page, Posting, StoreError, Topic, Version, Versioned,
};
use kycvs_store_testkit::{answer, board, challenge, household, ledger, limit};

#[derive(Clone, Copy, PartialEq)]
enum Defect {
    NoSizeLimit,
    LastWriterWins,
    ChecksBeforeItLocks,
    WritesOneByOne,
    SortsKeys,
    LeavesOutAbsentKeys,
    PurgesEarly,
    KeepsGaps,
    CountsUntilRefused,
    ChecksThenTakes,
    CountsWhenChecking,
    GivesBackWhatItTook,
}
use Defect::*;

struct Defective {
    store: MemoryStore,
    defect: Defect,
}

async fn assert_found<F: Future<Output = ()> + Send + 'static>(defect: Defect, rule: impl Fn(Arc<Defective>) -> F) {
    let broken = tokio::spawn(rule(Arc::new(Defective { store: MemoryStore::new(), defect }))).await;
    assert!(broken.is_err_and(|error| error.is_panic()), "the rule does not find the defect");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn household_rules_find_defects() {
    use household::*;
    assert_found(LastWriterWins, |s| a_stale_write_is_refused_and_changes_nothing(s)).await;
    assert_found(LastWriterWins, |s| of_concurrent_first_writers_one_wins(s)).await;
    assert_found(ChecksBeforeItLocks, |s| of_concurrent_first_writers_one_wins(s)).await;
    assert_found(ChecksBeforeItLocks, |s| no_concurrent_update_is_lost(s)).await;
    assert_found(ChecksBeforeItLocks, |s| overlapping_batches_do_not_mix(s)).await;
    assert_found(WritesOneByOne, |s| a_batch_with_one_stale_write_writes_nothing(s)).await;
    assert_found(WritesOneByOne, |s| a_key_twice_in_a_batch_is_refused(s)).await;
    assert_found(WritesOneByOne, |s| a_reader_sees_a_whole_batch_or_none_of_it(s)).await;
    assert_found(WritesOneByOne, |s| a_write_that_is_given_up_is_whole_or_absent(s)).await;
    assert_found(SortsKeys, |s| get_many_answers_every_place_it_was_asked(s)).await;
    assert_found(LeavesOutAbsentKeys, |s| get_many_answers_every_place_it_was_asked(s)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn challenge_rules_find_defects() {
    use challenge::*;
    assert_found(NoSizeLimit, |s| a_body_of_64_kib_is_kept_and_one_byte_more_is_refused(s)).await;
    assert_found(LastWriterWins, |s| a_stale_put_is_refused_and_changes_nothing(s)).await;
    assert_found(LastWriterWins, |s| a_purged_challenge_is_as_if_it_never_was(s)).await;
    assert_found(ChecksBeforeItLocks, |s| of_a_thousand_concurrent_puts_one_wins(s)).await;
    assert_found(ChecksBeforeItLocks, |s| no_concurrent_attempt_is_lost(s)).await;
    assert_found(PurgesEarly, |s| purge_forgets_what_is_due_and_nothing_else(s)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ledger_rules_find_defects() {
    use ledger::*;
    assert_found(KeepsGaps, |s| a_gap_or_a_repeat_is_refused_and_changes_nothing(s)).await;
    assert_found(KeepsGaps, |s| of_concurrent_writers_of_a_number_one_wins(s)).await;
    assert_found(WritesOneByOne, |s| entries_of_one_call_are_all_written_or_none(s)).await;
    assert_found(WritesOneByOne, |s| a_reader_sees_a_whole_record_or_none_of_it(s)).await;
    assert_found(SortsKeys, |s| the_entries_of_many_are_read_in_the_order_they_were_asked(s)).await;
    assert_found(LeavesOutAbsentKeys, |s| the_entries_of_many_are_read_in_the_order_they_were_asked(s)).await;
    assert_found(PurgesEarly, |s| days_before_one_are_forgotten_and_never_what_lasts(s)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn board_rules_find_defects() {
    use board::*;
    assert_found(KeepsGaps, |s| a_posting_that_waits_is_refused_with_all_of_its_call(s)).await;
    assert_found(WritesOneByOne, |s| a_stale_advance_changes_nothing(s)).await;
    assert_found(LastWriterWins, |s| a_stale_advance_changes_nothing(s)).await;
    assert_found(LastWriterWins, |s| of_concurrent_advances_one_wins_with_all_its_parts(s)).await;
    assert_found(PurgesEarly, |s| pages_of_past_days_are_forgotten_and_no_posting(s)).await;
    assert_found(NoSizeLimit, |s| a_page_of_256_kib_is_kept_and_one_byte_more_is_refused(s)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn answer_rules_find_defects() {
    use answer::*;
    assert_found(WritesOneByOne, |s| an_answer_whose_consent_is_there_writes_neither(s)).await;
    assert_found(WritesOneByOne, |s| an_answer_too_large_in_either_part_writes_neither(s)).await;
    assert_found(LastWriterWins, |s| an_answer_to_another_version_writes_neither(s)).await;
    for defect in [WritesOneByOne, LastWriterWins] {
        use six_consents_of_one_answer_are_written_with_their_lines_and_postings_or_not_at_all as six_consents;
        assert_found(defect, six_consents).await;
    }
    assert_found(WritesOneByOne, |s| of_concurrent_families_that_share_a_line_one_wins_whole(s)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn limit_rules_find_defects() {
    use limit::*;
    assert_found(CountsUntilRefused, |s| all_uses_are_counted_or_none(s)).await;
    assert_found(CountsUntilRefused, |s| which_is_the_first_use_without_room(s)).await;
    assert_found(ChecksThenTakes, |s| a_thousand_concurrent_takes_get_no_more_than_the_limit(s)).await;
    assert_found(GivesBackWhatItTook, |s| a_call_that_is_refused_stands_in_no_others_way(s)).await;
    assert_found(CountsWhenChecking, |s| check_answers_as_take_and_counts_nothing(s)).await;
    assert_found(PurgesEarly, |s| purge_forgets_what_no_limit_counts_any_more(s)).await;
}

#[async_trait]
impl HouseholdStore for Defective {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.store.get(key).await
    }

    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Versioned<Vec<u8>>>>, StoreError> {
        let mut keys = keys.to_vec();
        if self.defect == SortsKeys {
            keys.sort();
        }
        let mut read = self.store.get_many(&keys).await?;
        if self.defect == LeavesOutAbsentKeys {
            read.retain(Option::is_some);
        }
        Ok(read)
    }

    async fn write(&self, mut batch: Vec<HouseholdWrite>) -> Result<(), StoreError> {
        if self.defect == WritesOneByOne {
            for write in batch {
                self.store.write(vec![write]).await?;
                pause().await;
            }
            return Ok(());
        }
        for write in &mut batch {
            let stored = self.store.get(&write.key).await?.map(|read| read.version);
            if self.defect == ChecksBeforeItLocks && stored != write.expected {
                return Err(StoreError::Conflict);
            }
        }
        pause().await;
        if matches!(self.defect, ChecksBeforeItLocks | LastWriterWins) {
            for write in &mut batch {
                write.expected = self.store.get(&write.key).await?.map(|read| read.version);
            }
        }
        self.store.write(batch).await
    }
}

#[async_trait]
impl ChallengeStore for Defective {
    async fn load(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.store.load(id).await
    }

    async fn put(
        &self,
        id: &Key,
        mut expected: Option<Version>,
        mut body: Vec<u8>,
        purge_at: DateTime<Utc>,
    ) -> Result<Version, StoreError> {
        if self.defect == NoSizeLimit {
            body.truncate(kycvs_store::MAX_BODY_BYTES);
        }
        let stored = self.store.load(id).await?.map(|read| read.version);
        if self.defect == ChecksBeforeItLocks && stored != expected {
            return Err(StoreError::Conflict);
        }
        pause().await;
        if matches!(self.defect, ChecksBeforeItLocks | LastWriterWins) {
            expected = self.store.load(id).await?.map(|read| read.version);
        }
        self.store.put(id, expected, body, purge_at).await
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        ChallengeStore::purge(&self.store, self.purge_time(now)).await
    }
}

#[async_trait]
impl ConsentLedger for Defective {
    async fn record(&self, mut entries: Vec<Entry>, mut postings: Vec<Posting>) -> Result<(), StoreError> {
        if self.defect == KeepsGaps {
            for entry in &mut entries {
                entry.seq = u32::try_from(self.store.read(&entry.id).await?.len()).unwrap();
            }
            for posting in &mut postings {
                let waiting = self.store.pending(posting.topic, u32::MAX).await?;
                if waiting.iter().any(|waits| waits.id == posting.id) {
                    posting.topic = Topic(0xFF);
                }
            }
            while matches!(self.store.record(entries.clone(), postings.clone()).await, Err(StoreError::Conflict)) {
                entries.iter_mut().for_each(|entry| entry.seq += 1);
            }
            return Ok(());
        }
        if self.defect == WritesOneByOne {
            for entry in entries {
                self.store.record(vec![entry], vec![]).await?;
                pause().await;
            }
            return self.store.record(vec![], postings).await;
        }
        self.store.record(entries, postings).await
    }

    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError> {
        self.store.read(id).await
    }

    async fn read_many(&self, ids: &[Key]) -> Result<Vec<Vec<Vec<u8>>>, StoreError> {
        let mut ids = ids.to_vec();
        if self.defect == SortsKeys {
            ids.sort();
        }
        let mut read = self.store.read_many(&ids).await?;
        if self.defect == LeavesOutAbsentKeys {
            read.retain(|entries| !entries.is_empty());
        }
        Ok(read)
    }

    async fn forget(&self, ids: &[Key]) -> Result<(), StoreError> {
        self.store.forget(ids).await
    }

    async fn forget_before(&self, before: Day) -> Result<(), StoreError> {
        self.store.forget_before(if self.defect == PurgesEarly { before.after(1) } else { before }).await
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        self.store.check_writable().await
    }
}

#[async_trait]
impl BoardStore for Defective {
    async fn pending(&self, topic: Topic, limit: u32) -> Result<Vec<Posting>, StoreError> {
        self.store.pending(topic, limit).await
    }

    async fn page(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.store.page(id).await
    }

    async fn advance(&self, mut advance: Advance) -> Result<(), StoreError> {
        match self.defect {
            NoSizeLimit => advance.head.body.truncate(kycvs_store::MAX_PAGE_BYTES),
            LastWriterWins => advance.expected = self.store.page(&advance.head.id).await?.map(|read| read.version),
            WritesOneByOne => {
                let head = Page { id: Key::lasting([0xFE; 14]), body: vec![] };
                let expected = self.store.page(&head.id).await?.map(|read| read.version);
                let (pages, settled) = (advance.pages.clone(), advance.settled.clone());
                self.store.advance(Advance { head, expected, pages, settled }).await?;
            }
            _ => {}
        }
        self.store.advance(advance).await
    }
}

#[async_trait]
impl AnswerStore for Defective {
    async fn answer(&self, write: AnswerWrite) -> Result<(), StoreError> {
        let AnswerWrite { request, mut expected, body, purge_at, entries, postings } = write;
        if self.defect == LastWriterWins {
            expected = self.store.load(&request).await?.map_or(expected, |read| read.version);
        }
        self.store.put(&request, Some(expected), body, purge_at).await?;
        self.store.record(entries, postings).await
    }
}

#[async_trait]
impl LimitStore for Defective {
    async fn take(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        if self.defect == CountsUntilRefused {
            for one in uses {
                let decision = self.store.take(now, std::slice::from_ref(one)).await?;
                if decision != Decision::Allowed {
                    return Ok(decision);
                }
            }
            return Ok(Decision::Allowed);
        }
        if self.defect == GivesBackWhatItTook {
            for (taken, one) in uses.iter().enumerate() {
                let decision = self.store.take(now, std::slice::from_ref(one)).await?;
                pause().await;
                if decision != Decision::Allowed {
                    for one in &uses[..taken] {
                        self.store.clear(&[one.key]).await?;
                    }
                    return Ok(decision);
                }
            }
            return Ok(Decision::Allowed);
        }
        if self.defect == ChecksThenTakes {
            let decision = self.store.check(now, uses).await?;
            pause().await;
            let _ = self.store.take(now, uses).await?;
            return Ok(decision);
        }
        self.store.take(now, uses).await
    }

    async fn check(&self, now: DateTime<Utc>, uses: &[LimitUse<'_>]) -> Result<Decision, StoreError> {
        if self.defect == CountsWhenChecking { self.take(now, uses).await } else { self.store.check(now, uses).await }
    }

    async fn clear(&self, keys: &[Key]) -> Result<(), StoreError> {
        self.store.clear(keys).await
    }

    async fn purge(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        LimitStore::purge(&self.store, self.purge_time(now)).await
    }
}

impl Defective {
    fn purge_time(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        if self.defect == PurgesEarly { now + chrono::TimeDelta::seconds(1) } else { now }
    }
}

/// Long enough for every other task to come in between.
async fn pause() {
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
}
