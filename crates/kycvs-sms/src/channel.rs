use async_trait::async_trait;
use kycvs::OtpMessage;

use crate::{ReceiptId, SmsError};

/// One way to a person: an SMS gateway, a messenger, a voice call.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Hands one message over. A gateway that reports to a URL of each message gets `report_to`; one that has an id of its
    /// own for the message says it, and reports under that.
    ///
    /// # Errors
    /// [`SmsError`] tells whether the message was not sent, or whether nobody knows.
    async fn hand_over(&self, message: &OtpMessage, report_to: Option<&ReportUrl>) -> Result<Option<String>, SmsError>;
}

/// Where a gateway reports on one message. It holds the gateway's password as user info, by which HTTP clients authenticate,
/// so it is not shown.
#[derive(Clone)]
pub struct ReportUrl(String);

/// Where a gateway reports: the beginning of the URL of each message.
#[derive(Clone)]
pub struct ReportTo {
    scheme: String,
    rest: String,
    secret: String,
    channel: String,
}

impl ReportTo {
    /// The calls under `base`, such as `https://kycvs.example/v1/receipts`, where `channel` authenticates by `secret`: 16 to
    /// 128 letters, digits, `-` and `_`, so that they are in a URL as they are. The name is 1 to 32 of these.
    pub fn new(base: &str, channel: &str, secret: &str) -> Option<Self> {
        let (scheme, rest) = base.split_once("://")?;
        let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        let is_url = matches!(scheme, "http" | "https") && url::Url::parse(base).is_ok_and(|url| url.username() == "");
        let fits = (1..=32).contains(&channel.len()) && (16..=128).contains(&secret.len()) && is_url;
        let own = str::to_owned;
        (fits && is_word(channel) && is_word(secret)).then(|| Self {
            scheme: own(scheme),
            rest: own(rest.trim_end_matches('/')),
            secret: own(secret),
            channel: own(channel),
        })
    }

    /// The URL of one message.
    pub fn url(&self, id: ReceiptId) -> ReportUrl {
        let Self { scheme, rest, secret, channel } = self;
        ReportUrl(format!("{scheme}://{channel}:{secret}@{rest}/{channel}/{id}"))
    }
}

impl ReportUrl {
    /// As the gateway gets it. Log it nowhere.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_holds_the_gateways_password_where_clients_look_for_it() {
        let to = ReportTo::new("https://kycvs.example:8443/v1/receipts/", "first", "0123456789abcdef").unwrap();
        let id = ReceiptId::draw().unwrap();
        let url = url::Url::parse(to.url(id).as_str()).unwrap();
        assert_eq!((url.username(), url.password()), ("first", Some("0123456789abcdef")));
        assert_eq!((url.port(), url.path()), (Some(8443), &*format!("/v1/receipts/first/{id}")));
        for (base, channel, secret) in [
            ("kycvs.example", "first", "0123456789abcdef"),
            ("ftp://kycvs.example", "first", "0123456789abcdef"),
            ("https://a:b@kycvs.example", "first", "0123456789abcdef"),
            ("https://kycvs.example", "fir/st", "0123456789abcdef"),
            ("https://kycvs.example", "", "0123456789abcdef"),
            ("https://kycvs.example", "first", "too short"),
            ("https://kycvs.example", "first", "0123456789abcde@"),
        ] {
            assert!(ReportTo::new(base, channel, secret).is_none(), "{base} {channel} {secret}");
        }
    }
}
