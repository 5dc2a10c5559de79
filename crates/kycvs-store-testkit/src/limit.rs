//! The rules of [`LimitStore`].

use std::num::NonZeroU32;
use std::sync::Arc;

use chrono::TimeDelta;
use kycvs_store::{Decision, Key, Limit, LimitStore, LimitUse};

use crate::support::{at, key, race};

/// Names the rules of [`limit`](crate::limit) as tests of a store.
#[macro_export]
macro_rules! limit_store {
    ($store:expr) => {
        mod limit_store {
            use super::*;
            $crate::name_rules!(
                limit,
                ::std::sync::Arc::new($store),
                [
                    the_use_after_the_last_is_refused_until_the_first_ages_out,
                    a_window_slides_and_does_not_start_over,
                    all_limits_of_a_key_hold_and_the_latest_room_is_told,
                    a_refused_use_is_not_counted,
                    all_uses_are_counted_or_none,
                    which_is_the_first_use_without_room,
                    a_key_twice_in_a_call_counts_twice,
                    nothing_asked_is_allowed,
                    check_answers_as_take_and_counts_nothing,
                    a_past_is_judged_by_the_limits_of_the_call,
                    a_clock_that_goes_back_frees_nothing,
                    a_clock_that_was_wrong_locks_nobody_out,
                    parts_of_a_second_do_not_matter,
                    clear_forgets_one_key,
                    purge_forgets_what_no_limit_counts_any_more,
                    a_thousand_concurrent_takes_get_no_more_than_the_limit,
                    concurrent_takes_of_two_keys_in_both_orders_end,
                    a_call_that_is_refused_stands_in_no_others_way,
                ]
            );
        }
    };
}

type Store = Arc<dyn LimitStore>;

/// With a limit of three in 60 seconds the fourth use is refused until the first is 60 seconds old.
pub async fn the_use_after_the_last_is_refused_until_the_first_ages_out(store: Store) {
    let limits = [limit(3, 60)];
    for second in [0, 10, 20] {
        assert_eq!(take(&store, second, &[(1, &limits)]).await, Decision::Allowed, "use at {second} s of three");
    }
    assert_eq!(take(&store, 20, &[(1, &limits)]).await, refused(0, 60), "a fourth use in the same second");
    assert_eq!(take(&store, 59, &[(1, &limits)]).await, refused(0, 60), "a fourth use in the last second");
    assert_eq!(take(&store, 60, &[(2, &limits)]).await, Decision::Allowed, "another key has uses of its own");
    assert_eq!(take(&store, 60, &[(1, &limits)]).await, Decision::Allowed, "the first use is 60 seconds old");
    assert_eq!(take(&store, 60, &[(1, &limits)]).await, refused(0, 70), "the second is not");
}

/// Uses just before a boundary still count after it.
pub async fn a_window_slides_and_does_not_start_over(store: Store) {
    let limits = [limit(2, 600)];
    for second in [598, 599] {
        assert_eq!(take(&store, second, &[(1, &limits)]).await, Decision::Allowed, "use at {second} s of two");
    }
    assert_eq!(
        take(&store, 601, &[(1, &limits)]).await,
        refused(0, 1198),
        "600 s pass from each use, not from a start"
    );
}

/// Of several limits the tightest refuses, and `retry_at` is when all of them have room.
pub async fn all_limits_of_a_key_hold_and_the_latest_room_is_told(store: Store) {
    let limits = [limit(1, 10), limit(2, 3600)];
    assert_eq!(take(&store, 0, &[(1, &limits)]).await, Decision::Allowed);
    assert_eq!(take(&store, 5, &[(1, &limits)]).await, refused(0, 10), "the short limit is used up");
    assert_eq!(take(&store, 20, &[(1, &limits)]).await, Decision::Allowed);
    assert_eq!(take(&store, 21, &[(1, &limits)]).await, refused(0, 3600), "both are used up, the long one longer");
}

