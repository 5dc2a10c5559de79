//! Texts that are repeated to people: ids, titles and names of series.

use kycvs_status::{is_joiner, is_visible};

/// Whether a text is 1 to `max` characters, all of which show where they are and turn nothing around.
///
/// Words of Indian scripts need the zero-width joiners; an id has none ([`is_id`]).
pub(crate) fn is_text(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.chars().count()) && is_visible(text)
}

/// Whether a text is an id: 1 to `max` characters, all of them [visible](is_visible), and none of them a joiner, so that two ids
/// that look the same are the same.
pub fn is_id(text: &str, max: usize) -> bool {
    is_text(text, max) && !text.chars().any(is_joiner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_or_turns_the_writing_direction_is_in_no_text() {
        for hidden in "\0\n\u{7F}\u{85}\u{AD}\u{200B}\u{200E}\u{202E}\u{2028}\u{2066}\u{FEFF}\u{FE0F}\u{E0041}".chars()
        {
            let text = format!("a{hidden}b");
            assert!(!is_text(&text, 120) && !is_id(&text, 120), "U+{:04X}", u32::from(hidden));
        }
    }

    #[test]
    fn words_of_any_script_are_text_with_their_joiners_and_an_id_has_none() {
        for text in ["a1", "PNR 2/7", "é", "यात्रा: 14 दिन", "سفر"] {
            assert!(is_text(text, 120) && is_id(text, 120), "{text}");
        }
        assert!(is_text("क्\u{200D}ष", 120) && !is_id("क्\u{200D}ष", 120));
    }

    #[test]
    fn a_text_has_a_limit_in_characters() {
        assert!(is_text("रा", 2) && !is_text("राम", 2) && !is_text("", 2));
    }
}
