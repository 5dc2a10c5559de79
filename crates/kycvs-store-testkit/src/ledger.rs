//! The rules of [`ConsentLedger`].

use std::collections::BTreeSet;
use std::sync::Arc;

use kycvs_store::{ConsentLedger, Day, Entry, Key, MAX_BODY_BYTES, StoreError};

use crate::support::{
    assert_conflict, assert_one_winner, assert_too_large, awkward_bodies, awkward_keys, day, entry, lasting, race,
    today as key,
};

/// Names the rules of [`ledger`](crate::ledger) as tests of a store.
#[macro_export]
macro_rules! consent_ledger {
    ($store:expr) => {
        mod consent_ledger {
            use super::*;
            $crate::name_rules!(
                ledger,
                ::std::sync::Arc::new($store),
                [
                    an_absent_consent_reads_as_empty,
                    entries_are_read_in_the_order_of_their_numbers,
                    entries_and_keys_are_kept_byte_for_byte,
                    an_entry_of_64_kib_is_kept_and_one_byte_more_is_refused,
                    a_gap_or_a_repeat_is_refused_and_changes_nothing,
                    of_concurrent_writers_of_a_number_one_wins,
                    concurrent_entries_leave_no_gap_and_none_is_lost,
                    entries_of_one_call_are_all_written_or_none,
                    a_reader_sees_a_whole_record_or_none_of_it,
                    the_entries_of_many_are_read_in_the_order_they_were_asked,
                    what_is_forgotten_leaves_a_mark_until_its_day_and_nothing_else_is_lost,
                    days_before_one_are_forgotten_and_never_what_lasts,
                    a_check_of_a_writable_ledger_passes_and_leaves_nothing,
                ]
            );
        }
    };
}

type Ledger = Arc<dyn ConsentLedger>;

/// `read` answers an empty list for an id that nothing was appended to.
pub async fn an_absent_consent_reads_as_empty(ledger: Ledger) {
    assert!(read(&ledger, key(1)).await.is_empty(), "read of an absent consent");
    append(&ledger, key(1), 0, b"here").await;
    assert!(read(&ledger, key(2)).await.is_empty(), "read of an absent consent beside one that is there");
}

/// 300 entries come back in order: more than one byte counts, and not in the order of decimal digits.
pub async fn entries_are_read_in_the_order_of_their_numbers(ledger: Ledger) {
    for seq in 0..300_u32 {
        append(&ledger, key(1), seq, &seq.to_be_bytes()).await;
    }
    let expected: Vec<Vec<u8>> = (0..300_u32).map(|seq| seq.to_be_bytes().to_vec()).collect();
    assert_eq!(read(&ledger, key(1)).await, expected, "entries 0 to 299, in order");
}

/// Any bytes come back as they were appended, and the entries of ids that look alike do not mix.
pub async fn entries_and_keys_are_kept_byte_for_byte(ledger: Ledger) {
    let ids = awkward_keys();
    let entries = |place: usize| -> Vec<Vec<u8>> {
        let mut entries = awkward_bodies();
        entries.push(place.to_be_bytes().to_vec());
        entries
    };
    for seq in 0..entries(0).len() {
        for (place, id) in ids.iter().enumerate() {
            append(&ledger, *id, u32::try_from(seq).unwrap_or(0), &entries(place)[seq]).await;
        }
    }
    for (place, id) in ids.iter().enumerate() {
        assert_eq!(read(&ledger, *id).await, entries(place), "the entries of {id:?}");
    }
}

/// [`MAX_BODY_BYTES`] are kept; one more is refused and its number stays free.
pub async fn an_entry_of_64_kib_is_kept_and_one_byte_more_is_refused(ledger: Ledger) {
    let largest = vec![7; MAX_BODY_BYTES];
    append(&ledger, key(1), 0, &largest).await;
    let too_large = record(&ledger, [entry(key(1), 1, &[7; MAX_BODY_BYTES + 1])]).await;
    assert_too_large(too_large, "an entry of MAX_BODY_BYTES + 1");
    assert_eq!(read(&ledger, key(1)).await, std::slice::from_ref(&largest), "an entry of MAX_BODY_BYTES, and no other");
    append(&ledger, key(1), 1, b"next").await;
    assert_eq!(read(&ledger, key(1)).await, [largest, b"next".to_vec()], "the number of a refused entry stays free");
}

/// An entry whose number is not the next one is refused: earlier entries stay, and none is skipped.
pub async fn a_gap_or_a_repeat_is_refused_and_changes_nothing(ledger: Ledger) {
    for seq in [1, 2, u32::MAX] {
        let gap = record(&ledger, [entry(key(1), seq, b"x")]).await;
        assert_conflict(gap, "a consent begins with entry 0");
    }
    assert!(read(&ledger, key(1)).await.is_empty(), "a refused entry leaves nothing");
    append(&ledger, key(1), 0, b"zero").await;
    append(&ledger, key(1), 1, b"one").await;
    for (seq, rule) in [(0, "entry 0 is there"), (1, "entry 1 is there"), (3, "entry 2 is not there")] {
        assert_conflict(record(&ledger, [entry(key(1), seq, b"x")]).await, rule);
    }
    assert_eq!(read(&ledger, key(1)).await, [b"zero", &b"one"[..]], "refused entries change nothing");
}

