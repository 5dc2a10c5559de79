use std::io;
use std::time::Duration;

use cryptoki::error::Error as DeviceError;

/// Why a device did not sign. No message holds a PIN or what was to be signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Pkcs11Error {
    /// The token refused the PIN. It is not tried again, since a token locks itself after a few wrong ones: mend the PIN, and start the
    /// process again.
    #[error("the token `{token}` refused the PIN, which is not tried again")]
    PinRefused {
        /// The label of the token.
        token: String,
    },
    /// The PIN could not be read.
    #[error("the PIN cannot be read")]
    PinUnreadable(#[source] io::Error),
    /// No slot holds a token with this label.
    #[error("no slot holds the token `{token}`")]
    NoToken {
        /// The label.
        token: String,
    },
    /// The token does not hold exactly one key pair of P-256 or Ed25519 with this label.
    #[error("the token does not hold one key `{label}` of P-256 or Ed25519")]
    NoKey {
        /// The label of the key.
        label: String,
    },
    /// The device answered what is no signature by the key: it is another key of the same label, or an answer in another encoding.
    #[error("the device answered what is no signature by the key")]
    NotItsSignature,
    /// The device did not answer in time.
    #[error("the device did not answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// As many signatures wait as may.
    #[error("too many signatures wait for the device")]
    Busy,
    /// The thread of the device could not be started, or is gone.
    #[error("the device has no thread")]
    NoThread,
    /// The module or the device failed.
    #[error("the device failed")]
    Device(#[from] DeviceError),
}
