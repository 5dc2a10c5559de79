use std::fmt;

use async_trait::async_trait;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Request, Uri};
use kycvs::consent::Language;
use kycvs::{OtpMessage, OtpSender, RegisteredEntity, SendError};
use serde_json::{Map, Value, json};

use crate::gateway::Gateway;
use crate::kannel::credential;
use crate::occasion::{missing, one_each};
use crate::report::text_at;
use crate::transport::Transport;
use crate::{Channel, ConfigError, DltError, HostWords, Occasion, ReportUrl, SmsError, Tag, Variable};

/// MSG91's flow service, `POST /api/v5/flow`.
///
/// MSG91 keeps the registered templates, with entity id and header, and fills them in; it gets the id of one, and the values
/// of its variables. Number and code are in the body, the key in the header `authkey`. Its OTP service, `/api/v5/otp`, is
/// not used: there they would be in the URL.
///
/// What is sent and answered follows MSG91's published documentation (`docs.msg91.com/sms/send-sms`, and
/// `control.msg91.com/apidoc/textsms/send-sms-flow.php`, read in November 2026). It was tested against a server that does
/// as these say, not against MSG91 itself.
#[derive(Clone)]
pub struct Msg91 {
    gateway: Gateway,
    target: Uri,
    key: HeaderValue,
    templates: Vec<Msg91Template>,
    transport: Transport,
}

/// A template at MSG91 that was verified by DLT.
///
/// ```
/// use kycvs::consent::Language;
/// use kycvs_sms::{DltError, Msg91Template, Variable};
/// // At MSG91: "##otp## is your code for ##entity##."
/// let variables = [("otp", Variable::Code), ("entity", Variable::Entity)];
/// let template = Msg91Template::new("65f1c0ffee0123456789abcd", Language::English, variables)?;
/// # Ok::<(), DltError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Msg91Template {
    id: String,
    language: Language,
    occasion: Occasion,
    variables: Vec<(String, Variable)>,
}

const FLOW: &str = "https://control.msg91.com/api/v5/flow";
const AUTH_KEY: HeaderName = HeaderName::from_static("authkey");

/// What a recipient's number is called; no variable may be.
const NUMBER: &str = "mobiles";

impl Msg91Template {
    /// A template: MSG91's own id for it, and what its variables stand for, each by its name there (case matters).
    ///
    /// # Errors
    /// [`DltError::TemplateId`], [`DltError::VariableName`], and [`DltError::NoCode`] when none of them is the code.
    pub fn new<'a>(
        id: &str,
        language: Language,
        variables: impl IntoIterator<Item = (&'a str, Variable)>,
    ) -> Result<Self, DltError> {
        if !is_word(id) {
            return Err(DltError::TemplateId);
        }
        let mut named: Vec<(String, Variable)> = Vec::new();
        for (name, variable) in variables {
            if !is_word(name) || name == NUMBER || named.iter().any(|(other, _)| other == name) {
                return Err(DltError::VariableName);
            }
            named.push((name.to_owned(), variable));
        }
        if !named.iter().any(|(_, variable)| *variable == Variable::Code) {
            return Err(DltError::NoCode);
        }
        let has_link = named.iter().any(|(_, variable)| *variable == Variable::Link);
        let occasion = Occasion::of_template(has_link, false)?;
        Ok(Self { id: id.to_owned(), language, occasion, variables: named })
    }

    /// The same for the code that opens a person's own page, where the issuer is in the place of the entity.
    ///
    /// # Errors
    /// [`DltError::NoLink`] for a template with a link, which such a message has not.
    pub fn of_own_page(self) -> Result<Self, DltError> {
        let occasion = Occasion::of_template(self.occasion == Occasion::Link, true)?;
        Ok(Self { occasion, ..self })
    }

    fn suits(&self) -> (Language, Occasion) {
        (self.language, self.occasion)
    }

    fn places(&self) -> impl Iterator<Item = (Variable, Tag)> {
        self.variables.iter().map(|(_, variable)| (*variable, tag(*variable)))
    }

    fn fill(&self, message: &OtpMessage) -> Result<Value, DltError> {
        let mobile = message.to.e164();
        let mut recipient = Map::from_iter([(NUMBER.to_owned(), json!(mobile.trim_start_matches('+')))]);
        for (name, variable) in &self.variables {
            recipient.insert(name.clone(), json!(*variable.value(message, tag(*variable))?));
        }
        Ok(json!({ "template_id": self.id, "short_url": "0", "recipients": [recipient] }))
    }
}

/// MSG91 does not say the tags of a template.
fn tag(variable: Variable) -> Tag {
    if variable == Variable::Link { Tag::Url } else { Tag::Any }
}

fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl Msg91 {
    /// An account, by its auth key, with one template for each language and occasion.
    ///
    /// # Errors
    /// [`ConfigError::Credentials`], [`ConfigError::Certificates`]; [`DltError::Empty`] and [`DltError::TwoTemplates`] in
    /// [`ConfigError::Dlt`].
    pub fn new(key: &str, templates: impl IntoIterator<Item = Msg91Template>) -> Result<Self, ConfigError> {
        let templates: Vec<_> = templates.into_iter().collect();
        one_each(templates.iter().map(Msg91Template::suits))?;
        let (gateway, target) = parse(FLOW)?;
        Ok(Self { gateway, target, key: credential(key, "auth key")?, templates, transport: Transport::new()? })
    }

    /// Another URL of the flow service: a proxy, or a server of a test.
    ///
    /// # Errors
    /// [`ConfigError::Url`], [`ConfigError::PlainHttp`].
    pub fn at(self, url: &str) -> Result<Self, ConfigError> {
        let (gateway, target) = parse(url)?;
        Ok(Self { gateway, target, ..self })
    }

    /// How MSG91 is reached. Default [`Transport::new`].
    #[must_use]
    pub fn transport(self, transport: Transport) -> Self {
        Self { transport, ..self }
    }

    /// The languages without a template for an occasion: no such message is sent in them.
    pub fn missing(&self, occasion: Occasion) -> Vec<Language> {
        missing(self.templates.iter().map(Msg91Template::suits), occasion)
    }

    /// Whether every message for this entity will fit, as [`Dlt::check_entity`](crate::Dlt::check_entity) does.
    ///
    /// # Errors
    /// [`DltError::TooLong`].
    pub fn check_entity(&self, entity: &RegisteredEntity) -> Result<(), DltError> {
        let mut shared = self.templates.iter().filter(|template| template.occasion != Occasion::OwnPage);
        shared.try_for_each(|template| Variable::check_entity(template.places(), entity))
    }

    /// The same for what the host puts into every message, as [`Dlt::check_host`](crate::Dlt::check_host) does.
    ///
    /// # Errors
    /// [`DltError::TooLong`], [`DltError::NoDomain`], [`DltError::NoWholeMinute`].
    pub fn check_host(&self, host: &HostWords<'_>) -> Result<(), DltError> {
        self.templates.iter().try_for_each(|template| Variable::check_host(template.places(), template.suits(), host))
    }

    /// Whether MSG91 can be reached by TLS. It is sent nothing, so this says nothing about the key: MSG91 documents no call
    /// that would, without the key in the URL.
    ///
    /// # Errors
    /// [`SmsError::Unreachable`], [`SmsError::PlainHttp`].
    pub async fn check(&self) -> Result<(), SmsError> {
        self.transport.reach(&self.gateway).await
    }

    /// Gives the id of the request, under which its webhook reports.
    async fn post(&self, message: &OtpMessage) -> Result<Option<String>, SmsError> {
        let language = message.language;
        let wanted = (language, Occasion::of(message));
        let template = self.templates.iter().find(|template| template.suits() == wanted);
        let body = template.ok_or(DltError::NoTemplate(language))?.fill(message)?;
        let mut request = Request::new(Full::new(Bytes::from(body.to_string())));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.target.clone();
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.headers_mut().insert(AUTH_KEY, self.key.clone());
        let answer = self.transport.call(&self.gateway, request).await?.accepted()?;
        // A refusal comes with status 200, too: `{"type": "error", "message": "…"}`.
        let told: Option<Value> = serde_json::from_slice(&answer.body).ok();
        match told.as_ref().and_then(|told| told.get("type")?.as_str()) {
            Some("success") => Ok(told.as_ref().and_then(|told| text_at(told, "/message"))),
            Some("error") => Err(SmsError::Refused { status: answer.status }),
            _ => Err(SmsError::UnexpectedAnswer { status: answer.status }),
        }
    }
}

fn parse(url: &str) -> Result<(Gateway, Uri), ConfigError> {
    let (gateway, url) = Gateway::parse(url)?;
    let target = url[url::Position::BeforePath..].parse().map_err(|_| ConfigError::Url)?;
    Ok((gateway, target))
}

#[async_trait]
impl OtpSender for Msg91 {
    async fn send(&self, message: OtpMessage) -> Result<(), SendError> {
        self.post(&message).await?;
        Ok(())
    }
}

#[async_trait]
impl Channel for Msg91 {
    async fn hand_over(&self, message: &OtpMessage, _: Option<&ReportUrl>) -> Result<Option<String>, SmsError> {
        self.post(message).await
    }
}

impl fmt::Debug for Msg91 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Msg91({:?})", self.gateway)
    }
}
