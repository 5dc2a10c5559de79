use std::sync::{Mutex, PoisonError};

use kycvs::LogState;

/// How the public log was when this host kept it last.
#[derive(Default)]
pub(crate) struct LogHealth(Mutex<LogState>);

impl LogHealth {
    pub(crate) fn note(&self, state: LogState) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    pub(crate) fn state(&self) -> LogState {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
