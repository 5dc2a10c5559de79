//! A name in an Indian script and the same name in Latin letters.
//!
//! No transliteration gives what clerks write: one अ is spoken and another is not, one त is `t` in Lucknow and `th` in
//! Chennai. So a word of a Brahmic script is read as a row of sounds, each with the ways in which people write it in Latin
//! letters, and a Latin word is the same when it is made of them from end to end. Nothing is left over and nothing is
//! guessed. Words that are written otherwise than they sound (Urdu leaves out short vowels; मैथ्यू) are in
//! `data/script_names.txt`.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    fold::brahmic,
    normalise::normalise,
    sounds::{Sound, sounds},
    spelling, table,
};

const TABLE: &str = include_str!("../../data/script_names.txt");

/// Whether a word of another script reads as a Latin word does, in any spelling of it.
pub(super) fn reads_as(word: &str, latin: &str) -> bool {
    if let Some(known) = KNOWN.get(word) {
        return known.iter().any(|known| spelling::same_name(known, latin));
    }
    // In Latin letters nobody writes these apart for certain, so that only the table can.
    let Some(sounds) = sounds(word).filter(|_| !spelling::is_of_length(latin)) else { return false };
    spelling::all_plain(latin).iter().any(|latin| ends_of(&sounds, latin.as_bytes()) & end_of(latin) != 0)
}

/// Whether the table has a word.
pub(super) fn is_known(word: &str) -> bool {
    !word.is_ascii() && KNOWN.contains_key(word)
}

/// Whether the table has two words as one name: मो and मोहम्मद.
pub(super) fn are_known_as_one(a: &str, b: &str) -> bool {
    let known = KNOWN.get(a).zip(KNOWN.get(b));
    known.is_some_and(|(a, b)| a.iter().any(|name| b.contains(name)))
}

/// Whether a word of another script begins with a Latin letter.
pub(super) fn begins_with(word: &str, letter: &str) -> bool {
    match KNOWN.get(word) {
        Some(known) => known.iter().any(|known| known.starts_with(letter)),
        None => sounds(word).is_some_and(|sounds| {
            sounds.first().is_some_and(|first| first.ways.iter().any(|way| way.starts_with(letter)))
        }),
    }
}

/// Whether a Latin word begins as a letter of another script reads.
pub(super) fn begins_as(latin: &str, letter: &str) -> bool {
    sounds(letter).is_some_and(|sounds| ends_of(&sounds, latin.as_bytes()) != 0)
}

/// The ways in which a word of another script is first written in Latin letters; empty for a script that is not read.
pub(super) fn in_latin(word: &str) -> Vec<String> {
    if let Some(known) = KNOWN.get(word) {
        return known.iter().map(|known| (*known).to_owned()).collect();
    }
    let Some(sounds) = sounds(word) else { return Vec::new() };
    let first_ways = |mute: bool| {
        let spoken = sounds.iter().filter(|sound| !(mute && sound.may_be_mute));
        spoken.filter_map(|sound| sound.ways.first().copied()).collect::<String>()
    };
    let mut written = vec![first_ways(true), first_ways(false)];
    written.dedup();
    written
}

/// Whether two words are in one script, as far as this module knows them apart.
pub(super) fn is_one_script(a: &str, b: &str) -> bool {
    let block = |word: &str| word.chars().next().and_then(brahmic).map(|(block, _)| block);
    block(a) == block(b)
}

/// The end of a Latin word as a bit; none for a word that is too long to be one.
fn end_of(latin: &str) -> u128 {
    u32::try_from(latin.len()).ok().and_then(|len| 1_u128.checked_shl(len)).unwrap_or_default()
}

/// Where in a Latin word a row of sounds may end, a bit for each place. A name has fewer letters than there are bits.
fn ends_of(sounds: &[Sound], latin: &[u8]) -> u128 {
    if latin.len() >= 128 {
        return 0;
    }
    sounds.iter().fold(1, |begins: u128, sound| {
        let stays = if sound.may_be_mute { begins } else { 0 };
        sound.ways.iter().fold(stays, |ends, way| {
            let fits = |at: &usize| begins >> at & 1 == 1 && latin[*at..].starts_with(way.as_bytes());
            (0..=latin.len()).filter(fits).fold(ends, |ends, at| ends | 1 << (at + way.len()))
        })
    })
}

