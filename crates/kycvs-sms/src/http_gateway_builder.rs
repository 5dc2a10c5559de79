use std::fmt;

use hyper::Method;
use hyper::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderName, TRANSFER_ENCODING};

use crate::gateway::Gateway;
use crate::http_gateway::{Body, HttpGateway};
use crate::template::{JsonTemplate, Place, Template};
use crate::{ConfigError, Dlt, Transport};

/// Builds an [`HttpGateway`]; [`build`](Self::build) reports whatever is wrong.
#[must_use]
pub struct HttpGatewayBuilder {
    method: Method,
    url: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: BodyText,
    success: Option<String>,
    id_at: Option<String>,
    dlt: Option<Dlt>,
    transport: Option<Transport>,
    personal_query: bool,
}

enum BodyText {
    Empty,
    Form(Vec<(String, String)>),
    Json(String),
    Text(String),
}

impl HttpGatewayBuilder {
    pub(crate) fn new(method: Method, url: &str) -> Self {
        Self {
            method,
            url: url.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: BodyText::Empty,
            success: None,
            id_at: None,
            dlt: None,
            transport: None,
            personal_query: false,
        }
    }

    /// Adds a parameter to the URL.
    pub fn query(mut self, name: &str, template: &str) -> Self {
        self.query.push((name.to_owned(), template.to_owned()));
        self
    }

    /// Adds a header, such as one with a key. A value with a control character is refused when it is sent.
    pub fn header(mut self, name: &str, template: &str) -> Self {
        self.headers.push((name.to_owned(), template.to_owned()));
        self
    }

    /// Sends a form with these fields.
    pub fn form<'a>(mut self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let own = |(name, template): (&str, &str)| (name.to_owned(), template.to_owned());
        self.body = BodyText::Form(fields.into_iter().map(own).collect());
        self
    }

    /// Sends this JSON document; each string in it is a template.
    pub fn json(mut self, template: &str) -> Self {
        self.body = BodyText::Json(template.to_owned());
        self
    }

    /// Sends plain text.
    pub fn text(mut self, template: &str) -> Self {
        self.body = BodyText::Text(template.to_owned());
        self
    }

    /// Takes a success for one only if its body has these words. Default: the status, 200 to 299, decides.
    pub fn answers_with(mut self, words: &str) -> Self {
        self.success = Some(words.to_owned());
        self
    }

    /// Where in its JSON answer the gateway says its own id of the message, under which it reports later: a JSON Pointer (RFC
    /// 6901), such as `/messages/0/id`.
    pub fn answers_id_at(mut self, place: &str) -> Self {
        self.id_at = Some(place.to_owned());
        self
    }

    /// Sends registered templates instead of the service's own text.
    pub fn dlt(mut self, dlt: Dlt) -> Self {
        self.dlt = Some(dlt);
        self
    }

    /// How the gateway is reached. Default [`Transport::new`].
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Lets number, code and text into the query, for a gateway that takes them nowhere else. Everyone on the way who
    /// logs URLs then logs them: the gateway, and each proxy.
    pub fn allow_personal_data_in_url(mut self) -> Self {
        self.personal_query = true;
        self
    }

    /// Reads all templates.
    ///
    /// # Errors
    /// [`ConfigError`] says what is wrong.
    pub fn build(self) -> Result<HttpGateway, ConfigError> {
        let (gateway, url) = Gateway::parse(&self.url)?;
        let query = parse_pairs(self.query)?;
        let headers: Result<Vec<_>, ConfigError> =
            self.headers.into_iter().map(|(name, text)| Ok((header_name(name)?, Template::parse(&text)?))).collect();
        let headers = headers?;
        let body = match self.body {
            BodyText::Empty => Body::Empty,
            BodyText::Form(fields) => Body::Form(parse_pairs(fields)?),
            BodyText::Json(text) => Body::Json(JsonTemplate::parse(&text)?),
            BodyText::Text(text) => Body::Text(Template::parse(&text)?),
        };
        let in_query: Vec<_> = query.iter().flat_map(|(_, template)| template.places()).collect();
        let in_headers = headers.iter().flat_map(|(_, template)| template.places());
        let places: Vec<_> = in_query.iter().copied().chain(in_headers).chain(body.places()).collect();
        let personal = |place: &Place| place.is_number() || place.is_text();
        if !self.personal_query && in_query.iter().any(personal) {
            return Err(ConfigError::PersonalDataInUrl);
        }
        check_places(&places, self.dlt.is_some())?;
        let transport = self.transport.map_or_else(Transport::new, Ok)?;
        let Self { method, success, id_at, dlt, .. } = self;
        Ok(HttpGateway { gateway, method, url, query, headers, body, success, id_at, dlt, transport })
    }
}

fn check_places(places: &[Place], has_dlt: bool) -> Result<(), ConfigError> {
    if !places.iter().any(|place| place.is_number()) {
        Err(ConfigError::NoNumber)
    } else if !places.iter().any(|place| place.is_text()) {
        Err(ConfigError::NoText)
    } else if !has_dlt && places.iter().any(|place| place.is_of_dlt()) {
        Err(ConfigError::NoDlt)
    } else {
        Ok(())
    }
}

fn parse_pairs(pairs: Vec<(String, String)>) -> Result<Vec<(String, Template)>, ConfigError> {
    pairs.into_iter().map(|(name, text)| Ok((name, Template::parse(&text)?))).collect()
}

/// A header's name; those that say how the request is framed are not the host's.
fn header_name(name: String) -> Result<HeaderName, ConfigError> {
    match HeaderName::try_from(&name) {
        Ok(read) if ![HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&read) => Ok(read),
        _ => Err(ConfigError::HeaderName(name)),
    }
}

impl fmt::Debug for HttpGatewayBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpGatewayBuilder(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post() -> HttpGatewayBuilder {
        HttpGateway::post("http://127.0.0.1/send?v=1")
    }

    #[test]
    fn a_request_without_number_or_text_is_not_built() {
        let refused = |builder: HttpGatewayBuilder| builder.build().map(drop).unwrap_err();
        assert_eq!(refused(post().text("{text}")), ConfigError::NoNumber);
        assert_eq!(refused(post().text("{to}")), ConfigError::NoText);
        assert_eq!(
            refused(post().form([("to", "{to}"), ("text", "{text}"), ("pe", "{entity_id}")])),
            ConfigError::NoDlt
        );
        assert_eq!(refused(post().json("{to}")), ConfigError::Json);
        assert_eq!(refused(post().json(r#"["{too}"]"#)), ConfigError::UnknownPlace("too".to_owned()));
        for name in ["Host", "content-length", "Transfer-Encoding", "a b", "a\r\nb", ""] {
            assert_eq!(refused(post().header(name, "{to}").text("{text}")), ConfigError::HeaderName(name.to_owned()));
        }
    }
}
