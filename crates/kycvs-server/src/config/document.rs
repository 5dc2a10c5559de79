use kycvs_axum::{BrandError, Config, ConfigError};
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table};

use super::fault::Fault;
use super::is_published;

/// A configuration file as TOML, with the line of each key.
pub(crate) struct Document {
    text: String,
    pub(crate) values: Table,
}

/// One step into a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl Document {
    /// Parses a text.
    ///
    /// # Errors
    /// Each place where it is not TOML.
    pub(crate) fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let (_, errors) = DeTable::parse_recoverable(text);
        match toml::from_str(text) {
            Ok(values) if errors.is_empty() => Ok(Self { text: text.to_owned(), values }),
            Err(error) if errors.is_empty() => Err(vec![not_toml(text, &error)]),
            _ => Err(errors.iter().map(|error| not_toml(text, error)).collect()),
        }
    }

    /// The line of a place, or of what it is in; 0 where nothing of it is in the file.
    pub(crate) fn line_of(&self, path: &[Step]) -> usize {
        let Ok(table) = DeTable::parse(&self.text) else { return 0 };
        let mut start = None;
        let mut here = DeValue::Table(table.into_inner());
        for step in path {
            let next = match (here, step) {
                (DeValue::Table(mut table), Step::Key(key)) => {
                    start = table.get_key_value(key.as_str()).map(|(key, _)| key.span().start).or(start);
                    table.remove(key.as_str())
                }
                (DeValue::Array(array), Step::Index(index)) => array.into_iter().nth(*index),
                _ => None,
            };
            let Some(next) = next else { break };
            // A table of a list has its own line, and so has one with a header.
            if matches!(step, Step::Index(_)) {
                start = Some(Spanned::span(&next).start);
            }
            here = next.into_inner();
        }
        start.map_or(0, |start| line(&self.text, start))
    }

    /// A fault at a place such as `limits.connections`.
    pub(crate) fn fault(&self, place: &str, what: &str) -> Fault {
        Fault { line: self.line_of(&steps(place)), place: place.to_owned(), what: what.to_owned() }
    }

    /// What contradicts itself, with the place that it is about.
    pub(crate) fn of_config(&self, config: &Config, error: &ConfigError) -> Option<Fault> {
        let entity = |id| config.entities.iter().rposition(|entity| entity.id == id).map(|at| format!("entity[{at}]"));
        let place = match error.clone() {
            ConfigError::Markup(id) => entity(id)?,
            ConfigError::RepeatedEntity(id) => format!("{}.id", entity(id)?),
            ConfigError::SharedKey(id) => format!("{}.api_key_sha256", entity(id)?),
            ConfigError::NoPurpose(id) => format!("{}.purposes", entity(id)?),
            ConfigError::RepeatedPurpose { entity: id, purpose } => {
                format!("{}.purposes[{purpose}].code", entity(id)?)
            }
            ConfigError::UnknownPolicy { entity: id, purpose, policy } => {
                format!("{}.purposes[{purpose}].policies[{policy}]", entity(id)?)
            }
            ConfigError::RepeatedPolicy(_) => "policies".to_owned(),
            ConfigError::Limit { field, .. } => format!("limits.{field}"),
            ConfigError::Page(
                BrandError::NotAColour { theme, colour } | BrandError::Unreadable { theme, colour, .. },
            ) => {
                format!("page.{theme}.{colour}")
            }
            ConfigError::Page(_) => "page".to_owned(),
            _ => "issuer".to_owned(),
        };
        let said = error.to_string();
        let what = said.strip_prefix(&format!("`{place}` ")).map(|what| format!("it {what}"));
        Some(self.fault(&place, &what.unwrap_or(said)))
    }

    /// The API keys that everyone knows.
    pub(crate) fn known_keys(&self, config: &Config) -> Vec<Fault> {
        let known =
            config.entities.iter().enumerate().filter(|(_, entity)| entity.api_key_sha256.iter().any(is_published));
        known
            .map(|(at, entity)| {
                let what = format!(
                    "everyone knows the API key of the entity `{}`, which is in the documentation: make one by \
                     `openssl rand -hex 32`, and write its SHA-256",
                    entity.id
                );
                self.fault(&format!("entity[{at}].api_key_sha256"), &what)
            })
            .collect()
    }
}

/// A place where a text is not TOML. The parser repeats no value; which key is there twice is said by what is written there.
fn not_toml(text: &str, error: &toml::de::Error) -> Fault {
    let span = error.span();
    let line = span.as_ref().map_or(0, |span| line(text, span.start));
    let key = span.and_then(|span| text.get(span)).filter(|_| error.message() == "duplicate key");
    let what = match key {
        Some(key) => format!("`{key}` is there twice: remove one"),
        // The message has the number, which may be a password without quotes.
        None if error.message().starts_with("invalid type: integer") => {
            format!("a number is at most {}, and a string is in quotes", i64::MAX)
        }
        None => format!("this is not TOML, which has strings in quotes: {}", error.message()),
    };
    Fault { line, place: String::new(), what }
}

/// `entity[0].id` as steps.
fn steps(place: &str) -> Vec<Step> {
    let parts = place.split(['.', '[']).map(|part| part.trim_end_matches(']'));
    parts.map(|part| part.parse().map_or_else(|_| Step::Key(part.to_owned()), Step::Index)).collect()
}

/// Steps as `entity[0].id`.
pub(crate) fn place(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |place, step| match step {
        Step::Key(key) if place.is_empty() => key.clone(),
        Step::Key(key) => format!("{place}.{key}"),
        Step::Index(index) => format!("{place}[{index}]"),
    })
}

fn line(text: &str, start: usize) -> usize {
    text.get(..start).map_or(0, |before| 1 + before.matches('\n').count())
}
