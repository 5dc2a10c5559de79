use std::fmt;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use kycvs_token::{PublicKey, Signer, SignerError};

use crate::connection::Connection;
use crate::device::Device;
use crate::{Pkcs11Error, Pkcs11Token};

/// A key in a token.
#[derive(Clone, Debug)]
pub struct Pkcs11Key {
    /// The token.
    pub token: Pkcs11Token,
    /// The label of its private half and of its public half, of which there must be one each.
    pub label: String,
}

/// How a device is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pkcs11Options {
    /// How many sessions, each with a thread of its own. Default 1; more help where a device works on several signatures at once.
    pub sessions: NonZeroUsize,
    /// How many signatures may wait; one more is refused at once. Default 64.
    pub queue: NonZeroUsize,
    /// How long a signature may take, the wait included. Default 2 s.
    pub time_limit: Duration,
}

/// Signs with a key that lives in hardware, or in several devices that hold the same key.
///
/// It needs a tokio runtime with its time enabled. Dropping it ends its threads.
pub struct Pkcs11Signer {
    public: PublicKey,
    devices: Vec<Device>,
    /// The device that signed last.
    preferred: AtomicUsize,
}

impl Pkcs11Signer {
    /// Opens one key, where it lies: in one device, or the same key in several, of which the next is asked when one fails. The
    /// first device that can be reached tells the public half; the others are connected when they are needed.
    ///
    /// This waits for devices, so call it before a runtime's threads are needed for something else.
    ///
    /// # Errors
    /// [`Pkcs11Error::PinRefused`] of any device, and the last error when none can be reached.
    pub fn open(places: impl IntoIterator<Item = Pkcs11Key>, options: Pkcs11Options) -> Result<Self, Pkcs11Error> {
        let (mut reached, mut failed) = (Vec::new(), Pkcs11Error::NoKey { label: String::new() });
        for key in places {
            let connection = match Connection::open(&key) {
                Err(error @ Pkcs11Error::PinRefused { .. }) => return Err(error),
                Err(error) => {
                    tracing::warn!(token = key.token.label(), error = &error as &dyn std::error::Error, "not reached");
                    failed = error;
                    None
                }
                Ok(connection) => Some(connection),
            };
            reached.push((key, connection));
        }
        let first = reached.iter().position(|(_, connection)| connection.is_some());
        let public =
            reached.iter().find_map(|(_, connection)| connection.as_ref().map(|open| open.public_key().clone()));
        let (Some(first), Some(public)) = (first, public) else { return Err(failed) };
        Self::start(public, reached, first, options)
    }

    /// The same for a key whose public half is known. Nothing is asked of the devices before the first signature, so they may be away.
    ///
    /// # Errors
    /// [`Pkcs11Error::NoThread`].
    pub fn of(
        public: &PublicKey,
        places: impl IntoIterator<Item = Pkcs11Key>,
        options: Pkcs11Options,
    ) -> Result<Self, Pkcs11Error> {
        Self::start(public.clone(), places.into_iter().map(|key| (key, None)), 0, options)
    }

    fn start(
        public: PublicKey,
        places: impl IntoIterator<Item = (Pkcs11Key, Option<Connection>)>,
        preferred: usize,
        options: Pkcs11Options,
    ) -> Result<Self, Pkcs11Error> {
        let devices = places.into_iter().map(|(key, connection)| Device::start(key, connection, &public, options));
        let devices = devices.collect::<Result<_, _>>()?;
        Ok(Self { public, devices, preferred: AtomicUsize::new(preferred) })
    }

    /// Asks the device that signed last, then the others, each once.
    async fn sign_somewhere(&self, message: &[u8]) -> Result<[u8; 64], Pkcs11Error> {
        let (first, count) = (self.preferred.load(Ordering::Relaxed), self.devices.len());
        let mut failed = Pkcs11Error::NoThread;
        for place in (first..first + count).map(|place| place % count) {
            let Some(device) = self.devices.get(place) else { continue };
            match device.sign(message).await {
                Ok(signature) => {
                    self.preferred.store(place, Ordering::Relaxed);
                    return Ok(signature);
                }
                Err(error) => {
                    tracing::warn!(
                        token = device.key.token.label(),
                        error = &error as &dyn std::error::Error,
                        "did not sign"
                    );
                    failed = error;
                }
            }
        }
        Err(failed)
    }
}

#[async_trait]
impl Signer for Pkcs11Signer {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    async fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignerError> {
        self.sign_somewhere(message).await.map_err(SignerError::new)
    }
}

impl Default for Pkcs11Options {
    fn default() -> Self {
        let queue = NonZeroUsize::MIN.saturating_add(63);
        Self { sessions: NonZeroUsize::MIN, queue, time_limit: Duration::from_secs(2) }
    }
}

impl fmt::Debug for Pkcs11Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs11Signer").field("public", &self.public).finish_non_exhaustive()
    }
}
