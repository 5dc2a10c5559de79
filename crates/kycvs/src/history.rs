//! What was shared about a person, found again by the person and by nobody else.
//!
//! | file | one idea |
//! |---|---|
//! | `line.rs` | what one line says, as bytes |
//! | `histories.rs` | where lines lie, so that the number alone finds them |
//! | `own.rs` | what a person sees of it, and does about it |

mod histories;
mod line;
mod own;

pub use own::HistoryEntry;

pub(crate) use histories::Histories;
pub(crate) use line::{Line, Told};
