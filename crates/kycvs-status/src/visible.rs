/// Whether every character of a text shows where it is and turns nothing around: no control or format character, no line
/// break, and no mark that turns the direction of writing (UAX #9), but for the zero-width joiners of Indian scripts.
///
/// ```
/// assert!(kycvs_status::is_visible("यात्रा PNR 2/7"));
/// assert!(!kycvs_status::is_visible("to book\u{202E} a ticket"));
/// ```
pub fn is_visible(text: &str) -> bool {
    let is_hidden = |c: char| c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}');
    !text.chars().any(|c| is_hidden(c) && !is_joiner(c))
}

/// Whether a character joins the letters around it, or keeps them apart, and is drawn as nothing: words of Indian scripts
/// need it.
pub fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Whether a character is drawn as nothing (Unicode 17.0, property `Default_Ignorable_Code_Point`), joiners included, or is
/// one of the interlinear annotation characters.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}')
        || matches!(c, '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}')
        || matches!(c, '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}')
        || matches!(c, '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_or_turns_the_writing_direction_is_hidden() {
        for hidden in
            "\0\n\u{7F}\u{85}\u{AD}\u{200B}\u{200E}\u{202E}\u{2028}\u{2029}\u{2066}\u{FEFF}\u{FE0F}\u{E0041}".chars()
        {
            assert!(!is_visible(&format!("a{hidden}b")), "U+{:04X}", u32::from(hidden));
        }
    }

    #[test]
    fn words_of_any_script_are_visible_with_their_joiners() {
        for text in ["", "a1", "é", "यात्रा: 14 दिन", "سفر", "क्\u{200D}ष", "क्\u{200C}ष"]
        {
            assert!(is_visible(text), "{text}");
        }
    }

    #[test]
    fn a_joiner_is_drawn_as_nothing() {
        for c in ['\u{200C}', '\u{200D}'] {
            assert!(is_joiner(c) && is_invisible(c));
        }
        assert!(!is_joiner('\u{200B}') && !is_joiner('a') && !is_invisible('a'));
    }
}
