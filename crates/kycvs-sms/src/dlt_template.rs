use kycvs::consent::Language;
use kycvs::{OtpMessage, RegisteredEntity};
use zeroize::Zeroizing;

use crate::{DltError, TemplateId};

/// Where a registered text has a variable.
const PLACE: &str = "{#var#}";

/// The most characters in the place of a variable, by the operators' rules for content templates.
const MAX_VALUE: usize = 30;

/// What stands in the place of a variable. Each holds 30 characters at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Variable {
    /// The code.
    Code,
    /// Who asks: the verifying entity's name.
    Entity,
    /// For what: the purpose's text.
    Purpose,
    /// How long the code is good, in the words of the template's language: `3 minutes`.
    Validity,
    /// The same in whole minutes, rounded down: `3`.
    ValidityMinutes,
    /// The host that the code is bound to.
    Domain,
}

impl Variable {
    /// Its value in a message.
    pub(crate) fn value(self, message: &OtpMessage) -> Result<Zeroizing<String>, DltError> {
        let value = match self {
            Self::Code => message.code.secret().to_owned(),
            Self::Entity => message.entity.as_str().to_owned(),
            Self::Purpose => message.purpose.as_str().to_owned(),
            Self::Validity => message.language.duration(message.validity),
            Self::ValidityMinutes => match message.validity.num_minutes() {
                minutes if minutes > 0 => minutes.to_string(),
                _ => return Err(DltError::NoWholeMinute),
            },
            Self::Domain => message.domain.as_ref().ok_or(DltError::NoDomain)?.as_str().to_owned(),
        };
        self.check(&value)?;
        Ok(Zeroizing::new(value))
    }

    fn check(self, value: &str) -> Result<(), DltError> {
        if value.chars().count() > MAX_VALUE {
            return Err(DltError::TooLong { variable: self, max: MAX_VALUE });
        }
        Ok(())
    }

    /// Whether an entity's name and purposes fit, for a template with these variables.
    pub(crate) fn check_entity(
        variables: impl IntoIterator<Item = Self>,
        entity: &RegisteredEntity,
    ) -> Result<(), DltError> {
        variables.into_iter().try_for_each(|variable| match variable {
            Self::Entity => variable.check(entity.entity.name.as_str()),
            Self::Purpose => entity.purposes.iter().try_for_each(|known| variable.check(known.purpose.text.as_str())),
            _ => Ok(()),
        })
    }
}

/// A registered content template, exactly as it is registered, with what stands in its places.
///
/// ```
/// use kycvs::consent::Language;
/// use kycvs_sms::{DltError, DltTemplate, TemplateId, Variable};
/// let id = TemplateId::parse("1107123456789012345")?;
/// let text = "{#var#} is your code for {#var#}. Valid for {#var#} minutes. -KYCVS\n\n@kycvs.example #{#var#}";
/// let variables = [Variable::Code, Variable::Entity, Variable::ValidityMinutes, Variable::Code];
/// let template = DltTemplate::new(id, Language::English, text, variables)?;
/// # Ok::<(), DltError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DltTemplate {
    id: TemplateId,
    language: Language,
    /// The fixed text before each variable, and after the last.
    fixed: Vec<String>,
    variables: Vec<Variable>,
}

impl DltTemplate {
    /// A template. `text` has `{#var#}` for each variable, in the order of `variables`.
    ///
    /// # Errors
    /// [`DltError::Variables`] when there are more or fewer places than variables, [`DltError::NoCode`] when none of them
    /// is the code.
    pub fn new(
        id: TemplateId,
        language: Language,
        text: &str,
        variables: impl IntoIterator<Item = Variable>,
    ) -> Result<Self, DltError> {
        let fixed: Vec<_> = text.split(PLACE).map(str::to_owned).collect();
        let variables: Vec<_> = variables.into_iter().collect();
        let (places, named) = (fixed.len() - 1, variables.len());
        if places != named {
            return Err(DltError::Variables { places, named });
        }
        if !variables.contains(&Variable::Code) {
            return Err(DltError::NoCode);
        }
        Ok(Self { id, language, fixed, variables })
    }

    /// The language it is written in.
    pub fn language(&self) -> Language {
        self.language
    }

    pub(crate) fn id(&self) -> &TemplateId {
        &self.id
    }

    pub(crate) fn fill(&self, message: &OtpMessage) -> Result<Zeroizing<String>, DltError> {
        let mut values = Vec::with_capacity(self.variables.len());
        for variable in &self.variables {
            values.push(variable.value(message)?);
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
        Variable::check_entity(self.variables.iter().copied(), entity)
    }
}
