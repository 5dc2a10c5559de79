//! How Indian names are written in Latin letters: the rules that bring the spellings of one name to one form.

use std::borrow::Cow;

use super::spelling::is_of_length;

/// A Latin word with one letter for each sound that is spelled in several ways:
///
/// - long vowels as short ones: Sunil and Suneel, Anup and Anoop, Arti and Aarti; `ou` as `au`: Sourav;
/// - `th` as `t`: Bharat and Bharath, as the South writes त; `w` as `v`; `q` as `k`; `ph` as `f`; `chh` as `ch`; `ck` and
///   `kk` as `k`; Tamil's `zh` as `l`: Pazhani, but Azhar;
/// - `dh` as `d` beside n, d, r or y and at the end: Nandhini, Vidhya, Vinodh; `sh` as `s` before r or v: Shruti, Ashwin;
/// - `y` at the end after t, m or sh as `i`: Murthy and Murthi; -oy and -jai as -ay and -jay: Sanjoy; -deo as -dev: Mahadeo;
/// - Sanskrit's -endra in the mouths of the North: Rajender, Rajinder; Ramchander;
/// - Arabic's -uddin: Nizamudeen, Nizamudheen;
/// - `par` before a consonant as `pra`: Parveen, Parkash;
/// - the South's `swamy` as `samy`, `jeya` as `jaya`, `jega` as `jaga`, `sya` as `shya`: Muthuswamy, Jeyakumar, Syamala;
///   `y` for `ai` in the first syllable: Hymavathi; -eswara as -eswar: Nageswara;
/// - `que` at the end as `q`: Ishaque; `iya` as `ia`, `ya` too after a consonant: Mariyamma, Kaviya, Surya; -ah as -a: Sarah;
/// - what the article makes of Abdul, written together: Abdurahman, Abdussalam.
///
/// Nothing more: each other change makes another person of somebody.
pub(super) fn plain(word: &str) -> Cow<'_, str> {
    if is_plain(word) || are_initials(word) || is_of_length(word) {
        return Cow::Borrowed(word);
    }
    let mut plain = letter_by_letter(word);
    if plain.strip_suffix('y').is_some_and(|stem| stem.ends_with(['t', 'm']) || stem.ends_with("sh")) {
        plain.pop();
        plain.push('i');
    }
    let ending = match plain.as_bytes() {
        [.., b'c', b'h', b'a', b'n', b'd', b'e' | b'a', b'r'] => Some((7, "chandra")),
        [.., b'e' | b'i', b'n', b'd', b'e' | b'a', b'r'] | [.., b'i', b'n', b'd', b'r', b'a'] => Some((5, "endra")),
        [.., b'u', b'd', b'h', b'i', b'n'] | [.., b'o', b'd', b'd', b'i', b'n'] => Some((5, "uddin")),
        [.., b'u', b'd', b'i', b'n'] => Some((4, "uddin")),
        [.., b's', b'v', b'a', b'm', b'i'] => Some((5, "sami")),
        [.., b'e', b's', b'v', b'a', b'r', b'a'] => Some((6, "esvar")),
        [.., b'k', b'u', b'e'] => Some((3, "k")),
        [_, _, .., b'o', b'y'] => Some((2, "ay")),
        [_, .., b'j', b'a', b'i'] => Some((1, "y")),
        [_, _, .., b'd', b'e', b'o'] => Some((1, "v")),
        _ => None,
    };
    if let Some((length, one)) = ending {
        plain.truncate(plain.len() - length);
        plain.push_str(one);
    }
    if let Some(rest) = plain
        .strip_prefix("par")
        .filter(|rest| rest.len() > 2 && !rest.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h', 'r']))
    {
        plain = format!("pra{rest}");
    }
    match plain.as_bytes() {
        [b'j', b'e', b'y' | b'g', b'a', ..] => plain.replace_range(1..2, "a"),
        [b's', b'y', b'a', ..] => plain.insert(1, 'h'),
        letters => {
            if let Some(at) = y_for_ai(letters) {
                plain.replace_range(at..=at, "ai");
            }
        }
    }
    if plain.ends_with("ah") {
        plain.pop();
    }
    if let Some(rest) = plain.strip_prefix("abdu").map(|rest| rest.strip_prefix('l').unwrap_or(rest))
        && rest.len() > 3
    {
        let is_doubled = rest.as_bytes().first() == rest.as_bytes().get(1);
        plain = format!("abdul{}", rest.get(usize::from(is_doubled)..).unwrap_or(rest));
    }
    while let Some(at) = plain.as_bytes().windows(3).position(is_ya_for_ia) {
        let i = if plain.as_bytes().get(at) == Some(&b'i') { "" } else { "i" };
        plain.replace_range(at + 1..at + 2, i);
    }
    Cow::Owned(plain)
}

