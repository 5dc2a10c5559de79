use std::fmt;

use async_trait::async_trait;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Request};
use kycvs::{OtpMessage, OtpSender, SendError};
use url::{Url, form_urlencoded};

use crate::gateway::Gateway;
use crate::report::text_at;
use crate::template::{JsonTemplate, Place, Template, Values};
use crate::transport::Transport;
use crate::{Channel, Dlt, HttpGatewayBuilder, ReportUrl, SmsError};

/// Any gateway that takes a message as one HTTP request.
///
/// The parts of the request are templates with these places, each escaped for where it is:
///
/// | place | value |
/// |---|---|
/// | `{to}`, `{msisdn}`, `{national}` | the number as `+919876543210`, `919876543210`, `9876543210` |
/// | `{text}` | the message; with a [`Dlt`], the registered template, filled in |
/// | `{code}`, `{spoken_code}` | the code alone; for a voice, `4, 8, 2, 9, 1, 3` |
/// | `{language}` | `en`, `hi`, … |
/// | `{receipt_url}` | where to report on the message: for a [`Channel`] |
/// | `{entity_id}`, `{header}`, `{template_id}` | from the [`Dlt`] |
///
/// ```
/// use kycvs_sms::{ConfigError, HttpGateway};
/// let gateway = HttpGateway::post("https://sms.example/v1/messages")
///     .header("Authorization", "Bearer the-key")
///     .json(r#"{"to": "{to}", "body": "{text}"}"#)
///     .answers_with("\"accepted\"")
///     .build()?;
/// assert_eq!(format!("{gateway:?}"), "HttpGateway(POST sms.example:443)");
/// # Ok::<(), ConfigError>(())
/// ```
#[derive(Clone)]
pub struct HttpGateway {
    pub(crate) gateway: Gateway,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) query: Vec<(String, Template)>,
    pub(crate) headers: Vec<(HeaderName, Template)>,
    pub(crate) body: Body,
    pub(crate) success: Option<String>,
    pub(crate) id_at: Option<String>,
    pub(crate) dlt: Option<Dlt>,
    pub(crate) transport: Transport,
}

#[derive(Clone)]
pub(crate) enum Body {
    Empty,
    Form(Vec<(String, Template)>),
    Json(JsonTemplate),
    Text(Template),
}

impl HttpGateway {
    /// A gateway that takes `POST`. The URL is no template; it may hold a query of fixed words.
    pub fn post(url: &str) -> HttpGatewayBuilder {
        HttpGatewayBuilder::new(Method::POST, url)
    }

    /// A gateway that takes `GET`. Everything then travels in headers and query: see
    /// [`allow_personal_data_in_url`](HttpGatewayBuilder::allow_personal_data_in_url).
    pub fn get(url: &str) -> HttpGatewayBuilder {
        HttpGatewayBuilder::new(Method::GET, url)
    }

    /// Whether the gateway can be reached, with TLS if its URL says so. It is sent nothing, so this says nothing about keys.
    ///
    /// # Errors
    /// [`SmsError::Unreachable`], [`SmsError::PlainHttp`].
    pub async fn check(&self) -> Result<(), SmsError> {
        self.transport.reach(&self.gateway).await
    }

    /// Whether its requests say where to report on each message.
    pub fn has_receipt_url(&self) -> bool {
        let in_pairs =
            self.query.iter().map(|(_, template)| template).chain(self.headers.iter().map(|(_, template)| template));
        in_pairs.flat_map(Template::places).chain(self.body.places()).any(|place| place == Place::ReceiptUrl)
    }

    /// Gives the gateway's own id of the message, if it says one.
    async fn send_request(
        &self,
        message: &OtpMessage,
        report_to: Option<&ReportUrl>,
    ) -> Result<Option<String>, SmsError> {
        let request = self.request(&Values::of(message, self.dlt.as_ref(), report_to)?)?;
        let answer = self.transport.call(&self.gateway, request).await?.accepted()?;
        match &self.success {
            Some(words) if !contains(&answer.body, words.as_bytes()) => {
                Err(SmsError::UnexpectedAnswer { status: answer.status })
            }
            _ => Ok(self.id_at.as_ref().and_then(|place| text_at(&serde_json::from_slice(&answer.body).ok()?, place))),
        }
    }

    fn request(&self, values: &Values) -> Result<Request<Full<Bytes>>, SmsError> {
        let mut url = self.url.clone();
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(fill_pairs(&self.query, values));
        }
        let target = url[url::Position::BeforePath..].parse().map_err(|_| SmsError::HeaderValue)?;
        let (kind, body) = match &self.body {
            Body::Empty => (None, String::new()),
            Body::Form(fields) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.extend_pairs(fill_pairs(fields, values));
                (Some("application/x-www-form-urlencoded"), form.finish())
            }
            Body::Json(template) => (Some("application/json"), template.fill(values).to_string()),
            Body::Text(template) => (Some("text/plain; charset=utf-8"), template.fill(values).to_string()),
        };
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = target;
        if let Some(kind) = kind {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        for (name, template) in &self.headers {
            let value = HeaderValue::from_bytes(template.fill(values).as_bytes());
            let mut value = value.map_err(|_| SmsError::HeaderValue)?;
            value.set_sensitive(true);
            request.headers_mut().insert(name, value);
        }
        Ok(request)
    }
}

