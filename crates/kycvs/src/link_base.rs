use std::fmt;

use kycvs_consent::Link;
use serde::Deserialize;
use zeroize::Zeroizing;

/// Where the links in messages lead: a URL that the text of a [`Link`] is put behind, such as `https://kycvs.example/l/`.
///
/// 10 to 80 characters of a URL's path or host, which begin with `https://` (or, to try it, with `http://localhost` or
/// `http://127.0.0.1`) and end with `/`: a message has little room, and the link itself needs 22 more.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct LinkBase(String);

/// The text is not such a URL. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("links begin with a URL such as `https://kycvs.example/l/`: at most 80 characters, ending with `/`")]
pub struct LinkBaseError;

impl LinkBase {
    /// Reads the URL.
    ///
    /// # Errors
    /// [`LinkBaseError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, LinkBaseError> {
        let is_local =
            |rest: &&str| rest.split([':', '/']).next().is_some_and(|host| ["localhost", "127.0.0.1"].contains(&host));
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://").filter(is_local));
        let is_url = |rest: &str| {
            rest.ends_with('/')
                && !rest.starts_with('/')
                && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/:".contains(&byte))
        };
        if text.len() <= 80 && rest.is_some_and(is_url) { Ok(Self(text.to_owned())) } else { Err(LinkBaseError) }
    }

    /// The whole URL of a link: for the message to the person and for nothing else.
    pub(crate) fn url(&self, link: &Link) -> Zeroizing<String> {
        Zeroizing::new(format!("{self}{}", *Zeroizing::new(link.secret())))
    }
}

impl TryFrom<String> for LinkBase {
    type Error = LinkBaseError;

    fn try_from(text: String) -> Result<Self, LinkBaseError> {
        Self::parse(&text)
    }
}

impl fmt::Display for LinkBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_page_of_the_host_and_nowhere_else() {
        for text in
            ["https://kycvs.example/l/", "https://kycvs.example:8443/", "http://localhost:8080/l/", "http://127.0.0.1/"]
        {
            assert_eq!(LinkBase::parse(text).map(|base| base.to_string()), Ok(text.to_owned()));
        }
        let long = format!("https://kycvs.example/{}/", "a".repeat(80));
        for text in [
            "",
            "https:///",
            "https://kycvs.example",
            "http://kycvs.example/",
            "http://localhost.evil.example/",
            "http://127.0.0.1.evil.example/",
            "https://kycvs.example/?l=/",
            "https://kycvs.example/#/",
            "https://a@kycvs.example/",
            "https://kycvs.example/\n/",
            &long,
        ] {
            assert_eq!(LinkBase::parse(text), Err(LinkBaseError), "{text}");
        }
        let url = LinkBase::parse("https://kycvs.example/l/").unwrap().url(&Link::from_random([0; 16]));
        assert_eq!(url.as_str(), "https://kycvs.example/l/AAAAAAAAAAAAAAAAAAAAAA");
    }
}
