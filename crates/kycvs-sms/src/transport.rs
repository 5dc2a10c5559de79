use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::CONTENT_TYPE;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::gateway::{Gateway, Stream};
use crate::{ConfigError, SmsError};

/// The longest that a call may take in all: what a person waits for.
const LONGEST: Duration = Duration::from_secs(10);

/// How often a connection is tried, and how long the first pause between two tries is; each next one is twice as long.
const TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// How much of an answer is read. Those that we know have less than a hundred bytes.
const MAX_ANSWER: usize = 8 * 1024;

/// How a gateway is reached: time-outs, and whom `https` trusts.
///
/// Each message has a connection of its own. So it is known whether anything was written: what failed before is tried
/// again, up to three times, and what failed after is not, lest a person get two messages. No answer makes a sender try
/// again either, for the gateways that we know do not promise that a message they answered with 429 or 503 was dropped.
#[derive(Clone)]
pub struct Transport {
    tls: TlsConnector,
    connect: Duration,
    whole: Duration,
}

impl Transport {
    /// Trusts the root certificates of the machine; `SSL_CERT_FILE` and `SSL_CERT_DIR` name others.
    ///
    /// # Errors
    /// [`ConfigError::Certificates`] if the TLS library refuses its own defaults. A machine without certificates is no
    /// error here: `http` works there, and `https` fails when it is used.
    pub fn new() -> Result<Self, ConfigError> {
        Self::trusting_only(rustls_native_certs::load_native_certs().certs)
    }

    /// Trusts these root certificates and no other, for a gateway with a certificate of the operator's own: PEM, one or more.
    ///
    /// # Errors
    /// [`ConfigError::Certificates`] when there is none, or one is malformed.
    pub fn trusting(pem: &[u8]) -> Result<Self, ConfigError> {
        let roots: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let roots = roots.map_err(|_| ConfigError::Certificates)?;
        let known = roots.len();
        let mut store = RootCertStore::empty();
        if known == 0 || store.add_parsable_certificates(roots.iter().cloned()).0 != known {
            return Err(ConfigError::Certificates);
        }
        Self::trusting_only(roots)
    }

    /// Sets the time-outs: for one try to connect (TLS included), and for the whole call, which is held to ten seconds.
    /// Default 3 and 10 seconds.
    #[must_use]
    pub fn timeouts(self, connect: Duration, whole: Duration) -> Self {
        Self { connect, whole: whole.min(LONGEST), ..self }
    }

    fn trusting_only(roots: Vec<CertificateDer<'static>>) -> Result<Self, ConfigError> {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(roots);
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| ConfigError::Certificates)?
            .with_root_certificates(store)
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)), connect: Duration::from_secs(3), whole: LONGEST })
    }

    /// Whether it would post to a URL.
    ///
    /// # Errors
    /// [`ConfigError::Url`], [`ConfigError::PlainHttp`].
    pub fn check_url(url: &str) -> Result<(), ConfigError> {
        Gateway::parse(url).map(drop)
    }

    /// Posts JSON to a URL with these headers, and gives the status that it was answered with. As with a message, what may have
    /// been taken is not posted again, and plain `http` goes to this machine and private nets only.
    ///
    /// # Errors
    /// [`SmsError`], when there was no answer.
    pub async fn post_json(&self, url: &str, headers: &[(&'static str, &str)], body: &str) -> Result<u16, SmsError> {
        let (gateway, url) = Gateway::parse(url).map_err(|error| SmsError::Unreachable(error.into()))?;
        let mut request = Request::post(&url[url::Position::BeforePath..]).header(CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from(body.to_owned()))).map_err(|_| SmsError::HeaderValue)?;
        Ok(self.call(&gateway, request).await?.status)
    }

    /// Sends one request and reads the beginning of the answer.
    pub(crate) async fn call(&self, gateway: &Gateway, request: Request<Full<Bytes>>) -> Result<Answer, SmsError> {
        let deadline = Instant::now() + self.whole;
        // From here on, what fails has been sent, or may have been.
        match self.connect(gateway, deadline).await? {
            Stream::Plain(stream) => exchange(stream, gateway.addressed(request), deadline).await,
            Stream::Tls(stream) => exchange(*stream, gateway.addressed(request), deadline).await,
        }
    }

    /// Connects and hangs up.
    pub(crate) async fn reach(&self, gateway: &Gateway) -> Result<(), SmsError> {
        self.connect(gateway, Instant::now() + self.whole).await.map(drop)
    }

    async fn connect(&self, gateway: &Gateway, deadline: Instant) -> Result<Stream, SmsError> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..TRIES {
            match self.connect_once(gateway, deadline).await {
                Err(SmsError::Unreachable(_)) if Instant::now() + pause < deadline => sleep(pause).await,
                done => return done,
            }
            pause *= 2;
        }
        self.connect_once(gateway, deadline).await
    }

    async fn connect_once(&self, gateway: &Gateway, deadline: Instant) -> Result<Stream, SmsError> {
        let give_up = deadline.min(Instant::now() + self.connect);
        let connected = timeout_at(give_up, gateway.connect(&self.tls)).await;
        connected.unwrap_or_else(|late| Err(SmsError::Unreachable(late.into())))
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("connect", &self.connect).field("whole", &self.whole).finish_non_exhaustive()
    }
}

/// What a gateway answered: its status, and as much of the body as came.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Goes on with a success; makes an error of anything else, a redirect among it, which is not followed.
    pub(crate) fn accepted(self) -> Result<Self, SmsError> {
        match self.status {
            200..=299 => Ok(self),
            401 | 403 => Err(SmsError::Credentials),
            status @ (502 | 504) => Err(SmsError::Unconfirmed { status }),
            status => Err(SmsError::Refused { status }),
        }
    }
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>, deadline: Instant) -> Result<Answer, SmsError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let uncertain = |error: hyper::Error| SmsError::Uncertain(error.into());
    let mut http = http1::Builder::new();
    http.max_buf_size(2 * MAX_ANSWER);
    let (mut sender, connection) = http.handshake(TokioIo::new(stream)).await.map_err(uncertain)?;
    let talk = async {
        let response = timeout_at(deadline, sender.send_request(request)).await;
        let response = response.map_err(|late| SmsError::Uncertain(late.into()))?.map_err(uncertain)?;
        Ok(read(response, deadline).await)
    };
    tokio::pin!(talk);
    tokio::select! {
        biased;
        answer = &mut talk => answer,
        // The connection's own end reaches `talk`, which may still hold what came before.
        _ = connection => talk.await,
    }
}

/// Reads what comes of the body, up to the limit. The status was said; a body that breaks off does not unsay it.
async fn read(response: Response<Incoming>, deadline: Instant) -> Answer {
    let (head, mut incoming) = response.into_parts();
    let mut body = Vec::new();
    while body.len() < MAX_ANSWER {
        let Ok(Some(Ok(frame))) = timeout_at(deadline, incoming.frame()).await else { break };
        let data = frame.into_data().unwrap_or_default();
        body.extend_from_slice(&data[..data.len().min(MAX_ANSWER - body.len())]);
    }
    Answer { status: head.status.as_u16(), body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_not_trusted() {
        for pem in [&b""[..], b"text", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert_eq!(Transport::trusting(pem).map(drop), Err(ConfigError::Certificates));
        }
    }
}
