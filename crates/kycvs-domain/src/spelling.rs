//! Spellings of one name in the Latin script: the table in `data/spellings.txt`.

use std::{collections::HashMap, sync::LazyLock};

use crate::heads::HEAD_BITS;

const TABLE: &str = include_str!("../data/spellings.txt");

/// The spelling that stands for a word: the first of its class, or the word itself when it is in none.
pub(crate) fn standard(token: &str) -> &str {
    all(token).next().unwrap_or(token)
}

/// Whether two words are spellings of one name.
pub(crate) fn same_name(a: &str, b: &str) -> bool {
    begin_alike(a, b) && CLASSES.get(a).is_some_and(|class| CLASSES.get(b) == Some(class))
}

/// Whether two words begin as the spellings of one name do. Most do not, and need not be looked up.
pub(crate) fn begin_alike(a: &str, b: &str) -> bool {
    let head = |word: &str| word.bytes().next().map(|byte| HEAD_BITS[usize::from(byte)]);
    head(a) == head(b)
}

/// All spellings of a word, its own among them.
pub(crate) fn all(token: &str) -> impl Iterator<Item = &str> {
    CLASSES.get(token).copied().unwrap_or(token).split(' ')
}

/// Whether the table has a word.
pub(crate) fn is_known(token: &str) -> bool {
    CLASSES.contains_key(token)
}

/// Every spelling in the table, with the class it is in.
static CLASSES: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| classes().flat_map(|class| class.split(' ').map(move |spelling| (spelling, class))).collect());

fn classes() -> impl Iterator<Item = &'static str> {
    TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PersonName, initial};

    #[test]
    fn a_spelling_is_in_one_class_only() {
        let count: usize = classes().map(|class| class.split(' ').count()).sum();
        let mut seen = std::collections::HashSet::new();
        let twice: Vec<_> = classes().flat_map(|class| class.split(' ')).filter(|word| !seen.insert(*word)).collect();
        assert_eq!((twice, CLASSES.len()), (vec![], count));
        assert!(classes().count() >= 120);
    }

    #[test]
    fn a_class_has_at_least_two_normalised_words_that_are_no_initials() {
        for class in classes() {
            assert!(class.split(' ').count() >= 2, "{class}");
            for word in class.split(' ') {
                assert!(!initial::is_one_letter(word), "{class}");
                assert_eq!(PersonName::parse(&format!("a {word}")).unwrap().normalised(), format!("a {word}"));
            }
        }
    }

    /// The quick refusal of two names looks at first letters only, so it must know the classes that change them.
    #[test]
    fn the_spellings_of_a_class_begin_alike() {
        for class in classes() {
            let mut heads = class.split(' ').map(|word| HEAD_BITS[usize::from(word.as_bytes()[0])]);
            let first = heads.next();
            assert!(heads.all(|head| Some(head) == first), "{class}");
        }
    }
}
