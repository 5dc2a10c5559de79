use std::fmt;

use kycvs::consent::Language;
use kycvs::{OtpMessage, RegisteredEntity};
use zeroize::Zeroizing;

use crate::occasion::{missing, one_each};
use crate::{DltError, DltTemplate, HostWords, Occasion};

/// The registration of a sender with India's operators (TRAI, Telecom Commercial Communications Customer Preference
/// Regulations 2018): who sends, under which header, and the templates, one for each language
/// and [occasion](Occasion).
///
/// A message is its registered template, filled in, and nothing else; operators drop every other. So what is sent is
/// rendered from here, and not the text that the service wrote.
#[derive(Clone, Debug)]
pub struct Dlt {
    entity: EntityId,
    header: Header,
    templates: Vec<DltTemplate>,
}

/// A registered template, filled in.
pub(crate) struct Filled<'a> {
    pub(crate) template: &'a TemplateId,
    pub(crate) text: Zeroizing<String>,
}

impl Dlt {
    /// A registration with its templates.
    ///
    /// # Errors
    /// [`DltError::Empty`] without a template, [`DltError::TwoTemplates`] with two for one language and occasion.
    pub fn new(
        entity: EntityId,
        header: Header,
        templates: impl IntoIterator<Item = DltTemplate>,
    ) -> Result<Self, DltError> {
        let templates: Vec<_> = templates.into_iter().collect();
        one_each(templates.iter().map(DltTemplate::suits))?;
        Ok(Self { entity, header, templates })
    }

    /// The languages without a template for an occasion: no such message is sent in them.
    pub fn missing(&self, occasion: Occasion) -> Vec<Language> {
        missing(self.templates.iter().map(DltTemplate::suits), occasion)
    }

    /// Whether every message for this entity will fit: call it for each when the host starts, so that a name that is too
    /// long is not found by the first person who waits for a code.
    ///
    /// # Errors
    /// [`DltError::TooLong`] for a name or a purpose that is longer than its place in a template allows,
    /// [`DltError::Character`] for one with a character that the tag of the place does not.
    pub fn check_entity(&self, entity: &RegisteredEntity) -> Result<(), DltError> {
        self.templates.iter().try_for_each(|template| template.check_entity(entity))
    }

    /// The same for what the host puts into every message: its name, its domain, its links and the time that a code is good.
    ///
    /// # Errors
    /// As [`check_entity`](Self::check_entity); [`DltError::NoDomain`] and [`DltError::NoWholeMinute`] for a place that nothing
    /// of the host's could fill.
    pub fn check_host(&self, host: &HostWords<'_>) -> Result<(), DltError> {
        self.templates.iter().try_for_each(|template| template.check_host(host))
    }

    pub(crate) fn entity(&self) -> &EntityId {
        &self.entity
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    pub(crate) fn fill(&self, message: &OtpMessage) -> Result<Filled<'_>, DltError> {
        let wanted = (message.language, Occasion::of(message));
        let template = self.templates.iter().find(|template| template.suits() == wanted);
        let template = template.ok_or(DltError::NoTemplate(message.language))?;
        Ok(Filled { template: template.id(), text: template.fill(message)? })
    }
}

/// The id of a principal entity (who has messages sent): 19 digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityId(String);

/// The id of a registered content template: 19 digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateId(String);

/// A header, from which service and transactional messages come: six letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header(String);

impl EntityId {
    /// Reads an id.
    ///
    /// # Errors
    /// [`DltError::EntityId`] for anything but 19 ASCII digits.
    pub fn parse(text: &str) -> Result<Self, DltError> {
        if is_registered_id(text) { Ok(Self(text.to_owned())) } else { Err(DltError::EntityId) }
    }
}

impl TemplateId {
    /// Reads an id.
    ///
    /// # Errors
    /// [`DltError::TemplateId`] for anything but 19 ASCII digits.
    pub fn parse(text: &str) -> Result<Self, DltError> {
        if is_registered_id(text) { Ok(Self(text.to_owned())) } else { Err(DltError::TemplateId) }
    }
}

impl Header {
    /// Reads a header. Case is kept.
    ///
    /// # Errors
    /// [`DltError::Header`] for anything but six ASCII letters.
    pub fn parse(text: &str) -> Result<Self, DltError> {
        let fits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        if fits { Ok(Self(text.to_owned())) } else { Err(DltError::Header) }
    }
}

fn is_registered_id(text: &str) -> bool {
    text.len() == 19 && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for TemplateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_19_digits_and_a_header_six_letters() {
        assert!(EntityId::parse("1101234567890123456").is_ok());
        assert!(TemplateId::parse("1107123456789012345").is_ok());
        assert_eq!(Header::parse("KYCVSX").unwrap().to_string(), "KYCVSX");
        for text in ["", "110123456789012345", "11012345678901234567", "110123456789012345x", "११०१२३४५६७८९०१२३४५६"]
        {
            assert_eq!(EntityId::parse(text), Err(DltError::EntityId), "{text}");
            assert_eq!(TemplateId::parse(text), Err(DltError::TemplateId), "{text}");
        }
        for text in ["", "KYCVS", "KYCVSXX", "KYCVS1", "KYC-VS", "कखगघङच", "KYCVS\n"] {
            assert_eq!(Header::parse(text), Err(DltError::Header), "{text}");
        }
    }
}
