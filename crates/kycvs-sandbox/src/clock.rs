use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use kycvs::{Clock, SystemClock};

/// The time of a sandbox: the real time, and ahead of it by as much as it was moved. It goes on by itself, and only forward.
#[derive(Debug, Default)]
pub struct SandboxClock {
    /// In milliseconds.
    ahead: AtomicI64,
}

/// A clock that was not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdvanceError {
    /// The step is less than a second or more than 30 days.
    #[error("the clock moves by a second to 30 days (2592000 seconds) at a time")]
    Step,
    /// The clock would be more than ten years ahead.
    #[error("the clock is nearly ten years ahead: reset the sandbox")]
    TooFarAhead,
}

impl SandboxClock {
    /// The longest step: 30 days, which is longer than any token or consent lives.
    pub const MAX_STEP: TimeDelta = TimeDelta::days(30);
    const MAX_AHEAD: TimeDelta = TimeDelta::days(3653);

    /// Moves the clock forward by a second to [`MAX_STEP`](Self::MAX_STEP), and tells the time.
    ///
    /// # Errors
    /// [`AdvanceError`]; the clock is as it was.
    pub fn advance(&self, by: TimeDelta) -> Result<DateTime<Utc>, AdvanceError> {
        if by < TimeDelta::seconds(1) || by > Self::MAX_STEP {
            return Err(AdvanceError::Step);
        }
        let further = |ahead: i64| {
            ahead.checked_add(by.num_milliseconds()).filter(|ahead| *ahead <= Self::MAX_AHEAD.num_milliseconds())
        };
        let moved = self.ahead.fetch_update(Ordering::SeqCst, Ordering::SeqCst, further);
        moved.map(|_| self.now()).map_err(|_| AdvanceError::TooFarAhead)
    }

    /// How far it is ahead of the real time.
    pub fn ahead(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.ahead.load(Ordering::SeqCst))
    }

    pub(crate) fn reset(&self) {
        self.ahead.store(0, Ordering::SeqCst);
    }
}

impl Clock for SandboxClock {
    fn now(&self) -> DateTime<Utc> {
        kycvs::consent::later(SystemClock.now(), self.ahead())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_moves_forward_only_and_by_a_second_to_30_days() {
        let clock = SandboxClock::default();
        for refused in [TimeDelta::seconds(-1), TimeDelta::zero(), TimeDelta::milliseconds(999)] {
            assert_eq!(clock.advance(refused), Err(AdvanceError::Step));
        }
        assert_eq!(clock.advance(SandboxClock::MAX_STEP + TimeDelta::milliseconds(1)), Err(AdvanceError::Step));
        assert_eq!(clock.ahead(), TimeDelta::zero());

        let before = SystemClock.now();
        let now = clock.advance(SandboxClock::MAX_STEP).unwrap();
        assert!(now >= before + SandboxClock::MAX_STEP);
        assert_eq!(clock.ahead(), SandboxClock::MAX_STEP);
    }

    #[test]
    fn it_is_never_more_than_ten_years_ahead() {
        let clock = SandboxClock::default();
        let steps = (0..200).filter(|_| clock.advance(SandboxClock::MAX_STEP).is_ok()).count();
        assert_eq!(steps, 121);
        assert_eq!(clock.advance(SandboxClock::MAX_STEP), Err(AdvanceError::TooFarAhead));
        clock.reset();
        assert_eq!(clock.ahead(), TimeDelta::zero());
    }
}
