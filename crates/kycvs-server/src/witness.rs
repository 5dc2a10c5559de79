use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_LENGTH, HOST};
use hyper_util::rt::TokioIo;
use kycvs::transparency::{MAX_NOTE_BYTES, VerifierKey, WitnessAnswer, WitnessRequest};
use kycvs::{Witness, WitnessUnavailable};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::Url;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A witness at a URL, by C2SP tlog-witness.
pub(crate) struct HttpWitness {
    key: VerifierKey,
    host: String,
    port: u16,
    /// `add-checkpoint` under the witness's prefix.
    path: String,
    /// `None` for `http`.
    tls: Option<(TlsConnector, ServerName<'static>)>,
    time_limit: Duration,
}

impl HttpWitness {
    /// A witness whose submission prefix is `url`.
    ///
    /// # Errors
    /// A URL that is not `http` or `https`, or has no host.
    pub(crate) fn new(url: &Url, key: VerifierKey, time_limit: Duration) -> Result<Self> {
        let host = url.host_str().context("the URL of a witness has a host")?.to_owned();
        let port = url.port_or_known_default().context("the URL of a witness has a port")?;
        let tls = match url.scheme() {
            "http" => None,
            "https" => Some((connector()?, ServerName::try_from(host.clone())?)),
            _ => bail!("the URL of a witness begins with https"),
        };
        let path = format!("{}/add-checkpoint", url.path().trim_end_matches('/'));
        Ok(Self { key, host, port, path, tls, time_limit })
    }

    async fn post(&self, body: String) -> Result<WitnessAnswer, Failed> {
        let stream = TcpStream::connect((self.host.trim_matches(['[', ']']), self.port)).await?;
        match &self.tls {
            None => self.exchange(stream, body).await,
            Some((tls, name)) => self.exchange(tls.connect(name.clone(), stream).await?, body).await,
        }
    }

    async fn exchange<S>(&self, stream: S, body: String) -> Result<WitnessAnswer, Failed>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let request = Request::post(&self.path)
            .header(HOST, format!("{}:{}", self.host, self.port))
            .header(CONTENT_LENGTH, body.len())
            .body(Full::new(Bytes::from(body)))?;
        let answer = async {
            let answer = sender.send_request(request).await?;
            let status = answer.status().as_u16();
            let body = Limited::new(answer.into_body(), MAX_NOTE_BYTES).collect().await?.to_bytes();
            Ok(WitnessAnswer::read(status, &String::from_utf8_lossy(&body)))
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

#[async_trait::async_trait]
impl Witness for HttpWitness {
    fn key(&self) -> &VerifierKey {
        &self.key
    }

    async fn add_checkpoint(&self, request: &WitnessRequest) -> Result<WitnessAnswer, WitnessUnavailable> {
        match timeout(self.time_limit, self.post(request.to_string())).await {
            Ok(answer) => answer.map_err(WitnessUnavailable),
            Err(late) => Err(WitnessUnavailable(late.into())),
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