/// A refused request does not prolong the wait.
pub async fn a_refused_use_is_not_counted(store: Store) {
    let limits = [limit(1, 60)];
    assert_eq!(take(&store, 0, &[(1, &limits)]).await, Decision::Allowed);
    for second in 1..60 {
        assert_eq!(take(&store, second, &[(1, &limits)]).await, refused(0, 60), "at {second} s");
    }
    assert_eq!(take(&store, 60, &[(1, &limits)]).await, Decision::Allowed, "59 refused uses do not count");
}

/// When one key has no room, no other key of the call is counted, wherever it is.
pub async fn all_uses_are_counted_or_none(store: Store) {
    let limits = [limit(1, 60)];
    assert_eq!(take(&store, 0, &[(2, &limits)]).await, Decision::Allowed);
    let three = [(1, &limits[..]), (2, &limits[..]), (3, &limits[..])];
    assert_eq!(take(&store, 1, &three).await, refused(1, 60), "the second of three has no room");
    for number in [1, 3] {
        let alone = take(&store, 2, &[(number, &limits)]).await;
        assert_eq!(alone, Decision::Allowed, "key {number} was counted by a call that was refused");
    }
}

/// `which` is the place in the call of the first use without room, and `retry_at` belongs to that use.
pub async fn which_is_the_first_use_without_room(store: Store) {
    let (short, long) = ([limit(1, 60)], [limit(1, 600)]);
    assert_eq!(take(&store, 0, &[(2, &short), (3, &long)]).await, Decision::Allowed);
    let one_two_three = [(1, &short[..]), (2, &short[..]), (3, &long[..])];
    assert_eq!(take(&store, 1, &one_two_three).await, refused(1, 60), "both 2 and 3 have no room; 2 comes first");
    let three_two_one = [(3, &long[..]), (2, &short[..]), (1, &short[..])];
    assert_eq!(take(&store, 1, &three_two_one).await, refused(0, 600), "both 3 and 2 have no room; 3 comes first");
}

/// A call that names a key twice uses it twice, and its second use finds the first.
pub async fn a_key_twice_in_a_call_counts_twice(store: Store) {
    let (two, three) = ([limit(2, 60)], [limit(3, 60)]);
    assert_eq!(take(&store, 0, &[(1, &three), (1, &three)]).await, Decision::Allowed);
    assert_eq!(take(&store, 0, &[(1, &three), (1, &three)]).await, refused(1, 60), "one of the two has room");
    assert_eq!(take(&store, 0, &[(1, &two)]).await, refused(0, 60), "two uses were counted");
    assert_eq!(take(&store, 0, &[(1, &three)]).await, Decision::Allowed, "and not three");
}

/// No use, and a use without a limit, are always allowed.
pub async fn nothing_asked_is_allowed(store: Store) {
    assert_eq!(take(&store, 0, &[]).await, Decision::Allowed, "a call without a use");
    for second in [0, 0, 1] {
        assert_eq!(take(&store, second, &[(1, &[])]).await, Decision::Allowed, "a use without a limit");
    }
}

/// `check` tells what `take` would, any number of times.
pub async fn check_answers_as_take_and_counts_nothing(store: Store) {
    let limits = [limit(1, 60)];
    let uses = [(1, &limits[..]), (2, &limits[..])];
    for _ in 0..3 {
        assert_eq!(check(&store, 0, &uses).await, Decision::Allowed, "check counts nothing");
    }
    assert_eq!(take(&store, 0, &[(2, &limits)]).await, Decision::Allowed);
    assert_eq!(check(&store, 59, &uses).await, refused(1, 60), "check names the use without room");
    assert_eq!(check(&store, 60, &uses).await, Decision::Allowed, "check sees that the use has aged out");
}

