use std::fmt::Display;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::Poll;

use chrono::{DateTime, TimeDelta, Utc};

use crate::Plant;
use crate::dice::Dice;

/// Time and chance, and the trace of what happened.
pub(crate) struct World {
    pub(crate) dice: Dice,
    pub(crate) plant: Option<Plant>,
    now: AtomicI64,
    turns: AtomicUsize,
    /// How many ask that nothing fails.
    calm: AtomicUsize,
    trace: Mutex<Vec<String>>,
}

/// 2021-12-01T06:30:00Z, in milliseconds since 1970.
const START: i64 = 1_638_340_200_000;

impl World {
    pub(crate) fn new(seed: u64, plant: Option<Plant>) -> Self {
        Self {
            dice: Dice::new(seed),
            plant,
            now: AtomicI64::new(START),
            turns: AtomicUsize::new(0),
            calm: AtomicUsize::new(0),
            trace: Mutex::default(),
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.now.load(Ordering::Relaxed)).unwrap_or_default()
    }

    pub(crate) fn advance(&self, by: TimeDelta) {
        self.now.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }

    /// A little time passes, now and then more. Gives how many turns there were.
    pub(crate) fn turn(&self) -> usize {
        let seconds = if self.dice.chance(1) { self.dice.below(20) } else { 0 };
        let milliseconds = seconds * 1000 + self.dice.below(40);
        self.advance(TimeDelta::milliseconds(i64::try_from(milliseconds).unwrap_or(0)));
        self.turns.fetch_add(1, Ordering::Relaxed)
    }

    /// Lets others go on, for at most so many turns.
    pub(crate) async fn wait_turns(&self, most: usize) {
        let mut left = self.dice.below(most + 1);
        poll_fn(|_| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            Poll::Pending
        })
        .await;
    }

    /// Lets others go on until a time has come.
    pub(crate) async fn wait_until(&self, time: DateTime<Utc>) {
        poll_fn(|_| if self.now() < time { Poll::Pending } else { Poll::Ready(()) }).await;
    }

    /// Makes a call, and hangs up on it now and then: `None`, wherever it was.
    pub(crate) async fn or_hang_up<T>(&self, call: impl Future<Output = T>) -> Option<T> {
        let mut left = if self.fails(10) { self.dice.below(60) } else { usize::MAX };
        let mut call = pin!(call);
        poll_fn(|context| match call.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => {
                left -= 1;
                Poll::Pending
            }
        })
        .await
    }

    /// Whether something fails, `percent` times of a hundred as long as anything does.
    pub(crate) fn fails(&self, percent: usize) -> bool {
        self.calm.load(Ordering::Relaxed) == 0 && self.dice.chance(percent)
    }

    /// Whether a planted bug shows itself now.
    pub(crate) fn shows(&self, plant: Plant, percent: usize) -> bool {
        self.plant == Some(plant) && self.fails(percent)
    }

    /// Makes a call while nothing fails, anywhere.
    pub(crate) async fn calmly<T>(&self, call: impl Future<Output = T>) -> T {
        self.calm.fetch_add(1, Ordering::Relaxed);
        let done = call.await;
        self.calm.fetch_sub(1, Ordering::Relaxed);
        done
    }

    pub(crate) fn note(&self, what: impl Display) {
        let line = format!("{} {what}", self.now().format("%H:%M:%S%.3f"));
        self.trace.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    pub(crate) fn trace(&self) -> Vec<String> {
        std::mem::take(&mut *self.trace.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
