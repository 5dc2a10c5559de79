use crate::{
    PersonName,
    heads::Heads,
    initial::{first_letter, is_one_letter},
    spelling, titles,
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
    /// The same words in another order.
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
        match_forms(Form::of(asked.normalised()), recorded)
    }
}

/// Whether `asked` names the person recorded under the normalised name `recorded`: [`NameMatch::of`] as yes or no.
pub fn names_match(asked: &PersonName, recorded: &str) -> bool {
    NameMatch::of(asked, recorded).is_some()
}

/// The one candidate whose recorded (normalised) name matches; `None` when none does, or more than one.
pub fn only_match<'a, T>(asked: &PersonName, candidates: impl IntoIterator<Item = (&'a str, T)>) -> Option<T> {
    let asked = Form::of(asked.normalised());
    let mut found = None;
    for (recorded, candidate) in candidates {
        if match_forms(asked, recorded).is_some() && found.replace(candidate).is_some() {
            return None;
        }
    }
    found
}

fn match_forms(asked: Form<'_>, recorded: &str) -> Option<NameMatch> {
    if asked.name == recorded {
        return Some(NameMatch::Same);
    }
    if recorded.len() > PersonName::MAX_BYTES {
        return None;
    }
    let recorded = Form::of(recorded);
    if !asked.titled && !recorded.titled {
        return compare(asked, recorded);
    }
    let pairs = asked.without_titles().flat_map(|a| recorded.without_titles().map(move |b| (a, b)));
    pairs.filter_map(|(a, b)| compare(a, b)).min()
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
fn compare(a: Form<'_>, b: Form<'_>) -> Option<NameMatch> {
    if a.name == b.name {
        return Some(NameMatch::Same);
    }
    if !a.heads.may_match(b.heads) || a.heads.tokens().max(b.heads.tokens()) > PersonName::MAX_TOKENS {
        return None;
    }
    let (mut a, mut b) = (Tokens::of(a.name), Tokens::of(b.name));
    let mut whole = strike(&mut a, &mut b, |x, y| x == y);
    if a.is_empty() && b.is_empty() {
        return whole.then_some(NameMatch::Reordered);
    }
    whole |= strike(&mut a, &mut b, spelling::same_name);
    if a.is_empty() && b.is_empty() {
        return whole.then_some(NameMatch::Spelling);
    }
    let (long, short) = if a.count > b.count { (&mut a, &mut b) } else { (&mut b, &mut a) };
    let way = if long.count == short.count { NameMatch::Initials } else { NameMatch::Joined };
    whole |= strike_joined(long, short);
    strike(long, short, |x, y| abbreviates(x, y) || abbreviates(y, x));
    (whole && long.is_empty() && short.is_empty()).then_some(way)
}

/// Removes the pairs of words that are `equal`; tells whether one of them was a whole word.
fn strike(a: &mut Tokens<'_>, b: &mut Tokens<'_>, equal: impl Fn(&str, &str) -> bool) -> bool {
    let (mut whole, mut at) = (false, 0);
    while let Some(&token) = a.left().get(at) {
        if let Some(other) = b.left().iter().position(|other| equal(token, other)) {
            a.remove(at..at + 1);
            b.remove(other..other + 1);
            whole |= is_whole(token);
        } else {
            at += 1;
        }
    }
    whole
}

/// Removes the words of `short` that are neighbours in `long` written together; tells whether one was made of whole words.
///
/// Joining goes one way only: a name that has more words than the other is the one that was split.
fn strike_joined(long: &mut Tokens<'_>, short: &mut Tokens<'_>) -> bool {
    let (mut whole, mut at) = (false, 0);
    while let Some(&token) = short.left().get(at).filter(|_| long.count > short.count) {
        let run = (0..long.count).find_map(|start| Some((start, joined_run(token, &long.left()[start..])?)));
        if let Some((start, length)) = run {
            whole |= !long.left()[start..start + length].iter().all(|part| is_initial(part));
            long.remove(start..start + length);
            short.remove(at..at + 1);
        } else {
            at += 1;
        }
    }
    whole
}

/// How many of the first `parts` make up `token`, in any spelling of it.
fn joined_run(token: &str, parts: &[&str]) -> Option<usize> {
    if !parts.first().is_some_and(|first| spelling::begin_alike(token, first)) {
        return None;
    }
    let as_written = |spelt| run_length(spelt, parts, |part| part);
    let in_standard = |spelt| run_length(spelt, parts, spelling::standard);
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

/// The words of a name that are not paired yet, in their order.
struct Tokens<'a> {
    words: [&'a str; PersonName::MAX_TOKENS],
    count: usize,
}

impl<'a> Tokens<'a> {
    fn of(name: &'a str) -> Self {
        let mut tokens = Self { words: [""; PersonName::MAX_TOKENS], count: 0 };
        let mut rest = name;
        while let Some(place) = tokens.words.get_mut(tokens.count).filter(|_| !rest.is_empty()) {
            // By bytes, since to split by a character would take longer than all else that is done with a word.
            let end = rest.bytes().position(|byte| byte == b' ').unwrap_or(rest.len());
            *place = &rest[..end];
            tokens.count += usize::from(end > 0);
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        tokens
    }

    fn left(&self) -> &[&'a str] {
        &self.words[..self.count]
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn remove(&mut self, range: std::ops::Range<usize>) {
        for after in range.end..self.count {
            self.words[after - range.len()] = self.words[after];
        }
        self.count -= range.len();
    }
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
            prop_assert!(without_a_look.is_none() || a.heads.may_match(b.heads));
        }
    }
}
