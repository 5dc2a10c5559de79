#![doc = include_str!("../README.md")]

pub mod base45;
mod item;
mod read;
mod sign1;

pub use item::Item;
pub use read::{MAX_DEPTH, MAX_ITEMS};
pub use sign1::{Sign1, signed};
