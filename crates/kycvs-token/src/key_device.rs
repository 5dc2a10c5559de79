use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use serde::{Deserialize, Serialize};

use crate::{Algorithm, PublicKey, Signer, SignerError};

/// Where private keys are made that never leave it, such as an HSM. A [`KeyFolder`](crate::KeyFolder) has a note of each, and so
/// publishes it while the device is away.
///
/// Calls wait for the device: do not make them where a runtime's thread is needed.
pub trait KeyDevice: fmt::Debug + Send + Sync {
    /// Makes a key; where there are several devices, in another one than holds the `newest`, so that each stands by for the other.
    ///
    /// # Errors
    /// [`SignerError`]; then no key was made, or one that nobody has a note of.
    fn make(&self, algorithm: Algorithm, newest: Option<&DeviceKey>) -> Result<DeviceKey, SignerError>;

    /// The signer of a key that was made. It asks nothing of the device.
    ///
    /// # Errors
    /// [`SignerError`] for a key that lies elsewhere.
    fn signer(&self, key: &DeviceKey) -> Result<Arc<dyn Signer>, SignerError>;

    /// Destroys a key that no living token needs. To destroy it again changes nothing.
    ///
    /// # Errors
    /// [`SignerError`]; it is tried again.
    fn destroy(&self, key: &DeviceKey) -> Result<(), SignerError>;
}

/// A key in a device: what is public of it, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceKey {
    /// The public half.
    pub public: PublicKey,
    /// How the device finds it: at most 1,024 bytes, and no secret. What follows the last `@` names the device, where there are several.
    pub place: String,
}

const MAX_PLACE_BYTES: usize = 1024;

/// A note as a file holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    public: String,
    place: String,
}

impl DeviceKey {
    /// Which of several devices it lies in.
    pub fn device(&self) -> &str {
        self.place.rsplit_once('@').map_or("", |(_, device)| device)
    }

    /// The note of the key, in JSON.
    pub(crate) fn to_note(&self) -> Result<Vec<u8>, SignerError> {
        let note = Note { public: BASE64URL.encode(self.public.as_bytes()), place: self.place.clone() };
        serde_json::to_vec(&note).map_err(SignerError::new)
    }

    /// Reads a note; `None` for anything else.
    pub(crate) fn from_note(algorithm: Algorithm, json: &[u8]) -> Option<Self> {
        let Note { public, place } = serde_json::from_slice(json).ok()?;
        let public = PublicKey::from_bytes(algorithm, &BASE64URL.decode(public).ok()?).ok()?;
        (place.len() <= MAX_PLACE_BYTES).then_some(Self { public, place })
    }
}

/// The signer of a key whose device this process does not have: it publishes the key, and signs nothing.
pub(crate) struct Absent(pub(crate) PublicKey);

#[async_trait]
impl Signer for Absent {
    fn public_key(&self) -> &PublicKey {
        &self.0
    }

    async fn sign(&self, _: &[u8]) -> Result<[u8; 64], SignerError> {
        Err(SignerError::new("the key lies in a device that this process does not have"))
    }
}
