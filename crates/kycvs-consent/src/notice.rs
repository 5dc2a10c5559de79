#[cfg(test)]
mod tests;

use std::fmt;

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use kycvs_domain::PersonName;
use zeroize::Zeroizing;

use crate::{DataFiduciary, Language, Purpose, Reference, VerifyingEntity, shown_name, shown_names};

/// The SHA-256 of a notice's text, in UTF-8. A person agrees to the notice with this hash and to no other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NoticeHash([u8; 32]);

/// The text is not the 64 hexadecimal digits of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a notice's hash is 64 lower-case hexadecimal digits")]
pub struct NoticeHashError;

/// What is shown before anybody agrees (DPDP Act 2023, section 5; DPDP Rules 2025, rule 3): who asks about whom, for what, which
/// data are used and which are shared, for how long, how to withdraw and how to complain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Which notice, with its version and language.
    pub reference: NoticeRef,
    /// The words in their one form, which is what is hashed: a section is a line with its heading and a line for each paragraph,
    /// and an empty line parts it from the next. It names people, and is wiped when it is dropped.
    pub text: Zeroizing<String>,
}

/// A part of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// What it is about.
    pub heading: &'a str,
    /// What it says.
    pub paragraphs: Vec<&'a str>,
}

/// Names the notice that was agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRef {
    /// Which notice.
    pub id: String,
    /// Its version, counted up when its words change.
    pub version: u32,
    /// The language it was shown in.
    pub language: Language,
    /// The hash of the words that were shown.
    pub hash: NoticeHash,
}

impl NoticeRef {
    /// Whether it is what is shown before a person's own page, and no consent to tell anybody anything.
    pub fn is_of_own_page(&self) -> bool {
        self.id == Notice::OWN_PAGE
    }
}

/// The facts that a notice tells.
#[derive(Clone, Copy, Debug)]
pub struct NoticeFacts<'a> {
    /// Who answers.
    pub fiduciary: &'a DataFiduciary,
    /// Who asks.
    pub entity: &'a VerifyingEntity,
    /// About whom: all the people whose code goes to the same mobile number.
    pub people: &'a [&'a PersonName],
    /// For what.
    pub purpose: &'a Purpose,
    /// For which transaction of the entity.
    pub reference: Option<&'a Reference>,
    /// By which rules, in words.
    pub policy: &'a str,
    /// For which day, where it is another than that of the answer.
    pub on: Option<NaiveDate>,
    /// How long the answer is valid.
    pub validity: TimeDelta,
    /// Whether a withdrawal ends what was handed out, too: where status lists are published.
    pub ends_tokens: bool,
}

impl Notice {
    const ID: &'static str = "status-disclosure";
    const VERSION: u32 = 6;
    const OWN_PAGE: &'static str = "own-page";

    /// Writes the notice in `language`.
    pub fn write(facts: NoticeFacts<'_>, language: Language) -> Self {
        let phrases = language.phrases();
        let validity = language.duration(facts.validity);
        let sharing = if facts.purpose.onward_sharing { phrases.may_share } else { phrases.may_not_share };
        let people = Zeroizing::new(shown_names(facts.people.iter().copied()));
        let reference = facts.reference.map(|reference| fill_in(phrases.reference, |_| reference.as_str()));
        let on = facts.on.map(|day| language.day(day));
        let [today, another_day] = phrases.rules;
        let rules = fill_in(if on.is_some() { another_day } else { today }, |name| match name {
            "policy" => facts.policy,
            _ => on.as_deref().unwrap_or_default(),
        });
        let text = fill_in(phrases.notice.trim_end(), |name| match name {
            "person" => &people,
            "several" if facts.people.len() > 1 => phrases.several,
            "reference" => reference.as_deref().unwrap_or_default(),
            "rules" => &rules,
            "entity" => facts.entity.name.as_str(),
            "purpose" => facts.purpose.text.as_str(),
            "fiduciary" => facts.fiduciary.name.as_str(),
            "contact" => facts.fiduciary.contact.as_str(),
            "grievance" => facts.fiduciary.grievance.as_str(),
            "withdrawal" => facts.fiduciary.withdrawal.as_str(),
            "validity" => &validity,
            "sharing" => sharing,
            "ending" if facts.ends_tokens => phrases.ending,
            _ => "",
        });
        Self::of(Self::ID, Self::VERSION, language, text)
    }

    /// Writes what is shown before a person's own page: that it is theirs, what is on it, whether cards are given there, and how to
    /// complain.
    pub fn write_own_page(
        fiduciary: &DataFiduciary,
        person: &PersonName,
        gives_cards: bool,
        language: Language,
    ) -> Self {
        let person = Zeroizing::new(shown_name(person));
        let phrases = language.phrases();
        // A paragraph more where it says what the page shows.
        let own_page = match phrases.own_page.trim_end().split_once("\n\n") {
            Some((shows, rest)) if gives_cards => format!("{shows}\n{}\n\n{rest}", phrases.own_cards),
            _ => phrases.own_page.trim_end().to_owned(),
        };
        let text = fill_in(&own_page, |name| match name {
            "person" => &person,
            "fiduciary" => fiduciary.name.as_str(),
            "contact" => fiduciary.contact.as_str(),
            "grievance" => fiduciary.grievance.as_str(),
            _ => "",
        });
        Self::of(Self::OWN_PAGE, 2, language, text)
    }

    /// What it says, part by part, in the order in which it is read.
    pub fn sections(&self) -> impl Iterator<Item = Section<'_>> {
        self.text.split("\n\n").map(|section| {
            let (heading, paragraphs) = section.split_once('\n').unwrap_or((section, ""));
            Section { heading, paragraphs: paragraphs.lines().collect() }
        })
    }

    fn of(id: &str, version: u32, language: Language, text: String) -> Self {
        Self {
            reference: NoticeRef { id: id.to_owned(), version, language, hash: NoticeHash::of(&text) },
            text: text.into(),
        }
    }
}

/// Replaces each `{name}` of a text by its value, in one pass, so that a value that looks like a name stays as it is. Memory is
/// taken once, so no piece of the text is left behind.
pub fn fill_in<'a>(template: &'a str, value: impl Fn(&str) -> &'a str) -> String {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        parts.extend([before, value(name)]);
        rest = after;
    }
    parts.push(rest);
    parts.concat()
}

impl NoticeHash {
    /// The hash of a text.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`NoticeHashError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, NoticeHashError> {
        let mut hash = [0; 32];
        base16ct::lower::decode(text, &mut hash).ok().filter(|bytes| bytes.len() == 32).ok_or(NoticeHashError)?;
        Ok(Self(hash))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl TryFrom<String> for NoticeHash {
    type Error = NoticeHashError;

    fn try_from(text: String) -> Result<Self, NoticeHashError> {
        Self::parse(&text)
    }
}

impl From<NoticeHash> for String {
    fn from(hash: NoticeHash) -> Self {
        hash.to_string()
    }
}

impl fmt::Display for NoticeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base16ct::lower::encode_string(&self.0))
    }
}

impl fmt::Debug for NoticeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoticeHash({self})")
    }
}
