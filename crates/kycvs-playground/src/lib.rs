//! The policy laboratory as WebAssembly, for the page in `docs/playground`: a policy and a history in, verdicts out. The page
//! loads it once and sends nothing anywhere.
//!
//! `cargo xtask playground` builds it. Its module imports nothing and exports three functions, which take and give numbers
//! alone; a text goes over byte by byte, so that neither side reads the other's memory:
//!
//! | function | what it does |
//! |---|---|
//! | `put(byte)` | adds a byte to the question: JSON, see [`answer()`] |
//! | `run()` | answers the question, forgets it, and gives the length of the answer in bytes |
//! | `get(index)` | a byte of the answer |

mod answer;
pub mod exports;

pub use answer::answer;