/// Normalised words with what they are in Latin letters; the standard spelling is enough.
static KNOWN: LazyLock<HashMap<String, Vec<&str>>> = LazyLock::new(|| {
    let mut known: HashMap<String, Vec<&str>> = HashMap::new();
    for line in table::lines(TABLE) {
        let mut words = line.split(' ');
        let latin = words.next().unwrap_or_default();
        for word in words.filter_map(|word| normalise(word).ok()) {
            known.entry(word).or_default().push(latin);
        }
    }
    known
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PersonName;

    #[test]
    fn a_word_reads_as_people_write_it_in_latin_letters() {
        for (word, latin) in [
            ("रमेश", "ramesh"),
            ("राजकुमार", "rajkumar"),
            ("राजकुमार", "rajakumar"),
            ("कमला", "kamla"),
            ("कमला", "kamala"),
            ("लक्ष्मी", "laxmi"),
            ("कृष्ण", "krishna"),
            ("राजेंद्र", "rajender"),
            ("राजेंद्र", "rajendra"),
            ("सुनीता", "sunitha"),
            ("सिंह", "singh"),
            ("ज्ञानेश", "gyanesh"),
            ("संजय", "sanjay"),
            ("शिव", "shiv"),
            ("चौधरी", "chaudhary"),
            ("गुरप्रीत", "gurpreet"),
            ("ਗੁਰਪ੍ਰੀਤ", "gurpreet"),
            ("ਸਿੰਘ", "singh"),
            ("মন্ডল", "mondal"),
            ("চট্টোপাধ্যায়", "chattopadhyay"),
            ("দাস", "das"),
            ("মমতা", "mamata"),
            ("પટેલ", "patel"),
            ("રમેશ", "ramesh"),
            ("ମହାନ୍ତି", "mohanty"),
            ("లక్ష్మి", "lakshmi"),
            ("రమేష్", "ramesh"),
            ("రెడ్డి", "reddy"),
            ("సునీత", "sunitha"),
            ("ಲಕ್ಷ್ಮಿ", "lakshmi"),
            ("ಗೌಡ", "gowda"),
            ("രാജൻ", "rajan"),
            ("അനിത", "anitha"),
            ("നായർ", "nair"),
            ("முருகன்", "murugan"),
            ("கமலா", "kamala"),
            ("அனிதா", "anitha"),
            ("கணேசன்", "ganesan"),
            ("குமார்", "kumar"),
            ("لڑکا", "x"),
            ("محمد", "mohd"),
        ] {
            let word = PersonName::parse(word).unwrap();
            assert_eq!(reads_as(word.normalised(), latin), latin != "x", "{}, {latin}", word.normalised());
        }
    }

    #[test]
    fn a_word_reads_as_no_other_name() {
        for (word, latin) in [
            ("कमल", "kamala"),
            ("कमला", "kamal"),
            ("राम", "rama"),
            ("रमा", "ram"),
            ("सुनील", "sunita"),
            ("अनिल", "anita"),
            ("सीता", "gita"),
            ("कृष्ण", "krishnan"),
            ("विजया", "vijay"),
            ("विजय", "vijaya"),
            ("হাসান", "hossain"),
            ("কমল", "kamala"),
            ("రామ్", "rama"),
            ("రామ", "ram"),
            ("രാജൻ", "raja"),
            ("ராமன்", "ram"),
            ("राशिद", "rasheed"),
            ("रशीद", "raashid"),
            ("रशीद", "rashid"),
            ("రషీద్", "rashid"),
            ("رشید", "rashid"),
        ] {
            let word = PersonName::parse(word).unwrap();
            assert!(!reads_as(word.normalised(), latin), "{}, {latin}", word.normalised());
        }
    }

    #[test]
    fn the_table_has_words_of_other_scripts_with_one_in_latin_letters() {
        for line in table::lines(TABLE) {
            let words: Vec<&str> = line.split(' ').collect();
            assert!(words.len() > 1 && words[0].is_ascii(), "{line}");
            for word in &words[1..] {
                assert!(
                    !word.is_ascii() && reads_as(PersonName::parse(word).unwrap().normalised(), words[0]),
                    "{line}"
                );
            }
        }
    }
}