/// Whether none of these rules changes a word, as of most words none does: then no copy of a name is left in memory.
fn is_plain(word: &str) -> bool {
    let mut before = 0;
    let no_letter_changes = word.bytes().enumerate().all(|(at, byte)| {
        let pair = (std::mem::replace(&mut before, byte), byte);
        let changes = match pair {
            (_, b'w' | b'q') | (b'e', b'e') | (b'o', b'o' | b'u') | (b'a', b'a') | (b'c' | b'k', b'k') => true,
            (b't' | b'z' | b'p' | b'h' | b'd', b'h') | (b'h', b'r' | b'v') => true,
            (b'y', b'a') => word.as_bytes()[..=at].windows(3).next_back().is_some_and(is_ya_for_ia),
            _ => false,
        };
        !changes
    });
    let changes_at_an_end = matches!(
        word.as_bytes(),
        [.., b't' | b'm', b'y']
            | [.., b's', b'h', b'y']
            | [.., b'd', b'e' | b'a', b'r']
            | [.., b'i', b'n', b'd', b'r', b'a']
            | [b'p', b'a', b'r', ..]
            | [.., b'd' | b'h', b'i', b'n']
            | [.., b'q', b'u', b'e']
            | [b'j', b'e', b'y' | b'g', b'a', ..]
            | [b's', b'y', b'a', ..]
            | [b'a', b'b', b'd', b'u', _, ..]
            | [_, _, _, .., b'a', b'h']
            | [.., b'v', b'a', b'r', b'a']
            | [_, _, .., b'o', b'y']
            | [_, .., b'j', b'a', b'i']
            | [_, _, .., b'd', b'e', b'o']
    );
    no_letter_changes && !changes_at_an_end && y_for_ai(word.as_bytes()).is_none()
}

/// Whether a word is initials, of which each letter counts: A A Khan is not A Khan, nor T H K Rao T K Rao.
fn are_initials(word: &str) -> bool {
    word.len() < 3 || !word.bytes().any(is_vowel)
}

/// Where a word has a `y` for the ai of its first syllable: Hyma, Shyla.
fn y_for_ai(word: &[u8]) -> Option<usize> {
    match word {
        [b's', b'h', b'y', next, ..] if !is_vowel(*next) => Some(2),
        [first, b'y', next, ..] if !is_vowel(*first) && !is_vowel(*next) => Some(1),
        _ => None,
    }
}

fn is_ya_for_ia(letters: &[u8]) -> bool {
    matches!(letters, [before, b'y', b'a'] if *before == b'i' || !is_vowel(*before))
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// The first three of these rules, which look at nothing but the letters themselves.
pub(super) fn letter_by_letter(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    let mut letters = word.chars();
    while let Some(letter) = letters.next() {
        let rest = letters.as_str().as_bytes();
        let (one, and_next) = match (letter, rest) {
            ('t', [b'h', ..]) => ('t', true),
            ('e', [b'e', ..]) => ('i', true),
            ('o', [b'o', ..]) => ('u', true),
            ('o', [b'u', ..]) => ('a', false),
            ('a', [b'a', ..]) => ('a', true),
            ('w', _) => ('v', false),
            ('q', _) => ('k', false),
            ('p', [b'h', ..]) => ('f', true),
            ('c', [b'h', b'h', ..]) => ('c', true),
            ('c' | 'k', [b'k', ..]) => ('k', true),
            ('z', [b'h', after @ ..]) if !plain.is_empty() && !after.starts_with(b"ar") => ('l', true),
            ('d', [b'h', after @ ..]) if plain.ends_with(['n', 'd']) || matches!(after, [] | [b'r' | b'y', ..]) => {
                ('d', true)
            }
            ('s', [b'h', b'r' | b'v' | b'w', ..]) => ('s', true),
            _ => (letter, false),
        };
        plain.push(one);
        if and_next {
            letters.next();
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_change_no_word_to_which_they_do_not_apply() {
        for word in "azhar mazhar zhimomi shah noah roy joy jai deo dhan abdul abdulla abdus ckp aa q w thk".split(' ')
        {
            assert_eq!(plain(word), word);
        }
    }
}