/// Of 64 concurrent writers of one number, one succeeds and its entry stays.
pub async fn of_concurrent_writers_of_a_number_one_wins(ledger: Ledger) {
    for seq in 0..8 {
        let answers = race(64, |number| {
            let ledger = ledger.clone();
            async move {
                let body = number.to_be_bytes().to_vec();
                record(&ledger, [entry(key(1), seq, &body)]).await?;
                Ok(body)
            }
        })
        .await;
        let winner = answers.iter().find_map(|answer| answer.as_ref().ok().cloned());
        assert_one_winner::<Vec<u8>>(answers);
        let stored = read(&ledger, key(1)).await.pop();
        assert_eq!(stored, winner, "what is stored is what the one that got Ok wrote");
    }
}

/// 64 writers that append after what they read, again after a conflict, leave 64 entries, each once.
pub async fn concurrent_entries_leave_no_gap_and_none_is_lost(ledger: Ledger) {
    race(64, |number| {
        let ledger = ledger.clone();
        async move {
            loop {
                let seq = u32::try_from(read(&ledger, key(1)).await.len()).expect("a short consent");
                match record(&ledger, [entry(key(1), seq, &number.to_be_bytes())]).await {
                    Ok(()) => break,
                    Err(StoreError::Conflict) => {}
                    Err(other) => panic!("a concurrent writer gets Ok or Conflict, not {other:?}"),
                }
            }
        }
    })
    .await;
    let entries = read(&ledger, key(1)).await;
    assert_eq!(entries.len(), 64, "every entry that was answered with Ok has a number of its own");
    let distinct: BTreeSet<_> = entries.into_iter().collect();
    assert_eq!(distinct.len(), 64, "every entry is there once");
}

/// Several entries, of one id and of several, are written in one call; when one of them is not the next of its id, none is.
pub async fn entries_of_one_call_are_all_written_or_none(ledger: Ledger) {
    let whole =
        [entry(key(1), 0, b"one"), entry(key(2), 0, b"two"), entry(key(1), 1, b"more"), entry(lasting(3), 0, b"")];
    record(&ledger, whole).await.expect("entries that follow each other in one call");
    assert_eq!(read(&ledger, key(1)).await, [b"one".to_vec(), b"more".to_vec()]);
    assert_eq!(read(&ledger, lasting(3)).await, [b""]);
    for spoilt in [entry(key(2), 0, b"there"), entry(key(2), 2, b"a gap"), entry(key(5), 1, b"no first")] {
        let good = entry(key(10), 0, b"good");
        for entries in [[good.clone(), spoilt.clone()], [spoilt, good]] {
            assert_conflict(record(&ledger, entries).await, "one entry that is not the next");
        }
        assert!(read(&ledger, key(10)).await.is_empty(), "no entry of a refused call is written");
    }
    assert_eq!(read(&ledger, key(2)).await, [b"two"], "no entry of a refused call is written");
    let twice = [entry(key(6), 0, b"x"), entry(key(6), 0, b"x")];
    assert_conflict(record(&ledger, twice).await, "one number twice in a call");
    let large = [entry(key(6), 0, b"x"), entry(key(7), 0, &[7; MAX_BODY_BYTES + 1])];
    assert_too_large(record(&ledger, large).await, "one entry of MAX_BODY_BYTES + 1");
    assert!(read(&ledger, key(6)).await.is_empty(), "no entry of a refused call is written");
    record(&ledger, []).await.expect("a call with nothing in it");
}

/// While calls write the next entry of eight ids each, a reader of all finds as many of the first as of the last.
pub async fn a_reader_sees_a_whole_record_or_none_of_it(ledger: Ledger) {
    let writer = {
        let ledger = ledger.clone();
        tokio::spawn(async move {
            for round in 0..50 {
                let entries = (0..8).map(|number| entry(key(round * 8 + number), 0, b"whole"));
                record(&ledger, entries).await.expect("entries that follow each other");
            }
        })
    };
    while !writer.is_finished() {
        for round in 0..50 {
            let ids: Vec<Key> = (0..8).map(|number| key(round * 8 + number)).collect();
            let found = ledger.read_many(&ids).await.expect("read_many answers");
            let there = found.iter().flatten().count();
            assert!([0, 8].contains(&there), "a reader saw {there} of 8 entries of one call");
        }
        tokio::task::yield_now().await; // a store that answers at once would keep the writer from its thread
    }
    writer.await.expect("the writer ends");
}

