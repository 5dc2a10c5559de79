//! Titles, ranks and forms of address: the table in `data/titles.txt`, which says what belongs in it.
//!
//! What is only ever a title is dropped when a name is read. What may be a name or initials too stays, and a comparison
//! tries the name with it and without it: `Sri Devi` is Devi or Sridevi, `M S Dhoni` is often written `MS Dhoni`. So `Mr
//! Kumar` is also an `M R Kumar`, which a household of both turns into no match.

use std::{collections::HashSet, hash::BuildHasherDefault, sync::LazyLock};

use super::{
    initial::is_one_letter,
    pairing::writes_initials,
    spelling,
    surname::is_surname,
    table::{self, Fnv, Table},
};

const TITLES: &str = include_str!("../../data/titles.txt");
const MEN: &str = include_str!("../../data/men.txt");
const WOMEN: &str = include_str!("../../data/women.txt");

/// What a title before a name may also be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// Nothing else.
    Always,
    /// Nothing else; a woman's, whose name or whose husband's follows.
    Wives,
    /// Nothing else; a child's.
    Children,
    /// A name, the beginning of one, or initials.
    First,
    /// A woman's own name.
    Women,
    /// A man's own name.
    Men,
    /// As `First`, but in the last place.
    Last,
}

/// Whether a word can be a title, or the first of a rank's two words.
pub(super) fn is_title(word: &str) -> bool {
    !kinds(word).is_empty() || matches!(word, "gp" | "nb" | "sub" | "l" | "wing" | "group" | "flight" | "air")
}

/// Whether a word is only ever a title.
pub(super) fn is_honorific(word: &str) -> bool {
    kinds(word).iter().any(|kind| matches!(kind, Kind::Always | Kind::Wives | Kind::Children))
}

/// Whether a word may be a title in the first or the last place, and may be part of the name.
pub(super) fn is_optional(word: &str) -> bool {
    kinds(word).iter().any(|kind| matches!(kind, Kind::First | Kind::Last))
}

/// What a name is without its first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Without {
    /// The same name.
    Same,
    /// The same name or another person's.
    InDoubt,
    /// Another name.
    Other,
}

/// What a name is without its first word `title`, when `rest` follows.
pub(super) fn without_first(title: &str, rest: &str) -> Without {
    let words = || rest.split(' ');
    let is = |word: Option<&str>, what: fn(&str) -> bool| word.is_some_and(what);
    match kinds(title) {
        [Kind::First, ..]
            if matches!(title, "km" | "ku" | "कु")
                && is(words().next(), is_initials)
                && are_initials_and_surnames(words()) =>
        {
            Without::InDoubt
        }
        [Kind::First, ..] => Without::Same,
        [Kind::Women, ..] if is(words().find(|word| !is_one_letter(word)), is_woman) => Without::Same,
        [Kind::Men, ..] if is(words().next(), is_surname) => Without::Other,
        [Kind::Men, ..] if is(words().next_back(), is_surname) => Without::Same,
        [Kind::Wives | Kind::Children | Kind::Women | Kind::Men, ..] => Without::InDoubt,
        _ => Without::Other,
    }
}

/// Whether a name is the same without its last word.
pub(super) fn may_lack_last(title: &str) -> bool {
    kinds(title).contains(&Kind::Last)
}

/// Whether words are titles and nothing more. One that comes twice is a name: Kum Kum is Kumkum.
pub(super) fn are_only_titles(words: &[&str]) -> bool {
    let is_title = |word: &&str| {
        is_honorific(word) || matches!(*word, "mr" | "ms" | "dr" | "km" | "ku" | "sh" | "er" | "sr" | "fr")
    };
    words.iter().all(is_title) && !words.windows(2).any(is_twice)
}

/// Drops the titles that are only ever that, among the leading titles and at the end, unless nothing else is left. A title at
/// the end that says whose wife or child somebody may be comes first.
pub(super) fn drop_honorifics(words: &mut Vec<&str>) {
    while let [.., before, title] = words[..]
        && let [kind @ (Kind::Always | Kind::Wives | Kind::Children)] = kinds(title)
        && before != title
    {
        words.pop();
        if may_be_of_another(*kind, words) {
            words.insert(0, title);
            break;
        }
    }
    let mut at = 0;
    while at + 1 < words.len() && !is_twice(&words[at..at + 2]) {
        match kinds(words[at]) {
            [kind @ (Kind::Wives | Kind::Children)] if may_be_of_another(*kind, &words[at + 1..]) => at += 1,
            [Kind::Always | Kind::Wives | Kind::Children] => drop(words.remove(at)),
            _ if is_rank_before(words[at], words[at + 1]) => drop(words.remove(at)),
            [Kind::First, ..] => at += 1,
            _ => break,
        }
    }
}

/// Whether a name behind a wife's or a child's title may be her husband's or its father's. Smt Suresh Devi is herself.
fn may_be_of_another(title: Kind, name: &[&str]) -> bool {
    const OF_WOMEN: [&str; 14] = [
        "devi", "kumari", "kaur", "bai", "rani", "begum", "khatun", "bibi", "bano", "banu", "beevi", "bee", "ben",
        "behen",
    ];
    let is_woman_s = |word: &&str| is_woman(word) || OF_WOMEN.iter().any(|second| spelling::same_name(second, word));
    if title == Kind::Always {
        return false;
    }
    let is_own = |word: &&str| kinds(word).iter().all(|kind| matches!(kind, Kind::Women | Kind::Men));
    let mut own = name.iter().copied().filter(is_own);
    let Some(first) = own.next() else { return false };
    let is_another_s = is_initials(first) && are_initials_and_surnames(own) || title == Kind::Wives && is_man(first);
    is_another_s && !name.iter().any(is_woman_s)
}

