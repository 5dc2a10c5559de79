//! The gateways of a configuration file. There are passwords in their settings, so they have no `Debug`.

use std::collections::BTreeMap;

use anyhow::{Context, Error, Result, anyhow};
use kycvs::RegisteredEntity;
use kycvs::consent::Language;
use kycvs_sms::{
    ConfigError, Dlt, DltError, DltTemplate, EntityId, Header, HostWords, HttpGateway, Kannel, KannelAccount, Msg91,
    Msg91Template, Occasion, TemplateId, Variable,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KannelSettings {
    url: String,
    username: String,
    password: String,
    from: Option<String>,
    dlt: Option<DltSettings>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Msg91Settings {
    key: String,
    /// Another URL of the flow service.
    url: Option<String>,
    template: Vec<Msg91TemplateSettings>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Msg91TemplateSettings {
    id: String,
    language: Language,
    /// Whether it is for the code of a person's own page.
    #[serde(default)]
    own_page: bool,
    variables: BTreeMap<String, Place>,
}

/// One request; its parts are templates. Exactly one of `form`, `json` and `text` is the body of a POST.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HttpSettings {
    url: String,
    #[serde(default)]
    method: Method,
    #[serde(default)]
    query: BTreeMap<String, String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    form: Option<BTreeMap<String, String>>,
    json: Option<String>,
    text: Option<String>,
    answers_with: Option<String>,
    /// Where the answer says the gateway's own id of the message.
    answers_id_at: Option<String>,
    #[serde(default)]
    allow_personal_data_in_url: bool,
    dlt: Option<DltSettings>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Method {
    Get,
    #[default]
    Post,
}

/// The registration in India.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DltSettings {
    entity_id: String,
    header: String,
    template: Vec<DltTemplateSettings>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DltTemplateSettings {
    id: String,
    language: Language,
    /// Whether it is for the code of a person's own page.
    #[serde(default)]
    own_page: bool,
    text: String,
    variables: Vec<Place>,
}

/// What takes the place of a variable.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Place {
    Code,
    Entity,
    Person,
    Purpose,
    Reference,
    Validity,
    ValidityMinutes,
    Domain,
    Link,
}

/// What a channel's messages name, which its registered templates must have room for.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) host: HostWords<'a>,
    pub(crate) entities: &'a [RegisteredEntity],
}

/// A channel, and what its registered templates leave out.
pub(crate) type Odd<C> = (C, Vec<String>);

/// What is wrong with a gateway, after the key that it is about: `.url`, or nothing.
pub(crate) type AtKey = (String, Error);

impl KannelSettings {
    pub(crate) fn channel(self, named: Named<'_>) -> Result<Odd<Kannel>, AtKey> {
        let (url, username, password) = (&*self.url, &*self.username, &*self.password);
        let kannel =
            Kannel::new(KannelAccount { url, username, password, from: self.from.as_deref() }).map_err(at_key)?;
        let Some(dlt) = self.dlt else { return Ok((kannel, Vec::new())) };
        let dlt = dlt.checked(named)?;
        let odd = named.left_out(|occasion| dlt.missing(occasion));
        Ok((kannel.dlt(dlt), odd))
    }
}

impl Msg91Settings {
    pub(crate) fn channel(self, named: Named<'_>) -> Result<Odd<Msg91>, AtKey> {
        let template = |template: &Msg91TemplateSettings| {
            let variables = template.variables.iter().map(|(name, place)| (name.as_str(), (*place).into()));
            let registered = Msg91Template::new(&template.id, template.language, variables)?;
            if template.own_page { registered.of_own_page() } else { Ok(registered) }
        };
        let templates = all_at(".template", &self.template, template)?;
        let msg91 = Msg91::new(&self.key, templates).map_err(at_key)?;
        let msg91 = if let Some(url) = &self.url { msg91.at(url).map_err(at_key)? } else { msg91 };
        let fits = named.check(|entity| msg91.check_entity(entity), |host| msg91.check_host(host));
        fits.map_err(|error| (".template".to_owned(), error))?;
        let odd = named.left_out(|occasion| msg91.missing(occasion));
        Ok((msg91, odd))
    }
}

impl HttpSettings {
    pub(crate) fn channel(self, named: Named<'_>) -> Result<Odd<HttpGateway>, AtKey> {
        let mut builder = match self.method {
            Method::Get => HttpGateway::get(&self.url),
            Method::Post => HttpGateway::post(&self.url),
        };
        builder = self.query.iter().fold(builder, |builder, (name, text)| builder.query(name, text));
        builder = self.headers.iter().fold(builder, |builder, (name, text)| builder.header(name, text));
        builder = match (&self.form, &self.json, &self.text) {
            (None, None, None) => builder,
            (Some(form), None, None) => builder.form(form.iter().map(|(name, text)| (name.as_str(), text.as_str()))),
            (None, Some(json), None) => builder.json(json),
            (None, None, Some(text)) => builder.text(text),
            _ => return Err((String::new(), anyhow!("it has more than one of `form`, `json` and `text`: keep one"))),
        };
        if let Some(words) = &self.answers_with {
            builder = builder.answers_with(words);
        }
        if let Some(place) = &self.answers_id_at {
            builder = builder.answers_id_at(place);
        }
        if self.allow_personal_data_in_url {
            builder = builder.allow_personal_data_in_url();
        }
        let mut odd = Vec::new();
        if let Some(dlt) = self.dlt {
            let dlt = dlt.checked(named)?;
            odd = named.left_out(|occasion| dlt.missing(occasion));
            builder = builder.dlt(dlt);
        }
        Ok((builder.build().map_err(at_key)?, odd))
    }
}

impl DltSettings {
    fn checked(self, named: Named<'_>) -> Result<Dlt, AtKey> {
        let at = |key: &'static str| move |error: DltError| (key.to_owned(), Error::new(error));
        let template = |template: &DltTemplateSettings| {
            let variables: Vec<Variable> = template.variables.iter().map(|place| (*place).into()).collect();
            let id = TemplateId::parse(&template.id)?;
            let registered = DltTemplate::new(id, template.language, &template.text, variables)?;
            if template.own_page { registered.of_own_page() } else { Ok(registered) }
        };
        let entity_id = EntityId::parse(&self.entity_id).map_err(at(".dlt.entity_id"))?;
        let header = Header::parse(&self.header).map_err(at(".dlt.header"))?;
        let templates = all_at(".dlt.template", &self.template, template)?;
        let dlt = Dlt::new(entity_id, header, templates).map_err(at(".dlt.template"))?;
        let fits = named.check(|entity| dlt.check_entity(entity), |host| dlt.check_host(host));
        fits.map_err(|error| (".dlt.template".to_owned(), error))?;
        Ok(dlt)
    }
}

/// Each of a list, or the first that is wrong, with its place.
fn all_at<S, T>(key: &str, settings: &[S], of: impl Fn(&S) -> Result<T, DltError>) -> Result<Vec<T>, AtKey> {
    let at = |(at, settings)| of(settings).map_err(|error| (format!("{key}[{at}]"), Error::new(error)));
    settings.iter().enumerate().map(at).collect()
}

/// What a sender refuses, with the key that it is about.
fn at_key(error: ConfigError) -> AtKey {
    let key = match &error {
        ConfigError::Url | ConfigError::PlainHttp => ".url",
        ConfigError::Credentials("user name") => ".username",
        ConfigError::Credentials("password") => ".password",
        ConfigError::Credentials("auth key") => ".key",
        ConfigError::Sender => ".from",
        ConfigError::HeaderName(_) => ".headers",
        ConfigError::Json => ".json",
        ConfigError::PersonalDataInUrl => ".query",
        ConfigError::Dlt(_) => ".template",
        _ => "",
    };
    (key.to_owned(), Error::new(error))
}

impl Named<'_> {
    /// Whether every name fits.
    fn check(
        self,
        entity: impl Fn(&RegisteredEntity) -> Result<(), DltError>,
        host: impl Fn(&HostWords<'_>) -> Result<(), DltError>,
    ) -> Result<()> {
        self.entities
            .iter()
            .try_for_each(|of| entity(of).with_context(|| format!("for the entity `{}`", of.entity.id)))?;
        host(&self.host).context("for what is in every message")
    }

    /// The messages to come that no template is registered for, a sentence for each occasion.
    fn left_out(self, missing: impl Fn(Occasion) -> Vec<Language>) -> Vec<String> {
        let links = self.host.links.map(|_| Occasion::Link);
        let occasions = [Some(Occasion::Code), links, Some(Occasion::OwnPage)];
        let without = occasions.into_iter().flatten().map(|occasion| (occasion, missing(occasion)));
        without
            .filter(|(_, languages)| !languages.is_empty())
            .map(|(occasion, languages)| {
                let tags: Vec<&str> = languages.into_iter().map(Language::tag).collect();
                format!("no template for {occasion} is registered in {}: such a message is not sent", tags.join(", "))
            })
            .collect()
    }
}

impl From<Place> for Variable {
    fn from(place: Place) -> Self {
        match place {
            Place::Code => Self::Code,
            Place::Entity => Self::Entity,
            Place::Person => Self::Person,
            Place::Purpose => Self::Purpose,
            Place::Reference => Self::Reference,
            Place::Validity => Self::Validity,
            Place::ValidityMinutes => Self::ValidityMinutes,
            Place::Domain => Self::Domain,
            Place::Link => Self::Link,
        }
    }
}
