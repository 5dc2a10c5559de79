#![doc = include_str!("../README.md")]

mod calls;
mod certificates;
mod clock;
mod outbox;
mod page;
mod sandbox;
mod start;

pub use clock::{AdvanceError, SandboxClock};
pub use outbox::{Outbox, Sent};
pub use sandbox::{Sandbox, SandboxError};
pub use start::{PersonToTry, StartPage};

/// The examples of the guide are tests, too.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/testing-an-integration.md")]
struct TestingAnIntegration;
