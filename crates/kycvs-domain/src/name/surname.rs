//! Words that are surnames: the table in `data/surnames.txt`.

use std::{collections::HashMap, sync::LazyLock};

use super::{script, spelling::standard, table};

const TABLE: &str = include_str!("../../data/surnames.txt");

/// Whether a word is a surname or a second name in any spelling and script.
pub(super) fn is_surname(word: &str) -> bool {
    is_any(word, |latin| SURNAMES.contains_key(&*standard(latin)))
}

/// Whether a word is that and no man's own name anywhere, so that its place in a name says nothing.
pub(super) fn is_only_surname(word: &str) -> bool {
    is_any(word, |latin| SURNAMES.get(&*standard(latin)) == Some(&Kind::Only))
}

/// Whether a word is the second name of women with which own names of men begin, too: Devi.
pub(super) fn is_second_name_of_women(word: &str) -> bool {
    is_any(word, |latin| SURNAMES.get(&*standard(latin)) == Some(&Kind::Women))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Only,
    /// Kumar: a son's own name, too.
    Own,
    /// Devi, in Sunita Devi and in Devi Ram.
    Women,
}

fn is_any(word: &str, is_meant: impl Fn(&str) -> bool) -> bool {
    if word.is_ascii() { is_meant(word) } else { script::in_latin(word).iter().any(|latin| is_meant(latin)) }
}

static SURNAMES: LazyLock<HashMap<String, Kind>> = LazyLock::new(|| {
    let (own, only): (Vec<_>, Vec<_>) = table::lines(TABLE).partition(|line| line.contains(": "));
    // Where two spellings of one name are in both, the place counts.
    let lines = only.into_iter().chain(own).map(|line| match line.split_once(": ") {
        Some(("women", words)) => (Kind::Women, words),
        Some((_, words)) => (Kind::Own, words),
        None => (Kind::Only, line),
    });
    lines.flat_map(|(kind, words)| words.split(' ').map(move |word| (standard(word).into_owned(), kind))).collect()
});

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::PersonName;

    #[test]
    fn a_surname_is_in_the_table_once_and_normalised() {
        let mut seen = HashSet::new();
        for word in table::words(TABLE).filter(|word| !word.ends_with(':')) {
            assert!(seen.insert(word), "{word}");
            assert_eq!(PersonName::parse(&format!("a {word} a")).unwrap().normalised(), format!("a {word} a"));
        }
        assert!(seen.len() > 1_000);
    }

    #[test]
    fn names_that_sons_and_fathers_carry_are_no_surnames() {
        for own in
            "thomas mathew varghese kurian joseph george jacob paul murugan subramanian ali ahmed hussain mohammed \
                    hasan ram mohan krishna prasad babu raj lal ramesh suresh"
                .split(' ')
        {
            assert!(!is_surname(own), "{own}");
        }
    }

    #[test]
    fn of_a_surname_that_is_a_son_s_own_name_somewhere_the_place_counts() {
        for own in ["kumar", "das", "dass", "joshy", "jain", "कुमार", "குமார்"] {
            assert!(is_surname(own) && !is_only_surname(own), "{own}");
        }
        assert!(is_only_surname("sharma") && is_only_surname("शर्मा") && !is_only_surname("ramesh"));
    }

    #[test]
    fn a_surname_is_one_in_any_spelling_and_script() {
        for word in ["aggarwal", "choudhury", "nayar", "शर्मा", "सिंह", "రెడ్డి", "రావు", "ਕੌਰ"]
        {
            assert!(is_only_surname(word), "{word}");
        }
        assert!(is_surname("কুমার") && is_surname("দাস") && is_second_name_of_women("देवी"));
    }
}
