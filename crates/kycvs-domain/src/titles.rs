//! Forms of address at the beginning of a name.
//!
//! Two kinds, because some are also names or read like initials written together. What is only ever an honorific is
//! dropped when a name is parsed. What may be either stays, and matching tries the name with it and without it: `Sri
//! Devi` is Devi or Sridevi, `M S Dhoni` is often written `MS Dhoni`. So `Mr Kumar` is also an `M R Kumar`, which a
//! household of both turns into no match. `Md` is no title: it is short for Mohammed. Words that are common as names
//! stay names: Kumari, Baby, Major, Pandit, Syed, Ji. Nobody is addressed twice by one honorific: `Kum Kum` is Kumkum.

/// Whether a word is only ever an honorific.
fn is_honorific(token: &str) -> bool {
    matches!(
        token,
        "mrs"
            | "miss"
            | "mx"
            | "master"
            | "mstr"
            | "smt"
            | "shrimati"
            | "srimati"
            | "shrimathi"
            | "srimathi"
            | "sushri"
            | "kum"
            | "tmt"
            | "thirumathi"
            | "janab"
            | "late"
            | "prof"
            | "adv"
            | "capt"
            | "col"
            | "brig"
            | "lt"
            | "rev"
            | "hon"
            | "श्रीमती"
            | "श्रीमति"
            | "सुश्री"
            | "डॉ"
            | "स्व"
            | "শ্রীমতী"
            | "শ্রীমতি"
            | "শ্রীমান"
            | "ডাঃ"
            | "ডঃ"
            | "శ్రీమతి"
            | "ಶ್ರೀಮತಿ"
            | "ശ്രീമതി"
            | "શ્રીમતી"
            | "ଶ୍ରୀମତୀ"
            | "ਸ਼੍ਰੀਮਤੀ"
            | "திருமதி"
    )
}

/// Whether a word is a title, or initials written together.
fn is_title_or_initials(token: &str) -> bool {
    matches!(token, "mr" | "ms" | "dr" | "km" | "ku" | "sh" | "er" | "sr" | "fr")
}

/// Whether a word is a title, or a name or the beginning of one (Sri Devi, Sridevi).
fn is_title_or_name(token: &str) -> bool {
    matches!(
        token,
        "sri"
            | "shri"
            | "shree"
            | "sree"
            | "thiru"
            | "श्री"
            | "শ্রী"
            | "శ్రీ"
            | "ಶ್ರೀ"
            | "ശ്രീ"
            | "શ્રી"
            | "ଶ୍ରୀ"
            | "ਸ਼੍ਰੀ"
            | "ஸ்ரீ"
            | "திரு"
    )
}

/// Whether a word, when it comes first, may be a title and may be part of the name.
pub(crate) fn is_optional(token: &str) -> bool {
    is_title_or_initials(token) || is_title_or_name(token)
}

/// Whether a normalised name is forms of address and nothing more.
pub(crate) fn is_only_address(name: &str) -> bool {
    let is_address = |token| is_honorific(token) || is_title_or_initials(token);
    let next = name.split(' ').skip(1);
    name.split(' ').all(is_address) && !name.split(' ').zip(next).any(|(token, next)| is_twice(token, next))
}

/// Drops the honorifics among the leading titles of a normalised name, unless nothing else is left.
pub(crate) fn drop_honorifics(name: &mut String) {
    let mut at = 0;
    while let Some((token, rest)) = name[at..].split_once(' ') {
        let end = at + token.len() + 1;
        if is_twice(token, rest.split(' ').next().unwrap_or_default()) {
            return;
        } else if is_honorific(token) {
            name.drain(at..end);
        } else if is_optional(token) {
            at = end;
        } else {
            return;
        }
    }
}

/// Whether an honorific and the word after it are a name, since they are the same.
fn is_twice(token: &str, next: &str) -> bool {
    token == next && is_honorific(token)
}
