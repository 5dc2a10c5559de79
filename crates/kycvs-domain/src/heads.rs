//! A cheap first look at two names, so that most members of a household cost a few nanoseconds.

use std::cmp::Ordering;

/// What can be said of a name at a glance: the first letters of its words as a set, and how many words there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Heads {
    letters: u32,
    tokens: usize,
}

const LANES: usize = size_of::<u64>();
const SPACES: u64 = u64::from_ne_bytes([b' '; LANES]);
const LOW_BITS: u64 = u64::from_ne_bytes([0x7F; LANES]);
const HIGH_BITS: u64 = !LOW_BITS;

impl Heads {
    /// Looks at eight bytes at a time, as words begin where no branch prediction foresees it.
    pub(crate) fn of(name: &str) -> Self {
        let mut heads = Self { letters: 0, tokens: 0 };
        let (chunks, rest) = name.as_bytes().as_chunks();
        let mut before = HIGH_BITS;
        for chunk in chunks {
            before = heads.add(u64::from_le_bytes(*chunk), before);
        }
        if !rest.is_empty() {
            heads.add(last_chunk(name.as_bytes(), rest), before);
        }
        heads
    }

    /// Adds the words that begin in `chunk`; takes and gives the spaces of a chunk, as the high bits of their bytes.
    fn add(&mut self, chunk: u64, before: u64) -> u64 {
        let zero_where_space = chunk ^ SPACES;
        let spaces = !(((zero_where_space & LOW_BITS) + LOW_BITS) | zero_where_space) & HIGH_BITS;
        let mut begins = (spaces << 8 | before >> 56) & !spaces & HIGH_BITS;
        while begins != 0 {
            let [.., head] = (chunk << (56 - begins.trailing_zeros() / 8 * 8)).to_le_bytes();
            self.letters |= HEAD_BITS[usize::from(head)];
            self.tokens += 1;
            begins &= begins - 1;
        }
        spaces
    }

    /// How many words the name has.
    pub(crate) fn tokens(self) -> usize {
        self.tokens
    }

    /// A word begins like its other spelling, like its initial, and like the first of the words that are joined in it.
    /// So names of equally many words have the same first letters, and otherwise the shorter one's are among the longer's.
    pub(crate) fn may_match(self, other: Self) -> bool {
        match self.tokens.cmp(&other.tokens) {
            Ordering::Equal => self.letters == other.letters,
            Ordering::Less => self.letters & !other.letters == 0,
            Ordering::Greater => other.letters & !self.letters == 0,
        }
    }
}

/// The `rest` of a name after its whole chunks, and spaces. It is cut from the name's last eight bytes, where there are so
/// many, since to put it together byte by byte would take as long as all else.
fn last_chunk(name: &[u8], rest: &[u8]) -> u64 {
    let bits = rest.len() * 8;
    let bytes = match name.last_chunk() {
        Some(last) => u64::from_le_bytes(*last) >> (64 - bits),
        None => rest.iter().rev().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte)),
    };
    bytes | SPACES << bits
}

/// A bit for every first byte of a word, the same one for letters that spellings of a name begin with (Omar and Umar).
pub(crate) const HEAD_BITS: [u32; 256] = {
    let mut bits = [0; 256];
    let mut byte = 0;
    while byte < bits.len() {
        bits[byte] = 1 << (byte & 31);
        byte += 1;
    }
    let mut group = 0;
    while group < ALIKE.len() {
        let mut letter = 0;
        while letter < ALIKE[group].len() {
            bits[ALIKE[group][letter] as usize] = bits[ALIKE[group][0] as usize];
            letter += 1;
        }
        group += 1;
    }
    bits
};

const ALIKE: [&[u8]; 5] = [b"aeiou", b"bvw", b"ckq", b"fp", b"jz"];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn eight_bytes_at_a_time_are_what_one_by_one_are(name in "([ a-zé]|राम){0,40}") {
            let words = || name.split(' ').filter(|word| !word.is_empty());
            let letters = words().fold(0, |letters, word| letters | HEAD_BITS[usize::from(word.as_bytes()[0])]);
            let tokens = words().count();
            prop_assert_eq!(Heads::of(&name), Heads { letters, tokens });
        }
    }
}
