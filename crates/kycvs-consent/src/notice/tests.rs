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
        assert!(!notice.text.contains(['{', '}']) && !notice.reference.is_of_own_page());
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
