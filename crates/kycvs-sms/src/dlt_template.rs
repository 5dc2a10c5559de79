use chrono::TimeDelta;
use kycvs::consent::{Label, Language, Link};
use kycvs::{LinkBase, OtpDomain, OtpMessage, RegisteredEntity};
use zeroize::Zeroizing;

use crate::{DltError, Occasion, Tag, TemplateId};

/// What is in a place of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Variable {
    /// The code.
    Code,
    /// Who asks: the verifying entity's name.
    Entity,
    /// About whom: the name, shortened to 30 characters.
    Person,
    /// For what: the purpose's text.
    Purpose,
    /// For which transaction of the entity, as far as it fits; `NA` where the entity names none.
    Reference,
    /// How long the code is good, in the words of the template's language: `3 minutes`.
    Validity,
    /// The same in whole minutes, rounded down: `3`.
    ValidityMinutes,
    /// The host that the code is bound to.
    Domain,
    /// Where the code is entered by whom did not book: a URL, for which `{#url#}` has 40 characters. A template with this variable is
    /// for messages with a link, and one without it for all others.
    Link,
}

/// What a host puts into its messages, whoever asks.
#[derive(Clone, Copy, Debug)]
pub struct HostWords<'a> {
    /// The issuer's name, which is in the place of the entity's where a person opens their own page.
    pub issuer: &'a Label,
    /// The host that codes are bound to.
    pub domain: Option<&'a OtpDomain>,
    /// Where links lead, if there are any.
    pub links: Option<&'a LinkBase>,
    /// How long a code is good.
    pub validity: TimeDelta,
}

impl Variable {
    /// Its value in a message, for a place with that tag.
    pub(crate) fn value(self, message: &OtpMessage, tag: Tag) -> Result<Zeroizing<String>, DltError> {
        let value = match self {
            Self::Code => message.code.secret().to_owned(),
            Self::Entity => message.entity.as_str().to_owned(),
            // Nobody goes without a code for the dot in a name: what the tag does not allow is left out.
            Self::Person => message.person.chars().filter(|c| tag.allows(*c)).collect(),
            Self::Purpose => message.purpose.as_str().to_owned(),
            Self::Reference => reference(message, tag),
            Self::Validity => message.language.duration(message.validity),
            Self::ValidityMinutes => minutes(message.validity)?,
            Self::Domain => message.domain.as_ref().ok_or(DltError::NoDomain)?.as_str().to_owned(),
            Self::Link => message.link.as_ref().ok_or(DltError::NoLink)?.as_str().to_owned(),
        };
        let value = Zeroizing::new(value);
        self.check(&value, tag)?;
        Ok(value)
    }

    /// Whether the operators let a value are in a place with that tag.
    fn check(self, value: &str, tag: Tag) -> Result<(), DltError> {
        if value.chars().count() > tag.max() {
            return Err(DltError::TooLong { variable: self, max: tag.max() });
        }
        match value.chars().find(|c| !tag.allows(*c)) {
            Some(character) => Err(DltError::Character { variable: self, tag, character }),
            None => Ok(()),
        }
    }

    /// Its value where the host alone decides on it; `None` for what a message brings.
    fn of_host(
        self,
        (language, occasion): (Language, Occasion),
        host: &HostWords<'_>,
    ) -> Result<Option<String>, DltError> {
        Ok(match self {
            Self::Entity if occasion == Occasion::OwnPage => Some(host.issuer.as_str().to_owned()),
            Self::Domain => Some(host.domain.ok_or(DltError::NoDomain)?.as_str().to_owned()),
            // Each link is as long as any other.
            Self::Link => host.links.map(|base| format!("{base}{}", Link::from_random([0; 16]).secret())),
            Self::Validity => Some(language.duration(host.validity)),
            Self::ValidityMinutes => Some(minutes(host.validity)?),
            _ => None,
        })
    }

    /// Whether what the host puts into every message fits, for a template with these variables in such places.
    pub(crate) fn check_host(
        variables: impl IntoIterator<Item = (Self, Tag)>,
        suits: (Language, Occasion),
        host: &HostWords<'_>,
    ) -> Result<(), DltError> {
        variables.into_iter().try_for_each(|(variable, tag)| match variable.of_host(suits, host)? {
            Some(value) => variable.check(&value, tag),
            None => Ok(()),
        })
    }

    /// Whether an entity's name and purposes fit, for a template with these variables in such places.
    pub(crate) fn check_entity(
        variables: impl IntoIterator<Item = (Self, Tag)>,
        entity: &RegisteredEntity,
    ) -> Result<(), DltError> {
        variables.into_iter().try_for_each(|(variable, tag)| match variable {
            Self::Entity => {
                let mut names = entity.names.values().chain([&entity.entity.name]);
                names.try_for_each(|name| variable.check(name.as_str(), tag))
            }
            Self::Purpose => {
                let mut texts =
                    entity.purposes.iter().flat_map(|known| known.texts.values().chain([&known.purpose.text]));
                texts.try_for_each(|text| variable.check(text.as_str(), tag))
            }
            _ => Ok(()),
        })
    }
}

