//! Traces of calls, for a collector of OpenTelemetry, by OTLP over HTTP.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result};
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::{Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;
use url::Url;

use crate::remote::Remote;

const TIME_LIMIT: Duration = Duration::from_secs(10);
/// No answer of a collector is longer.
const MAX_BYTES: usize = 64 * 1024;

/// A trace of each call, sent in batches. A collector that is away costs traces and nothing else; dropping this sends the last.
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends them to `v1/traces` below this URL. Nothing is called yet.
    ///
    /// # Errors
    /// A URL that is not `http` or `https`, or has no host.
    pub(crate) fn to(url: &Url) -> Result<Self> {
        let remote = Remote::new(url, "v1/traces", TIME_LIMIT, MAX_BYTES).context("--otlp")?;
        let collector = Collector { remote: std::sync::Arc::new(remote), runtime: Handle::current() };
        let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary);
        let exporter = exporter.with_endpoint(url.as_str()).with_http_client(collector).build().context("--otlp")?;
        let resource = Resource::builder().with_service_name("kycvs").build();
        Ok(Self(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build()))
    }

    /// The spans of calls, which hold what the access line does; those of other libraries are theirs.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("kycvs"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false)
            .with_filter(Targets::new().with_target("kycvs_axum", Level::INFO))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        // Where they cannot be sent, nobody waits for them.
        let _ = tokio::task::block_in_place(|| self.0.shutdown_with_timeout(TIME_LIMIT));
    }
}

/// Calls by the server's own client and its trust in certificates. Batches come from a thread that is not the runtime's.
struct Collector {
    remote: std::sync::Arc<Remote>,
    runtime: Handle,
}

#[async_trait::async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let remote = self.remote.clone();
        self.runtime.spawn(async move { remote.send(request).await }).await?
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}
