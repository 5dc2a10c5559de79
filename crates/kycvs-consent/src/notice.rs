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
    const VERSION: u32 = 5;
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    use crate::{Identifier, Label};

    fn label(text: &str) -> Label {
        Label::parse(text).unwrap()
    }

    fn fiduciary() -> DataFiduciary {
        DataFiduciary {
            id: Identifier::parse("mohfw").unwrap(),
            name: label("the Ministry of Health"),
            contact: label("help@kycvs.example"),
            grievance: label("grievance@kycvs.example"),
            withdrawal: label("https://kycvs.example/withdraw"),
        }
    }

    fn notice(entity: &str, language: Language) -> Notice {
        about("Asha Rao", entity, Some("PNR 2345678901"), language)
    }

    fn about(person: &str, entity: &str, reference: Option<&str>, language: Language) -> Notice {
        by_rules(person, entity, reference, ("Primary series complete", None), language)
    }

    fn by_rules(
        person: &str,
        entity: &str,
        reference: Option<&str>,
        rules: (&str, Option<&str>),
        language: Language,
    ) -> Notice {
        in_full(person, entity, reference, rules, true, language)
    }

    fn in_full(
        person: &str,
        entity: &str,
        reference: Option<&str>,
        rules: (&str, Option<&str>),
        ends_tokens: bool,
        language: Language,
    ) -> Notice {
        let people: Vec<PersonName> = person.split(" and ").map(|name| PersonName::parse(name).unwrap()).collect();
        let people: Vec<&PersonName> = people.iter().collect();
        let reference = reference.map(|text| Reference::parse(text).unwrap());
        let entity = VerifyingEntity { id: Identifier::parse("rail").unwrap(), name: label(entity) };
        let purpose = Purpose {
            code: Identifier::parse("booking").unwrap(),
            text: label("to book a railway ticket"),
            onward_sharing: true,
        };
        let validity = TimeDelta::hours(24);
        let (people, reference) = (&people[..], reference.as_ref());
        let (fiduciary, entity, purpose) = (&fiduciary(), &entity, &purpose);
        let (policy, on) = (rules.0, rules.1.map(|day| day.parse().unwrap()));
        let facts = NoticeFacts { fiduciary, entity, people, purpose, reference, policy, on, validity, ends_tokens };
        Notice::write(facts, language)
    }

    #[test]
    fn the_notice_says_by_which_rules_and_for_which_day() {
        for &language in Language::ALL {
            let words = |policy, on| by_rules("Asha Rao", "Air India", None, (policy, on), language).text;
            let today = words("Yellow fever on arrival", None);
            let then = words("Yellow fever on arrival", Some("2027-01-10"));
            let day = language.day(NaiveDate::from_ymd_opt(2027, 1, 10).unwrap());
            assert!(today.contains("Yellow fever on arrival") && !today.contains(&day), "{language:?}");
            assert!(then.contains("Yellow fever on arrival") && then.contains(&day), "{language:?}");
        }
    }

    #[test]
    fn the_notice_promises_that_tokens_end_where_they_do() {
        for &language in Language::ALL {
            let promise = language.phrases().ending;
            let told = |ends| in_full("Asha Rao", "Air India", None, ("Rules", None), ends, language).text;
            assert!(!promise.is_empty() && told(true).contains(promise), "{language:?}");
            assert!(!told(false).contains(promise), "{language:?}");
        }
    }

    #[test]
    fn the_notice_says_who_what_how_long_and_how_to_withdraw_and_complain() {
        for &language in Language::ALL {
            let notice = notice("Indian Railways", language);
            for fact in [
                "Asha Rao",
                "PNR 2345678901",
                "18",
                "Indian Railways",
                "to book a railway ticket",
                "the Ministry of Health",
                "24",
                "https://kycvs.example/withdraw",
                "help@kycvs.example",
                "grievance@kycvs.example",
            ] {
                assert!(notice.text.contains(fact), "{language:?}: {fact}");
            }
            assert!(!notice.text.contains(['{', '}']));
            assert_eq!(notice.reference.hash, NoticeHash::of(&notice.text));
        }
    }

    #[test]
    fn the_notice_of_the_own_page_says_whose_it_is_and_how_to_complain() {
        for &language in Language::ALL {
            let person = PersonName::parse("asha rao").unwrap();
            let notice = Notice::write_own_page(&fiduciary(), &person, false, language);
            let with_cards = Notice::write_own_page(&fiduciary(), &person, true, language);
            assert_eq!(with_cards.sections().next().unwrap().paragraphs.len(), 3, "{language:?}");
            assert!(!with_cards.text.contains(['{', '}']));
            for fact in ["Asha Rao", "the Ministry of Health", "help@kycvs.example", "grievance@kycvs.example"] {
                assert!(notice.text.contains(fact), "{language:?}: {fact}");
            }
            assert!(!notice.text.contains(['{', '}']) && notice.reference.is_of_own_page());
            assert_eq!(notice.reference.hash, NoticeHash::of(&notice.text));
        }
    }

    #[test]
    fn every_language_has_the_same_sections_and_paragraphs() {
        let person = PersonName::parse("Asha Rao").unwrap();
        let shape = |notice: &Notice| -> Vec<usize> {
            assert!(notice.sections().all(|section| !section.heading.is_empty() && !section.heading.ends_with('.')));
            notice.sections().map(|section| section.paragraphs.len()).collect()
        };
        for &language in Language::ALL {
            assert_eq!(shape(&notice("Indian Railways", language)), [1, 2, 1, 1, 2, 3], "{language:?}");
            let own_page = Notice::write_own_page(&fiduciary(), &person, false, language);
            assert_eq!(shape(&own_page), [2, 1, 1, 2], "{language:?}");
        }
    }

    #[test]
    fn what_is_hashed_is_what_the_sections_say() {
        let notice = notice("Indian Railways", Language::English);
        let said = notice.sections().map(|section| [vec![section.heading], section.paragraphs].concat().join("\n"));
        assert_eq!(NoticeHash::of(&said.collect::<Vec<_>>().join("\n\n")), notice.reference.hash);
    }

    #[test]
    fn another_entity_or_language_is_another_notice() {
        let rail = notice("Indian Railways", Language::English).reference.hash;
        assert_ne!(rail, notice("Indigo", Language::English).reference.hash);
        let told = Language::ALL.iter().map(|language| notice("Indian Railways", *language).reference.hash);
        assert_eq!(told.collect::<HashSet<_>>().len(), Language::ALL.len());
    }

    #[test]
    fn two_people_of_one_phone_are_shown_two_notices() {
        for &language in Language::ALL {
            let hash = |person, reference| about(person, "Indian Railways", reference, language).reference.hash;
            assert_ne!(hash("Asha Rao", None), hash("Imran Sheikh", None));
            assert_ne!(hash("Asha Rao", None), hash("Asha Rao", Some("PNR 1")));
            assert_ne!(hash("Asha Rao", Some("PNR 2")), hash("Asha Rao", Some("PNR 1")));
        }
    }

    #[test]
    fn a_notice_about_several_people_names_them_all_and_says_that_each_may_be_left_out() {
        for &language in Language::ALL {
            let several = language.phrases().several;
            let one = about("Asha Rao", "Indian Railways", None, language).text;
            let two = about("Asha Rao and Imran Sheikh", "Indian Railways", None, language).text;
            assert!(two.contains("Asha Rao, Imran Sheikh") && two.contains(several), "{two:?}");
            assert!(!one.contains(several), "{one:?}");
        }
    }

    #[test]
    fn a_name_with_braces_is_not_a_place_to_fill() {
        assert!(notice("{grievance} {", Language::English).text.starts_with("Who is asking\n{grievance} { asks"));
    }

    #[test]
    fn the_notice_says_whether_the_answer_may_be_passed_on() {
        for &language in Language::ALL {
            let text = notice("Indian Railways", language).text;
            assert!(text.contains(language.phrases().may_share), "{text:?}");
        }
    }

    #[test]
    fn a_hash_shows_as_its_digits() {
        let hash = NoticeHash::of("notice");
        assert_eq!(format!("{hash:?}"), format!("NoticeHash({hash})"));
        assert_eq!(NoticeHash::parse(&hash.to_string()), Ok(hash));
    }
}
