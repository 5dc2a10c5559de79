use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Disclosure, cwt, jws};

/// The longest token, in bytes, that a verifier looks at: 8 KiB, which also fits an HTTP header.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// A status token in compact form, which anybody verifies, alone or with disclosures: a JWT (RFC 7519), or the same statement as a
/// CWT (RFC 8392) in the characters of a QR code, which begins with `KV1:`.
///
/// It is about a person, so `Debug` does not show it, and it does not belong in a log. It says nothing by itself: only a
/// [`TokenVerifier`](crate::TokenVerifier) gives its claims.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusToken(String);

impl StatusToken {
    /// The token in what a scanner or a clipboard gives, which may be a link with the token behind `#`, broken into lines:
    /// what follows the last `#`, without ASCII white space. Within a CWT a space is a character as any other; none ends
    /// one. It is not verified by this.
    pub fn scanned(text: &str) -> Self {
        let (_, token) = text.rsplit_once('#').unwrap_or(("", text));
        let token = token.trim_ascii();
        let may_stay = |c: char| c == ' ' && token.starts_with(cwt::PREFIX);
        Self(token.split(|c: char| c.is_ascii_whitespace() && !may_stay(c)).collect())
    }

    /// Whether a scanner or a clipboard gave such a token, or one that is meant to be: `KV1:…`, or a JWS that is neither deflated nor
    /// a verifiable credential, as a SMART Health Card is both. It is not verified by this.
    pub fn is_in(scanned: &str) -> bool {
        let token = Self::scanned(scanned);
        token.0.starts_with(cwt::PREFIX) || jws::may_be_ours(token.0.as_bytes())
    }

    /// Who the token says has issued it, for a gate that holds the keys of several issuers. **Nothing is verified.**
    pub fn issuer_unverified(&self) -> Option<String> {
        match self.0.strip_prefix(cwt::PREFIX) {
            Some(code) => cwt::issuer_unverified(code),
            None => jws::issuer_unverified(self.0.as_bytes()),
        }
    }

    /// The token as text, to be handed over or stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The token as a person presents it who also shows `disclosures` (SD-JWT, RFC 9901 section 4). The reader then knows
    /// what they say, and may keep it. A CWT shows all disclosures that belong to it or none: it has one digest for them.
    #[must_use]
    pub fn with<'d>(&self, disclosures: impl IntoIterator<Item = &'d Disclosure>) -> Self {
        if self.0.starts_with(cwt::PREFIX) {
            return Self(cwt::present(&self.0, disclosures.into_iter()).unwrap_or_else(|| self.0.clone()));
        }
        let mut presented = format!("{}~", self.0);
        for disclosure in disclosures {
            presented.push_str(disclosure.as_str());
            presented.push('~');
        }
        Self(presented)
    }

    /// The token as text, without a copy.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Takes a token back that was stored or received. It is not verified by this.
impl From<String> for StatusToken {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl AsRef<[u8]> for StatusToken {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for StatusToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StatusToken(redacted)")
    }
}
