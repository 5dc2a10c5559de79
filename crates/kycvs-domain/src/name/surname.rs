//! Words that are nobody's own name: the table in `data/surnames.txt`.

use std::{collections::HashSet, sync::LazyLock};

use super::{script, spelling::standard, table};

const TABLE: &str = include_str!("../../data/surnames.txt");

/// Whether a word is a surname or a second name in any spelling and script, so that its place in a name says nothing.
pub(super) fn is_surname(word: &str) -> bool {
    let is_in_table = |word: &str| SURNAMES.contains(&*standard(word));
    if word.is_ascii() { is_in_table(word) } else { script::in_latin(word).iter().any(|latin| is_in_table(latin)) }
}

static SURNAMES: LazyLock<HashSet<String>> =
    LazyLock::new(|| table::words(TABLE).map(|word| standard(word).into_owned()).collect());

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PersonName;

    #[test]
    fn a_surname_is_in_the_table_once_and_normalised() {
        let mut seen = HashSet::new();
        for word in table::words(TABLE) {
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
    fn a_surname_is_one_in_any_spelling_and_script() {
        for word in ["aggarwal", "choudhury", "nayar", "कुमार", "शर्मा", "देवी", "सिंह", "రెడ్డి", "రావు", "ਕੌਰ", "দাস"]
        {
            assert!(is_surname(word), "{word}");
        }
    }
}
