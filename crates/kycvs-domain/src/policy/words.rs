//! What a policy or a need is, in words of several languages.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use toml::de::DeValue;

use super::{PolicyProblem as Problem, error::beginning, fields::Fields};

/// Words for people: in English, and in other languages by their codes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Words {
    english: Arc<str>,
    others: Vec<(Arc<str>, Arc<str>)>,
}

const ENGLISH: &str = "en";

impl Words {
    /// The codes of the languages that they may be in: those of the notice and of every page.
    pub const LANGUAGES: [&str; 12] = [ENGLISH, "hi", "bn", "mr", "te", "ta", "gu", "kn", "ml", "pa", "or", "ur"];

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
            if !Self::LANGUAGES.contains(&code) {
                by_language.faults().note(by_language.place(code), Problem::UnknownLanguage(beginning(code)));
                return None;
            }
            Some((code.into(), by_language.text_of(value, field, max)?.into()))
        });
        let others = others.collect();
        Some(Self { english: english?.into(), others })
    }
}
