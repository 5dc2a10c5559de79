//! Signs between two names that are written with dots. Without a name on either side, or with spaces in them, they are initials:
//! `S.O. Thomas`, `Mathew A.K.A.`, `Asha S. O. Rao`.

use std::borrow::Cow;

use super::titles;

/// With dots and without. The signs of rarer relations are rather somebody's initials.
const SIGNS: [(&str, &str); 7] =
    [("s.o", "s/o"), ("s.0", "s/o"), ("d.o", "d/o"), ("d.0", "d/o"), ("w.o", "w/o"), ("w.0", "w/o"), ("a.k.a", "aka")];

/// The text with these signs as they are written without dots.
pub(super) fn undotted(text: &str) -> Cow<'_, str> {
    let is_within_word = |pair: &[u8]| matches!(pair, [b'.', next] if next.is_ascii_alphanumeric());
    if !text.as_bytes().windows(2).any(is_within_word) {
        return text.into();
    }
    let words: Vec<&str> = text.split(' ').collect();
    let is_between = |at: usize, rest: &str| {
        words.iter().take(at).any(|word| is_name(word))
            && (is_name(rest) || words.iter().skip(at + 1).any(|word| is_name(word)))
    };
    let written = words.iter().enumerate().map(|(at, word)| match sign(word) {
        Some((sign, rest)) if is_between(at, rest) => Cow::Owned(format!("{sign} {rest}")),
        _ => Cow::Borrowed(*word),
    });
    written.collect::<Vec<_>>().join(" ").into()
}

/// The sign that a word is or begins with, and the rest of the word: a space after it is often left out.
fn sign(word: &str) -> Option<(&'static str, &str)> {
    SIGNS.iter().find_map(|(dotted, sign)| {
        let (begin, rest) = word.split_at_checked(dotted.len())?;
        let is_sign = begin.eq_ignore_ascii_case(dotted) && (rest.is_empty() || rest.starts_with('.'));
        is_sign.then(|| (*sign, rest.trim_start_matches('.')))
    })
}

/// Whether a word is more than initials and titles.
fn is_name(word: &str) -> bool {
    let word = word.trim_matches(['.', ',']);
    word.chars().nth(1).is_some() && !word.contains('.') && !titles::is_title(&word.to_ascii_lowercase())
}
