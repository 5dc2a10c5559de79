#![doc = include_str!("../README.md")]

mod status;
mod visible;

pub use status::{InvalidStatus, VaccinationStatus};
pub use visible::{is_invisible, is_joiner, is_visible};
