//! The rules of [`ConsentLedger`].

use std::collections::BTreeSet;
use std::sync::Arc;

use kycvs_store::{ConsentLedger, Key, MAX_BODY_BYTES, StoreError};

use crate::support::{assert_conflict, assert_one_winner, assert_too_large, awkward_bodies, awkward_keys, key, race};

/// Names the rules of [`consent`](crate::consent) as tests of a store.
#[macro_export]
macro_rules! consent_ledger {
    ($store:expr) => {
        mod consent_ledger {
            use super::*;
            $crate::name_rules!(
                consent,
                ::std::sync::Arc::new($store),
                [
                    an_absent_consent_reads_as_empty,
                    entries_are_read_in_the_order_of_their_numbers,
                    entries_and_keys_are_kept_byte_for_byte,
                    an_entry_of_64_kib_is_kept_and_one_byte_more_is_refused,
                    a_gap_or_a_repeat_is_refused_and_changes_nothing,
                    of_concurrent_writers_of_a_number_one_wins,
                    concurrent_entries_leave_no_gap_and_none_is_lost,
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
    let too_large = ledger.append(&key(1), 1, vec![7; MAX_BODY_BYTES + 1]).await;
    assert_too_large(too_large, "an entry of MAX_BODY_BYTES + 1");
    assert_eq!(read(&ledger, key(1)).await, std::slice::from_ref(&largest), "an entry of MAX_BODY_BYTES, and no other");
    append(&ledger, key(1), 1, b"next").await;
    assert_eq!(read(&ledger, key(1)).await, [largest, b"next".to_vec()], "the number of a refused entry stays free");
}

/// An entry whose number is not the next one is refused: earlier entries stay, and none is skipped.
pub async fn a_gap_or_a_repeat_is_refused_and_changes_nothing(ledger: Ledger) {
    for seq in [1, 2, u32::MAX] {
        let gap = ledger.append(&key(1), seq, b"x".to_vec()).await;
        assert_conflict(gap, "a consent begins with entry 0");
    }
    assert!(read(&ledger, key(1)).await.is_empty(), "a refused entry leaves nothing");
    append(&ledger, key(1), 0, b"zero").await;
    append(&ledger, key(1), 1, b"one").await;
    for (seq, rule) in [(0, "entry 0 is there"), (1, "entry 1 is there"), (3, "entry 2 is not there")] {
        assert_conflict(ledger.append(&key(1), seq, b"x".to_vec()).await, rule);
    }
    assert_eq!(read(&ledger, key(1)).await, [b"zero", &b"one"[..]], "refused entries change nothing");
}

/// Of 64 concurrent writers of one number, one succeeds and its entry stays.
pub async fn of_concurrent_writers_of_a_number_one_wins(ledger: Ledger) {
    for seq in 0..8 {
        let answers = race(64, |number| {
            let ledger = ledger.clone();
            async move {
                let entry = number.to_be_bytes().to_vec();
                ledger.append(&key(1), seq, entry.clone()).await?;
                Ok(entry)
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
                match ledger.append(&key(1), seq, number.to_be_bytes().to_vec()).await {
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

async fn append(ledger: &Ledger, id: Key, seq: u32, entry: &[u8]) {
    ledger.append(&id, seq, entry.to_vec()).await.expect("the next entry is appended");
}

async fn read(ledger: &Ledger, id: Key) -> Vec<Vec<u8>> {
    ledger.read(&id).await.expect("read answers")
}
