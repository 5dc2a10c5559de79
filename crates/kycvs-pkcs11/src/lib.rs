#![doc = include_str!("../README.md")]

mod connection;
mod device;
mod error;
mod keys;
mod module;
mod pin;
mod signer;
mod token;

pub use error::Pkcs11Error;
pub use keys::Pkcs11Keys;
pub use module::Pkcs11Module;
pub use pin::Pin;
pub use signer::{Pkcs11Key, Pkcs11Options, Pkcs11Signer};
pub use token::Pkcs11Token;
