use axum::http::HeaderMap;
use axum::http::header::IF_NONE_MATCH;

/// Whether the client has it already. It names what it has by one tag, several or `*`, and a proxy that packs answers makes
/// their tags weak (RFC 9110, section 13.1.2).
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let lists = headers.get_all(IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(opaque).any(|known| known == "*" || known == opaque(tag))
}
