//! Stand-ins for the tests of a host: a clock that is moved, and senders that send nothing.

use std::collections::HashMap;
use std::io::Write;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use kycvs_consent::OtpCode;
use kycvs_domain::Mobile;

use crate::{Clock, OtpMessage, OtpSender, SendError};

/// A clock that moves only when a test moves it, for the tests of a host.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Starts at `now`, to the millisecond.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(now.timestamp_millis()))
    }

    /// Moves forwards, or backwards as a clock that is set does.
    pub fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

/// Writes messages where a developer sees them. It shows codes, so it is for trying things out and for nothing else.
#[derive(Debug)]
pub struct ConsoleSender<W>(Mutex<W>);

impl ConsoleSender<std::io::Stdout> {
    /// Writes to standard output.
    pub fn stdout() -> Self {
        Self::new(std::io::stdout())
    }
}

impl<W: Write + Send> ConsoleSender<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self(Mutex::new(out))
    }
}

#[async_trait]
impl<W: Write + Send> OtpSender for ConsoleSender<W> {
    async fn send(&self, message: OtpMessage) -> Result<(), SendError> {
        let mut out = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(out, "SMS to …{}: {}", message.to.last_four(), *message.text)
            .and_then(|()| out.flush())
            .map_err(|error| SendError::NotSent(error.into()))
    }
}

/// Collects messages instead of sending them, for the tests of a host.
#[derive(Debug, Default)]
pub struct CollectingSender(Mutex<Vec<OtpMessage>>);

impl CollectingSender {
    /// Everything that was sent, oldest first.
    pub fn messages(&self) -> Vec<OtpMessage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The last code that was sent to a number.
    pub fn last_code(&self, to: &Mobile) -> Option<OtpCode> {
        let messages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        messages.iter().rev().find(|message| message.to == *to).map(|message| message.code.clone())
    }
}

#[async_trait]
impl OtpSender for CollectingSender {
    async fn send(&self, message: OtpMessage) -> Result<(), SendError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(message);
        Ok(())
    }
}

/// Keeps the last code of each number, and no message: for load, where all messages would fill the memory.
#[derive(Debug, Default)]
pub struct LastCodes(Mutex<HashMap<Mobile, OtpCode>>);

impl LastCodes {
    /// The last code that was sent to a number.
    pub fn of(&self, to: &Mobile) -> Option<OtpCode> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(to).cloned()
    }
}

#[async_trait]
impl OtpSender for LastCodes {
    async fn send(&self, message: OtpMessage) -> Result<(), SendError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(message.to, message.code);
        Ok(())
    }
}
