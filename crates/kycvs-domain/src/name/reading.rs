//! What a normalised name may say: with its titles or without them, under each of its names, and whose relative.

use super::{
    NameMatch,
    heads::Heads,
    initial::{is_one_letter, is_two_letters},
    pairing, script, titles,
    titles::Without,
};
use crate::PersonName;

/// How much two names agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// One person's.
    Match(NameMatch),
    /// One person's or two relatives', as far as the names go: Thomas Mathew and Mathew Thomas.
    InDoubt,
    /// Two people's.
    Different,
}

/// A normalised name, and what a first look at it tells.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    name: &'a str,
    heads: Heads,
    /// Whether the name says one thing only: Latin words without a title, a relation or an alias.
    is_simple: bool,
}

impl<'a> Reading<'a> {
    pub(super) fn of(name: &'a str) -> Self {
        let heads = Heads::of(name);
        let (first, last) = heads.ends(name);
        // A word that was typed twice may be one name.
        let is_simple = heads.is_plain
            && (heads.is_one_word() || first != last)
            && !titles::is_title(first)
            && !titles::is_title(last);
        Self { name, heads, is_simple }
    }

    /// How much this name and a recorded one agree. The outcome is the same when the two change places.
    pub(super) fn likeness(self, recorded: &str) -> Likeness {
        if self.name == recorded {
            return Likeness::Match(NameMatch::Same);
        }
        if recorded.len() > PersonName::MAX_BYTES {
            return Likeness::Different;
        }
        let recorded = Reading::of(recorded);
        if self.is_simple && recorded.is_simple && !self.heads.may_match(recorded.heads) {
            return Likeness::Different;
        }
        // Always the same one first, so that it does not matter which of the two was asked for.
        let (a, b) = if self.name < recorded.name { (self, recorded) } else { (recorded, self) };
        if a.is_simple && b.is_simple {
            return pairing::compare(a.name, b.name);
        }
        let (a, b) = (Parts::of(a.name), Parts::of(b.name));
        match a.relatives_agree(&b) {
            Likeness::Match(_) => a.likeness(&b),
            Likeness::InDoubt => a.likeness(&b).max(Likeness::InDoubt),
            Likeness::Different => Likeness::Different,
        }
    }
}

/// A name and what is said beside it.
struct Parts<'a> {
    /// One name, or several with ` @ ` between them.
    own: &'a str,
    /// `s/o` and the father's name, for instance.
    relative: Option<(&'a str, &'a str)>,
}

impl<'a> Parts<'a> {
    fn of(name: &'a str) -> Self {
        let sign = if name.contains('/') { name.find("/o ").and_then(|slash| slash.checked_sub(1)) } else { None };
        let own =
            sign.and_then(|sign| Some((name.get(..sign)?.strip_suffix(' ')?, name.get(sign..)?.split_once(' ')?)));
        own.map_or(Self { own: name, relative: None }, |(own, relative)| Self { own, relative: Some(relative) })
    }

    /// Whether the same relative is named, or not on both sides: a relation is often cut off.
    fn relatives_agree(&self, other: &Self) -> Likeness {
        let (Some((sign, relative)), Some((other_sign, other))) = (self.relative, other.relative) else {
            return Likeness::Match(NameMatch::Same);
        };
        if sign == other_sign || sign == "c/o" || other_sign == "c/o" {
            likeness_of(relative, other)
        } else {
            Likeness::Different
        }
    }

    /// The nearest of all the names of both. Where each has a name that the other has not, they may be two people of one
    /// nickname: Ashok @ Pappu, Pappu @ Raju.
    fn likeness(&self, other: &Self) -> Likeness {
        let (own, others) = (self.nearest_each(other), other.nearest_each(self));
        let best = own.iter().min().copied().unwrap_or(Likeness::Different);
        let has_another = |names: &[Likeness]| names.contains(&Likeness::Different);
        if has_another(&own) && has_another(&others) { best.max(Likeness::InDoubt) } else { best }
    }

    /// How near each name comes to one of the other's.
    fn nearest_each(&self, other: &Self) -> Vec<Likeness> {
        let nearest = |name| other.names().map(|other| likeness_of(name, other)).min();
        self.names().filter_map(nearest).collect()
    }

    fn names(&self) -> impl Iterator<Item = &'a str> {
        self.own.split(" @ ")
    }
}

/// How much two names agree, with their titles and without.
fn likeness_of(a: &str, b: &str) -> Likeness {
    let others = without_titles(b);
    let pairs = without_titles(a).into_iter().flat_map(|a| others.iter().map(move |b| (a, *b)));
    let likeness = pairs.map(|((a, a_doubt), (b, b_doubt))| match compare(a, b) {
        Likeness::Match(_) if a_doubt || b_doubt => Likeness::InDoubt,
        likeness => likeness,
    });
    likeness.min().unwrap_or(Likeness::Different)
}

fn compare(a: &str, b: &str) -> Likeness {
    let (a_heads, b_heads) = (Heads::of(a), Heads::of(b));
    let may_match = !(a_heads.is_plain && b_heads.is_plain) || a_heads.may_match(b_heads);
    if may_match { pairing::compare(a, b) } else { Likeness::Different }
}

/// The name, then the name without its first title, and so on while more than initials are left; each of these without a
/// title at the end too; and a name of one word that was typed twice, as airlines have it. With each whether it may be
/// another person's.
fn without_titles(name: &str) -> Vec<(&str, bool)> {
    let mut readings = vec![(name, false)];
    let (mut rest, mut doubt) = (name, false);
    while let Some((title, name)) = rest.split_once(' ') {
        match titles::without_first(title, name) {
            Without::Same => {}
            Without::InDoubt => doubt = true,
            Without::Other => break,
        }
        if name.split(' ').all(is_initial) {
            break;
        }
        readings.push((name, doubt));
        rest = name;
    }
    for at in 0..readings.len() {
        if let Some((name, doubt)) = readings.get(at).copied()
            && let Some((name, title)) = name.rsplit_once(' ')
            && titles::may_lack_last(title)
            && !name.split(' ').all(is_initial)
        {
            readings.push((name, doubt));
        }
    }
    match name.split_once(' ') {
        Some((once, again)) if once == again && !is_initial(once) => readings.push((once, false)),
        _ => {}
    }
    readings
}

/// Whether a word is an initial. A title is not (`Mr Kumar` is not `M Kumar`), nor is a name of one letter: মোঃ is Md.
pub(super) fn is_initial(word: &str) -> bool {
    is_one_letter(word) && !titles::is_optional(word) && !script::is_known(word) || is_two_letters(word)
}

/// Whether a word says more than an initial or a title does.
pub(super) fn is_whole(word: &str) -> bool {
    !titles::is_optional(word) && !is_initial(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_name() -> impl Strategy<Value = String> {
        let words = "ab ba aba d souza dsouza omar umar iyer aiyar zakir jakir laxmi rk sk r k rajinder rajendra";
        let words: Vec<&str> = words.split(' ').collect();
        prop::collection::vec(prop::sample::select(words), 1..5).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn the_first_look_refuses_no_match(a in any_name(), b in any_name()) {
            let refused = !Heads::of(&a).may_match(Heads::of(&b));
            prop_assert!(!refused || pairing::compare(&a, &b) == Likeness::Different);
        }
    }
}