/// A host may change its limits: what was counted before is held against the new ones.
pub async fn a_past_is_judged_by_the_limits_of_the_call(store: Store) {
    for second in 0..5 {
        assert_eq!(take(&store, second, &[(1, &[limit(5, 60)])]).await, Decision::Allowed);
    }
    assert_eq!(take(&store, 5, &[(1, &[limit(5, 60)])]).await, refused(0, 60), "five of five");
    assert_eq!(take(&store, 5, &[(1, &[limit(2, 60)])]).await, refused(0, 63), "five of two: room when one is left");
    assert_eq!(take(&store, 5, &[(1, &[limit(5, 3)])]).await, Decision::Allowed, "two of five in a shorter window");
}

/// Uses in the future of `now` still count, as far ahead as the window is long.
pub async fn a_clock_that_goes_back_frees_nothing(store: Store) {
    let limits = [limit(1, 60)];
    assert_eq!(take(&store, 10_000, &[(1, &limits)]).await, Decision::Allowed);
    assert_eq!(take(&store, 9_940, &[(1, &limits)]).await, refused(0, 10_060), "the use lies 60 s ahead");
    assert_eq!(take(&store, 9_940, &[(1, &[limit(2, 60)])]).await, Decision::Allowed, "a second of two");
    assert_eq!(take(&store, 10_059, &[(1, &limits)]).await, refused(0, 10_060), "the first is still counted");
}

/// A use further ahead than the window is long was counted by a clock that was wrong, and locks nobody out.
pub async fn a_clock_that_was_wrong_locks_nobody_out(store: Store) {
    let limits = [limit(1, 60)];
    assert_eq!(take(&store, 10_000_000, &[(1, &limits)]).await, Decision::Allowed);
    assert_eq!(take(&store, 0, &[(1, &limits)]).await, Decision::Allowed, "the use lies months ahead");
    assert_eq!(take(&store, 59, &[(1, &limits)]).await, refused(0, 60), "the limit holds from then on");
}

/// A window is exact to the second: uses and their ages are counted in whole seconds.
pub async fn parts_of_a_second_do_not_matter(store: Store) {
    let limits = [limit(1, 60)];
    let uses = [LimitUse { key: key(1), limits: &limits }];
    let late = at(0) + TimeDelta::milliseconds(999);
    assert_eq!(store.take(late, &uses).await.expect("take answers"), Decision::Allowed);
    assert_eq!(store.take(late, &uses).await.expect("take answers"), refused(0, 60), "60 s after second 0");
    assert_eq!(take(&store, 60, &[(1, &limits)]).await, Decision::Allowed, "there is room when retry_at said");
}

/// `clear` frees its key and no other; clearing what is not there is no error.
pub async fn clear_forgets_one_key(store: Store) {
    let limits = [limit(1, 60)];
    store.clear(&[key(1)]).await.expect("a key without uses is cleared");
    assert_eq!(take(&store, 0, &[(1, &limits), (2, &limits)]).await, Decision::Allowed);
    store.clear(&[key(1)]).await.expect("clear answers");
    assert_eq!(take(&store, 1, &[(2, &limits)]).await, refused(0, 60), "clear of key 1 does not free key 2");
    assert_eq!(take(&store, 1, &[(1, &limits)]).await, Decision::Allowed, "clear frees its key");
    assert_eq!(take(&store, 2, &[(1, &limits)]).await, refused(0, 61), "a cleared key counts from zero");
}

/// `purge` forgets keys only when the longest limit they were taken under counts nothing, and counts them.
pub async fn purge_forgets_what_no_limit_counts_any_more(store: Store) {
    let (short, long) = ([limit(1, 60)], [limit(9, 600)]);
    assert_eq!(take(&store, 0, &[(1, &short), (2, &short), (3, &long), (4, &short)]).await, Decision::Allowed);
    store.clear(&[key(4)]).await.expect("clear answers");
    assert_eq!(take(&store, 30, &[(3, &[limit(9, 10)])]).await, Decision::Allowed, "a later, shorter limit");
    assert_eq!(purge(&store, 59).await, 0, "every use still counts");
    assert_eq!(check(&store, 59, &[(1, &short)]).await, refused(0, 60), "a purge frees nothing that counts");
    assert_eq!(purge(&store, 60).await, 2, "keys 1 and 2; 3 counts for 600 s, 4 was cleared");
    assert_eq!(take(&store, 60, &[(1, &short)]).await, Decision::Allowed, "a purged key counts from zero");
    assert_eq!(purge(&store, 60).await, 0, "what was purged is not purged again");
    assert_eq!(purge(&store, 10_000).await, 2, "keys 1 and 3");
}

