use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// A web origin (RFC 6454): scheme, host and port, as `https://rail.example`. It compares byte by byte with what a browser
/// sends in `Origin`.
///
/// It is `https`, or `http` on this machine (`localhost`, `127.0.0.0/8`, `[::1]`), which browsers trust as much.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

/// Where a person is sent back to after the page: an absolute URL on an [`Origin`], without user, password and fragment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReturnUrl(String);

/// Why a text is no origin or return URL. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OriginError {
    /// It is no absolute URL, or is longer than 2,048 bytes.
    #[error("it must be an absolute URL")]
    NotAUrl,
    /// It is neither https nor http on this machine.
    #[error("it must be https, or http on this machine")]
    NotSecure,
    /// It has a user, a password, or a fragment; an origin: anything but scheme, host and port.
    #[error("it must have no user, password or fragment; an origin has no path or query either")]
    TooMuch,
    /// It is written in another way than browsers write it.
    #[error(
        "it must be written as browsers do: the host in lower case, no default port; an origin has no slash at its end, a \
         URL has one after the host"
    )]
    NotCanonical,
}

const MAX_BYTES: usize = 2048;

impl Origin {
    /// Reads an origin.
    ///
    /// # Errors
    /// An [`OriginError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let url = secure_url(text)?;
        if url.path() != "/" || url.query().is_some() {
            return Err(OriginError::TooMuch);
        }
        let origin = url.origin().ascii_serialization();
        if origin == text { Ok(Self(origin)) } else { Err(OriginError::NotCanonical) }
    }

    /// The origin as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host, without the port: the domain of a one-time code.
    pub fn host(&self) -> &str {
        let authority = self.0.split_once("://").map_or("", |(_, authority)| authority);
        match authority.rfind(':') {
            Some(colon) if !authority.ends_with(']') => &authority[..colon],
            _ => authority,
        }
    }

    /// Where a server listens that is reached under it, if it is `http` on this machine; none for https, which ends at a proxy.
    pub fn local_address(&self) -> Option<SocketAddr> {
        let url = Url::parse(&self.0).ok().filter(|url| url.scheme() == "http")?;
        let ip = match url.host()? {
            Host::Domain(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            Host::Ipv4(ip) => IpAddr::V4(ip),
            Host::Ipv6(ip) => IpAddr::V6(ip),
        };
        Some(SocketAddr::new(ip, url.port_or_known_default()?))
    }

    /// Whether it is https.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }
}

impl ReturnUrl {
    /// Reads a return URL.
    ///
    /// # Errors
    /// An [`OriginError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let url = secure_url(text)?;
        if url.as_str() == text { Ok(Self(text.to_owned())) } else { Err(OriginError::NotCanonical) }
    }

    /// The URL as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host, without the port: where the person goes back to.
    pub(crate) fn host(&self) -> Option<String> {
        Url::parse(&self.0).ok()?.host_str().map(str::to_owned)
    }

    /// The URL with further members in its query.
    pub fn with_query(&self, members: &[(&str, &str)]) -> String {
        // It was a URL when it was read.
        let Ok(mut url) = Url::parse(&self.0) else { return self.0.clone() };
        url.query_pairs_mut().extend_pairs(members);
        url.into()
    }
}

fn secure_url(text: &str) -> Result<Url, OriginError> {
    if text.len() > MAX_BYTES {
        return Err(OriginError::NotAUrl);
    }
    let url = Url::parse(text).map_err(|_| OriginError::NotAUrl)?;
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(OriginError::NotAUrl),
    };
    match url.scheme() {
        "https" => {}
        "http" if here => {}
        _ => return Err(OriginError::NotSecure),
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(OriginError::TooMuch);
    }
    Ok(url)
}

impl TryFrom<String> for Origin {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Self, OriginError> {
        Self::parse(&text)
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.0
    }
}

impl TryFrom<String> for ReturnUrl {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Self, OriginError> {
        Self::parse(&text)
    }
}

impl From<ReturnUrl> for String {
    fn from(url: ReturnUrl) -> Self {
        url.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port_as_a_browser_writes_it() {
        for text in [
            "https://rail.example",
            "https://rail.example:8443",
            "http://127.0.0.1:8081",
            "http://localhost",
            "http://[::1]:80",
        ] {
            let read = Origin::parse(text);
            assert_eq!(read.is_ok(), text != "http://[::1]:80", "{text}");
        }
        for (text, error) in [
            ("null", OriginError::NotAUrl),
            ("*", OriginError::NotAUrl),
            ("rail.example", OriginError::NotAUrl),
            ("http://rail.example", OriginError::NotSecure),
            ("http://127.0.0.1.rail.example", OriginError::NotSecure),
            ("javascript:alert(1)", OriginError::NotAUrl),
            ("https://rail.example/", OriginError::NotCanonical),
            ("https://rail.example:443", OriginError::NotCanonical),
            ("https://RAIL.example", OriginError::NotCanonical),
            ("https://rail.example/path", OriginError::TooMuch),
            ("https://user@rail.example", OriginError::TooMuch),
        ] {
            assert_eq!(Origin::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_return_url_carries_no_user_and_runs_no_script() {
        assert!(ReturnUrl::parse("https://rail.example/kycvs/return?seat=1").is_ok());
        for (text, error) in [
            ("javascript:alert(1)", OriginError::NotAUrl),
            ("data:text/html,hi", OriginError::NotAUrl),
            ("//rail.example/return", OriginError::NotAUrl),
            ("https://user:word@rail.example/", OriginError::TooMuch),
            ("https://rail.example/#part", OriginError::TooMuch),
            ("http://rail.example/", OriginError::NotSecure),
            ("https://rail.example\\@evil.example/", OriginError::NotCanonical),
        ] {
            assert_eq!(ReturnUrl::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn what_is_added_to_a_return_url_stays_in_its_query() {
        let url = ReturnUrl::parse("https://rail.example/return?seat=1").unwrap();
        assert_eq!(
            url.with_query(&[("state", "a&b#c\r\n")]),
            "https://rail.example/return?seat=1&state=a%26b%23c%0D%0A"
        );
    }

    #[test]
    fn a_server_listens_where_an_origin_on_this_machine_says() {
        for (text, address) in [
            ("http://127.0.0.1:9000", Some("127.0.0.1:9000")),
            ("http://localhost:8080", Some("127.0.0.1:8080")),
            ("http://[::1]:81", Some("[::1]:81")),
            ("https://kycvs.example", None),
            ("https://127.0.0.1:8443", None),
        ] {
            let listens = Origin::parse(text).unwrap().local_address().map(|address| address.to_string());
            assert_eq!(listens.as_deref(), address, "{text}");
        }
    }

    #[test]
    fn the_host_is_what_a_one_time_code_is_bound_to() {
        for (text, host) in [
            ("https://kycvs.example", "kycvs.example"),
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("http://[::1]", "[::1]"),
        ] {
            assert_eq!(Origin::parse(text).unwrap().host(), host);
        }
    }
}
