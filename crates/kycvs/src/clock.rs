use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};

/// Where the service gets the time from. It asks once a call, and everything below takes the time as an argument.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> DateTime<Utc>;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> DateTime<Utc> {
        (**self).now()
    }
}

/// The clock of the machine. Keep it within a few seconds of the true time (NTP): verifiers allow 60 s.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        SystemTime::now().into()
    }
}
