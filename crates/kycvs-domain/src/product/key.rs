/// A name as it is compared: its letters and digits, without spaces, signs and the case of letters, so that `SPUTNIK V`,
/// `Sputnik-V` and `SPUTNIK_V` are one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    len: u8,
    bytes: [u8; Self::MAX_LEN],
    /// The pairs of neighbouring letters, a bit for each; the edges count as letters.
    pairs: u128,
}

impl Key {
    const MAX_LEN: usize = 48;

    /// `None` for a text without a letter or digit of ASCII, or with more of them than any name has.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let mut key = Self { len: 0, bytes: [0; Self::MAX_LEN], pairs: 0 };
        let mut before = 0;
        for byte in text.bytes().filter(u8::is_ascii_alphanumeric) {
            let letter = byte.to_ascii_lowercase();
            *key.bytes.get_mut(usize::from(key.len))? = letter;
            key.len += 1;
            key.pairs |= pair(before, letter);
            before = letter;
        }
        key.pairs |= pair(before, 0);
        (key.len > 0).then_some(key)
    }

    pub(super) fn as_str(&self) -> &str {
        self.bytes.get(..usize::from(self.len)).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// How alike two names are, from 0 to 1000: the share of the pairs of neighbouring letters that they have in common.
    pub(crate) fn likeness(&self, other: &Self) -> u32 {
        let count = self.pairs.count_ones() + other.pairs.count_ones();
        2000 * (self.pairs & other.pairs).count_ones() / count.max(1)
    }
}

fn pair(first: u8, second: u8) -> u128 {
    1 << ((u32::from(first) * 37 + u32::from(second)) % u128::BITS)
}
