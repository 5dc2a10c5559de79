//! Status lists: a bit for each token, published for gates without a network.
//!
//! | file | one idea |
//! |---|---|
//! | `trust.rs` | how many lists a day has, and how long they are |
//! | `name.rs` | a list is named by its day and shard |
//! | `permutation.rs` | the order in which positions are given says nothing |
//! | `positions.rs` | no position is given twice, whoever gives and whoever dies |
//! | `head.rs` | what is published, in one record that hosts compare and set |
//! | `cover.rs` | how many bits rise at a time says nothing |
//! | `flip.rs` | a bit that waits to rise |
//! | `publish.rs` | from what waits to what is published |
//! | `recover.rs` | what a restored database has forgotten |

mod cover;
mod flip;
mod head;
mod name;
mod permutation;
mod positions;
mod publish;
mod recover;
#[cfg(test)]
pub(crate) mod tests;
mod trust;

pub use name::{ListName, ListNameError};
pub use recover::{RecoverError, Recovered};
pub use trust::Trust;

pub(crate) use flip::Flip;
pub(crate) use positions::Positions;
pub(crate) use publish::Publisher;

/// The lists of a service: where positions come from, and what publishes them.
pub(crate) struct Lists {
    pub(crate) positions: Positions,
    pub(crate) publisher: Publisher,
}
