//! Spellings of one name: the rules in `letters`, and the table in `data/spellings.txt`.

use std::{borrow::Cow, collections::HashMap, hash::BuildHasherDefault, sync::LazyLock};

use super::{
    fold::sound_alike,
    letters::{letter_by_letter, plain},
    script, table,
    table::{Fnv, Table},
};

const TABLE: &str = include_str!("../../data/spellings.txt");

/// Whether two words are spellings of one name, in one script or two.
pub(super) fn same_name(a: &str, b: &str) -> bool {
    match (a.is_ascii(), b.is_ascii()) {
        (true, true) => standard(a) == standard(b),
        (true, false) => script::reads_as(b, a),
        (false, true) => script::reads_as(a, b),
        (false, false) if script::is_one_script(a, b) => {
            sound_alike(a).eq(sound_alike(b)) || script::are_known_as_one(a, b)
        }
        (false, false) => script::in_latin(a).iter().any(|a| script::reads_as(b, a)),
    }
}

/// What stands for a Latin word in all its spellings: the first of its class, or the word as the rules bring it to one form.
pub(super) fn standard(word: &str) -> Cow<'_, str> {
    let plain = plain(word);
    match CLASSES.get(&*plain) {
        Some(class) => Cow::Borrowed(first(class)),
        None => plain,
    }
}

/// All spellings that the table has of a word, as [`plain`] brings them to one form; the word's own alone where it has none.
pub(super) fn all_plain(word: &str) -> Vec<Cow<'_, str>> {
    let own = plain(word);
    match CLASSES.get(&*own) {
        Some(class) => class.split(' ').flat_map(|word| [plain(word), letter_by_letter(word).into()]).collect(),
        None => vec![own, letter_by_letter(word).into()],
    }
}

/// Whether the table has a word.
pub(super) fn is_known(word: &str) -> bool {
    CLASSES.contains_key(&*plain(word))
}

/// Whether the length of a vowel makes a Latin word another name.
pub(super) fn is_of_length(word: &str) -> bool {
    LONG_VOWELS_COUNT.contains_key(word)
}

/// Arabic names that differ by nothing but the length of a vowel: Rashid is the guided one, Rasheed the one who guides.
static LONG_VOWELS_COUNT: LazyLock<Table<()>> = LazyLock::new(|| {
    table::lines(TABLE)
        .filter_map(|line| line.strip_prefix("long: "))
        .flat_map(|line| line.split(' '))
        .map(|word| (word, ()))
        .collect()
});

/// Every spelling in the table in its plain form, with its class.
static CLASSES: LazyLock<HashMap<String, &str, BuildHasherDefault<Fnv>>> = LazyLock::new(|| {
    classes().flat_map(|class| class.split(' ').map(move |word| (plain(word).into_owned(), class))).collect()
});

fn first(class: &'static str) -> &'static str {
    class.split(' ').next().unwrap_or(class)
}

fn classes() -> impl Iterator<Item = &'static str> {
    table::lines(TABLE).filter(|line| !line.starts_with("long: "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        PersonName,
        name::{heads::Heads, initial},
    };

    #[test]
    fn a_spelling_is_in_one_class_only() {
        let mut twice = Vec::new();
        let mut seen: Table<&str> = Table::default();
        for class in classes() {
            for word in class.split(' ') {
                twice.extend(seen.insert(word, class).map(|_| word));
            }
        }
        assert_eq!(twice, Vec::<&str>::new());
        for (word, class) in &seen {
            assert_eq!(*class, CLASSES[&*plain(word)], "{word}: the rules bring it into two classes");
        }
    }

    #[test]
    fn a_class_says_what_the_rules_do_not() {
        let mut needless = Vec::new();
        for class in classes() {
            let plain: std::collections::HashSet<_> = class.split(' ').map(plain).collect();
            needless.extend((plain.len() < 2).then_some(class));
            for word in class.split(' ') {
                assert!(!initial::is_one_letter(word), "{class}");
                assert_eq!(PersonName::parse(&format!("a {word} a")).unwrap().normalised(), format!("a {word} a"));
            }
        }
        assert_eq!(needless, Vec::<&str>::new());
    }

    /// The quick refusal of two names looks at first letters only, so it must know the classes that change them.
    #[test]
    fn the_spellings_of_a_class_begin_alike() {
        for class in classes() {
            let first = class.split(' ').next().unwrap();
            assert!(class.split(' ').all(|word| Heads::of(first).may_match(Heads::of(word))), "{class}");
        }
    }

    #[test]
    fn a_long_vowel_makes_another_arabic_name() {
        for (a, b) in [("rashid", "rasheed"), ("hamid", "hameed"), ("nasir", "naseer"), ("sayed", "sayeed")] {
            assert!(!same_name(a, b), "{a}, {b}");
        }
        assert!(same_name("nadim", "nadeem") && same_name("kabir", "kabeer"), "of these there is one only");
    }

    #[test]
    fn a_change_of_sense_is_no_spelling() {
        for (a, b) in [
            ("sunil", "sunita"),
            ("anil", "anita"),
            ("sita", "gita"),
            ("krishna", "krishnan"),
            ("deepa", "deepak"),
            ("raja", "raju"),
            ("chandra", "chandran"),
            ("rajendra", "rajendran"),
            ("parvati", "purvati"),
            ("hasan", "husain"),
            ("ram", "rama"),
            ("kamal", "kamala"),
        ] {
            assert!(!same_name(a, b), "{a}, {b}");
        }
    }
}
