//! The sounds of a word in a Brahmic script, with the ways in which people write each in Latin letters.
//!
//! The letters are those of the form that `spelling` brings Latin words to: no long vowels, `t` for `th`, `v` for `w`.

use super::fold::{BENGALI, DEVANAGARI, GUJARATI, GURMUKHI, MALAYALAM, ODIA, TAMIL, brahmic, place};

/// One sound.
pub(super) struct Sound {
    /// How it is written, the most usual way first.
    pub(super) ways: &'static [&'static str],
    /// Whether it may be left out: the vowel that a consonant has of its own is not always spoken.
    pub(super) may_be_mute: bool,
}

/// The sounds of a word; `None` where it has a letter of a script that is not read.
pub(super) fn sounds(word: &str) -> Option<Vec<Sound>> {
    let letters: Vec<(u32, u32)> =
        word.chars().filter(|c| !matches!(c, '\u{200C}' | '\u{200D}')).map(brahmic).collect::<Option<_>>()?;
    let mut sounds = Vec::with_capacity(2 * letters.len());
    let (mut at, mut vowels, mut after_virama) = (0, 0, false);
    while let Some(&(block, place)) = letters.get(at) {
        let rest: Vec<u32> = letters[at..].iter().map(|(_, place)| *place).collect();
        let (ways, length) = letter(block, &rest)?;
        at += length;
        sounds.push(Sound { ways, may_be_mute: is_doubled(&rest[length - 1..]) });
        if !is_consonant(rest[length - 1]) {
            vowels += usize::from(is_vowel(place));
            continue;
        }
        match letters.get(at).map(|(_, place)| *place) {
            Some(place::VIRAMA) => {
                at += 1;
                after_virama = true;
                continue;
            }
            Some(next) if is_vowel(next) => {}
            next => {
                sounds.extend(own_vowel(block, next, vowels == 0, after_virama));
                vowels += 1;
            }
        }
        after_virama = false;
    }
    Some(sounds)
}

/// Whether a consonant is written twice, or once and with its breath: in Latin letters once is enough.
fn is_doubled(rest: &[u32]) -> bool {
    match *rest {
        [a, place::VIRAMA, b, ..] => {
            a == b || a + 1 == b && matches!(a, 0x15 | 0x17 | 0x1A | 0x1C | 0x1F | 0x21 | 0x24 | 0x26 | 0x2A | 0x2C)
        }
        _ => false,
    }
}

fn is_consonant(place: u32) -> bool {
    matches!(place, 0x15..=0x39 | 0x5F | place::NUKTA)
}

fn is_vowel(place: u32) -> bool {
    matches!(place, 0x05..=0x14 | 0x3E..=0x4C)
}

/// The vowel that a consonant has where none is written, before the letter `next`. In the North the last one is mute, but
/// for a little of it after two consonants, and those within a word are often; in the South all are spoken.
fn own_vowel(block: u32, next: Option<u32>, is_first: bool, after_virama: bool) -> Option<Sound> {
    let may_be_mute = match (block, next) {
        (DEVANAGARI | BENGALI | GURMUKHI | GUJARATI, None) if !after_virama && !is_first => return None,
        (DEVANAGARI | BENGALI | GURMUKHI | GUJARATI, Some(next)) => !is_first && is_consonant(next),
        (_, None) => !is_first && matches!(block, DEVANAGARI | BENGALI | GURMUKHI | GUJARATI | ODIA),
        _ => false,
    };
    let ways: &[&str] = match block {
        BENGALI | ODIA => &["a", "o"],
        // Balwinder: at the end of a Punjabi name -dar is heard as -der.
        DEVANAGARI | GURMUKHI if next == Some(0x30) => &["a", "e"],
        _ => &["a"],
    };
    Some(Sound { ways, may_be_mute })
}

