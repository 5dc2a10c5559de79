//! Two names word by word: which words are the same, and whether their order says that they are two people's.

use super::{
    NameMatch,
    initial::{first_letter, is_two_letters},
    reading::{Likeness, is_initial, is_whole},
    script, spelling,
    surname::{is_only_surname, is_second_name_of_women},
    titles,
};
use crate::PersonName;

/// How much two names agree, word by word.
pub(super) fn compare(a: &str, b: &str) -> Likeness {
    if a == b { Likeness::Match(NameMatch::Same) } else { pair(a, b) }
}

/// Pairs the words of two names, from the plainest way to the freest, until none is left.
fn pair(a: &str, b: &str) -> Likeness {
    let mut pairing = Pairing::of(a, b);
    if pairing.a.len().max(pairing.b.len()) > PersonName::MAX_TOKENS {
        return Likeness::Different;
    }
    pairing.pair_words(|x, y| x == y);
    if pairing.is_complete() {
        return pairing.likeness(NameMatch::Reordered);
    }
    let are_as_many = pairing.a.len() == pairing.b.len();
    pairing.pair_words(|x, y| spelling::same_name(x, y) || are_as_many && is_respect_for(x, y));
    if pairing.is_complete() {
        return pairing.likeness(NameMatch::Spelling);
    }
    let way = if are_as_many { NameMatch::Initials } else { NameMatch::Joined };
    pairing.pair_joined();
    pairing.pair_words(|x, y| abbreviates(x, y) || abbreviates(y, x));
    if pairing.is_complete() { pairing.likeness(way) } else { Likeness::Different }
}

/// The words of two names, and which of them were found to be the same.
struct Pairing<'a> {
    a: Vec<Word<'a>>,
    b: Vec<Word<'a>>,
    pairs: Vec<Pair>,
}

struct Word<'a> {
    text: &'a str,
    paired: bool,
}

struct Pair {
    /// The first word of each name that belongs to the pair.
    a: usize,
    b: usize,
    /// How many words of the longer side.
    length: usize,
    kind: Kind,
}

/// What was found to be the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Whole words.
    Whole,
    /// A title.
    Title,
    /// Initials of the first name and words of the second.
    InitialInA,
    /// Initials of the second name and words of the first.
    InitialInB,
    /// Initials on both sides.
    Initials,
}

impl<'a> Pairing<'a> {
    fn of(a: &'a str, b: &'a str) -> Self {
        let words = |name: &'a str| name.split(' ').map(|text| Word { text, paired: false }).collect();
        Self { a: words(a), b: words(b), pairs: Vec::new() }
    }

    fn is_complete(&self) -> bool {
        self.a.iter().chain(&self.b).all(|word| word.paired)
    }

    /// Pairs the words that are `equal` and not yet paired.
    fn pair_words(&mut self, equal: impl Fn(&str, &str) -> bool) {
        for (at, word) in self.a.iter_mut().enumerate().filter(|(_, word)| !word.paired) {
            let other = self.b.iter_mut().enumerate().find(|(_, other)| !other.paired && equal(word.text, other.text));
            if let Some((other_at, other)) = other {
                (word.paired, other.paired) = (true, true);
                let kind = match (is_initial(word.text), is_initial(other.text)) {
                    (true, true) => Kind::Initials,
                    (true, false) => Kind::InitialInA,
                    (false, true) => Kind::InitialInB,
                    (false, false) if is_whole(word.text) && is_whole(other.text) => Kind::Whole,
                    (false, false) => Kind::Title,
                };
                self.pairs.push(Pair { a: at, b: other_at, length: 1, kind });
            }
        }
    }

