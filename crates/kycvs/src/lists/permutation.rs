use ring::hmac;

/// A keyed permutation of the numbers below some length: a Feistel network over HMAC-SHA256, with ten rounds as FF1 of
/// NIST SP 800-38G has them, that is walked until it comes to a number below the length.
///
/// Who knows the positions of some tokens learns from it neither those of others nor in which order they were given.
pub(crate) struct Permutation {
    key: hmac::Key,
    length: u32,
    /// How many bits each half has; of an odd number the second has one more.
    bits: [u32; 2],
}

const ROUNDS: u8 = 10;

impl Permutation {
    /// A permutation of `0..length`.
    pub(crate) fn new(key: hmac::Key, length: u32) -> Self {
        let bits = u32::BITS - length.saturating_sub(1).leading_zeros();
        let first = (bits / 2).max(1);
        Self { key, length, bits: [first, bits.saturating_sub(first).max(1)] }
    }

    /// What `place`, which is below the length, is moved to.
    pub(crate) fn at(&self, place: u32) -> u32 {
        let mut at = u64::from(place);
        // The network permutes the next power of two, at least four, so the walk from a number below the length comes back to one.
        loop {
            at = self.network(at);
            match u32::try_from(at) {
                Ok(found) if found < self.length => return found,
                _ if at == u64::from(place) => return place,
                _ => {}
            }
        }
    }

    fn network(&self, number: u64) -> u64 {
        let [first, second] = self.bits;
        let masks = [(1 << first) - 1, (1 << second) - 1];
        let halves = (number >> second, number & masks[1]);
        // The halves change places in each round; their number is even, so that each comes back to its own.
        let (left, right) = (0..ROUNDS)
            .zip(masks.into_iter().cycle())
            .fold(halves, |(left, right), (round, mask)| (right, left ^ (self.mixed(round, right) & mask)));
        left << second | right
    }

    fn mixed(&self, round: u8, half: u64) -> u64 {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(&[round]);
        context.update(&half.to_be_bytes());
        context.sign().as_ref().first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn permutation(key: u8, length: u32) -> Permutation {
        Permutation::new(hmac::Key::new(hmac::HMAC_SHA256, &[key; 32]), length)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn every_number_has_one_place_whatever_the_length(key: u8, length in 1_u32..600) {
            let permutation = permutation(key, length);
            let mut places: Vec<u32> = (0..length).map(|number| permutation.at(number)).collect();
            places.sort_unstable();
            prop_assert!(places.into_iter().eq(0..length));
        }
    }

    /// Lengths at which the domain changes, and those of real lists at both ends.
    #[test]
    fn lengths_around_powers_of_two_are_permuted_too() {
        for length in
            (0..=9).flat_map(|bits| [(1 << bits) - 1, 1 << bits, (1 << bits) + 1]).filter(|length| *length > 0)
        {
            let permutation = permutation(1, length);
            let places: std::collections::BTreeSet<u32> = (0..length).map(|number| permutation.at(number)).collect();
            assert!(places.into_iter().eq(0..length), "{length}");
        }
        let large = permutation(1, 1 << 20);
        let places: std::collections::BTreeSet<u32> = (0..2_000).map(|number| large.at(number)).collect();
        assert_eq!(places.len(), 2_000);
        assert!(places.iter().all(|place| *place < 1 << 20));
    }

    /// The positions of tokens that follow each other are spread as at random: over 256 equal parts, χ² of 255 degrees of
    /// freedom stays below its 99.99 % quantile (about 347), and so it does for the steps from one to the next.
    #[test]
    fn positions_that_follow_each_other_look_random() {
        const LENGTH: u32 = 1 << 17;
        let permutation = permutation(3, LENGTH);
        let places: Vec<u32> = (0..5_120).map(|number| permutation.at(number)).collect();
        let steps: Vec<u32> = places.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]) % LENGTH).collect();
        for numbers in [&places, &steps] {
            let mut counts = [0_f64; 256];
            numbers.iter().for_each(|number| counts[(number / (LENGTH / 256)) as usize] += 1.0);
            let expected = numbers.len() as f64 / 256.0;
            let chi: f64 = counts.iter().map(|count| (count - expected).powi(2) / expected).sum();
            assert!(chi < 347.0, "{chi}");
        }
    }
}
