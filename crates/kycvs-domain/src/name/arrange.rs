//! From the words of a name as they were typed to the order in which they are kept: own name first, whose relative next.
//!
//! | typed | kept |
//! |---|---|
//! | `rao / asha lakshmi mrs` (an airline's surname first) | `asha lakshmi rao` |
//! | `ramesh son of late suresh` | `ramesh s/o suresh` |
//! | `raju alias rajesh kumar` | `raju @ rajesh kumar` |
//! | `mathew , thomas` | `thomas mathew` |
//! | `asha rao nee sharma` | `asha rao` |
//! | `lakshmi fnu` (first name unknown) | `lakshmi` |
//! | `pradeep kr verma` | `pradeep kumar verma` |

use super::titles;
use crate::NameError;

/// Puts normalised words in their order.
pub(super) fn arrange(name: String) -> Result<String, NameError> {
    let words: Vec<&str> = name.split(' ').collect();
    let relation = (0..words.len()).find_map(|at| relation(&words, at));
    let (own, relative) = match relation {
        Some(Relation { begin: 0, end, sign: sign @ "b/o" }) => (&["baby"][..], Some((sign, relative(&words[end..])))),
        Some(Relation { begin: 0, .. }) => return Err(NameError::OnlyRelation),
        Some(Relation { begin, end, sign }) => (&words[..begin], Some((sign, relative(&words[end..])))),
        None => (&*words, None),
    };
    let mut kept = Vec::with_capacity(words.len());
    for alias in own.split(|word| is_alias_sign(word)) {
        let mut alias = arranged(alias);
        if alias.is_empty() {
            continue;
        }
        if titles::are_only_titles(&alias) {
            return Err(NameError::OnlyHonorific);
        }
        if !kept.is_empty() {
            kept.push("@");
        }
        kept.append(&mut alias);
    }
    if kept.is_empty() {
        return Err(NameError::NoLetter);
    }
    if let Some((sign, relative)) = relative.filter(|(sign, relative)| *sign != "r/o" && !relative.is_empty()) {
        kept.push(sign);
        kept.extend(relative);
    }
    let unchanged = kept.iter().eq(&words);
    Ok(if unchanged { name } else { kept.join(" ") })
}

/// Words between two places that say whose relative somebody is.
struct Relation {
    begin: usize,
    end: usize,
    sign: &'static str,
}

/// The relation that is stated at that place.
fn relation(words: &[&str], begin: usize) -> Option<Relation> {
    let (sign, length) = match words[begin..] {
        [letter, "/", "o" | "of", ..] => (letter_sign(letter)?, 3),
        ["த", "/", "பெ", ..] => ("c/o", 3),
        ["க", "/", "பெ", ..] => ("w/o", 3),
        [word, "of", ..] => (of_sign(word)?, 2),
        // A word that can be a name is one, unless somebody is named before it and after it.
        [word, _, ..] if begin > 0 => (word_sign(word)?, 1),
        _ => return None,
    };
    Some(Relation { begin, end: begin + length, sign })
}

/// The relation that a letter before `/o` stands for.
pub(super) fn letter_sign(letter: &str) -> Option<&'static str> {
    if letter == "wd" {
        return Some("w/o");
    }
    const SIGNS: [&str; 10] = ["s/o", "d/o", "w/o", "h/o", "f/o", "m/o", "b/o", "g/o", "c/o", "r/o"];
    SIGNS.into_iter().find(|sign| sign.strip_suffix("/o") == Some(letter))
}

fn of_sign(word: &str) -> Option<&'static str> {
    Some(match word {
        "son" => "s/o",
        "daughter" => "d/o",
        "wife" | "widow" => "w/o",
        "husband" => "h/o",
        "father" => "f/o",
        "mother" => "m/o",
        "baby" => "b/o",
        "care" => "c/o",
        "resident" => "r/o",
        _ => return None,
    })
}

