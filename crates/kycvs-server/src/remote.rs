use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::Url;

pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A path of another server, called over a connection of its own each time: for calls that are few.
pub(crate) struct Remote {
    host: String,
    port: u16,
    path: String,
    /// `None` for `http`.
    tls: Option<(TlsConnector, ServerName<'static>)>,
    time_limit: Duration,
    /// No answer is longer.
    max_bytes: usize,
}

impl Remote {
    /// What lies under `path` below a URL.
    ///
    /// # Errors
    /// A URL that is not `http` or `https`, or has no host.
    pub(crate) fn new(url: &Url, path: &str, time_limit: Duration, max_bytes: usize) -> Result<Self> {
        let host = url.host_str().context("the URL has no host")?.to_owned();
        let port = url.port_or_known_default().context("the URL has no port")?;
        let tls = match url.scheme() {
            "http" => None,
            "https" => Some((connector()?, ServerName::try_from(host.trim_matches(['[', ']']).to_owned())?)),
            _ => bail!("the URL begins with https"),
        };
        Ok(Self {
            host,
            port,
            path: format!("{}/{path}", url.path().trim_end_matches('/')),
            tls,
            time_limit,
            max_bytes,
        })
    }

    /// Posts a body, or without one gets what is there: the status, and the body as text.
    pub(crate) async fn call(&self, body: Option<String>) -> Result<(u16, String), Failed> {
        let request = match body {
            Some(body) => Request::post(&self.path).body(Bytes::from(body))?,
            None => Request::get(&self.path).body(Bytes::new())?,
        };
        let (answer, body) = self.send(request).await?.into_parts();
        Ok((answer.status.as_u16(), String::from_utf8_lossy(&body).into_owned()))
    }

    /// Sends a request with headers of its own, whatever its URL is, to the path.
    pub(crate) async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, Failed> {
        *request.uri_mut() = self.path.parse()?;
        let host = format!("{}:{}", self.host, self.port).parse()?;
        request.headers_mut().insert(HOST, host);
        timeout(self.time_limit, self.connect(request.map(Full::new))).await?
    }

    async fn connect(&self, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, Failed> {
        let stream = TcpStream::connect((self.host.trim_matches(['[', ']']), self.port)).await?;
        match &self.tls {
            None => self.exchange(stream, request).await,
            Some((tls, name)) => self.exchange(tls.connect(name.clone(), stream).await?, request).await,
        }
    }

    async fn exchange<S>(&self, stream: S, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, Failed>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let answer = async {
            let (head, body) = sender.send_request(request).await?.into_parts();
            let body = Limited::new(body, self.max_bytes).collect().await?.to_bytes();
            Ok(Response::from_parts(head, body))
        };
        // The connection is driven for as long as it is needed, and ends with the call.
        tokio::pin!(answer);
        tokio::select! {
            answer = &mut answer => answer,
            ended = connection => match ended {
                Ok(()) => answer.await,
                Err(error) => Err(error.into()),
            },
        }
    }
}

/// Trusts the root certificates of the machine.
fn connector() -> Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
