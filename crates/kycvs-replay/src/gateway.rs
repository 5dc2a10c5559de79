use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use kycvs::domain::Mobile;
use kycvs::{OtpMessage, OtpSender, SendError};

use crate::Plant;
use crate::world::World;

/// A gateway that takes most messages, delivers most of those, and does not always say which.
pub(crate) struct Gateway {
    world: Arc<World>,
    phones: Mutex<Vec<Message>>,
}

/// A message that the gateway took.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) to: Mobile,
    pub(crate) code: String,
    pub(crate) taken_at: DateTime<Utc>,
    /// When it is on the phone; `None` for one that gets lost.
    pub(crate) arrives_at: Option<DateTime<Utc>>,
    /// Whether the caller was told that it was taken.
    pub(crate) surely: bool,
}

impl Gateway {
    pub(crate) fn new(world: Arc<World>) -> Self {
        Self { world, phones: Mutex::default() }
    }

    /// Every message that was taken for a phone, oldest first.
    pub(crate) fn taken(&self, mobile: &Mobile) -> Vec<Message> {
        self.messages().iter().filter(|message| message.to == *mobile).cloned().collect()
    }

    /// The messages on a phone, oldest first.
    pub(crate) fn on_phone(&self, mobile: &Mobile) -> Vec<Message> {
        let now = self.world.now();
        let mut there = self.taken(mobile);
        there.retain(|message| message.arrives_at.is_some_and(|at| at <= now));
        there
    }

    fn messages(&self) -> MutexGuard<'_, Vec<Message>> {
        self.phones.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl OtpSender for Gateway {
    async fn send(&self, message: OtpMessage) -> Result<(), SendError> {
        let world = &self.world;
        world.wait_turns(6).await;
        if world.fails(5) {
            world.note("message refused");
            return Err(SendError::NotSent("the gateway is down".into()));
        }
        let surely = !world.fails(8);
        let late = if world.fails(10) { 60_000 } else { 2_000 };
        let delay = TimeDelta::milliseconds(i64::try_from(world.dice.below(late)).unwrap_or(0));
        let taken = Message {
            to: message.to,
            code: message.code.secret().to_owned(),
            taken_at: world.now(),
            arrives_at: (!world.fails(5)).then(|| world.now() + delay),
            surely,
        };
        world.note(format_args!(
            "…{} gets a message: surely {surely}, arrives {}",
            taken.to.last_four(),
            taken.arrives_at.is_some()
        ));
        if world.shows(Plant::DoubleSend, 20) {
            self.messages().push(taken.clone());
        }
        self.messages().push(taken);
        world.wait_turns(6).await;
        if surely { Ok(()) } else { Err(SendError::Unknown("no answer came".into())) }
    }
}