/// Relations in one word, as India's police and land records write them.
fn word_sign(word: &str) -> Option<&'static str> {
    Some(match word {
        "पुत्र" | "सुपुत्र" | "आत्मज" | "পুত্র" | "પુત્ર" | "ਪੁੱਤਰ" | "ಬಿನ್" | "ولد" => {
            "s/o"
        }
        "पुत्री" | "सुपुत्री" | "आत्मजा" | "কন্যা" | "પુત્રી" | "ਪੁੱਤਰੀ" | "دختر" | "بنت" => {
            "d/o"
        }
        "पत्नी" | "धर्मपत्नी" | "पति" | "স্ত্রী" | "স্বামী" | "પત્ની" | "ਪਤਨੀ" | "ಕೋಂ" | "భర్త" | "கணவர்" | "زوجہ" => {
            "w/o"
        }
        "पिता" | "পিতা" | "પિતા" | "ਪਿਤਾ" | "తండ్రి" | "ತಂದೆ" | "தந்தை" => {
            "c/o"
        }
        // A maiden name says as little as a place of residence.
        "nee" => "r/o",
        _ => return None,
    })
}

/// The person after a relation, until the next one.
fn relative<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let end = (0..words.len()).find(|at| relation(words, *at).is_some()).unwrap_or(words.len());
    arranged(&words[..end])
}

fn is_alias_sign(word: &str) -> bool {
    matches!(
        word,
        "@" | "alias"
            | "urf"
            | "aka"
            | "उर्फ"
            | "ওরফে"
            | "અલિયાસ"
            | "అలియాస్"
            | "ಅಲಿಯಾಸ್"
            | "عرف"
    )
}

/// The words of one name, the surname of an airline's form last, without titles and placeholders.
fn arranged<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let is_placeholder = |word: &&str| matches!(*word, "fnu" | "lnu");
    let mut name = surname_last(words);
    if name.iter().any(is_placeholder) && !name.iter().all(is_placeholder) {
        name.retain(|word| !is_placeholder(word));
    }
    titles::drop_honorifics(&mut name);
    write_out(&mut name);
    name
}

/// The words after a `/` before those before it; after a `,` too, but for `John Fernandes, Jr`.
fn surname_last<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let is_sign = |word: &&str| matches!(*word, "/" | ",");
    let Some(at) = words.iter().position(is_sign) else { return words.to_vec() };
    let (surname, given) = (&words[..at], &words[at + 1..]);
    let marks_a_surname = if words[at] == "/" { at > 0 } else { at == 1 };
    if marks_a_surname && !given.is_empty() && !given.iter().any(is_sign) {
        title_and_given(given).into_iter().chain(surname.iter().copied()).collect()
    } else {
        words.iter().copied().filter(|word| !is_sign(word)).collect()
    }
}

/// `Kr` between two names is short for Kumar, `Pd` for Prasad. First or last they may be two initials: K R Narayanan, Ramesh K R.
fn write_out(name: &mut [&str]) {
    let last = name.len().saturating_sub(1);
    for at in (1..last).filter(|at| name.get(at - 1).is_some_and(|before| before.len() > 1)).collect::<Vec<_>>() {
        match name.get_mut(at) {
            Some(word) if *word == "kr" => *word = "kumar",
            Some(word) if *word == "pd" => *word = "prasad",
            _ => {}
        }
    }
}

/// Given names after the title that an airline's system puts behind them, with a space or without one. Mr, Ms and Dr go.
fn title_and_given<'a>(given: &[&'a str]) -> Vec<&'a str> {
    const TITLES: [&str; 6] = ["mrs", "mstr", "miss", "mr", "ms", "dr"];
    let mut given = given.to_vec();
    let mut title = given.last().copied();
    match title {
        Some(last) if TITLES.contains(&last) => {
            given.pop();
        }
        Some(last) => {
            // A given name may end in -dr (Mahendr); none ends in the others. Before them are a name or two initials.
            let name = TITLES[..5].iter().find_map(|title| Some((*title, last.strip_suffix(title)?)));
            let are_initials = |name: &str| name.len() == 2 && !name.contains(['a', 'e', 'i', 'o', 'u']);
            let name = name.filter(|(_, name)| name.len() > 2 || are_initials(name));
            title = name.map(|(title, _)| title);
            if let (Some(place), Some((_, name))) = (given.last_mut(), name) {
                *place = name;
            }
        }
        None => {}
    }
    title.filter(|title| titles::is_honorific(title)).into_iter().chain(given).collect()
}
