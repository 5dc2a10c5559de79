use std::fmt;

use async_trait::async_trait;
use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Uri};
use kycvs::{OtpMessage, OtpSender, SendError};

use crate::gateway::Gateway;
use crate::transport::{Answer, Transport};
use crate::{Channel, ConfigError, Dlt, ReportUrl, SmsError, gsm7};

/// Kannel's sendsms service, in smsbox.
///
/// Messages are posted, with number and password in `X-Kannel-…` headers and the text as the body, so that nothing of them
/// is in a URL. smsbox 1.4.5 takes `text/plain` so, and refuses a form. As a [`Channel`] it asks for delivery reports.
#[derive(Clone)]
pub struct Kannel {
    gateway: Gateway,
    target: Uri,
    username: HeaderValue,
    password: HeaderValue,
    from: Option<HeaderValue>,
    dlt: Option<Dlt>,
    transport: Transport,
}

/// How to log in to a Kannel.
#[derive(Clone, Copy)]
pub struct KannelAccount<'a> {
    /// The URL of sendsms, usually `http://HOST:13013/cgi-bin/sendsms`.
    pub url: &'a str,
    /// The `username` of a `sendsms-user`.
    pub username: &'a str,
    /// Its `password`.
    pub password: &'a str,
    /// The sender to show, 1 to 15 letters and digits; a [`Dlt`]'s header goes before it. Kannel's default if there is neither.
    pub from: Option<&'a str>,
}

const USERNAME: HeaderName = HeaderName::from_static("x-kannel-username");
const PASSWORD: HeaderName = HeaderName::from_static("x-kannel-password");
const TO: HeaderName = HeaderName::from_static("x-kannel-to");
const FROM: HeaderName = HeaderName::from_static("x-kannel-from");
const CODING: HeaderName = HeaderName::from_static("x-kannel-coding");
const META_DATA: HeaderName = HeaderName::from_static("x-kannel-meta-data");
const REPORT_MASK: HeaderName = HeaderName::from_static("x-kannel-dlr-mask");
const REPORT_URL: HeaderName = HeaderName::from_static("x-kannel-dlr-url");
/// Delivered (1), not delivered (2), refused by the operator (16).
const REPORTED: &str = "19";

impl Kannel {
    /// A Kannel.
    ///
    /// # Errors
    /// [`ConfigError::Url`], [`ConfigError::PlainHttp`], [`ConfigError::Credentials`], [`ConfigError::Sender`],
    /// [`ConfigError::Certificates`].
    pub fn new(account: KannelAccount<'_>) -> Result<Self, ConfigError> {
        let (gateway, url) = Gateway::parse(account.url)?;
        let target = url[url::Position::BeforePath..].parse().map_err(|_| ConfigError::Url)?;
        let from = match account.from {
            Some(name) if !is_sender(name) => return Err(ConfigError::Sender),
            name => name.and_then(|name| HeaderValue::from_str(name).ok()),
        };
        let (username, password) =
            (credential(account.username, "user name")?, credential(account.password, "password")?);
        Ok(Self { gateway, target, username, password, from, dlt: None, transport: Transport::new()? })
    }

    /// Sends registered templates, under their header. The ids go along as SMPP parameters named `dlt_entity_id` and
    /// `dlt_template_id`, for which Kannel needs `smpp-tlv` groups.
    #[must_use]
    pub fn dlt(self, dlt: Dlt) -> Self {
        Self { dlt: Some(dlt), ..self }
    }

    /// How Kannel is reached. Default [`Transport::new`].
    #[must_use]
    pub fn transport(self, transport: Transport) -> Self {
        Self { transport, ..self }
    }

    /// Whether Kannel answers and knows the user: a request without a receiver, which sends nothing.
    ///
    /// # Errors
    /// [`SmsError::Credentials`] for a wrong user name or password, and what a call can fail with.
    pub async fn check(&self) -> Result<(), SmsError> {
        // smsbox looks at the user first, and at what is missing after that.
        match self.transport.call(&self.gateway, self.request(String::new())).await? {
            Answer { status: 400, body } if body.starts_with(b"Missing receiver") => Ok(()),
            answer => Err(SmsError::UnexpectedAnswer { status: answer.accepted()?.status }),
        }
    }

    async fn post(&self, message: &OtpMessage, report_to: Option<&ReportUrl>) -> Result<(), SmsError> {
        let filled = self.dlt.as_ref().map(|dlt| Ok::<_, SmsError>((dlt, dlt.fill(message)?))).transpose()?;
        let text = filled.as_ref().map_or(&message.text, |(_, filled)| &filled.text);
        let mut request = self.request(text.to_string());
        let headers = request.headers_mut();
        headers.insert(TO, sensitive(&message.to.e164())?);
        // 0 is seven bits a character, 2 is UCS-2. Without it Kannel would replace what seven bits do not hold.
        headers.insert(CODING, HeaderValue::from_static(if gsm7::holds(text) { "0" } else { "2" }));
        if let Some((dlt, filled)) = &filled {
            let meta = format!("?smpp?dlt_entity_id={}&dlt_template_id={}", dlt.entity(), filled.template);
            headers.insert(META_DATA, sensitive(&meta)?);
            headers.insert(FROM, sensitive(&dlt.header().to_string())?);
        }
        if let Some(url) = report_to {
            // Kannel puts the number of the status in the place of `%d`.
            headers.insert(REPORT_URL, sensitive(&format!("{}?status=%d", url.as_str()))?);
            headers.insert(REPORT_MASK, HeaderValue::from_static(REPORTED));
        }
        let answer = self.transport.call(&self.gateway, request).await?.accepted()?;
        // `0: Accepted for delivery` or `3: Queued for later delivery`.
        if answer.body.starts_with(b"0:") || answer.body.starts_with(b"3:") {
            return Ok(());
        }
        Err(SmsError::UnexpectedAnswer { status: answer.status })
    }

    /// A request with everything that does not depend on the message.
    fn request(&self, text: String) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(Bytes::from(text)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.target.clone();
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=UTF-8"));
        headers.insert(USERNAME, self.username.clone());
        headers.insert(PASSWORD, self.password.clone());
        if let Some(from) = &self.from {
            headers.insert(FROM, from.clone());
        }
        request
    }
}

fn is_sender(name: &str) -> bool {
    (1..=15).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A word that goes into a header as it is.
pub(crate) fn credential(text: &str, what: &'static str) -> Result<HeaderValue, ConfigError> {
    let visible = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    let value = HeaderValue::from_str(text).ok().filter(|_| visible);
    let mut value = value.ok_or(ConfigError::Credentials(what))?;
    value.set_sensitive(true);
    Ok(value)
}

fn sensitive(text: &str) -> Result<HeaderValue, SmsError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| SmsError::HeaderValue)?;
    value.set_sensitive(true);
    Ok(value)
}

#[async_trait]
impl OtpSender for Kannel {
    async fn send(&self, message: OtpMessage) -> Result<(), SendError> {
        Ok(self.post(&message, None).await?)
    }
}

#[async_trait]
impl Channel for Kannel {
    async fn hand_over(&self, message: &OtpMessage, report_to: Option<&ReportUrl>) -> Result<Option<String>, SmsError> {
        self.post(message, report_to).await.map(|()| None)
    }
}

impl fmt::Debug for Kannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kannel({:?})", self.gateway)
    }
}

impl fmt::Debug for KannelAccount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KannelAccount(redacted)")
    }
}