/// Of a thousand concurrent uses of one key under a limit of ten, ten are allowed.
pub async fn a_thousand_concurrent_takes_get_no_more_than_the_limit(store: Store) {
    let answers = race(1000, |_| {
        let store = store.clone();
        async move { take(&store, 0, &[(1, &[limit(10, 60)])]).await }
    })
    .await;
    assert_eq!(allowed(&answers), 10, "of a thousand concurrent uses under a limit of ten");
}

/// Half of the calls take keys 1 and 2, half 2 and 1: none waits for ever, and both keys hold their limits.
pub async fn concurrent_takes_of_two_keys_in_both_orders_end(store: Store) {
    let answers = race(200, |number| {
        let store = store.clone();
        async move {
            let (ten, twenty) = ([limit(10, 60)], [limit(20, 60)]);
            let mut uses = [(1, &ten[..]), (2, &twenty[..])];
            if number % 2 == 1 {
                uses.reverse();
            }
            take(&store, 0, &uses).await
        }
    })
    .await;
    assert_eq!(allowed(&answers), 10, "the tighter of the two limits is ten");
    let left = [limit(11, 60)];
    assert_eq!(take(&store, 1, &[(2, &left)]).await, Decision::Allowed, "key 2 was counted ten times, not more");
    assert_eq!(take(&store, 1, &[(2, &left)]).await, refused(0, 60), "and not less");
}

/// Calls that one key refuses take no room from concurrent calls for another key that they named before it.
pub async fn a_call_that_is_refused_stands_in_no_others_way(store: Store) {
    let (fifty, one) = ([limit(50, 60)], [limit(1, 60)]);
    for round in 0..10 {
        let (roomy, full) = (2 * round, 2 * round + 1);
        assert_eq!(take(&store, 0, &[(full, &one)]).await, Decision::Allowed);
        let answers = race(200, |number| {
            let store = store.clone();
            async move {
                let both = [(roomy, &fifty[..]), (full, &one[..])];
                take(&store, 0, if number % 4 == 0 { &both[..1] } else { &both }).await
            }
        })
        .await;
        assert_eq!(allowed(&answers), 50, "50 calls ask for the roomy key alone, which has room for 50");
    }
}

fn limit(max: u32, per_seconds: u32) -> Limit {
    let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Limit { max: at_least_one(max), per_seconds: at_least_one(per_seconds) }
}

fn refused(which: usize, retry_at: i64) -> Decision {
    Decision::Refused { which, retry_at: at(retry_at) }
}

fn allowed(answers: &[Decision]) -> usize {
    answers.iter().filter(|answer| **answer == Decision::Allowed).count()
}

async fn take(store: &Store, second: i64, uses: &[(u64, &[Limit])]) -> Decision {
    store.take(at(second), &limit_uses(uses)).await.expect("take answers")
}

async fn check(store: &Store, second: i64, uses: &[(u64, &[Limit])]) -> Decision {
    store.check(at(second), &limit_uses(uses)).await.expect("check answers")
}

async fn purge(store: &Store, second: i64) -> u64 {
    store.purge(at(second)).await.expect("purge answers")
}

fn limit_uses<'a>(uses: &[(u64, &'a [Limit])]) -> Vec<LimitUse<'a>> {
    uses.iter().map(|(number, limits)| LimitUse { key: Key::clone(&key(*number)), limits }).collect()
}
