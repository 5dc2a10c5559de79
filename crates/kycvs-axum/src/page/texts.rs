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

/// A file of a language.
macro_rules! file {
    ($tag:literal, $name:literal) => {
        include_str!(concat!("../../assets/locales/", $tag, "/", $name, ".ftl"))
    };
}

/// The files of a language: the steps of a visit, the page that verifies, the cards to take home, the own page. A language may lack the
/// last of them.
macro_rules! files {
    ($tag:literal) => {
        &[file!($tag, "visit"), file!($tag, "verify"), file!($tag, "cards"), file!($tag, "me")]
    };
}

const ENGLISH: &[&str] = files!("en");

/// What a language says. What it has no file for, it says in English.
fn sources(language: Language) -> &'static [&'static str] {
    match language {
        Language::Hindi => files!("hi"),
        Language::Bengali => files!("bn"),
        Language::Marathi => files!("mr"),
        Language::Telugu => files!("te"),
        Language::Tamil => files!("ta"),
        Language::Gujarati => files!("gu"),
        Language::Kannada => files!("kn"),
        Language::Malayalam => files!("ml"),
        Language::Punjabi => files!("pa"),
        Language::Odia => files!("or"),
        Language::Urdu => files!("ur"),
        _ => ENGLISH,
    }
}

impl Texts {
    pub(crate) fn new() -> Self {
        Self(Language::ALL.iter().copied().map(|language| (language, Text::read(language))).collect())
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
        // The pages set `dir="auto"` around values where directions could mix; a language from right to left has more of them.
        bundle.set_use_isolating(language.is_right_to_left());
        let mut names = BTreeSet::new();
        for source in ENGLISH.iter().chain(sources(language)) {
            // What is wrong in a file is left out here, and a test of this module fails.
            let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(read, _)| read);
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

/// What is in a place of a message.
pub(crate) enum Value<'a> {
    Text(&'a str),
    Number(u64),
}

#[cfg(test)]
mod tests {
    use kycvs::consent::{DataFiduciary, Identifier, Label, Notice, NoticeFacts, Purpose, VerifyingEntity};

    use super::*;

    /// Each message of a file with the places in it, and how many forms it has.
    fn places(source: &str) -> BTreeMap<String, (BTreeSet<String>, usize)> {
        let resource = FluentResource::try_new(source.to_owned()).unwrap();
        let source = format!("\n{source}");
        let mut messages: BTreeMap<String, (BTreeSet<String>, usize)> = BTreeMap::new();
        for name in resource.entries().filter_map(message_name) {
            let (_, after) = source.split_once(&format!("\n{name} =")).unwrap();
            let text: Vec<&str> = after.split_inclusive('\n').collect();
            let end = 1 + text[1..].iter().take_while(|line| line.starts_with([' ', '}'])).count();
            let text = text[..end].concat();
            let places = text.split('$').skip(1).map(|place| {
                place[..place.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(place.len())].to_owned()
            });
            messages.insert(name, (places.collect(), text.matches("[one]").count() + text.matches("*[other]").count()));
        }
        messages
    }

    #[test]
    fn every_language_says_everything_with_the_same_values_and_forms() {
        assert!(places(ENGLISH[0]).len() > 100);
        for &language in Language::ALL {
            let files = sources(language);
            assert_eq!(files.len(), ENGLISH.len(), "{language:?}");
            for (own, english) in files.iter().zip(ENGLISH) {
                assert_eq!(places(own), places(english), "{language:?}");
            }
        }
    }

    /// What a line of a phone of 320 CSS pixels holds of a button's words, in two lines: letters, without marks that take no
    /// room of their own.
    const MOST_LETTERS_ON_A_BUTTON: usize = 30;

    #[test]
    fn the_words_of_a_button_fit_a_small_phone() {
        let texts = Texts::new();
        let takes_room = |letter: &char| letter.is_alphanumeric() || *letter == ' ';
        for &language in Language::ALL {
            let plain = texts.of(language).plain();
            for name in
                ["send_code", "decline", "agree", "leave_out", "resend", "start_again", "withdraw", "copy", "qr_large"]
            {
                let letters = plain[name].chars().filter(takes_room).count();
                assert!(letters <= MOST_LETTERS_ON_A_BUTTON, "{language:?}: {name}: {letters}");
            }
            // A word that is longer than a line would break inside.
            for (name, text) in plain.iter().filter(|(name, _)| !name.starts_with("verify")) {
                let longest = text.split([' ', '-']).map(|word| word.chars().filter(takes_room).count()).max();
                assert!(longest <= Some(22), "{language:?}: {name}: {longest:?}");
            }
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
        for &language in Language::ALL {
            let notice = Notice::write(facts, language).text.to_lowercase();
            for status in 0..3 {
                let name = texts.of(language).plain()[&format!("status_{status}")].to_lowercase();
                assert!(notice.contains(&name), "{language:?}: {name}");
            }
        }
    }

    #[test]
    fn nothing_is_left_in_english_where_a_language_has_a_file() {
        let texts = Texts::new();
        let english = texts.of(Language::English).plain();
        for language in Language::ALL.iter().copied().filter(|language| *language != Language::English) {
            let own = sources(language).iter().flat_map(|source| places(source).into_keys());
            // "OTP" is "OTP" everywhere.
            for name in own.map(|name| name.replace('-', "_")).filter(|name| name != "code") {
                let Some(text) = texts.of(language).plain().get(&name) else { continue };
                assert_ne!(text, &english[&name], "{language:?}: {name}");
                assert!(!text.is_ascii(), "{language:?}: {name}: {text}");
            }
        }
    }

    #[test]
    fn the_rules_that_are_met_in_india_are_called_by_every_language() {
        for id in ["in-kyc-vs", "in-uip-child", "influenza-season", "measles-health-worker", "polio-travel"]
            .into_iter()
            .chain(["polio-umrah", "travel-14", "travel-15", "yellow-fever-arrival"])
        {
            let policy = kycvs::domain::Policy::builtin(id).unwrap();
            for language in Language::ALL.iter().copied().filter(|language| *language != Language::English) {
                let tag = language.tag();
                assert_ne!(policy.shown_name(tag), policy.title(), "{id} in {tag}");
                for need in policy.needs() {
                    assert_ne!(need.name.in_language(tag), need.name.english(), "{id} in {tag}");
                }
            }
        }
    }

    #[test]
    fn every_english_text_of_a_visit_has_a_note_for_translators_or_speaks_for_itself() {
        let noted = ["asks", "fact-shared", "fact-kept", "fact-lasts", "send-code", "decline", "agree", "status-0"];
        for name in noted {
            let (before, _) = ENGLISH[0].split_once(&format!("\n{name} =")).unwrap();
            assert!(before.lines().last().unwrap().starts_with("# "), "{name}");
        }
    }

    #[test]
    fn a_number_of_tries_is_told_in_the_words_of_its_language() {
        let texts = Texts::new();
        let english = texts.of(Language::English);
        assert!(english.say("problem-wrong-code", [("left", Value::Number(1))]).ends_with("once more."));
        assert!(english.say("problem-wrong-code", [("left", Value::Number(2))]).ends_with("2 more times."));
        for &language in Language::ALL {
            let said =
                texts.of(language).say("asks", [("entity", Value::Text("A & B")), ("purpose", Value::Text("x"))]);
            assert!(said.contains("A & B"), "{said}");
        }
    }
}
