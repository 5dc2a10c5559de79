//! From what a person types to the letters that are compared. Of punctuation `/`, `,` and `@` stay, as words of their own:
//! they say which name is the surname, whose child somebody is, and that somebody has a second name.

use std::borrow::Cow;

use kycvs_status::{is_invisible, is_joiner};
use unicode_normalization::{
    UnicodeNormalization,
    char::{canonical_combining_class, is_combining_mark},
};

use super::{arrange::letter_sign, bracket::unbracketed, dotted::undotted, fold::fold};
use crate::NameError;

/// The words of a text in their normal form, with single spaces between them; empty when there is no letter.
pub(crate) fn normalise(text: &str) -> Result<String, NameError> {
    let text = unglued(text);
    let text = undotted(&text);
    let text = &*unbracketed(&text);
    let mut words = Words(String::with_capacity(text.len()));
    if text.is_ascii() {
        for c in text.chars() {
            words.put_ascii(c)?;
        }
        return Ok(words.finish());
    }
    // Apostrophes go first: NFKD would make a space of the acute accent that many keyboards give for one.
    for c in text.chars().filter(|c| !is_apostrophe(*c)).nfkd().flat_map(char::to_lowercase) {
        if is_combining_mark(c) && !is_invisible(c) {
            words.put_mark(c);
        } else {
            words.put(c)?;
        }
    }
    Ok(fold(&words.finish()).nfc().collect())
}

/// The text with a space after a title that is written together with the name, which a capital shows: `MrRamesh`. No name begins so.
fn unglued(text: &str) -> Cow<'_, str> {
    const TITLES: [&str; 6] = ["Mr", "Mrs", "Ms", "Dr", "Smt", "Prof"];
    let text = text.trim_ascii_start();
    if !matches!(text.as_bytes(), [b'M' | b'D' | b'S' | b'P', b'r' | b's' | b'm', ..]) {
        return text.into();
    }
    let begins_a_name = |rest: &str| matches!(rest.as_bytes(), [b'A'..=b'Z', b'a'..=b'z', ..]);
    let glued = TITLES.iter().find(|title| text.strip_prefix(**title).is_some_and(begins_a_name));
    glued.map_or(text.into(), |title| format!("{title} {}", &text[title.len()..]).into())
}

/// The last mark of a letter that the next letter forms a conjunct with (क् and ष give क्ष).
pub(crate) fn is_virama(c: char) -> bool {
    canonical_combining_class(c) == 9
}

/// The normalised words so far.
struct Words(String);

impl Words {
    fn put_ascii(&mut self, c: char) -> Result<(), NameError> {
        match c {
            'a'..='z' | 'A'..='Z' => self.0.push(c.to_ascii_lowercase()),
            '\'' | '`' => {}
            '@' | ',' => self.put_sign(c),
            '/' | '\\' => self.put_sign('/'),
            ' '..='.' | ':'..='~' => self.end_word(),
            '0'..='9' => self.put_digit(c)?,
            _ => return Err(NameError::ControlCharacter),
        }
        Ok(())
    }

    /// Puts a decomposed, lower-case character that is no mark.
    fn put(&mut self, c: char) -> Result<(), NameError> {
        if c.is_ascii() {
            return self.put_ascii(c);
        }
        if let Some(plain) = plain_latin(c) {
            self.0.push_str(plain);
            return Ok(());
        }
        match c {
            _ if is_joiner(c) || is_harmless(c) || is_apostrophe(c) => {}
            _ if is_invisible(c) => return Err(NameError::InvisibleCharacter),
            _ if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => return Err(NameError::ControlCharacter),
            // Greek writes the same letter in another way at the end of a word.
            'ς' => self.0.push('σ'),
            _ if c.is_alphabetic() => self.0.push(c),
            _ if c.is_whitespace() || is_punctuation(c) => self.end_word(),
            _ if c.is_numeric() => return Err(NameError::Digit),
            _ => return Err(NameError::ForbiddenCharacter),
        }
        Ok(())
    }

