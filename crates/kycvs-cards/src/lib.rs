#![doc = include_str!("../README.md")]

mod dcc;
mod error;
pub mod fhir;
mod holder;
#[cfg(feature = "service")]
mod service;
mod shc;

pub use dcc::{EuDcc, eu_dcc};
pub use error::CardError;
pub use holder::Holder;
#[cfg(feature = "service")]
pub use service::{DccKey, Writer};
pub use shc::{HealthCard, MAX_QR_CHARACTERS, health_card};
