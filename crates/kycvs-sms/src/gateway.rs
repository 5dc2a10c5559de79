use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};

use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::{CONNECTION, HOST, HeaderValue};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use url::{Host, Url};

use crate::{ConfigError, SmsError};

/// Where a gateway listens.
#[derive(Clone)]
pub(crate) struct Gateway {
    host: Host,
    port: u16,
    https: bool,
    authority: HeaderValue,
}

/// A connection, with TLS or without.
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<tokio_rustls::client::TlsStream<TcpStream>>),
}

impl Gateway {
    /// Reads the host of a URL, which is parsed for its path and query, too. Plain HTTP to a host that is surely public is refused;
    /// where else a name leads is looked up at each connection.
    pub(crate) fn parse(url: &str) -> Result<(Self, Url), ConfigError> {
        let url = Url::parse(url).map_err(|_| ConfigError::Url)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let https = url.scheme() == "https";
        if !plain || !(https || url.scheme() == "http") {
            return Err(ConfigError::Url);
        }
        let host = url.host().ok_or(ConfigError::Url)?.to_owned();
        if !https && !may_be_near(&host) {
            return Err(ConfigError::PlainHttp);
        }
        let port = url.port_or_known_default().ok_or(ConfigError::Url)?;
        let authority = HeaderValue::from_str(url.authority()).map_err(|_| ConfigError::Url)?;
        Ok((Self { host, port, https, authority }, url))
    }

    /// One try to connect, TLS included.
    pub(crate) async fn connect(&self, tls: &TlsConnector) -> Result<Stream, SmsError> {
        let mut addresses = self.addresses().await.map_err(unreachable)?;
        if !self.https {
            addresses.retain(|address| is_near(address.ip()));
            if addresses.is_empty() {
                return Err(SmsError::PlainHttp);
            }
        }
        let stream = TcpStream::connect(&*addresses).await.map_err(unreachable)?;
        if !self.https {
            return Ok(Stream::Plain(stream));
        }
        let name = match &self.host {
            Host::Domain(name) => {
                ServerName::try_from(name.clone()).map_err(|error| unreachable(io::Error::other(error)))?
            }
            Host::Ipv4(address) => IpAddr::V4(*address).into(),
            Host::Ipv6(address) => IpAddr::V6(*address).into(),
        };
        Ok(Stream::Tls(Box::new(tls.connect(name, stream).await.map_err(unreachable)?)))
    }

    /// At least one address.
    async fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        let found: Vec<_> = match &self.host {
            Host::Domain(name) => lookup_host((name.as_str(), self.port)).await?.collect(),
            Host::Ipv4(address) => vec![(*address, self.port).into()],
            Host::Ipv6(address) => vec![(*address, self.port).into()],
        };
        if found.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(found) }
    }

    /// Adds what names the gateway, and that this is all that is said.
    pub(crate) fn addressed(&self, mut request: Request<Full<Bytes>>) -> Request<Full<Bytes>> {
        request.headers_mut().insert(HOST, self.authority.clone());
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        request
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

fn unreachable(error: io::Error) -> SmsError {
    SmsError::Unreachable(error.into())
}

/// Whether an address is of this machine or a private net (RFC 1918, RFC 4193), where plain HTTP may be spoken.
fn is_near(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    }
}

/// Whether a host is near, or has a name that leads nowhere on the Internet: one without a dot, or below a domain for private use (RFC
/// 6761, RFC 6762, RFC 8375, and ICANN's `internal`).
fn may_be_near(host: &Host) -> bool {
    match host {
        Host::Ipv4(address) => is_near(IpAddr::V4(*address)),
        Host::Ipv6(address) => is_near(IpAddr::V6(*address)),
        Host::Domain(name) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            let is_below = |domain: &str| name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
            !name.contains('.') || ["localhost", "local", "internal", "home.arpa"].into_iter().any(is_below)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Transport;

    #[test]
    fn plain_http_is_for_this_machine_and_private_nets() {
        for near in ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "::1", "fd00::1", "::ffff:10.0.0.1"] {
            assert!(is_near(near.parse().unwrap()), "{near}");
        }
        for far in ["8.8.8.8", "172.32.0.1", "2001:db8::1", "0.0.0.0", "169.254.169.254", "::ffff:8.8.8.8"] {
            assert!(!is_near(far.parse().unwrap()), "{far}");
        }
    }

    #[test]
    fn plain_http_to_a_host_that_is_public_is_refused_before_anything_is_sent() {
        for near in [
            "127.0.0.1",
            "10.1.2.3:13013",
            "[fd00::1]",
            "localhost",
            "kannel",
            "kannel.sms.svc.cluster.local",
            "sms.internal",
        ] {
            assert!(Gateway::parse(&format!("http://{near}/send")).is_ok(), "{near}");
        }
        for far in [
            "8.8.8.8",
            "0x08080808",
            "[2001:db8::1]",
            "sms.example",
            "sms.example.",
            "internal.example",
            "notinternal.com",
        ] {
            assert_eq!(Gateway::parse(&format!("http://{far}/send")).map(drop), Err(ConfigError::PlainHttp), "{far}");
            assert!(Gateway::parse(&format!("https://{far}/send")).is_ok(), "{far}");
        }
    }

    #[tokio::test]
    async fn a_near_name_that_leads_to_a_public_address_is_not_spoken_to_in_the_clear() {
        let (near, _) = Gateway::parse("http://127.0.0.1:9/").unwrap();
        let moved = Gateway { host: Host::Ipv4([192, 0, 2, 1].into()), ..near };
        let refused = Transport::new().unwrap().reach(&moved).await;
        assert!(matches!(refused, Err(SmsError::PlainHttp)), "{refused:?}");
    }

    #[test]
    fn a_url_with_a_user_name_a_fragment_or_another_scheme_is_refused() {
        for url in [
            "",
            "sms.example",
            "ftp://sms.example",
            "https://a@sms.example",
            "https://:b@sms.example",
            "https://sms.example/#a",
            "file:///a",
        ] {
            assert_eq!(Gateway::parse(url).map(drop), Err(ConfigError::Url), "{url}");
        }
        let (gateway, _) = Gateway::parse("https://sms.example/send?key=secret").unwrap();
        assert_eq!(format!("{gateway:?}"), "sms.example:443");
    }
}
