#![doc = include_str!("../README.md")]

mod channel;
mod dlt;
mod dlt_tag;
mod dlt_template;
mod error;
mod failover;
mod gateway;
mod gsm7;
mod http_gateway;
mod http_gateway_builder;
mod kannel;
mod msg91;
mod occasion;
mod receipt;
mod receipts;
mod report;
mod template;
mod transport;

pub use channel::{Channel, ReportTo, ReportUrl};
pub use dlt::{Dlt, EntityId, Header, TemplateId};
pub use dlt_tag::Tag;
pub use dlt_template::{DltTemplate, HostWords, Variable};
pub use error::{ConfigError, DltError, SmsError};
pub use failover::{Failover, Link, ReceiptsOf};
pub use http_gateway::HttpGateway;
pub use http_gateway_builder::HttpGatewayBuilder;
pub use kannel::{Kannel, KannelAccount};
pub use msg91::{Msg91, Msg91Template};
pub use occasion::Occasion;
pub use receipt::{Fate, Receipt, ReceiptId};
pub use receipts::Receipts;
pub use report::{Report, ReportError, ReportFormat};
pub use transport::Transport;
