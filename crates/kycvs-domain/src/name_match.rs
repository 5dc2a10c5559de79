use crate::{
    PersonName,
    heads::Heads,
    initial::{first_letter, is_one_letter},
    spelling,
    surname::is_surname,
    titles,
};

/// How two names were found to be one person's. A later way includes the earlier ones.
///
/// Matching is deterministic and conservative: no nicknames, no edit distance, no guesses by sound, and no word may be
/// missing on either side. Two people of one household must never match, so all but [`Same`](Self::Same) need at least
/// one whole word (two letters or more) that is equal on both sides.
///
/// ```
/// use kycvs_domain::{NameMatch, PersonName};
/// let asked = PersonName::parse("Laxmi Rao")?;
/// assert_eq!(NameMatch::of(&asked, "lakshmi rao"), Some(NameMatch::Spelling));
/// assert_eq!(NameMatch::of(&asked, "l rao"), Some(NameMatch::Initials));
/// assert_eq!(NameMatch::of(&asked, "lakshmi narayana rao"), None);
/// # Ok::<(), kycvs_domain::NameError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NameMatch {
    /// The same words in the same order, a title at the beginning left aside.
    Same,
    /// The same words in another order, which only surnames and initials may change.
    Reordered,
    /// Words that are two spellings of one name in the Latin script: Laxmi and Lakshmi.
    Spelling,
    /// Initials that stand for words of the other name: R Kumar and Ramesh Kumar.
    Initials,
    /// Words of one name that are written as one in the other: Ram Kumar and Ramkumar.
    Joined,
}

impl NameMatch {
    /// How `asked` names the person recorded under the normalised name `recorded`; `None` when it does not.
    ///
    /// The outcome is the same when the two change places. A `recorded` that is not normalised is compared as it is.
    pub fn of(asked: &PersonName, recorded: &str) -> Option<Self> {
        match likeness(asked, recorded) {
            Likeness::Match(way) => Some(way),
            Likeness::OrderDecides | Likeness::Different => None,
        }
    }
}

/// Whether `asked` names the person recorded under the normalised name `recorded`: [`NameMatch::of`] as yes or no.
pub fn names_match(asked: &PersonName, recorded: &str) -> bool {
    NameMatch::of(asked, recorded).is_some()
}

/// How much two names agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// One person's.
    Match(NameMatch),
    /// One person's or two relatives': the names agree but for the order of words that may each be an own name.
    OrderDecides,
    /// Two people's.
    Different,
}

pub(crate) fn likeness(asked: &PersonName, recorded: &str) -> Likeness {
    let asked = asked.normalised();
    if asked == recorded {
        return Likeness::Match(NameMatch::Same);
    }
    if recorded.len() > PersonName::MAX_BYTES {
        return Likeness::Different;
    }
    // Always the same one first, so that the outcome does not depend on which of the two was asked for.
    let (a, b) = (Form::of(asked.min(recorded)), Form::of(asked.max(recorded)));
    if !a.titled && !b.titled {
        return compare(a, b);
    }
    let pairs = a.without_titles().flat_map(|a| b.without_titles().map(move |b| (a, b)));
    pairs.map(|(a, b)| compare(a, b)).min().unwrap_or(Likeness::Different)
}

/// A name, and what a first look at it tells.
#[derive(Clone, Copy)]
struct Form<'a> {
    name: &'a str,
    heads: Heads,
    /// Whether it begins with a word that may be a title and may be part of the name.
    titled: bool,
}

impl<'a> Form<'a> {
    fn of(name: &'a str) -> Self {
        let first = name.bytes().position(|byte| byte == b' ');
        let titled = first.is_some_and(|end| titles::is_optional(&name[..end]));
        Self { name, heads: Heads::of(name), titled }
    }

    /// The name, then the name without its first title, and so on while more than initials are left.
    fn without_titles(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |form| {
            let (_, rest) = form.name.split_once(' ').filter(|_| form.titled)?;
            (!rest.split(' ').all(is_initial)).then(|| Self::of(rest))
        })
    }
}

/// Pairs the words of two names, from the plainest way to the freest, until none is left.
fn compare(a: Form<'_>, b: Form<'_>) -> Likeness {
    if a.name == b.name {
        return Likeness::Match(NameMatch::Same);
    }
    if !a.heads.may_match(b.heads) || a.heads.tokens().max(b.heads.tokens()) > PersonName::MAX_TOKENS {
        return Likeness::Different;
    }
    let mut pairing = Pairing::of(a.name, b.name);
    pairing.pair_words(|x, y| x == y);
    if pairing.is_complete() {
        return pairing.likeness(NameMatch::Reordered);
    }
    pairing.pair_words(spelling::same_name);
    if pairing.is_complete() {
        return pairing.likeness(NameMatch::Spelling);
    }
    let way = if pairing.a.len() == pairing.b.len() { NameMatch::Initials } else { NameMatch::Joined };
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
    a: usize,
    b: usize,
    kind: PairKind,
}

/// What the place of a pair of words in both names can say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PairKind {
    /// Nothing: a surname is written first or last.
    Surname,
    /// Nothing, and it is no word on both sides: a title, or the initial of a surname.
    Aside,
    /// Two whole words that may each be somebody's own name.
    Whole,
    /// An initial in the first name for a word of the second.
    InitialInA,
    /// An initial in the second name for a word of the first.
    InitialInB,
    /// Initials on both sides.
    Initials,
}

