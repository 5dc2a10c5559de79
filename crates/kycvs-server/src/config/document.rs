use std::collections::HashMap;

use kycvs_axum::{BrandError, Config, ConfigError};
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table};

use super::documented::MAKE_A_KEY;
use super::fault::Fault;
use super::is_published;

/// A configuration file as TOML, with the line of each key and of each member of a list.
pub(crate) struct Document {
    pub(crate) values: Table,
    lines: HashMap<Vec<Step>, usize>,
}

/// So many mistakes of one kind are named: a file with more is not read to its end each time that one of them is mended.
pub(super) const MOST: usize = 200;

/// One step into a document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl Document {
    /// Parses a text.
    ///
    /// # Errors
    /// Each place where it is not TOML, at most [`MOST`].
    pub(crate) fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let starts = Starts::of(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        match toml::from_str(text) {
            Ok(values) if errors.is_empty() => {
                let mut lines = HashMap::new();
                note_lines(table.get_ref(), &mut Vec::new(), &starts, &mut lines);
                Ok(Self { values, lines })
            }
            Err(error) if errors.is_empty() => Err(vec![not_toml(text, &starts, &error)]),
            _ => Err(Fault::once_each(errors.iter().take(MOST).map(|error| not_toml(text, &starts, error)).collect())),
        }
    }

    /// The line of a place, or of what it is in; 0 where nothing of it is in the file.
    pub(crate) fn line_of(&self, path: &[Step]) -> usize {
        (1..=path.len()).rev().find_map(|length| self.lines.get(&path[..length]).copied()).unwrap_or_default()
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
                    "the API key of the entity `{}` is published in the documentation: {MAKE_A_KEY}",
                    entity.id
                );
                self.fault(&format!("entity[{at}].api_key_sha256"), &what)
            })
            .collect()
    }
}

/// A place where a text is not TOML. The parser repeats no value; which key is there twice is said by what is written there.
fn not_toml(text: &str, starts: &Starts, error: &toml::de::Error) -> Fault {
    let span = error.span();
    let line = span.as_ref().map_or(0, |span| starts.line(span.start));
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

/// Notes the line of each key, and of each member of a list: a table of one has its own, and so has one with a header.
fn note_lines(table: &DeTable<'_>, path: &mut Vec<Step>, starts: &Starts, lines: &mut HashMap<Vec<Step>, usize>) {
    for (key, value) in table {
        note(Step::Key(key.get_ref().to_string()), key.span().start, value, path, starts, lines);
    }
}

fn note(
    step: Step,
    start: usize,
    value: &Spanned<DeValue<'_>>,
    path: &mut Vec<Step>,
    starts: &Starts,
    lines: &mut HashMap<Vec<Step>, usize>,
) {
    path.push(step);
    lines.insert(path.clone(), starts.line(start));
    match value.get_ref() {
        DeValue::Table(table) => note_lines(table, path, starts, lines),
        DeValue::Array(array) => {
            for (at, member) in array.iter().enumerate() {
                note(Step::Index(at), member.span().start, member, path, starts, lines);
            }
        }
        _ => {}
    }
    path.pop();
}

/// Where the lines of a text begin, but the first.
struct Starts(Vec<usize>);

impl Starts {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at + 1).collect())
    }

    /// The line of a place, from 1.
    fn line(&self, place: usize) -> usize {
        1 + self.0.partition_point(|start| *start <= place)
    }
}