/// How the first of some letters is written, and how many letters that takes.
#[rustfmt::skip]
fn letter(block: u32, letters: &[u32]) -> Option<(&'static [&'static str], usize)> {
    use place::{ANUSVARA, NUKTA, NYA, VIRAMA, VISARGA};
    let ways: &[&str] = match *letters {
        [0x1C, VIRAMA, NYA, ..] => return Some((&["gy", "jn", "gn", "dny", "jny"], 3)),
        [0x21, NUKTA, ..] => return Some((&["r", "d"], 2)),
        [0x22, NUKTA, ..] => return Some((&["rh", "dh", "r"], 2)),
        [0x2F, NUKTA, ..] => return Some((&["y", "i", ""], 2)),
        [0x38, NUKTA, ..] => return Some((&["sh", "s"], 2)),
        [place, NUKTA, ..] => return letter(block, &[place]).map(|(ways, _)| (ways, 2)),
        [ANUSVARA] => &["n", "m", ""],
        [ANUSVARA, 0x39, ..] => return Some((&["ngh", "nh", "mh"], 2)),
        [ANUSVARA, 0x2A..=0x2E, ..] => &["m", "n"],
        [ANUSVARA, ..] => &["n", "m"],
        [VISARGA, ..] => &["h", ""],
        [0x05, ..] if matches!(block, BENGALI | ODIA) => &["a", "o"],
        [0x05 | 0x06 | 0x3E, ..] => &["a"],
        [0x07 | 0x08, ..] if block == TAMIL => &["i", "e"],
        [0x07 | 0x08 | 0x3F, ..] => &["i"],
        [0x40, ..] => &["i", "y"],
        [0x09 | 0x0A | 0x41 | 0x42, ..] => &["u"],
        [0x0B | 0x43, ..] => &["ri", "ru"],
        [0x0D..=0x0F | 0x45..=0x47, ..] => &["e"],
        [0x10 | 0x48, ..] => &["ai", "ei", "ay", "e"],
        [0x11..=0x13 | 0x49..=0x4B, ..] => &["o"],
        [0x14 | 0x4C, ..] => &["au", "ou", "ov", "o"],
        [0x15, ..] if block == TAMIL => &["k", "g", "h", "c"],
        [0x15, ..] => &["k", "c", "q"],
        [0x16, ..] => &["kh", "k"],
        [0x17, ..] => &["g"],
        [0x18, ..] => &["gh", "g"],
        [0x19, ..] => &["n", "ng"],
        [0x1A, ..] if block == TAMIL => &["s", "ch", "c", "sh"],
        [0x1A, ..] => &["ch", "c"],
        [0x1B, ..] => &["chh", "ch"],
        [0x1C, ..] => &["j", "z"],
        [0x1D, ..] => &["jh", "j"],
        [0x1E, ..] => &["n", "ny", "nj", "gn"],
        [0x1F, ..] if block == TAMIL => &["t", "d"],
        [0x1F | 0x20, ..] => &["t"],
        [0x21, ..] => &["d"],
        [0x22, ..] => &["dh", "d"],
        [0x23 | 0x28 | 0x29, ..] => &["n"],
        [0x24, ..] if matches!(block, TAMIL | MALAYALAM) => &["t", "d", "dh"],
        [0x24 | 0x25, ..] => &["t"],
        [0x26 | 0x27, ..] => &["d", "dh"],
        [0x2A, ..] if block == TAMIL => &["p", "b"],
        [0x2A, ..] => &["p"],
        [0x2B, ..] => &["f", "ph"],
        [0x2C, ..] if block == BENGALI => &["b", "v"],
        [0x2C, ..] => &["b"],
        [0x2D, ..] if block == BENGALI => &["bh", "b", "v"],
        [0x2D, ..] => &["bh", "b"],
        [0x2E, ..] => &["m"],
        [0x2F, ..] if matches!(block, BENGALI | ODIA) => &["y", "j"],
        [0x5F, ..] if block == ODIA => &["y"],
        [0x2F, ..] => &["y", "i"],
        [0x30 | 0x31, ..] => &["r"],
        [0x32 | 0x33, ..] => &["l"],
        [0x34, ..] => &["zh", "l"],
        [0x35, ..] => &["v"],
        [0x36 | 0x37, ..] => &["sh", "s"],
        [0x38, ..] if block == BENGALI => &["s", "sh"],
        [0x38, ..] => &["s"],
        [0x39, ..] => &["h"],
        _ => return None,
    };
    Some((ways, 1))
}