fn fill_pairs(pairs: &[(String, Template)], values: &Values) -> impl Iterator<Item = (String, String)> {
    pairs.iter().map(|(name, template)| (name.clone(), template.fill(values).to_string()))
}

fn contains(body: &[u8], words: &[u8]) -> bool {
    words.is_empty() || body.windows(words.len()).any(|window| window == words)
}

impl Body {
    pub(crate) fn places(&self) -> Vec<Place> {
        match self {
            Self::Empty => Vec::new(),
            Self::Form(fields) => fields.iter().flat_map(|(_, template)| template.places()).collect(),
            Self::Json(template) => template.places(),
            Self::Text(template) => template.places().collect(),
        }
    }
}

#[async_trait]
impl OtpSender for HttpGateway {
    async fn send(&self, message: OtpMessage) -> Result<(), SendError> {
        self.send_request(&message, None).await?;
        Ok(())
    }
}

#[async_trait]
impl Channel for HttpGateway {
    async fn hand_over(&self, message: &OtpMessage, report_to: Option<&ReportUrl>) -> Result<Option<String>, SmsError> {
        self.send_request(message, report_to).await
    }
}

/// Only what no secret can be in: a key may be in the URL, a header or the body.
impl fmt::Debug for HttpGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpGateway({} {:?})", self.method, self.gateway)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ConfigError;
    use http_body_util::BodyExt;
    use proptest::prelude::*;

    fn body(request: Request<Full<Bytes>>) -> Bytes {
        let collected = std::pin::pin!(request.into_body().collect());
        let mut nothing = std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(Ok(body)) = collected.poll(&mut nothing) else {
            panic!("a whole body is there at once")
        };
        body.to_bytes()
    }

    fn url(request: &Request<Full<Bytes>>) -> Url {
        Url::parse(&format!("http://127.0.0.1{}", request.uri())).unwrap()
    }

    fn post() -> HttpGatewayBuilder {
        HttpGateway::post("http://127.0.0.1/send?v=1")
    }

    #[test]
    fn a_number_in_a_url_has_to_be_allowed() {
        let get = || HttpGateway::get("http://127.0.0.1/send").query("to", "{to}").query("text", "{text}");
        assert_eq!(get().build().map(drop), Err(ConfigError::PersonalDataInUrl));
        let gateway = get().allow_personal_data_in_url().build().unwrap();
        let request = gateway.request(&Values::example("a b&c=d#e\n")).unwrap();
        assert_eq!(request.uri(), "/send?to=%2B919876543210&text=a+b%26c%3Dd%23e%0A");
    }

    #[test]
    fn a_secret_is_nowhere_shown() {
        let builder =
            HttpGateway::post("https://sms.example/tenant-secret?key=query-secret").header("key", "header-secret");
        let builder = builder.json(r#"{"to": "{to}", "text": "{text}", "password": "body-secret"}"#);
        let mut shown = format!("{builder:?}");
        let gateway = builder.build().unwrap();
        let request = gateway.request(&Values::example("text")).unwrap();
        shown += &format!("{gateway:?} {:?}", request.headers());
        assert!(!shown.contains("secret"), "{shown}");
    }

    thread_local! {
        /// Read once, not for each case: it loads the certificates of the machine.
        static TRANSPORT: Transport = Transport::new().unwrap();
    }

    proptest! {
        #[test]
        fn any_text_stays_one_value_wherever_it_stands(text in any::<String>()) {
            let transport = TRANSPORT.with(Transport::clone);
            let post = || post().transport(transport.clone());
            let values = Values::example(&text);
            let pairs = [("to", "{to}"), ("text", "<{text}>")];
            let want = [("to".to_owned(), "+919876543210".to_owned()), ("text".to_owned(), format!("<{text}>"))];

            let form = post().form(pairs).build().unwrap().request(&values).unwrap();
            prop_assert_eq!(form_urlencoded::parse(&body(form)).into_owned().collect::<Vec<_>>(), want.clone());

            let get = HttpGateway::get("http://127.0.0.1/send").allow_personal_data_in_url().transport(transport.clone());
            let get = get.query("to", "{to}").query("text", "<{text}>").build().unwrap().request(&values).unwrap();
            prop_assert_eq!(url(&get).query_pairs().into_owned().collect::<Vec<_>>(), want);
            prop_assert_eq!(get.uri().path(), "/send");

            let header = post().header("text", "<{text}>").text("{to}").build().unwrap().request(&values);
            match header {
                Ok(header) => prop_assert_eq!(header.headers()["text"].as_bytes().to_vec(), format!("<{text}>").into_bytes()),
                Err(error) => {
                    prop_assert!(matches!(error, SmsError::HeaderValue));
                    prop_assert!(text.bytes().any(|byte| byte.is_ascii_control()));
                }
            }
        }
    }
}
