//! The contract of the storage traits as named tests that every adapter runs.
//!
//! An adapter depends on this crate for its tests, and on `tokio` with `macros` and `rt-multi-thread`. Its test file
//! names each trait that it implements once, with an expression that opens an empty store. It is evaluated for every
//! rule, in an async function, so it may `.await`:
//!
//! ```
//! # struct MemoryStore;
//! # impl MemoryStore { fn new() -> Self { Self } }
//! kycvs_store_testkit::household_store!(MemoryStore::new());
//! kycvs_store_testkit::consent_ledger!(MemoryStore::new());
//! kycvs_store_testkit::board_store!(MemoryStore::new());
//! kycvs_store_testkit::challenge_store!(MemoryStore::new());
//! kycvs_store_testkit::limit_store!(MemoryStore::new());
//! kycvs_store_testkit::answer_store!(MemoryStore::new());
//! ```
//!
//! | macro | rules of | in |
//! |---|---|---|
//! | [`household_store!`] | [`HouseholdStore`](kycvs_store::HouseholdStore) | [`household`] |
//! | [`consent_ledger!`] | [`ConsentLedger`](kycvs_store::ConsentLedger) | [`ledger`] |
//! | [`board_store!`] | [`BoardStore`](kycvs_store::BoardStore) | [`board`] |
//! | [`challenge_store!`] | [`ChallengeStore`](kycvs_store::ChallengeStore) | [`challenge`] |
//! | [`limit_store!`] | [`LimitStore`](kycvs_store::LimitStore) | [`limit`] |
//! | [`answer_store!`] | [`AnswerStore`](kycvs_store::AnswerStore), for a store of requests, consents and a board | [`answer`] |
//! | [`durability!`] | an adapter that claims durability | [`mod@durability`] |
//!
//! A rule is a plain async function that panics when the rule is broken; a macro only gives each of them a name in the
//! adapter's test list. A rule wants an empty store to itself, and uses nothing but the traits. Its time is the year 2100,
//! so that a database with expiry of its own does not forget too early.

#![allow(clippy::expect_used, clippy::panic, clippy::missing_panics_doc)] // a rule fails by panicking, and that is all it does

pub mod answer;
pub mod board;
pub mod challenge;
pub mod durability;
pub mod household;
pub mod ledger;
pub mod limit;
mod support;

/// Gives rules their names: one `#[tokio::test]` for each function of a module, called with a fresh `$store`.
///
/// Four worker threads, so that concurrent tasks run at the same time on a small machine too.
#[doc(hidden)]
#[macro_export]
macro_rules! name_rules {
    ($module:ident, $store:expr, [$($rule:ident),* $(,)?]) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $rule() {
            $crate::$module::$rule($store).await;
        }
    )*};
}
