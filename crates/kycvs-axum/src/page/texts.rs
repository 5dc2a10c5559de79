use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_syntax::ast::Entry;
use kycvs::consent::Language;

/// What people read, in every language: files of Project Fluent's.
pub(crate) struct Texts(Vec<(Language, Text)>);

/// What people read, in one language.
pub(crate) struct Text {
    bundle: FluentBundle<FluentResource>,
    /// The messages that need no values, under names that a template can say: `send_code` for `send-code`.
    plain: BTreeMap<String, String>,
}

/// The files of a language: the steps of a visit, the own page, the page that verifies.
macro_rules! files {
    ($tag:literal) => {
        [
            include_str!(concat!("../../assets/locales/", $tag, "/visit.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/me.ftl")),
            include_str!(concat!("../../assets/locales/", $tag, "/verify.ftl")),
        ]
    };
}

const ENGLISH: [&str; 3] = files!("en");

/// What a language says. One that the service gains later says it in English until it has files.
fn sources(language: Language) -> [&'static str; 3] {
    match language {
        Language::Hindi => files!("hi"),
        Language::Bengali => files!("bn"),
        Language::Marathi => files!("mr"),
        Language::Telugu => files!("te"),
        Language::Tamil => files!("ta"),
        _ => ENGLISH,
    }
}

impl Texts {
    pub(crate) fn new() -> Self {
        Self(Language::ALL.into_iter().map(|language| (language, Text::read(language))).collect())
    }

    /// The texts of a language. All have theirs.
    pub(crate) fn of(&self, language: Language) -> &Text {
        let found = self.0.iter().find(|(known, _)| *known == language);
        &found.unwrap_or(&self.0[0]).1
    }
}

impl Text {
    fn read(language: Language) -> Self {
        let tag = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // The pages set `dir="auto"` around values where directions could mix.
        bundle.set_use_isolating(false);
        let mut names = BTreeSet::new();
        for source in ENGLISH.into_iter().chain(sources(language)) {
            // What is wrong in a file is left out here, and a test of this module fails.
            let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(read, _)| read);
            names.extend(resource.entries().filter_map(message_name));
            bundle.add_resource_overriding(resource);
        }
        let mut text = Self { bundle, plain: BTreeMap::new() };
        let plain = |name: &String| Some((name.replace('-', "_"), text.format(name, None)?));
        text.plain = names.iter().filter_map(plain).collect();
        text
    }

    /// The messages without values.
    pub(crate) fn plain(&self) -> &BTreeMap<String, String> {
        &self.plain
    }

    /// A message with its values.
    pub(crate) fn say<'a>(&self, name: &str, values: impl IntoIterator<Item = (&'a str, Value<'a>)>) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            match value {
                Value::Text(text) => args.set(name, text),
                Value::Number(number) => args.set(name, number),
            }
        }
        self.format(name, Some(&args)).unwrap_or_default()
    }

    /// A message; nothing when it needs a value that is not there.
    fn format(&self, name: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(name)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, args, &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }
}

fn message_name(entry: &Entry<&str>) -> Option<String> {
    match entry {
        Entry::Message(message) => Some(message.id.name.to_owned()),
        _ => None,
    }
}

/// What stands in a place of a message.
pub(crate) enum Value<'a> {
    Text(&'a str),
    Number(u64),
}

#[cfg(test)]
mod tests {
    use kycvs::consent::{DataFiduciary, Identifier, Label, Notice, NoticeFacts, Purpose, VerifyingEntity};

    use super::*;

    /// Each message of a file with the places in it.
    fn places(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut name = String::new();
        for line in sources(language).join("\n").lines().filter(|line| !line.starts_with('#')) {
            if let Some((id, _)) = line.split_once(" =").filter(|(id, _)| !id.starts_with(' ')) {
                name = id.to_owned();
                messages.entry(name.clone()).or_default();
            }
            for place in line.split("$").skip(1) {
                let end = place.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(place.len());
                messages.get_mut(&name).unwrap().insert(place[..end].to_owned());
            }
        }
        messages
    }

    #[test]
    fn every_language_says_everything_with_the_same_values() {
        let english = places(Language::English);
        assert!(english.len() > 70);
        for language in Language::ALL {
            for source in sources(language) {
                assert_eq!(FluentResource::try_new(source.to_owned()).err().map(|(_, errors)| errors), None);
            }
            assert_eq!(places(language), english, "{language:?}");
        }
    }

    #[test]
    fn the_page_calls_each_status_as_the_notice_does() {
        let label = |text| Label::parse(text).unwrap();
        let id = |text| Identifier::parse(text).unwrap();
        let fiduciary = DataFiduciary {
            id: id("kycvs"),
            name: label("A"),
            contact: label("B"),
            grievance: label("C"),
            withdrawal: label("D"),
        };
        let entity = VerifyingEntity { id: id("rail"), name: label("E") };
        let purpose = Purpose { code: id("booking"), text: label("F"), onward_sharing: true };
        let validity = chrono::TimeDelta::hours(24);
        let person = kycvs::domain::PersonName::parse("G").unwrap();
        let facts = NoticeFacts {
            fiduciary: &fiduciary,
            entity: &entity,
            people: &[&person],
            purpose: &purpose,
            reference: None,
            policy: "H",
            on: None,
            validity,
            ends_tokens: true,
        };
        let texts = Texts::new();
        for language in Language::ALL {
            let notice = Notice::write(facts, language).text.to_lowercase();
            for status in 0..3 {
                let name = texts.of(language).plain()[&format!("status_{status}")].to_lowercase();
                assert!(notice.contains(&format!("{status} {name}")), "{language:?}: {name}");
            }
        }
    }

    #[test]
    fn nothing_is_left_in_english() {
        let texts = Texts::new();
        let english = texts.of(Language::English).plain();
        for language in Language::ALL.into_iter().filter(|language| *language != Language::English) {
            for (name, text) in texts.of(language).plain() {
                assert_ne!(text, &english[name], "{language:?}: {name}");
                assert!(!text.is_ascii(), "{language:?}: {name}: {text}");
            }
        }
    }

    #[test]
    fn a_number_of_tries_is_told_in_the_words_of_its_language() {
        let texts = Texts::new();
        let english = texts.of(Language::English);
        assert!(english.say("problem-wrong-code", [("left", Value::Number(1))]).ends_with("once more."));
        assert!(english.say("problem-wrong-code", [("left", Value::Number(2))]).ends_with("2 more times."));
        for language in Language::ALL {
            let said =
                texts.of(language).say("asks", [("entity", Value::Text("A & B")), ("purpose", Value::Text("x"))]);
            assert!(said.contains("A & B"), "{said}");
        }
    }
}