    /// Pairs the words of the shorter name with neighbours in the longer one that are the same written together.
    ///
    /// Joining goes one way only: a name that has more words than the other is the one that was split.
    fn pair_joined(&mut self) {
        let a_is_short = self.a.len() < self.b.len();
        let (short, long) = if a_is_short { (&mut self.a, &mut self.b) } else { (&mut self.b, &mut self.a) };
        if short.len() == long.len() {
            return;
        }
        for (at, word) in short.iter_mut().enumerate().filter(|(_, word)| !word.paired) {
            let run = (0..long.len()).find_map(|start| Some((start, joined(word.text, &long[start..])?)));
            let Some((start, (length, joined))) = run else { continue };
            word.paired = true;
            long[start..start + length].iter_mut().for_each(|part| part.paired = true);
            let (a, b) = if a_is_short { (at, start) } else { (start, at) };
            let kind = match joined {
                Joined::Words => Kind::Whole,
                Joined::Initials => Kind::Initials,
                Joined::InitialsForWords if a_is_short => Kind::InitialInA,
                Joined::InitialsForWords => Kind::InitialInB,
            };
            self.pairs.push(Pair { a, b, length, kind });
        }
    }

    /// What a complete pairing says, found in that way.
    fn likeness(&self, way: NameMatch) -> Likeness {
        if !self.pairs.iter().any(|pair| pair.kind == Kind::Whole) {
            return Likeness::Different;
        }
        let crossed = |p: &Pair| self.pairs.iter().any(|q| p.a < q.a && p.b > q.b && self.order_decides(p, q));
        let in_doubt = self.pairs.iter().any(crossed)
            || self.begins_with_a_father_s_initial()
            || self.may_have_two_initials_for_a_name();
        if in_doubt { Likeness::InDoubt } else { Likeness::Match(way) }
    }

    /// Whether one initial comes before own names of men alone, in both names. T Mathew is Thomas Mathew or, where the father's
    /// initial comes first, Mathew, whose eldest son has his grandfather's name: Thomas Mathew.
    fn begins_with_a_father_s_initial(&self) -> bool {
        let is_for_a_word = |pair: &&Pair| matches!(pair.kind, Kind::InitialInA | Kind::InitialInB);
        let mut whole = self.pairs.iter().filter(|pair| pair.kind == Kind::Whole);
        let may_be_his = |p: &Pair| !self.may_move(p) && !titles::is_woman(self.a[p.a].text);
        let initial = self.pairs.iter().find(is_for_a_word).filter(|_| self.initials_for_words() == 1);
        initial.is_some_and(|initial| whole.all(|p| initial.a < p.a && initial.b < p.b && may_be_his(p)))
    }

    /// Whether a name is Ch and a surname: Chandra Reddy, or C H Reddy.
    fn may_have_two_initials_for_a_name(&self) -> bool {
        let stands_for_a_name = |p: &Pair| match p.kind {
            Kind::InitialInA => is_two_letters(self.a[p.a].text),
            Kind::InitialInB => is_two_letters(self.b[p.b].text),
            _ => false,
        };
        self.pairs.iter().any(stands_for_a_name) && self.pairs.iter().all(|p| p.kind != Kind::Whole || self.may_move(p))
    }

    /// Whether the order of two pairs tells people apart. In the first name `p` comes before `q` and in the second after it.
    fn order_decides(&self, p: &Pair, q: &Pair) -> bool {
        use Kind::*;
        if self.may_move(p) || self.may_move(q) || self.is_a_woman_and_devi(p, q) || self.is_a_woman_and_devi(q, p) {
            return false;
        }
        match (p.kind, q.kind) {
            (Initials, Whole) | (Whole, Initials) => false,
            // T Mathew may be Thomas, Mathew's son, and he may be his father, Mathew Thomas. Two initials are those of
            // house and father, and change their place together.
            (InitialInA | InitialInB, Whole) | (Whole, InitialInA | InitialInB) => self.initials_for_words() < 2,
            _ => true,
        }
    }

    /// Whether the place of a pair says nothing: a title, or a surname, which people write first or last.
    fn may_move(&self, pair: &Pair) -> bool {
        pair.kind == Kind::Title || is_only_surname(self.a[pair.a].text) || is_only_surname(self.b[pair.b].text)
    }

    /// Whether a pair is a woman's own name and the other her second name: Devi Sunita. Devi Ram is a man, and Ram Devi a woman.
    fn is_a_woman_and_devi(&self, own: &Pair, second: &Pair) -> bool {
        titles::is_woman(self.a[own.a].text) && is_second_name_of_women(self.a[second.a].text)
    }

