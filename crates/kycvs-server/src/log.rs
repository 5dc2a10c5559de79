//! What a server says of its calls: lines on standard error, and traces where they are on. Nothing personal is in either: the libraries
//! note routes, statuses, entities and causes.

use std::io;

use anyhow::Result;
use clap::ValueEnum;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[cfg(feature = "otlp")]
use crate::traces::Traces;

/// How, and how much.
#[derive(clap::Args)]
pub(crate) struct LogOptions {
    /// The format of the log, on standard error
    #[arg(long, value_enum, default_value_t)]
    log: Log,
    /// What is logged: off, error, warn, info (a line for each call), debug or trace; for one module as in warn,kycvs_axum=info
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    log_level: Targets,
    /// Send a trace of each call to this OpenTelemetry collector: route, status, time and entity, nothing personal
    #[cfg(feature = "otlp")]
    #[arg(long, value_name = "URL")]
    otlp: Option<url::Url>,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Log {
    /// A line for people
    #[default]
    Text,
    /// A JSON object on each line
    Json,
}

impl LogOptions {
    /// Begins to say it, for the whole process.
    ///
    /// # Errors
    /// The collector's URL cannot be used.
    #[cfg(feature = "otlp")]
    pub(crate) fn begin(&self) -> Result<Option<Traces>> {
        let traces = self.otlp.as_ref().map(Traces::to).transpose()?;
        tracing_subscriber::registry().with(self.lines()).with(traces.as_ref().map(Traces::layer)).init();
        Ok(traces)
    }

    /// Begins to say it, for the whole process.
    #[cfg(not(feature = "otlp"))]
    pub(crate) fn begin(&self) -> Result<Option<std::convert::Infallible>> {
        tracing_subscriber::registry().with(self.lines()).init();
        Ok(None)
    }

    fn lines<S>(&self) -> impl Layer<S>
    where
        S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    {
        let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
        let lines = match self.log {
            Log::Text => lines.boxed(),
            Log::Json => lines.json().flatten_event(true).boxed(),
        };
        lines.with_filter(self.log_level.clone())
    }
}
