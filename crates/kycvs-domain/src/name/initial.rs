//! Initials, in any script.

use unicode_normalization::char::is_combining_mark;

use super::normalise::is_virama;

/// Whether a word is one letter as a reader sees it: `r`, `मु`, `श्री`.
pub(crate) fn is_one_letter(token: &str) -> bool {
    token.len() < 2 || !token.is_ascii() && first_letter(token).len() == token.len()
}

/// Whether a word is an initial of two Latin letters for one sound: Ch. is Chintala, Gh. is Ghulam.
pub(crate) fn is_two_letters(token: &str) -> bool {
    matches!(token, "bh" | "ch" | "dh" | "gh" | "kh" | "ph" | "th")
}

/// The first letter as a reader sees it: a character with the marks on it, and all of a conjunct. That is what Tamil and
/// other Indian scripts write for an initial (`மு` for முத்துவேல்). It is the grapheme cluster of Unicode's UAX #29 as
/// far as names need it.
pub(crate) fn first_letter(token: &str) -> &str {
    let mut complete = false;
    for (at, c) in token.char_indices() {
        if is_combining_mark(c) {
            complete = !is_virama(c);
        } else if complete {
            return &token[..at];
        } else {
            complete = true;
        }
    }
    token
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_takes_its_marks_and_conjuncts_with_it() {
        for (token, first) in [
            ("ramesh", "r"),
            ("r", "r"),
            ("r\u{301}e", "r\u{301}"),
            ("éa", "é"),
            ("राम", "रा"),
            ("श्रीदेवी", "श्री"),
            ("क्षमा", "क्ष"),
            ("முத்துவேல்", "மு"),
            ("ஸ்டாலின்", "ஸ்டா"),
            ("రమేశ్", "ర"),
            ("", ""),
        ] {
            assert_eq!(first_letter(token), first);
        }
        assert!(is_one_letter("கு") && is_one_letter("श्री") && !is_one_letter("राम") && !is_one_letter("md"));
    }
}