    fn initials_for_words(&self) -> usize {
        let for_words = |pair: &&Pair| matches!(pair.kind, Kind::InitialInA | Kind::InitialInB);
        self.pairs.iter().filter(for_words).map(|pair| pair.length).sum()
    }
}

/// What is written together in a word.
enum Joined {
    Words,
    Initials,
    InitialsForWords,
}

/// How many of the first words that are not yet paired make up `token`, and what they are.
fn joined(token: &str, words: &[Word<'_>]) -> Option<(usize, Joined)> {
    let parts: Vec<&str> = words.iter().take_while(|word| !word.paired).map(|word| word.text).collect();
    (2..=parts.len()).find_map(|length| Some((length, joined_parts(token, &parts[..length])?)))
}

/// Whole words join, and initials among themselves (`K M` and `KM`, but `M D` is not the `Md` of Mohammed). An initial
/// does not join a word, or `Anand I` would be Anandi and `D Harini` Dharini; but for `D Souza`, `O Brien` and the
/// others of their kind in the table, whose first letter is no initial.
fn joined_parts(token: &str, parts: &[&str]) -> Option<Joined> {
    if parts.iter().all(|part| is_initial(part)) {
        let may_be_initials = token == "sk" || !spelling::is_known(token) && !titles::is_man(token);
        return (may_be_initials && token == parts.concat()).then_some(Joined::Initials);
    }
    if writes_initials(token) && token.len() == parts.len() {
        let stands_for = |(letter, part): (char, &&str)| part.starts_with(letter);
        return token.chars().zip(parts).all(stands_for).then_some(Joined::InitialsForWords);
    }
    let may_join = match parts {
        ["d" | "o", rest @ ..] => spelling::is_known(token) && !rest.iter().any(|part| is_initial(part)),
        _ => !parts.iter().any(|part| is_initial(part)),
    };
    (may_join && is_written_together(token, parts)).then_some(Joined::Words)
}

/// Whether two words are one but for the -bhai or -ben of a Gujarati name: Rameshbhai, Ramesh.
fn is_respect_for(a: &str, b: &str) -> bool {
    let (own, other) = (titles::without_respect(a), titles::without_respect(b));
    (own.len(), other.len()) != (a.len(), b.len()) && spelling::same_name(own, other)
}

/// Whether a word is others written together, in any spelling of it and of them.
fn is_written_together(token: &str, parts: &[&str]) -> bool {
    let in_standard =
        || parts.iter().map(|part| if part.is_ascii() { spelling::standard(part) } else { (*part).into() });
    spelling::same_name(token, &parts.concat()) || spelling::same_name(token, &in_standard().collect::<String>())
}

/// Whether a word reads like initials written together: two to four letters of which none but the first is a vowel, or one
/// twice, and neither a name of so few letters nor a title.
pub(super) fn writes_initials(token: &str) -> bool {
    let is_name = || {
        matches!(token, "om" | "ann" | "ash" | "al" | "ng" | "jr" | "iv" | "st")
            || token != "sk" && spelling::is_known(token)
            || !matches!(token, "km" | "sr") && titles::is_optional(token)
    };
    let vowel = |byte: &u8| matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let are_initials = |letters: &[u8]| match letters {
        [a, b] if a == b => true,
        letters => (2..=4).contains(&letters.len()) && !letters.iter().skip(1).any(vowel),
    };
    are_initials(token.as_bytes()) && token.is_ascii() && !is_name()
}

/// Whether `initial` is the initial of `word`, or the same initial in another script.
fn abbreviates(initial: &str, word: &str) -> bool {
    // The younger of two namesakes is no initial's, and each of several initials counts: RK Sharma is not R Sharma.
    if !is_initial(initial) || matches!(word, "jr" | "ii" | "iii" | "iv") || writes_initials(word) {
        return false;
    }
    if is_two_letters(initial) {
        return word.starts_with(initial);
    }
    if !is_whole(word) {
        return initial.is_ascii() && !word.is_ascii() && is_initial(word) && script::begins_with(word, initial);
    }
    match (initial.is_ascii(), word.is_ascii()) {
        (true, false) => script::begins_with(word, initial),
        (false, true) => script::begins_as(word, initial),
        _ => first_letter(word) == initial,
    }
}
