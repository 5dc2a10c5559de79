//! A word in brackets after a name: a nickname, a husband, a house. `Rajesh Kumar (Raju)` does not say which, so that it is read as
//! `C/O` is: one side may lack it, two must agree.

use std::borrow::Cow;

use super::{surname::is_surname, titles};

/// Words in brackets that make another person of somebody: Ramesh Kumar (Son).
const OTHERS: [&str; 21] = [
    "son", "daughter", "wife", "widow", "husband", "father", "mother", "brother", "baby", "child", "infant", "newborn",
    "minor", "boy", "girl", "twin", "junior", "senior", "elder", "younger", "guardian",
];

/// The text with `C/O` for the brackets at its end.
pub(super) fn unbracketed(text: &str) -> Cow<'_, str> {
    let brackets = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    let is_full_name = |name: &str| name.split_whitespace().nth(1).is_some() && !name.contains(['/', '\\', '@']);
    match brackets {
        Some((name, word)) if is_full_name(name) && is_another_name(&word.to_lowercase()) => {
            format!("{name} c/o {word}").into()
        }
        _ => text.into(),
    }
}

/// Whether a word is neither a title nor a surname, which is part of the name, nor another person's.
fn is_another_name(word: &str) -> bool {
    let is_word =
        word.chars().nth(2).is_some() && !word.contains(|c: char| c.is_whitespace() || c.is_ascii_punctuation());
    is_word && !titles::is_title(word) && !is_surname(word) && !OTHERS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NameComparison;

    #[test]
    fn a_word_in_brackets_may_be_missing_on_one_side() {
        assert_eq!(unbracketed("Rajesh Kumar (Raju)"), "Rajesh Kumar  c/o Raju");
        for (asked, how) in [
            ("Rajesh Kumar", "same"),
            ("Rajesh Kumar S/O Raju", "same"),
            ("Rajesh Kumar (Munna)", "different"),
            ("Rajesh Kumar S/O Munna", "different"),
            ("Raju", "different"),
        ] {
            assert_eq!(NameComparison::of(asked, "Rajesh Kumar (Raju)").how, how, "{asked}");
        }
    }

    #[test]
    fn brackets_stay_that_hold_no_other_name() {
        for text in [
            "Asha (Lakshmi)",
            "Asha Rao (Sharma)",
            "Asha Rao (Retd)",
            "Asha Rao (K)",
            "Asha Rao (Jr)",
            "Asha Rao (Meena D)",
            "Asha Rao (S/O Ram)",
            "Asha Rao S/O Ram (Raju)",
            "Asha @ Meena (Raju)",
            "Asha (Meena) Rao",
            "Asha Rao Raju)",
        ] {
            assert_eq!(unbracketed(text), text);
        }
        for word in
            "Son Daughter Wife Widow Husband Father Mother Brother Baby Child Infant Newborn Minor Boy Girl Twin \
                     Junior Senior Elder Younger Guardian"
                .split_whitespace()
        {
            assert_eq!(NameComparison::of("Asha Rao", &format!("Asha Rao ({word})")).how, "different", "{word}");
        }
    }
}