/// Nobody goes without a code for a booking number that is long, strange or not there.
fn reference(message: &OtpMessage, tag: Tag) -> String {
    let named = message.reference.as_ref().map_or("", |reference| reference.as_str());
    let fits: String = named.chars().filter(|c| tag.allows(*c)).take(tag.max()).collect();
    if fits.trim().is_empty() { "NA".to_owned() } else { fits }
}

fn minutes(validity: TimeDelta) -> Result<String, DltError> {
    let minutes = validity.num_minutes();
    if minutes > 0 { Ok(minutes.to_string()) } else { Err(DltError::NoWholeMinute) }
}

/// A registered content template, exactly as it is registered, with what is in its places.
///
/// ```
/// use kycvs::consent::{Label, Language};
/// use kycvs_sms::{DltError, DltTemplate, TemplateId, Variable};
/// let id = TemplateId::parse("1107123456789012345")?;
/// let text = "{#numeric#} is your code for {#alphanumeric#}. Valid for {#numeric#} minutes. -KYCVS\n\n\
///             @kycvs.example #{#numeric#}";
/// let variables = [Variable::Code, Variable::Entity, Variable::ValidityMinutes, Variable::Code];
/// let template = DltTemplate::new(id, Language::English, text, variables)?;
/// # Ok::<(), DltError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DltTemplate {
    id: TemplateId,
    language: Language,
    occasion: Occasion,
    /// The fixed text before each variable, and after the last.
    fixed: Vec<String>,
    variables: Vec<(Variable, Tag)>,
}

impl DltTemplate {
    /// A template. `text` has a [`Tag`] for each variable, in the order of `variables`: `{#numeric#}`, `{#var#}`.
    ///
    /// # Errors
    /// [`DltError::UnknownTag`]; [`DltError::Variables`] when there are more or fewer places than variables;
    /// [`DltError::Tag`] when a variable is in a place where operators would refuse it; [`DltError::NoCode`] when none
    /// of them is the code.
    pub fn new(
        id: TemplateId,
        language: Language,
        text: &str,
        variables: impl IntoIterator<Item = Variable>,
    ) -> Result<Self, DltError> {
        let (fixed, tags) = places(text)?;
        let variables: Vec<_> = variables.into_iter().collect();
        if tags.len() != variables.len() {
            return Err(DltError::Variables { places: tags.len(), named: variables.len() });
        }
        let variables: Vec<_> = variables.into_iter().zip(tags).collect();
        if let Some((variable, tag)) = variables.iter().find(|(variable, tag)| !tag.suits(*variable)) {
            return Err(DltError::Tag { variable: *variable, tag: *tag });
        }
        if !variables.iter().any(|(variable, _)| *variable == Variable::Code) {
            return Err(DltError::NoCode);
        }
        let has_link = variables.iter().any(|(variable, _)| *variable == Variable::Link);
        let occasion = Occasion::of_template(has_link, false)?;
        Ok(Self { id, language, occasion, fixed, variables })
    }

    /// The same for the code that opens a person's own page, where the issuer is in the place of the entity.
    ///
    /// # Errors
    /// [`DltError::NoLink`] for a template with a link, which such a message has not.
    pub fn of_own_page(self) -> Result<Self, DltError> {
        let occasion = Occasion::of_template(self.occasion == Occasion::Link, true)?;
        Ok(Self { occasion, ..self })
    }

    /// In which language it is written, and for what.
    pub(crate) fn suits(&self) -> (Language, Occasion) {
        (self.language, self.occasion)
    }

    pub(crate) fn id(&self) -> &TemplateId {
        &self.id
    }

    pub(crate) fn fill(&self, message: &OtpMessage) -> Result<Zeroizing<String>, DltError> {
        let mut values = Vec::with_capacity(self.variables.len());
        for (variable, tag) in &self.variables {
            values.push(variable.value(message, *tag)?);
        }
        // Sized beforehand, so that no smaller copy with the code is left behind in memory.
        let length = self.fixed.iter().map(String::len).chain(values.iter().map(|value| value.len())).sum();
        let mut text = Zeroizing::new(String::with_capacity(length));
        for (fixed, value) in self.fixed.iter().zip(values.iter().map(|value| value.as_str()).chain([""])) {
            text.push_str(fixed);
            text.push_str(value);
        }
        Ok(text)
    }

    pub(crate) fn check_entity(&self, entity: &RegisteredEntity) -> Result<(), DltError> {
        if self.occasion == Occasion::OwnPage {
            return Ok(());
        }
        Variable::check_entity(self.variables.iter().copied(), entity)
    }

    pub(crate) fn check_host(&self, host: &HostWords<'_>) -> Result<(), DltError> {
        Variable::check_host(self.variables.iter().copied(), self.suits(), host)
    }
}

/// The fixed text around the places of a template, and their tags.
fn places(text: &str) -> Result<(Vec<String>, Vec<Tag>), DltError> {
    let (mut fixed, mut tags) = (Vec::new(), Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{#") {
        let Some((word, after)) = after.split_once("#}") else { return Err(Tag::unknown(after)) };
        fixed.push(before.to_owned());
        tags.push(Tag::parse(word)?);
        rest = after;
    }
    fixed.push(rest.to_owned());
    Ok((fixed, tags))
}
