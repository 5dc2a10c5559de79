use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use kycvs_token::{Algorithm, DeviceKey, KeyDevice, Signer, SignerError, random_id};

use crate::{Pkcs11Error, Pkcs11Key, Pkcs11Options, Pkcs11Signer, Pkcs11Token};

/// The keys of a [`KeyFolder`](kycvs_token::KeyFolder) in one token, or in several of which the next key goes into another each time:
/// so the key that is next in line stands by in another device than the one that signs.
///
/// A key lies under a label of its own, such as `kycvs-bm90IGEgcmVhbCBpZCEhIQ`. Signers are made once, and share the sessions of
/// their key. They need a tokio runtime with its time enabled.
#[derive(Debug)]
pub struct Pkcs11Keys {
    tokens: Vec<Pkcs11Token>,
    options: Pkcs11Options,
    signers: Mutex<HashMap<String, Arc<Pkcs11Signer>>>,
}

impl Pkcs11Keys {
    /// Keys in these tokens, of which there is at least one, each with a label of its own.
    pub fn new(tokens: Vec<Pkcs11Token>, options: Pkcs11Options) -> Self {
        Self { tokens, options, signers: Mutex::default() }
    }

    fn find(&self, key: &DeviceKey) -> Result<Pkcs11Key, Pkcs11Error> {
        let (label, token) = key.place.rsplit_once('@').unwrap_or((&key.place, ""));
        let found = self.tokens.iter().find(|known| known.label() == token);
        let token = found.ok_or_else(|| Pkcs11Error::NoToken { token: token.to_owned() })?;
        Ok(Pkcs11Key { token: token.clone(), label: label.to_owned() })
    }

    /// The tokens, from the one after that of the newest key on.
    fn in_turn(&self, newest: Option<&DeviceKey>) -> impl Iterator<Item = &Pkcs11Token> {
        let newest = newest.and_then(|key| self.find(key).ok());
        let place =
            newest.and_then(|newest| self.tokens.iter().position(|token| token.label() == newest.token.label()));
        let first = place.map_or(0, |place| place + 1);
        self.tokens.iter().cycle().skip(first).take(self.tokens.len())
    }
}

impl KeyDevice for Pkcs11Keys {
    fn make(&self, algorithm: Algorithm, newest: Option<&DeviceKey>) -> Result<DeviceKey, SignerError> {
        let label = format!("kycvs-{}", random_id().map_err(SignerError::new)?);
        let mut failed = Pkcs11Error::NoToken { token: String::new() };
        for token in self.in_turn(newest) {
            match token.generate(&label, algorithm) {
                Ok(public) => return Ok(DeviceKey { public, place: format!("{label}@{}", token.label()) }),
                Err(error) => {
                    tracing::warn!(token = token.label(), error = &error as &dyn std::error::Error, "made no key");
                    failed = error;
                }
            }
        }
        Err(SignerError::new(failed))
    }

    fn signer(&self, key: &DeviceKey) -> Result<Arc<dyn Signer>, SignerError> {
        let mut signers = self.signers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signer) = signers.get(&key.place) {
            return Ok(signer.clone());
        }
        let place = self.find(key).map_err(SignerError::new)?;
        let signer = Pkcs11Signer::of(&key.public, [place], self.options).map_err(SignerError::new)?;
        let signer = Arc::new(signer);
        signers.insert(key.place.clone(), signer.clone());
        Ok(signer)
    }

    fn destroy(&self, key: &DeviceKey) -> Result<(), SignerError> {
        self.signers.lock().unwrap_or_else(PoisonError::into_inner).remove(&key.place);
        let Pkcs11Key { token, label } = self.find(key).map_err(SignerError::new)?;
        token.destroy(&label).map_err(SignerError::new)
    }
}
