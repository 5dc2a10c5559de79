//! What is not there, in the words of the call that looked for it. What is another entity's is not told from what nobody has.

/// Why a call to a route finds nothing; nothing for a route that says so itself.
pub(crate) fn reason(route: &str) -> Option<&'static str> {
    Some(match route {
        "/v1/status-requests/{id}"
        | "/v1/status-requests/{id}/resend"
        | "/v1/status-requests/{id}/confirm"
        | "/v1/status-requests/{id}/decline" => "No request of yours has this id, or it is no longer kept.",
        "/v1/bookings/{id}" | "/v1/bookings/{id}/confirm" => {
            "No booking of yours has this id, or it is no longer kept."
        }
        "/v1/embed-sessions/{id}" => "No visit of yours has this id, or it ended more than an hour ago.",
        "/v1/results" => "No visit of yours gave out this result code, or `session` is no visit.",
        "/v1/withdrawals" => "No consent has this id and this withdrawal code.",
        "/v1/consents/{id}/withdrawal" => "No consent given to you has this id, or it is no longer kept.",
        "/v1/consents/{id}/proof" => "No consent given to you has this id, or the public log does not have it yet.",
        "/log/checkpoint" | "/log/tile/{*path}" => {
            "The public log has no such file, or this server keeps no public log."
        }
        "/s/{name}" => "No status list has this name.",
        "/cards/.well-known/jwks.json" => "This server gives no cards.",
        "none" => "This server has no such path.",
        _ => return None,
    })
}
