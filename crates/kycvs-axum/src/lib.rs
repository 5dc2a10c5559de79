#![doc = include_str!("../README.md")]

mod address;
mod app;
mod body;
mod calls;
mod config;
mod cowin;
mod docs;
mod entity;
mod http;
mod layers;
mod limits;
mod metrics;
mod openapi;
mod origin;
mod page;
mod problem;
mod read_toml;
mod sandbox;
mod serve;
mod session;

pub use config::{Config, ConfigError, Entity, EntityPurpose, Issuer};
pub use entity::{ApiKeyHash, ApiKeyHashError};
pub use http::Http;
pub use limits::HttpLimits;
pub use origin::{Origin, OriginError, ReturnUrl};
pub use page::{Brand, BrandError, Logo};
pub use read_toml::read_toml;
pub use sandbox::{AdvanceError, Outbox, Sandbox, SandboxClock, SandboxError, Sent};

/// The examples of the guide are tests, too.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/testing-an-integration.md")]
struct TestingAnIntegration;
