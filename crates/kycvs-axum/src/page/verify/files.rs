use crate::page::assets::{SCRIPT, STYLE};

/// What the page that verifies loads, below `/assets/{version}/`.
pub(in crate::page) const FILES: [(&str, &str, &str); 21] = [
    ("verify/verify.css", STYLE, include_str!("../../../assets/verify/verify.css")),
    ("verify/verify.mjs", SCRIPT, include_str!("../../../assets/verify/verify.mjs")),
    ("verify/verdict.mjs", SCRIPT, include_str!("../../../assets/verify/verdict.mjs")),
    ("verify/trust.mjs", SCRIPT, include_str!("../../../assets/verify/trust.mjs")),
    ("verify/signal.mjs", SCRIPT, include_str!("../../../assets/verify/signal.mjs")),
    ("verify/token.mjs", SCRIPT, include_str!("../../../assets/verify/token.mjs")),
    ("verify/keys.mjs", SCRIPT, include_str!("../../../assets/verify/keys.mjs")),
    ("verify/bearer.mjs", SCRIPT, include_str!("../../../assets/verify/bearer.mjs")),
    ("verify/jws.mjs", SCRIPT, include_str!("../../../assets/verify/jws.mjs")),
    ("verify/status-list.mjs", SCRIPT, include_str!("../../../assets/verify/status-list.mjs")),
    ("verify/cwt.mjs", SCRIPT, include_str!("../../../assets/verify/cwt.mjs")),
    ("verify/cbor.mjs", SCRIPT, include_str!("../../../assets/verify/cbor.mjs")),
    ("verify/base45.mjs", SCRIPT, include_str!("../../../assets/verify/base45.mjs")),
    ("verify/json.mjs", SCRIPT, include_str!("../../../assets/verify/json.mjs")),
    ("verify/base64url.mjs", SCRIPT, include_str!("../../../assets/verify/base64url.mjs")),
    ("verify/pdf.mjs", SCRIPT, include_str!("../../../assets/verify/pdf.mjs")),
    ("verify/qr-scan.mjs", SCRIPT, include_str!("../../../assets/verify/qr-scan.mjs")),
    ("verify/vendor/qr/decode.js", SCRIPT, include_str!("../../../assets/verify/vendor/qr/decode.js")),
    ("verify/vendor/qr/index.js", SCRIPT, include_str!("../../../assets/verify/vendor/qr/index.js")),
    ("verify/vendor/qr/LICENSE", "text/plain", include_str!("../../../assets/verify/vendor/qr/LICENSE-MIT")),
    ("verify/icon.svg", "image/svg+xml", include_str!("../../../assets/verify/icon.svg")),
];
