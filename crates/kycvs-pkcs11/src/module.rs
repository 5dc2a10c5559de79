use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as DeviceError, RvError};
use cryptoki::session::Session;

use crate::Pkcs11Error;

/// A vendor's library, loaded into this process. Load each once, and clone it: a module is started again when none of its
/// sessions is left, and it knows its own only.
#[derive(Clone, Debug)]
pub struct Pkcs11Module {
    context: Pkcs11,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// How many use it at the moment.
    users: usize,
    /// Somebody needs it started again: whoever has a session closes it when they can, and opens another.
    is_restart_wanted: bool,
    restarted_at: Option<Instant>,
}

/// How long a module runs before others are asked again to let go of it.
const AT_MOST_EVERY: Duration = Duration::from_secs(10);

/// Somebody uses the module, who must not lose it.
pub(crate) struct InUse(Pkcs11Module);

/// A session, and the module as long as it lives.
pub(crate) struct OpenSession {
    session: Session, // closed before the module may be started again
    _in_use: InUse,
}

impl Pkcs11Module {
    /// Loads a module, such as `/usr/lib/softhsm/libsofthsm2.so`. Its code runs in this process from then on: a module that
    /// crashes takes the process with it.
    ///
    /// # Errors
    /// [`Pkcs11Error::Device`] when it cannot be loaded or does not initialise.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Pkcs11Error> {
        let module = Self { context: Pkcs11::new(path)?, state: Arc::default() };
        module.initialize()?;
        Ok(module)
    }

    pub(crate) fn context(&self) -> &Pkcs11 {
        &self.context
    }

    pub(crate) fn enter(&self) -> InUse {
        self.state().users += 1;
        InUse(self.clone())
    }

    /// Whether those who have a session should close it for a moment.
    pub(crate) fn wants_restart(&self) -> bool {
        self.state().is_restart_wanted
    }

    /// Starts the module again if nobody uses it; else asks them to let go. Returns whether it did.
    pub(crate) fn restart(&self) -> Result<bool, Pkcs11Error> {
        let mut state = self.state();
        if state.users > 0 {
            let is_due = state.restarted_at.is_none_or(|before| before.elapsed() >= AT_MOST_EVERY);
            state.is_restart_wanted |= is_due;
            return Ok(false);
        }
        (state.is_restart_wanted, state.restarted_at) = (false, Some(Instant::now()));
        match self.context.clone().finalize() {
            // So it was left when it did not start the last time.
            Ok(()) | Err(DeviceError::Pkcs11(RvError::CryptokiNotInitialized, _)) => self.initialize().map(|()| true),
            Err(failed) => Err(failed.into()),
        }
    }

    fn initialize(&self) -> Result<(), Pkcs11Error> {
        match self.context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(DeviceError::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
            Err(failed) => Err(failed.into()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenSession {
    pub(crate) fn new(session: Session, in_use: InUse) -> Self {
        Self { session, _in_use: in_use }
    }
}

impl Deref for OpenSession {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.users = state.users.saturating_sub(1);
    }
}