/// `read_many` answers each place it was asked: all entries in order, nothing where there is nothing, one id twice.
pub async fn the_entries_of_many_are_read_in_the_order_they_were_asked(ledger: Ledger) {
    append(&ledger, key(1), 0, b"one").await;
    append(&ledger, key(1), 1, b"later").await;
    append(&ledger, lasting(2), 0, b"two").await;
    append(&ledger, day(20_001, 3), 0, b"three").await;
    let ids = [lasting(2), key(9), key(1), day(20_001, 3), key(1), lasting(1)];
    let found = ledger.read_many(&ids).await.expect("read_many answers");
    let expected: [&[&str]; 6] = [&["two"], &[], &["one", "later"], &["three"], &["one", "later"], &[]];
    let bodies = |bodies: &[&str]| bodies.iter().map(|body| body.as_bytes().to_vec()).collect::<Vec<_>>();
    assert_eq!(found, expected.map(bodies));
    assert!(ledger.read_many(&[]).await.expect("read_many answers").is_empty(), "nobody was asked for");
}

/// All entries of a forgotten id are gone but a mark, so that its number 0 is not free, and its neighbours are as they were.
pub async fn what_is_forgotten_leaves_a_mark_until_its_day_and_nothing_else_is_lost(ledger: Ledger) {
    for id in [key(1), key(2), lasting(1), lasting(2)] {
        append(&ledger, id, 0, b"zero").await;
        append(&ledger, id, 1, b"one").await;
    }
    let gone = [key(1), lasting(1), key(99)];
    for _ in 0..2 {
        ledger.forget(&gone).await.expect("forget answers, also for what is not there");
    }
    let mark = vec![Vec::<u8>::new()];
    assert_eq!((read(&ledger, key(1)).await, read(&ledger, lasting(1)).await), (mark.clone(), mark.clone()));
    assert_eq!(ledger.read_many(&gone).await.expect("read_many answers"), [mark.clone(), mark, vec![]]);
    assert_eq!(read(&ledger, key(2)).await.len() + read(&ledger, lasting(2)).await.len(), 4, "what was not");
    assert_conflict(record(&ledger, [entry(key(1), 0, b"again")]).await, "the mark is there");
    let day = key(1).day().expect("a day");
    ledger.forget_before(day.after(1)).await.expect("forget_before answers");
    assert!(read(&ledger, key(1)).await.is_empty(), "the mark is gone with its day");
}

/// Exactly the days before the one that is named are forgotten, at both ends of them; and it may be repeated.
pub async fn days_before_one_are_forgotten_and_never_what_lasts(ledger: Ledger) {
    let first = |number: u16| Key::on_day(Day::from_number(number).expect("a day"), [0; 14]);
    let last = |number: u16| Key::on_day(Day::from_number(number).expect("a day"), [0xFF; 14]);
    let days = [20_000, 20_001, 20_375, 20_376];
    let ids: Vec<Key> = days.into_iter().flat_map(|day| [first(day), last(day)]).collect();
    let lasts = [Key::lasting([0; 14]), Key::lasting([0xFF; 14])];
    for id in ids.iter().chain(&lasts) {
        append(&ledger, *id, 0, b"zero").await;
        append(&ledger, *id, 1, b"one").await;
    }
    for (before, forgotten) in [(20_000, 0), (20_001, 1), (20_001, 1), (20_376, 3), (u16::MAX - 1, 4)] {
        ledger.forget_before(Day::from_number(before).expect("a day")).await.expect("forget_before answers");
        for (number, id) in ids.iter().enumerate() {
            let expected = if number / 2 < forgotten { 0 } else { 2 };
            assert_eq!(read(&ledger, *id).await.len(), expected, "{id:?} after forgetting days before {before}");
        }
        for id in lasts {
            assert_eq!(read(&ledger, id).await.len(), 2, "what lasts after forgetting days before {before}");
        }
    }
    append(&ledger, first(20_000), 0, b"late").await;
}

/// `check_writable` answers Ok as often as it is asked, and consents are as they were.
pub async fn a_check_of_a_writable_ledger_passes_and_leaves_nothing(ledger: Ledger) {
    append(&ledger, key(1), 0, b"zero").await;
    for _ in 0..3 {
        ledger.check_writable().await.expect("a ledger that takes entries says so");
    }
    assert_eq!(read(&ledger, key(1)).await, [b"zero"], "what was there is as it was");
    assert!(read(&ledger, Key::from([0; 16])).await.is_empty(), "nothing else came to be");
    append(&ledger, key(1), 1, b"one").await;
}

async fn append(ledger: &Ledger, id: Key, seq: u32, body: &[u8]) {
    record(ledger, [entry(id, seq, body)]).await.expect("the next entry is written");
}

async fn record(ledger: &Ledger, entries: impl IntoIterator<Item = Entry>) -> Result<(), StoreError> {
    ledger.record(entries.into_iter().collect(), vec![]).await
}

async fn read(ledger: &Ledger, id: Key) -> Vec<Vec<u8>> {
    ledger.read(&id).await.expect("read answers")
}
