//! Our own programs as a user runs them, with files and flags; and their pages as a browser without script uses them.

mod gateway;
mod page;
mod program;
mod sandbox;
mod web;

pub use gateway::Gateway;
pub use page::{agree, between, links, press, result_code, unescaped};
pub use program::{Files, Program, Ran, program, run, run_with, run_with_input};
pub use sandbox::Sandbox;
pub use web::{Answer, Client, ask, confirm, sha256};