impl<'a> Pairing<'a> {
    fn of(a: &'a str, b: &'a str) -> Self {
        let words = |name: &'a str| name.split(' ').map(|text| Word { text, paired: false }).collect();
        Self { a: words(a), b: words(b), pairs: Vec::with_capacity(4) }
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
                self.pairs.push(Pair { a: at, b: other_at, kind: kind_of(word.text, other.text) });
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
            let run = (0..long.len()).find_map(|start| Some((start, joined_run(word.text, &long[start..])?)));
            let Some((start, length)) = run else { continue };
            let parts = &mut long[start..start + length];
            let kind = match () {
                () if parts.iter().all(|part| is_initial(part.text)) => PairKind::Initials,
                () if is_surname(word.text) => PairKind::Surname,
                () => PairKind::Whole,
            };
            parts.iter_mut().for_each(|part| part.paired = true);
            word.paired = true;
            let (a, b) = if a_is_short { (at, start) } else { (start, at) };
            self.pairs.push(Pair { a, b, kind });
        }
    }

    /// What a complete pairing says, found in that way.
    fn likeness(&self, way: NameMatch) -> Likeness {
        if !self.pairs.iter().any(|pair| matches!(pair.kind, PairKind::Surname | PairKind::Whole)) {
            return Likeness::Different;
        }
        let initials = self.pairs.iter().filter(|pair| pair.stands_for_a_word()).count();
        let crossed = |p: &Pair| self.pairs.iter().any(|q| p.a < q.a && p.b > q.b && order_decides(p, q, initials));
        if self.pairs.iter().any(crossed) { Likeness::OrderDecides } else { Likeness::Match(way) }
    }
}

impl Pair {
    fn stands_for_a_word(&self) -> bool {
        matches!(self.kind, PairKind::InitialInA | PairKind::InitialInB)
    }
}

/// Whether the order of two pairs tells people apart. In the first name `p` comes before `q` and in the second after it;
/// in both names together so many initials stand for words.
fn order_decides(p: &Pair, q: &Pair, initials: usize) -> bool {
    use PairKind::*;
    match (p.kind, q.kind) {
        (Surname | Aside, _) | (_, Surname | Aside) | (Initials, Whole) | (Whole, Initials) => false,
        // S Ramesh is Ramesh Subramanian.
        (InitialInA, Whole) | (Whole, InitialInB) => false,
        // Subramanian Ramesh may be the son whom his father Ramesh S called after the grandfather. Two initials are those
        // of house and father.
        (Whole, InitialInA) | (InitialInB, Whole) => initials < 2,
        _ => true,
    }
}

/// What the place of two equal words says.
fn kind_of(a: &str, b: &str) -> PairKind {
    match (is_initial(a), is_initial(b)) {
        (true, true) => PairKind::Initials,
        (true, false) if is_surname(b) => PairKind::Aside,
        (false, true) if is_surname(a) => PairKind::Aside,
        (true, false) => PairKind::InitialInA,
        (false, true) => PairKind::InitialInB,
        (false, false) if !is_whole(a) || !is_whole(b) => PairKind::Aside,
        (false, false) if is_surname(a) || is_surname(b) => PairKind::Surname,
        (false, false) => PairKind::Whole,
    }
}

/// How many of the first `words` make up `token`, in any spelling of it.
fn joined_run(token: &str, words: &[Word<'_>]) -> Option<usize> {
    if !words.first().is_some_and(|first| spelling::begin_alike(token, first.text)) {
        return None;
    }
    let parts: Vec<&str> = words.iter().take_while(|word| !word.paired).map(|word| word.text).collect();
    let as_written = |spelt| run_length(spelt, &parts, |part| part);
    let in_standard = |spelt| run_length(spelt, &parts, spelling::standard);
    let length = spelling::all(token).find_map(|spelt| as_written(spelt).or_else(|| in_standard(spelt)))?;
    may_join(token, &parts[..length]).then_some(length)
}

fn run_length<'a>(token: &str, parts: &[&'a str], spelt: impl Fn(&'a str) -> &'a str) -> Option<usize> {
    let mut rest = token;
    for (at, part) in parts.iter().enumerate() {
        rest = rest.strip_prefix(spelt(part))?;
        if rest.is_empty() {
            return Some(at + 1).filter(|length| *length > 1);
        }
    }
    None
}

/// Whole words join, and initials among themselves (`K M` and `KM`, but `M D` is not the `Md` of Mohammed). An initial
/// does not join a word, or `Anand I` would be Anandi and `D Harini` Dharini; but for `D Souza`, `O Brien` and the
/// others of their kind in the table, whose first letter is no initial.
fn may_join(token: &str, parts: &[&str]) -> bool {
    match parts {
        _ if parts.iter().all(|part| is_initial(part)) => !spelling::is_known(token),
        ["d" | "o", rest @ ..] => spelling::is_known(token) && !rest.iter().any(|part| is_initial(part)),
        _ => !parts.iter().any(|part| is_initial(part)),
    }
}

/// Whether `initial` is the initial of `word`. A title has none and is none: `Mr Kumar` is not `M Kumar`.
fn abbreviates(initial: &str, word: &str) -> bool {
    first_letter(word) == initial && is_whole(word) && is_initial(initial)
}

fn is_initial(token: &str) -> bool {
    is_one_letter(token) && !titles::is_optional(token)
}

/// Whether a word says more than an initial or a title does.
fn is_whole(token: &str) -> bool {
    !is_one_letter(token) && !titles::is_optional(token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_name() -> impl Strategy<Value = String> {
        let words = "a b ab ba aba d souza dsouza omar umar iyer aiyar zakir jakir sri laxmi srilakshmi".split(' ');
        prop::collection::vec(prop::sample::select(words.collect::<Vec<_>>()), 1..5).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn the_first_look_refuses_no_match(a in any_name(), b in any_name()) {
            let (a, b) = (Form::of(&a), Form::of(&b));
            let without_a_look = compare(Form { heads: b.heads, ..a }, b);
            prop_assert!(without_a_look == Likeness::Different || a.heads.may_match(b.heads));
        }
    }
}
