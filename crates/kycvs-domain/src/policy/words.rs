//! What a policy or a need is, in words of several languages.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use toml::de::DeValue;

use super::{PolicyProblem as Problem, fields::Fields};

/// Words for people: in English, and in other languages by their codes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Words {
    english: Arc<str>,
    others: Vec<(Arc<str>, Arc<str>)>,
}

const ENGLISH: &str = "en";

impl Words {
    /// In English.
    pub fn english(&self) -> &Arc<str> {
        &self.english
    }

    /// In the language of the code, such as `hi`; in English where they are not in that language.
    pub fn in_language(&self, code: &str) -> &Arc<str> {
        self.others.iter().find(|(other, _)| **other == *code).map_or(&self.english, |(_, words)| words)
    }

    pub(super) fn of(english: &str) -> Self {
        Self { english: english.into(), others: Vec::new() }
    }

    /// Reads `title = "…"`, or a table `title` with the words by language, including English. `None` if the field is absent, or
    /// faulty: then the fault is noted.
    pub(super) fn read(fields: &Fields<'_, '_>, field: &'static str, max: usize) -> Option<Self> {
        let value = fields.value(field)?;
        if !matches!(value.get_ref(), DeValue::Table(_)) {
            return fields.text(field, max).map(Self::of);
        }
        let by_language = Fields::of(value, field, fields.faults())?;
        let english = by_language.required(ENGLISH, by_language.text(ENGLISH, max));
        let others = by_language.rest().filter_map(|(code, value)| {
            if !is_language(code) {
                by_language.faults().note(by_language.place(code), Problem::BadLanguage);
                return None;
            }
            Some((code.into(), by_language.text_of(value, field, max)?.into()))
        });
        let others = others.collect();
        Some(Self { english: english?.into(), others })
    }
}

/// The code of a language as ISO 639 has it: `hi`, `kok`.
fn is_language(code: &str) -> bool {
    (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase())
}
