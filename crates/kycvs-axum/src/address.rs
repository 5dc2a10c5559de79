use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use kycvs::HostUse;
use kycvs::store::Decision;

use crate::app::App;
use crate::problem::{Problem, ProblemCode};

/// The network address that a call comes from, as limits count it: an IPv4 address, or the /64 of an IPv6 address, which
/// is what one household or one server is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address(IpAddr);

impl Address {
    /// The address as text.
    pub(crate) fn near(&self) -> String {
        self.0.to_string()
    }

    /// What it is part of, as text: the /24 of an IPv4 address, or the /48 of an IPv6 address. Who is given one of these has
    /// all the addresses in it.
    pub(crate) fn network(&self) -> String {
        match self.0 {
            IpAddr::V4(v4) => format!("{}/24", Ipv4Addr::from_bits(v4.to_bits() >> 8 << 8)),
            IpAddr::V6(v6) => format!("{}/48", Ipv6Addr::from_bits(v6.to_bits() >> 80 << 80)),
        }
    }

    /// Counts a secret that was wrong, such as an API key, or says that there were too many from this address.
    pub(crate) async fn take_wrong(&self, app: &App, what: &str) -> Result<(), Problem> {
        let limits = app.limits.wrong_secrets();
        match app.service.take(&[HostUse { what, whom: &self.near(), limits: &limits }]).await? {
            Decision::Allowed => Ok(()),
            Decision::Refused { retry_at, .. } => Err(Problem::from(ProblemCode::TooManyRequests).at(retry_at)),
        }
    }

    /// The address that `hops` proxies report, each of which adds to `X-Forwarded-For` whom it heard. What stands further
    /// to the left may be made up.
    fn behind(peer: IpAddr, headers: &HeaderMap, hops: u8) -> Option<IpAddr> {
        let Some(nth) = usize::from(hops).checked_sub(1) else { return Some(peer) };
        let lines: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().map(|line| line.to_str()).collect::<Result<_, _>>().ok()?;
        read(lines.iter().flat_map(|line| line.split(',')).rev().nth(nth)?.trim())
    }
}

/// An address as proxies write it: alone, or with a port.
fn read(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
            v4 => v4,
        })
    }
}

impl FromRequestParts<Arc<App>> for Address {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
            tracing::error!("the router was not served with `into_make_service_with_connect_info::<SocketAddr>()`");
            return Err(ProblemCode::Internal.into());
        };
        let address = Self::behind(peer.ip(), &parts.headers, app.trusted_proxies).ok_or_else(|| {
            Problem::with_detail(ProblemCode::InvalidRequest, "The proxies did not say where the call comes from.")
        })?;
        Ok(address.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(hops: u8, lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let peer = "192.0.2.1".parse().unwrap();
        Address::behind(peer, &headers, hops).map(|address| Address::from(address).0.to_string())
    }

    #[test]
    fn only_as_many_hops_are_believed_as_there_are_proxies() {
        assert_eq!(seen(0, &["203.0.113.9"]).unwrap(), "192.0.2.1");
        assert_eq!(seen(1, &["6.6.6.6, 203.0.113.9"]).unwrap(), "203.0.113.9");
        assert_eq!(seen(2, &["6.6.6.6, 203.0.113.9", "198.51.100.2"]).unwrap(), "203.0.113.9");
    }

    #[test]
    fn a_proxy_may_tell_the_port_too() {
        assert_eq!(seen(1, &["203.0.113.9:4711"]).unwrap(), "203.0.113.9");
        assert_eq!(seen(1, &["[2001:db8:1:2::1]:4711"]), seen(1, &["2001:db8:1:2::1"]));
        assert_eq!(seen(1, &["203.0.113.9:"]), None);
    }

    #[test]
    fn a_proxy_that_tells_nothing_or_nonsense_is_not_guessed_at() {
        assert_eq!(seen(1, &[]), None);
        assert_eq!(seen(2, &["203.0.113.9"]), None);
        assert_eq!(seen(1, &["unknown"]), None);
    }

    #[test]
    fn a_network_is_what_somebody_is_given_as_a_whole() {
        let network = |text: &str| Address::from(text.parse::<IpAddr>().unwrap()).network();
        assert_eq!(
            (network("203.0.113.9"), network("::ffff:203.0.113.200")),
            ("203.0.113.0/24".into(), "203.0.113.0/24".into())
        );
        assert_eq!(network("2001:db8:1:2::1"), "2001:db8:1::/48");
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:2:2::1"));
    }

    #[test]
    fn an_ipv6_address_counts_by_its_64_bits_of_network() {
        assert_eq!(seen(1, &["2001:db8:1:2:3:4:5:6"]), seen(1, &["2001:db8:1:2:ffff::1"]));
        assert_ne!(seen(1, &["2001:db8:1:2::1"]), seen(1, &["2001:db8:1:3::1"]));
        assert_eq!(seen(1, &["::ffff:203.0.113.9"]).unwrap(), "203.0.113.9");
    }
}
