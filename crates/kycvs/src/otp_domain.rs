use std::fmt;

/// The host that a code is bound to: the last line of the message names it, and a browser offers the code on its pages only
/// (WICG, "Origin-bound one-time codes delivered via SMS").
///
/// A domain name in lower case, 1 to 253 characters, without scheme, port and path; an international one in its `xn--` form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OtpDomain(String);

/// The text is not a domain name. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a code is bound to a domain name such as `kycvs.example`, without scheme, port and path, and not to an address"
)]
pub struct OtpDomainError;

impl OtpDomain {
    /// Reads a domain name; letters are lowered.
    ///
    /// # Errors
    /// [`OtpDomainError`] for anything else, an IP address among it.
    pub fn parse(text: &str) -> Result<Self, OtpDomainError> {
        let ends_like_an_address =
            text.rsplit('.').next().is_none_or(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
        if text.len() > 253 || ends_like_an_address || !text.split('.').all(is_label) {
            return Err(OtpDomainError);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A part of a host name (RFC 1123, 2.1): letters, digits and hyphens, no hyphen at either end.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl fmt::Display for OtpDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_bound_to_a_name_and_not_to_an_address_or_a_url() {
        assert_eq!(OtpDomain::parse("KYCVS.Example").map(|domain| domain.to_string()), Ok("kycvs.example".to_owned()));
        assert!(OtpDomain::parse("localhost").is_ok());
        assert!(OtpDomain::parse("xn--p1b6ci4b4b3a.example").is_ok());
        for text in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "-a.example",
            "a-.example",
            "a_b.example",
            "https://kycvs.example",
            "kycvs.example:443",
            "kycvs.example/",
            "127.0.0.1",
            "[::1]",
            "kycvs.example\n",
            "kycvs.example #1",
            "कोविड.example",
        ] {
            assert_eq!(OtpDomain::parse(text), Err(OtpDomainError), "{text}");
        }
        assert!(OtpDomain::parse(&format!("{}.example", "a".repeat(64))).is_err());
        assert!(OtpDomain::parse(&"a.".repeat(127)).is_err());
    }
}