/// Whether words say no own name: R Sharma is the husband as well as the wife.
fn are_initials_and_surnames<'a>(mut words: impl Iterator<Item = &'a str>) -> bool {
    words.all(|word| is_initials(word) || is_surname(word))
}

fn is_initials(word: &str) -> bool {
    writes_initials(word) || is_one_letter(word)
}

/// A Gujarati name without the -bhai or -ben that people add to it and leave out: Rameshbhai, Kokilaben.
pub(super) fn without_respect(word: &str) -> &str {
    match (word.strip_suffix("bhai"), word.strip_suffix("ben")) {
        (Some(name), _) if is_man(name) => name,
        (_, Some(name)) if is_woman(name) => name,
        _ => word,
    }
}

/// Whether a word is the first of a rank's two. Alone it is rather somebody's initials: GP Sharma.
fn is_rank_before(word: &str, next: &str) -> bool {
    matches!(
        (word, next),
        ("gp" | "group", "capt" | "captain")
            | ("wing", "cdr" | "commander")
            | ("flight", "lt" | "lieutenant")
            | ("air", "cmde" | "commodore")
            | ("nb", "subedar" | "sub")
            | ("sub", "maj" | "lt")
            | ("l", "nk")
    )
}

/// Whether a title and the word after it are a name, since nobody is addressed twice by one title.
fn is_twice(pair: &[&str]) -> bool {
    matches!(pair, [a, b] if a == b && is_honorific(a))
}

/// Whether a word is in the table of women's own names, in any spelling and script.
pub(super) fn is_woman(word: &str) -> bool {
    is_in(word, &WOMEN_NAMES, WOMEN)
}

/// Whether a word is in the table of men's own names, in any spelling and script.
pub(super) fn is_man(word: &str) -> bool {
    is_in(word, &MEN_NAMES, MEN)
}

fn is_in(word: &str, names: &Names, table: &'static str) -> bool {
    if word.is_ascii() {
        names.contains(&*spelling::standard(word))
    } else {
        table::words(table).any(|name| spelling::same_name(name, word))
    }
}

fn kinds(word: &str) -> &'static [Kind] {
    let Glance { lengths, lasts } = GLANCES[first_byte(word)];
    let is_likely = lengths & length_bit(word) != 0 && lasts & last_bit(word) != 0;
    if is_likely { KINDS.get(word).map_or(&[], Vec::as_slice) } else { &[] }
}

static KINDS: LazyLock<Table<Vec<Kind>>> = LazyLock::new(|| {
    let mut kinds: Table<Vec<Kind>> = Table::default();
    for (group, words) in table::lines(TITLES).filter_map(|line| line.split_once(": ")) {
        let kind = match group {
            "always" => Kind::Always,
            "wives" => Kind::Wives,
            "children" => Kind::Children,
            "first" => Kind::First,
            "women" => Kind::Women,
            "men" => Kind::Men,
            _ => Kind::Last,
        };
        words.split(' ').for_each(|word| kinds.entry(word).or_default().push(kind));
    }
    kinds
});

/// What the titles that begin with one byte have in common, as bits: nearly all names are no title at this glance.
#[derive(Clone, Copy, Default)]
struct Glance {
    lengths: u32,
    lasts: u32,
}

static GLANCES: LazyLock<[Glance; 256]> = LazyLock::new(|| {
    let mut glances = [Glance::default(); 256];
    for word in KINDS.keys() {
        let glance = &mut glances[first_byte(word)];
        glance.lengths |= length_bit(word);
        glance.lasts |= last_bit(word);
    }
    glances
});

fn first_byte(word: &str) -> usize {
    word.bytes().next().map_or(0, usize::from)
}

fn length_bit(word: &str) -> u32 {
    1 << word.len().min(31)
}

fn last_bit(word: &str) -> u32 {
    1 << (word.bytes().next_back().unwrap_or(0) & 31)
}

/// Names in their standard spelling.
type Names = HashSet<String, BuildHasherDefault<Fnv>>;

static WOMEN_NAMES: LazyLock<Names> = LazyLock::new(|| in_standard(WOMEN));
static MEN_NAMES: LazyLock<Names> = LazyLock::new(|| in_standard(MEN));

fn in_standard(table: &'static str) -> Names {
    table::words(table).map(|name| spelling::standard(name).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PersonName;

    #[test]
    fn a_title_is_in_one_group_or_in_first_and_last() {
        for (word, kinds) in &*KINDS {
            assert!(kinds.len() == 1 || *kinds == [Kind::First, Kind::Last], "{word}: {kinds:?}");
        }
        assert!(table::lines(TITLES).all(|line| line.split(": ").count() == 2));
    }

    #[test]
    fn a_title_is_written_as_names_are_normalised() {
        for word in KINDS.keys().copied().chain(table::words(WOMEN)).chain(table::words(MEN)) {
            let name = PersonName::parse(&format!("a {word} a")).unwrap();
            assert_eq!(name.normalised(), format!("a {word} a"));
        }
    }

    #[test]
    fn no_surname_is_a_woman_s_own_name_and_no_woman_s_a_man_s() {
        let both: Vec<_> = table::words(WOMEN).filter(|name| is_surname(name) || is_man(name)).collect();
        assert!(both.is_empty(), "{both:?}");
    }
}
