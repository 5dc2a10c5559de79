//! Several ways to do a thing, measured in turns.
//!
//! A shared machine is a third slower one second than the next, so a ratio of two figures that were taken one after the
//! other says little. Here every way gets a few milliseconds, one after the other, for hundreds of rounds; each round gives
//! one ratio, and the median of these is reported with its quartiles. The order turns with each round.

use std::hint::black_box;
use std::time::Instant;

/// A way to do a thing: its name, and one operation, which gets its number.
pub type Way<'a> = (&'static str, Box<dyn FnMut(usize) + 'a>);

/// A way, of which the outcome is used by nobody and computed all the same.
pub fn way<'a, T>(name: &'static str, mut operation: impl FnMut(usize) -> T + 'a) -> Way<'a> {
    (name, Box::new(move |number| drop(black_box(operation(number)))))
}

/// What a contest found.
#[derive(Clone, Debug)]
pub struct Times {
    names: Vec<&'static str>,
    /// For each round the nanoseconds that one operation took each way.
    rounds: Vec<Vec<f64>>,
}

/// The middle half of the rounds.
#[derive(Clone, Copy, Debug)]
pub struct Quartiles {
    /// A quarter of the rounds lies below.
    pub low: f64,
    /// Half of them.
    pub median: f64,
    /// Three quarters.
    pub high: f64,
}

/// Measures some ways. In each round every way does `operations` operations. In the end all have done the same ones, but
/// each began at another place, so that none finds in the cache what another has just read. The whole is done twice and
/// measured the second time, when a store has read from the disk what it keeps in memory.
pub fn contest(mut ways: Vec<Way<'_>>, rounds: usize, operations: usize) -> Times {
    let count = ways.len();
    let mut times = vec![vec![0.0; count]; rounds];
    for lap in 0..2 * rounds {
        let round = lap % rounds;
        for turn in 0..count {
            let at = (round + turn) % count;
            let block = (round + at * rounds / count) % rounds;
            let begin = Instant::now();
            (block * operations..(block + 1) * operations).for_each(&mut ways[at].1);
            times[round][at] = begin.elapsed().as_secs_f64() * 1e9 / operations as f64;
        }
    }
    Times { names: ways.into_iter().map(|(name, _)| name).collect(), rounds: times }
}

impl Times {
    /// The nanoseconds that an operation takes in these ways, one after the other.
    pub fn nanoseconds(&self, ways: &[&str]) -> Quartiles {
        self.quartiles(|round| self.sum(round, ways))
    }

    /// How many times as long the one ways take as the others.
    pub fn ratio(&self, ways: &[&str], others: &[&str]) -> Quartiles {
        self.quartiles(|round| self.sum(round, ways) / self.sum(round, others))
    }

    fn sum(&self, round: &[f64], ways: &[&str]) -> f64 {
        let place = |way: &&str| self.names.iter().position(|name| name == way).unwrap();
        ways.iter().map(|way| round[place(way)]).sum()
    }

    fn quartiles(&self, of: impl Fn(&[f64]) -> f64) -> Quartiles {
        Quartiles::of(self.rounds.iter().map(|round| of(round)))
    }
}

impl Quartiles {
    /// Those of what some rounds gave.
    pub fn of(rounds: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = rounds.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let at = |quarter: usize| values[(values.len() - 1) * quarter / 4];
        Self { low: at(1), median: at(2), high: at(3) }
    }

    /// The same times a positive number.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { low: self.low * factor, median: self.median * factor, high: self.high * factor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_taken_within_a_round() {
        let rounds = vec![vec![1.0, 2.0, 1.0], vec![10.0, 20.0, 10.0], vec![3.0, 6.0, 3.0], vec![9.0, 9.0, 9.0]];
        let times = Times { names: vec!["a", "b", "c"], rounds };
        assert!((times.ratio(&["b"], &["a"]).median - 2.0).abs() < 1e-9);
        assert!((times.ratio(&["b"], &["a", "c"]).high - 1.0).abs() < 1e-9);
        assert!((times.nanoseconds(&["a"]).median - 3.0).abs() < 1e-9);
    }

    #[test]
    fn every_way_does_every_operation() {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        contest(vec![way("a", |number| a.push(number)), way("b", |number| b.push(number))], 4, 2);
        assert_eq!(a[8..], [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(b[8..], [4, 5, 6, 7, 0, 1, 2, 3]);
    }
}
