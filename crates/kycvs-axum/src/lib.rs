#![doc = include_str!("../README.md")]

mod address;
mod api_keys;
mod app;
mod body;
mod calls;
mod config;
mod cowin;
mod docs;
mod entity;
mod etag;
mod front;
mod gate;
mod host_counter;
mod http;
mod lanes;
mod layers;
mod limits;
mod lists_age;
mod log_health;
mod metrics;
mod missing;
mod object;
mod openapi;
mod origin;
mod own_lists;
mod page;
mod problem;
mod read_toml;
mod serve;
mod session;

pub use api_keys::ApiKeys;
mod webhook;

pub use body::JsonBody;
pub use config::{Config, ConfigError, Entity, EntityPurpose, Issuer, OwnLimits};
pub use entity::{ApiKeyHash, ApiKeyHashError};
pub use front::{NewVisit, VisitAnswer};
pub use host_counter::HostCounter;
pub use http::Http;
pub use limits::{HttpLimits, Percent};
pub use object::objects;
pub use origin::{Origin, OriginError, ReturnUrl};
pub use page::{Brand, BrandError, Logo, Theme};
pub use problem::{Problem, ProblemCode};
pub use read_toml::{read_toml, without_value};
pub use webhook::{About, Event, Webhook, WebhookMessage, WebhookSecret, WebhookSecrets, WebhookUrl};
