//! The gateways of a configuration file. There are passwords in their settings, so they have no `Debug`.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use kycvs::RegisteredEntity;
use kycvs::consent::Language;
use kycvs_sms::{
    Dlt, DltTemplate, EntityId, Header, HttpGateway, Kannel, KannelAccount, Msg91, Msg91Template, TemplateId, Variable,
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

impl KannelSettings {
    pub(crate) fn channel(self, entities: impl Iterator<Item = RegisteredEntity>) -> Result<Kannel> {
        let (url, username, password) = (&*self.url, &*self.username, &*self.password);
        let kannel = Kannel::new(KannelAccount { url, username, password, from: self.from.as_deref() })?;
        Ok(match self.dlt {
            Some(dlt) => kannel.dlt(dlt.checked(entities)?),
            None => kannel,
        })
    }
}

impl Msg91Settings {
    pub(crate) fn channel(self, entities: impl Iterator<Item = RegisteredEntity>) -> Result<Msg91> {
        let templates = self.template.iter().map(|template| {
            let variables = template.variables.iter().map(|(name, place)| (name.as_str(), (*place).into()));
            Msg91Template::new(&template.id, template.language, variables)
        });
        let msg91 = Msg91::new(&self.key, templates.collect::<Result<Vec<_>, _>>()?)?;
        let msg91 = if let Some(url) = &self.url { msg91.at(url)? } else { msg91 };
        for entity in entities {
            msg91.check_entity(&entity).with_context(|| format!("for the entity `{}`", entity.entity.id))?;
        }
        Ok(msg91)
    }
}

impl HttpSettings {
    pub(crate) fn channel(self, entities: impl Iterator<Item = RegisteredEntity>) -> Result<HttpGateway> {
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
            _ => bail!("there is more than one of `form`, `json` and `text`"),
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
        if let Some(dlt) = self.dlt {
            builder = builder.dlt(dlt.checked(entities)?);
        }
        Ok(builder.build()?)
    }
}

impl DltSettings {
    fn checked(self, mut entities: impl Iterator<Item = RegisteredEntity>) -> Result<Dlt> {
        let templates = self.template.iter().map(|template| {
            let variables: Vec<Variable> = template.variables.iter().map(|place| (*place).into()).collect();
            DltTemplate::new(TemplateId::parse(&template.id)?, template.language, &template.text, variables)
        });
        let (entity_id, header) = (EntityId::parse(&self.entity_id)?, Header::parse(&self.header)?);
        let dlt = Dlt::new(entity_id, header, templates.collect::<Result<Vec<_>, _>>()?)?;
        entities.try_for_each(|entity| {
            dlt.check_entity(&entity).with_context(|| format!("for the entity `{}`", entity.entity.id))
        })?;
        Ok(dlt)
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
