//! Our own programs as a user runs them, with files and flags; with the feature `web`, their pages as a browser without script
//! uses them.

#[cfg(feature = "web")]
mod gateway;
#[cfg(feature = "web")]
mod page;
mod program;
#[cfg(feature = "web")]
mod sandbox;
#[cfg(feature = "web")]
mod web;

pub use program::{Files, Program, Ran, program, run, run_with, run_with_input};
#[cfg(feature = "web")]
pub use {
    gateway::Gateway,
    page::{agree, between, links, press, result_code, unescaped},
    sandbox::Sandbox,
    web::{Answer, Client, ask, confirm, sha256},
};
