use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

/// Refuses calls to another host: a page of some site whose name was pointed at this machine could read the codes.
pub(crate) fn only(own: &str, routes: Router) -> Router {
    routes.layer(from_fn_with_state(Arc::<str>::from(own), refuse_others))
}

async fn refuse_others(State(own): State<Arc<str>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !is_ours(&own, host) {
        return (StatusCode::MISDIRECTED_REQUEST, format!("This sandbox is {own}.\n")).into_response();
    }
    next.run(request).await
}

/// Whether a call's host is the sandbox's own name, or this machine by an address or as `localhost`.
fn is_ours(own: &str, host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name.eq_ignore_ascii_case(own) || name.eq_ignore_ascii_case("localhost") || address.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_was_pointed_at_this_machine_is_another_host() {
        for ours in
            ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "192.168.1.5:8080", "kycvs.example", "KYCVS.example:443"]
        {
            assert!(is_ours("kycvs.example", ours), "{ours}");
        }
        for other in
            ["evil.example", "127.0.0.1.evil.example:8080", "localhost.evil.example", "kycvs.example.evil.example", ""]
        {
            assert!(!is_ours("kycvs.example", other), "{other}");
        }
    }
}
