//! Words that are nobody's own name: the table in `data/surnames.txt`.

use std::{collections::HashSet, sync::LazyLock};

use crate::spelling::standard;

const TABLE: &str = include_str!("../data/surnames.txt");

/// Whether a word is a surname or a second name in any spelling, so that its place in a name says nothing.
pub(crate) fn is_surname(word: &str) -> bool {
    SURNAMES.contains(standard(word))
}

static SURNAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| words().map(standard).collect());

fn words() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.split(' ')).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PersonName;

    #[test]
    fn a_surname_is_in_the_table_once_and_normalised() {
        let mut seen = HashSet::new();
        for word in words() {
            assert!(seen.insert(word), "{word}");
            assert_eq!(PersonName::parse(&format!("a {word}")).unwrap().normalised(), format!("a {word}"));
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
        assert!(is_surname("aggarwal") && is_surname("choudhury") && is_surname("nayar"), "in any spelling");
    }
}
