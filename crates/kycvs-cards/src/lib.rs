#![doc = include_str!("../README.md")]

mod dcc;
mod error;
pub mod fhir;
mod holder;
mod shc;

pub use dcc::{EuDcc, eu_dcc};
pub use error::CardError;
pub use holder::Holder;
pub use shc::{HealthCard, MAX_QR_CHARACTERS, health_card};
