/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers on every machine. Good enough for a sample, and for nothing
/// else.
pub(crate) struct Random(u64);

impl Random {
    /// The numbers for one thing of a kind, drawn without those of the things before it.
    pub(crate) fn of(seed: u64, kind: u64, number: u64) -> Self {
        Self(mix(mix(seed.wrapping_add(kind)) ^ number))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number from 0 to `bound - 1`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// A number of days from `least` to `most`.
    pub(crate) fn days(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// True that many times in ten thousand.
    pub(crate) fn chance(&mut self, of_ten_thousand: u64) -> bool {
        self.below(10_000) < of_ten_thousand
    }

    /// One of them, all alike; the default of an empty list.
    pub(crate) fn pick<T: Copy + Default>(&mut self, from: &[T]) -> T {
        let at = usize::try_from(self.below(from.len() as u64)).unwrap_or_default();
        from.get(at).copied().unwrap_or_default()
    }

    /// One of them, by the weights beside them.
    pub(crate) fn weighted<T: Copy>(&mut self, from: &[(u64, T)]) -> Option<T> {
        let mut left = self.below(from.iter().map(|(weight, _)| weight).sum());
        from.iter().find(|(weight, _)| left.checked_sub(*weight).map(|rest| left = rest).is_none()).map(|(_, it)| *it)
    }
}

/// A permutation of the numbers below 4^`half_bits`: a Feistel network of four rounds. It numbers things without
/// repeating itself and without remembering what was used.
pub(crate) fn permute(seed: u64, half_bits: u32, number: u64) -> u64 {
    let mask = (1_u64 << half_bits) - 1;
    let (mut left, mut right) = (number >> half_bits & mask, number & mask);
    for round in 0..4 {
        (left, right) = (right, left ^ mix(seed.wrapping_add(round) ^ right << 8) & mask);
    }
    left << half_bits | right
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permutation_repeats_nothing() {
        let mut seen = vec![false; 1 << 16];
        for number in 0..1 << 16 {
            let at = usize::try_from(permute(7, 8, number)).unwrap();
            assert!(!std::mem::replace(&mut seen[at], true));
        }
    }

    #[test]
    fn the_numbers_never_change() {
        let mut random = Random::of(1, 2, 3);
        let drawn: Vec<u64> = (0..3).map(|_| random.below(1_000_000)).collect();
        assert_eq!((drawn.as_slice(), permute(7, 16, 12_345)), ([282, 890_043, 888_975].as_slice(), 3_533_723_430));
    }
}
