use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::{Fate, Receipt, ReceiptId};

/// What became of messages: who in this process waits for a receipt, and how many there were of each channel and outcome. A
/// clone is the same board, so that it outlives the senders that use it.
#[derive(Clone, Default)]
pub struct Receipts(Arc<Mutex<Board>>);

#[derive(Default)]
struct Board {
    waiting: HashMap<ReceiptId, oneshot::Sender<Fate>>,
    counts: BTreeMap<(String, &'static str), u64>,
}

/// How many messages are waited for at a time. Of those above no receipt is waited for, and so no other channel tried.
const MOST_WAITING: usize = 100_000;

/// What happened to a message at a channel, as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Taken,
    NotSent,
    Unknown,
    Overdue,
}

impl Receipts {
    /// Takes in a receipt of a channel, and counts it. Whether a message of this process waited for it; if not, another host
    /// of the service may look for it.
    pub fn take_in(&self, channel: &str, Receipt { id, fate }: Receipt) -> bool {
        let mut board = self.board();
        let outcome = match fate {
            Fate::Delivered => "delivered",
            Fate::Failed => "failed",
        };
        board.count(channel, outcome);
        // Who stopped waiting a moment ago looks nowhere else.
        board.waiting.remove(&id).is_some_and(|waiting| waiting.send(fate).is_ok())
    }

    /// How many messages each channel had of each outcome: `taken`, `not-sent` and `unknown` when it was handed over,
    /// `overdue` when no receipt came in time and the next channel's turn came; `delivered` and `failed` by receipts, which
    /// may come several times.
    pub fn counts(&self) -> Vec<([String; 2], u64)> {
        let counts = self.board().counts.clone();
        counts.into_iter().map(|((channel, outcome), count)| ([channel, outcome.to_owned()], count)).collect()
    }

    pub(crate) fn count(&self, channel: &str, outcome: Outcome) {
        let outcome = match outcome {
            Outcome::Taken => "taken",
            Outcome::NotSent => "not-sent",
            Outcome::Unknown => "unknown",
            Outcome::Overdue => "overdue",
        };
        self.board().count(channel, outcome);
    }

    /// Waits for a receipt from now on; `None` when too many are waited for.
    pub(crate) fn wait_for(&self, id: ReceiptId) -> Option<Waiting> {
        let mut board = self.board();
        if board.waiting.len() >= MOST_WAITING {
            return None;
        }
        let (tell, told) = oneshot::channel();
        board.waiting.insert(id, tell);
        Some(Waiting { id, told, receipts: self.clone() })
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Board {
    fn count(&mut self, channel: &str, outcome: &'static str) {
        *self.counts.entry((channel.to_owned(), outcome)).or_default() += 1;
    }
}

impl fmt::Debug for Receipts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Receipts").field(&self.counts()).finish()
    }
}

/// A message whose receipt is waited for, until this is dropped.
pub(crate) struct Waiting {
    pub(crate) id: ReceiptId,
    told: oneshot::Receiver<Fate>,
    receipts: Receipts,
}

impl Waiting {
    /// What the receipt says, when it comes.
    pub(crate) async fn fate(&mut self) -> Option<Fate> {
        (&mut self.told).await.ok()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.receipts.board().waiting.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_receipt_goes_to_who_waits_for_it_and_counts_either_way() {
        let receipts = Receipts::default();
        let delivered = Receipt { id: ReceiptId::draw().unwrap(), fate: Fate::Delivered };
        let mut waiting = receipts.wait_for(delivered.id).unwrap();
        assert!(!receipts.take_in("a", Receipt { id: ReceiptId::draw().unwrap(), fate: Fate::Failed }));
        assert!(receipts.take_in("a", delivered));
        assert_eq!(waiting.fate().await, Some(Fate::Delivered));
        assert!(!receipts.take_in("a", delivered), "nobody waits any more");
        let count = |outcome: &str, count| (["a".to_owned(), outcome.to_owned()], count);
        assert_eq!(receipts.counts(), [count("delivered", 2), count("failed", 1)]);
        drop(receipts.wait_for(delivered.id));
        assert!(receipts.board().waiting.is_empty());
    }
}
