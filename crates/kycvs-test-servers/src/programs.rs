//! The pages of our own programs as a browser without script uses them.

mod gateway;
mod page;
mod sandbox;
mod web;

pub use {
    gateway::Gateway,
    page::{agree, between, links, press, result_code, unescaped},
    sandbox::Sandbox,
    web::{Answer, Client, ask, confirm, sha256},
};
