//! Letters of Indian scripts that one person's papers write in two ways, brought to one.
//!
//! The blocks of the Brahmic scripts in Unicode have one order since ISCII: the same letter is at the same place in each.

use super::normalise::is_virama;

/// Where a block has its letters, from its first character on.
pub(super) mod place {
    pub(crate) const CANDRABINDU: u32 = 0x01;
    pub(crate) const ANUSVARA: u32 = 0x02;
    pub(crate) const VISARGA: u32 = 0x03;
    pub(crate) const NYA: u32 = 0x1E;
    pub(crate) const NUKTA: u32 = 0x3C;
    pub(crate) const VIRAMA: u32 = 0x4D;
    pub(crate) const TIPPI: u32 = 0x70;
}

/// The first character of the block of a Brahmic script, Devanagari to Malayalam, and the place of `c` in it.
pub(super) fn brahmic(c: char) -> Option<(u32, u32)> {
    let code = u32::from(c);
    (0x0900..0x0D80).contains(&code).then_some((code & !0x7F, code & 0x7F))
}

pub(super) const DEVANAGARI: u32 = 0x0900;
pub(super) const BENGALI: u32 = 0x0980;
pub(super) const GURMUKHI: u32 = 0x0A00;
pub(super) const GUJARATI: u32 = 0x0A80;
pub(super) const ODIA: u32 = 0x0B00;
pub(super) const TAMIL: u32 = 0x0B80;
pub(super) const MALAYALAM: u32 = 0x0D00;

/// Folds a decomposed, lower-case text of any script.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text.chars().filter_map(fold_letter).peekable();
    while let Some(c) = rest.next() {
        match expand(c) {
            Some(pair) => folded.extend(pair),
            None => folded.push(c),
        }
        if is_virama(c) {
            let next = rest.peek().copied();
            nasal_to_anusvara(&mut folded, c, next);
        }
    }
    folded
}

/// A letter that is another way to write one; `None` for a mark that says nothing about who is meant.
fn fold_letter(c: char) -> Option<char> {
    if let Some((block, place)) = brahmic(c) {
        let at = |place| char::from_u32(block + place);
        return match place {
            place::CANDRABINDU => at(place::ANUSVARA),
            place::TIPPI if block == GURMUKHI => at(place::ANUSVARA),
            // Assamese ra.
            0x70 if block == BENGALI => at(0x30),
            _ => Some(c),
        };
    }
    Some(match c {
        // Harakat, tatweel, Koranic marks, and the hamza and madda that NFKD takes off a letter.
        '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6ED}' => return None,
        // Arabic yeh, alef maksura, kaf, and the forms of heh, as Urdu keyboards write them.
        '\u{64A}' | '\u{649}' => '\u{6CC}',
        '\u{643}' => '\u{6A9}',
        '\u{647}' | '\u{629}' | '\u{6D5}' | '\u{6C3}' => '\u{6C1}',
        '\u{671}' => '\u{627}',
        _ => c,
    })
}

/// Bengali's khanda ta and Malayalam's chillu letters are a consonant and a virama, and were written so before they had
/// characters of their own (Unicode 4.1 and 5.1).
fn expand(c: char) -> Option<[char; 2]> {
    Some(match c {
        'ৎ' => ['ত', '\u{9CD}'],
        'ൺ' => ['ണ', '\u{D4D}'],
        'ൻ' => ['ന', '\u{D4D}'],
        'ർ' | 'ൎ' => ['ര', '\u{D4D}'],
        'ൽ' => ['ല', '\u{D4D}'],
        'ൾ' => ['ള', '\u{D4D}'],
        'ൿ' => ['ക', '\u{D4D}'],
        _ => return None,
    })
}

/// A nasal before a consonant of its row is also written as an anusvara (पङ्कज, पंकज), and m at the end of a word.
fn nasal_to_anusvara(folded: &mut String, virama: char, next: Option<char>) {
    let Some((block, place::VIRAMA)) = brahmic(virama) else { return };
    let mut before = folded.chars().rev().skip(1);
    let Some((nasal_block, nasal)) = before.next().and_then(brahmic) else { return };
    let stop = next.and_then(brahmic).filter(|(next_block, _)| *next_block == block).map(|(_, place)| place);
    let ends = next.is_none_or(char::is_whitespace);
    // Tamil and Malayalam do not write the one for the other, but for m.
    let writes_both = !matches!(block, TAMIL | MALAYALAM);
    let is_anusvara = match (nasal, stop) {
        (0x19, Some(0x15..=0x18)) | (0x1E, Some(0x1A..=0x1D)) | (0x23, Some(0x1F..=0x22)) => writes_both,
        // Many write the plain n for the nasal of every row.
        (0x28, Some(0x15..=0x18 | 0x1A..=0x1D | 0x1F..=0x22 | 0x24..=0x27)) => writes_both,
        (0x2E, Some(0x2A..=0x2D)) => writes_both,
        (0x2E, None) => ends && block != TAMIL,
        _ => false,
    };
    if is_anusvara && nasal_block == block {
        folded.pop();
        folded.pop();
        folded.extend(char::from_u32(block + place::ANUSVARA));
    }
}

/// The same word where long and short i and u, and sibilants and nasals that sound alike, are one letter, and where a
/// virama at the end of a northern word goes: what clerks mix up within one script.
pub(super) fn sound_alike(word: &str) -> impl Iterator<Item = char> {
    let mut letters = word.chars().peekable();
    std::iter::from_fn(move || {
        loop {
            let c = letters.next()?;
            let Some((block, place)) = brahmic(c) else { return Some(c) };
            let northern = matches!(block, DEVANAGARI | BENGALI | GURMUKHI | GUJARATI | ODIA);
            let alike = match place {
                place::NUKTA if keeps_no_nukta(block) => continue,
                place::VIRAMA if northern && letters.peek().is_none() => return None,
                0x08 | 0x0A | 0x40 | 0x42 => place - 1,
                0x37 => 0x36,
                0x23 if northern => 0x28,
                _ => place,
            };
            return char::from_u32(block + alike);
        }
    })
}

/// In Devanagari and Gujarati the dot of Persian letters is often left out: फ़ and फ. Elsewhere it makes another letter.
fn keeps_no_nukta(block: u32) -> bool {
    matches!(block, DEVANAGARI | GUJARATI)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ways_to_write_a_letter_are_one() {
        for (a, b) in [
            ("രാജന്", "രാജൻ"),
            ("पङ्कज", "पंकज"),
            ("सञ्जय गान्धी", "संजय गांधी"),
            ("चम्पा", "चंपा"),
            ("মন্ডল", "মণ্ডল"),
            ("উৎপল", "উত্পল"),
            ("ৰমেন", "রমেন"),
            ("ਸਿੰਘ", "ਸਿਂਘ"),
            ("સુબ્રમણ્યમ્", "સુબ્રમણ્યં"),
            ("علي", "علی"),
            ("اكبر", "اکبر"),
            ("فاطمة", "فاطمہ"),
            ("محـمد", "محمد"),
            ("ٱحمد", "احمد"),
            ("مُحَمَّد", "محمد"),
        ] {
            assert_eq!(fold(a), fold(b), "{a}, {b}");
            assert_eq!(fold(&fold(a)), fold(a), "{a}");
        }
        for (a, b) in [("अन्ना", "अंना"), ("राम", "रं"), ("കുമാര്", "കുമാര"), ("ராம்", "ராம")]
        {
            assert_ne!(fold(a), fold(b), "{a}, {b}");
        }
    }
}
