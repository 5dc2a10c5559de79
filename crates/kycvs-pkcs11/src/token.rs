use std::sync::{Arc, Mutex, PoisonError};

use cryptoki::error::{Error as DeviceError, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectClass};
use cryptoki::session::UserType;
use cryptoki::slot::Slot;
use kycvs_token::{Algorithm, PublicKey};

use crate::connection::{ED25519_NAME, P256_OID, public_key};
use crate::module::OpenSession;
use crate::{Pin, Pkcs11Error, Pkcs11Module};

/// A token in a slot of a device, and how to log in to it.
#[derive(Clone, Debug)]
pub struct Pkcs11Token {
    module: Pkcs11Module,
    label: String,
    pin: Pin,
    /// Held while somebody logs in, so that a wrong PIN is tried once.
    known: Arc<Mutex<Known>>,
}

/// What the logins so far have taught.
#[derive(Debug, Default)]
struct Known {
    pin_is_refused: bool,
    slot: Option<Slot>,
}

impl Pkcs11Token {
    /// The token with this label. Nothing is asked of the device yet.
    pub fn new(module: &Pkcs11Module, label: impl Into<String>, pin: Pin) -> Self {
        Self { module: module.clone(), label: label.into(), pin, known: Arc::default() }
    }

    /// The label.
    pub fn label(&self) -> &str {
        &self.label
    }

    pub(crate) fn module(&self) -> &Pkcs11Module {
        &self.module
    }

    /// The labels of the keys that can sign, in their order.
    ///
    /// # Errors
    /// [`Pkcs11Error`].
    pub fn keys(&self) -> Result<Vec<String>, Pkcs11Error> {
        let session = self.log_in(false)?;
        let mut labels = Vec::new();
        for key in session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Sign(true)])? {
            for attribute in session.get_attributes(key, &[AttributeType::Label])? {
                if let Attribute::Label(label) = attribute {
                    labels.push(String::from_utf8_lossy(&label).into_owned());
                }
            }
        }
        labels.sort_unstable();
        Ok(labels)
    }

    /// Makes a key pair in the token, of which the private half never leaves it, and returns the public half.
    ///
    /// # Errors
    /// [`Pkcs11Error::NoKey`] when the label is taken; every other [`Pkcs11Error`].
    pub fn generate(&self, label: &str, algorithm: Algorithm) -> Result<PublicKey, Pkcs11Error> {
        let session = self.log_in(true)?;
        let name = || Attribute::Label(label.as_bytes().to_vec());
        if !session.find_objects(&[name()])?.is_empty() {
            return Err(Pkcs11Error::NoKey { label: label.to_owned() });
        }
        let (mechanism, curve) = match algorithm {
            Algorithm::Es256 => (Mechanism::EccKeyPairGen, P256_OID.to_vec()),
            Algorithm::EdDsa => (Mechanism::EccEdwardsKeyPairGen, ED25519_NAME.to_vec()),
        };
        let id = || Attribute::Id(label.as_bytes().to_vec());
        let public =
            [Attribute::Token(true), Attribute::Private(false), Attribute::Verify(true), Attribute::EcParams(curve)];
        let private = [
            Attribute::Token(true),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
        ];
        let (public, private) = (public.into_iter().chain([name(), id()]), private.into_iter().chain([name(), id()]));
        session.generate_key_pair(&mechanism, &public.collect::<Vec<_>>(), &private.collect::<Vec<_>>())?;
        public_key(&session, label)
    }

    /// Destroys a key, both halves of it. To destroy it again changes nothing.
    ///
    /// # Errors
    /// [`Pkcs11Error`].
    pub fn destroy(&self, label: &str) -> Result<(), Pkcs11Error> {
        let session = self.log_in(true)?;
        for half in session.find_objects(&[Attribute::Label(label.as_bytes().to_vec())])? {
            session.destroy_object(half)?;
        }
        Ok(())
    }

    /// A new session of a user who is logged in. A module whose device was lost may not find it again before it is started
    /// again, for which others that use it let go of it within a second.
    pub(crate) fn log_in(&self, writes: bool) -> Result<OpenSession, Pkcs11Error> {
        if self.module.wants_restart() {
            self.module.restart()?;
        }
        match self.try_log_in(writes) {
            Err(Pkcs11Error::Device(_) | Pkcs11Error::NoToken { .. }) if self.module.restart()? => {
                self.try_log_in(writes)
            }
            done => done,
        }
    }

    fn try_log_in(&self, writes: bool) -> Result<OpenSession, Pkcs11Error> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.pin_is_refused {
            return Err(self.refused());
        }
        let in_use = self.module.enter();
        let context = self.module.context();
        let slot = self.slot(known.slot)?;
        let session = if writes { context.open_rw_session(slot) } else { context.open_ro_session(slot) }?;
        let pin = self.pin.read().map_err(Pkcs11Error::PinUnreadable)?;
        match session.login(UserType::User, Some(&pin)) {
            Ok(()) | Err(DeviceError::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {
                known.slot = Some(slot);
                Ok(OpenSession::new(session, in_use))
            }
            Err(DeviceError::Pkcs11(
                RvError::PinIncorrect
                | RvError::PinInvalid
                | RvError::PinLenRange
                | RvError::PinExpired
                | RvError::PinLocked,
                _,
            )) => {
                known.pin_is_refused = true;
                Err(self.refused())
            }
            Err(failed) => Err(failed.into()),
        }
    }

    /// The slot whose token has this label. A token that was lost for a moment may say nothing of itself for ever; it is where it
    /// was before. A token that says another label never gets this PIN.
    fn slot(&self, before: Option<Slot>) -> Result<Slot, Pkcs11Error> {
        let context = self.module.context();
        let mut silent = None;
        for slot in context.get_slots_with_token()? {
            match context.get_token_info(slot) {
                Ok(token) if token.label() == self.label => return Ok(slot),
                Err(_) if before == Some(slot) => silent = before,
                _ => {}
            }
        }
        silent.ok_or_else(|| Pkcs11Error::NoToken { token: self.label.clone() })
    }

    fn refused(&self) -> Pkcs11Error {
        Pkcs11Error::PinRefused { token: self.label.clone() }
    }
}
