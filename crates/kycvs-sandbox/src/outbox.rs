use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kycvs::consent::OtpCode;
use kycvs::domain::Mobile;
use kycvs::{Clock, OtpMessage, OtpSender, SendError};

use crate::SandboxClock;

/// What a sandbox would have sent: the last 10,000 messages.
#[derive(Debug)]
pub struct Outbox {
    clock: Arc<SandboxClock>,
    messages: Mutex<VecDeque<Sent>>,
}

/// A message that was kept instead of being sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The message.
    pub message: OtpMessage,
    /// When, by the clock of the sandbox.
    pub at: DateTime<Utc>,
}

const CAPACITY: usize = 10_000;

impl Outbox {
    pub(crate) fn new(clock: Arc<SandboxClock>) -> Self {
        Self { clock, messages: Mutex::default() }
    }

    /// Everything that is kept, oldest first.
    pub fn messages(&self) -> Vec<Sent> {
        self.newest(None, CAPACITY)
    }

    /// Everything that went to one number, oldest first.
    pub fn messages_to(&self, mobile: &Mobile) -> Vec<Sent> {
        self.newest(Some(mobile), CAPACITY)
    }

    /// The last code that went to a number.
    pub fn last_code(&self, mobile: &Mobile) -> Option<OtpCode> {
        self.newest(Some(mobile), 1).pop().map(|sent| sent.message.code)
    }

    /// The last `count` messages, to one number or to anyone, oldest first.
    pub(crate) fn newest(&self, to: Option<&Mobile>, count: usize) -> Vec<Sent> {
        let messages = self.lock();
        let wanted = |sent: &&Sent| to.is_none_or(|mobile| sent.message.to == *mobile);
        let mut newest: Vec<Sent> = messages.iter().rev().filter(wanted).take(count).cloned().collect();
        newest.reverse();
        newest
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Sent>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl OtpSender for Outbox {
    async fn send(&self, message: OtpMessage) -> Result<(), SendError> {
        let mut messages = self.lock();
        if messages.len() == CAPACITY {
            messages.pop_front();
        }
        messages.push_back(Sent { message, at: self.clock.now() });
        Ok(())
    }
}