    /// A mark is the diacritic of a Latin letter and goes, or part of another script's letter and stays. One that
    /// follows nothing goes.
    fn put_mark(&mut self, c: char) {
        let base = self.0.chars().next_back().unwrap_or(' ');
        if base != ' ' && !is_latin(base) {
            self.0.push(c);
        }
    }

    fn put_sign(&mut self, sign: char) {
        self.end_word();
        self.0.push(sign);
        self.0.push(' ');
    }

    /// After `s/`, for instance, a zero is an O.
    #[cold]
    fn put_digit(&mut self, digit: char) -> Result<(), NameError> {
        let letter = self.0.strip_suffix(" / ").and_then(|before| before.rsplit(' ').next());
        letter.and_then(letter_sign).filter(|_| digit == '0').ok_or(NameError::Digit)?;
        self.0.push('o');
        Ok(())
    }

    fn end_word(&mut self) {
        if !self.at_start() {
            self.0.push(' ');
        }
    }

    fn at_start(&self) -> bool {
        self.0.is_empty() || self.0.ends_with(' ')
    }

    fn finish(mut self) -> String {
        if self.0.ends_with(' ') {
            self.0.pop();
        }
        self.0
    }
}

/// Latin letters that Unicode does not take apart into a plain letter and a mark.
fn plain_latin(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' | 'ɖ' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ł' => "l",
        'ŋ' => "n",
        'þ' => "th",
        'ŧ' => "t",
        _ => return None,
    })
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(c, '\u{C0}'..='\u{2AF}' | '\u{1E00}'..='\u{1EFF}' | '\u{2C60}'..='\u{2C7F}' | '\u{A720}'..='\u{A7FF}')
}

/// `D'Souza` in all the ways a keyboard writes it: quotation marks, primes, accents, modifier letters.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '´' | '‘' | '’' | '‛' | '′' | 'ʹ' | '\u{2BB}'..='\u{2BF}' | 'ˈ')
}

/// Punctuation beyond ASCII that is in names of the scripts of India, the Latin script and their neighbours.
fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{A1}' | '«' | '·' | '»' | '\u{BF}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}')
        || matches!(
            c,
            '।' | '॥' | '॰' | '\u{60C}' | '\u{61B}' | '\u{61F}' | '\u{6D4}' | '\u{5BE}' | '\u{5F3}' | '\u{5F4}'
        )
        || matches!(c, '\u{3001}'..='\u{3002}' | '\u{30FB}' | '\u{AAF0}'..='\u{AAF1}' | '\u{1C7E}'..='\u{1C7F}')
}

/// Marks of direction and widths of nothing that a copied name brings along: the letters and their order are the same
/// without them; so are Arabic's tatweel and small letters over the line. A mark that turns letters around is not among them.
fn is_harmless(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202C}')
        || matches!(c, '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{640}' | '\u{6E5}' | '\u{6E6}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalising_a_character_twice_changes_nothing_more() {
        // The planes that Unicode has characters in; the others are private or unassigned.
        for c in (0..0x4_0000).chain(0xE_0000..0xE_1000).filter_map(char::from_u32) {
            for text in [format!("ab{c}c"), format!("कि{c}र"), format!("{c}")] {
                if let Ok(once) = normalise(&text) {
                    assert_eq!(normalise(&once).as_deref(), Ok(once.as_str()), "U+{:04X}", u32::from(c));
                }
            }
        }
    }

    #[test]
    fn the_ascii_path_and_the_other_agree() {
        for c in (0..128).filter_map(char::from_u32) {
            let (ascii, other) = (normalise(&format!("Ab{c}cD")), normalise(&format!("Ab{c}cDé")));
            assert_eq!(ascii.map(|name| name + "e"), other, "U+{:04X}", u32::from(c));
        }
    }
}
