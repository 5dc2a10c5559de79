use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as DeviceError, RvError};
use cryptoki::session::Session;

use crate::Pkcs11Error;

/// A vendor's library, loaded into this process. Load each once, and clone it: a module is started again when none of its
/// sessions is left, and it knows its own only.
#[derive(Clone, Debug)]
pub struct Pkcs11Module {
    context: Pkcs11,
    /// How many use it at the moment.
    users: Arc<Mutex<usize>>,
}

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
        let module = Self { context: Pkcs11::new(path)?, users: Arc::default() };
        module.initialize()?;
        Ok(module)
    }

    pub(crate) fn context(&self) -> &Pkcs11 {
        &self.context
    }

    pub(crate) fn enter(&self) -> InUse {
        *self.users() += 1;
        InUse(self.clone())
    }

    /// Starts the module again, if nobody uses it. Returns whether it did.
    pub(crate) fn restart(&self) -> Result<bool, Pkcs11Error> {
        let users = self.users();
        if *users > 0 {
            return Ok(false);
        }
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

    fn users(&self) -> MutexGuard<'_, usize> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
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
        let mut users = self.0.users();
        *users = users.saturating_sub(1);
    }
}
