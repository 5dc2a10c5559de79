//! Files as they go over the line: by gzip (RFC 1952) to browsers that take it. Only what is the same for everybody is packed: how long
//! a packed page is would say something about what is in it (BREACH).

use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{AppendHeaders, IntoResponse, Response};
use miniz_oxide::deflate::compress_to_vec;

/// A text of ours, which is packed when it is first asked for.
#[derive(Clone)]
pub(super) struct Packed {
    text: &'static str,
    gzip: Arc<OnceLock<Bytes>>,
}

const VARIES: (HeaderName, &str) = (VARY, "accept-encoding");
/// As good as it gets.
const LEVEL: u8 = 9;
/// The head of a file without a name and a time, made at that level.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];

impl Packed {
    pub(super) fn new(text: &'static str) -> Self {
        Self { text, gzip: Arc::default() }
    }

    /// The text for a browser that sent these headers.
    pub(super) fn answer(&self, headers: &HeaderMap) -> Response {
        if !takes_gzip(headers) {
            return (AppendHeaders([VARIES]), self.text).into_response();
        }
        let body = self.gzip.get_or_init(|| gzip(self.text.as_bytes()).into()).clone();
        (AppendHeaders([VARIES, (CONTENT_ENCODING, "gzip")]), body).into_response()
    }
}

/// Whether a browser lists gzip without refusing it (RFC 9110, 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let listed = headers.get(ACCEPT_ENCODING).and_then(|listed| listed.to_str().ok()).unwrap_or_default();
    listed.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_some_and(|weight| weight > 0.0)
    })
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let length = u32::try_from(text.len() & 0xffff_ffff).unwrap_or_default();
    [&HEAD, compress_to_vec(text, LEVEL).as_slice(), &crc32fast::hash(text).to_le_bytes(), &length.to_le_bytes()]
        .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_text_ends_with_its_sum_and_its_length() {
        let ending = [0xcbf4_3926_u32.to_le_bytes(), 9_u32.to_le_bytes()].concat(); // the CRC-32 of these nine digits
        assert!(gzip(b"123456789").ends_with(&ending));
    }

    #[test]
    fn gzip_goes_to_who_takes_it() {
        let takes =
            |listed: &'static str| takes_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, listed.parse().unwrap())]));
        assert!(takes("gzip, deflate, br") && takes("br;q=1.0, GZIP;q=0.5"));
        assert!(!takes("gzip;q=0") && !takes("identity") && !takes("gzipped") && !takes("") && !takes("gzip;x"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
