use kycvs_token::{StatusList, StatusListError};

use super::Trust;
use super::permutation::Permutation;

/// How many bits of a list rise each time it is published, at least.
const LEAST: u32 = 4;

/// Raises what is due, and decoys to the next power of two, at least four. So who compares two lists learns an upper bound
/// of what happened, in powers of two, and no count.
///
/// Decoys are the positions that no token gets, in their order; the first `used` were tried before. Returns how many are
/// used now. When none is left, what is due rises alone.
pub(super) fn raise(
    list: &mut StatusList,
    due: &[u32],
    order: &Permutation,
    mut used: u32,
) -> Result<u32, StatusListError> {
    let (mut risen, allocatable) = (0, Trust::allocatable(list.positions()));
    for index in due {
        risen += u32::from(list.has_risen(*index) == Some(false));
        list.raise(*index)?;
    }
    let wanted = risen.next_power_of_two().max(LEAST);
    let decoys = list.positions() - allocatable;
    while risen < wanted && used < decoys {
        let index = order.at(allocatable + used);
        risen += u32::from(list.has_risen(index) == Some(false));
        list.raise(index)?;
        used += 1;
    }
    Ok(used)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ring::hmac;
    use std::collections::{BTreeMap, BTreeSet};

    const LENGTH: u32 = 1 << 12;
    const ALLOCATABLE: u32 = LENGTH / 8 * 7;

    fn order() -> Permutation {
        order_of(LENGTH)
    }

    fn order_of(length: u32) -> Permutation {
        Permutation::new(hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]), length)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// Whatever is due, it rises, nothing else that a token may have rises, and the number that rise is a power of two.
        #[test]
        fn what_rises_is_what_is_due_and_decoys(
            ticks in prop::collection::vec(prop::collection::vec(0..ALLOCATABLE, 0..20), 1..6),
        ) {
            let (mut list, order, mut used) = (StatusList::new(LENGTH).unwrap(), order(), 0);
            let mut expected = BTreeSet::new();
            for due in ticks {
                let before = list.risen();
                let due: BTreeSet<u32> = due.into_iter().map(|place| order.at(place)).collect();
                let new = u32::try_from(due.difference(&expected).count()).unwrap();
                used = raise(&mut list, &due.iter().copied().collect::<Vec<_>>(), &order, used).unwrap();
                let rose = list.risen() - before;
                prop_assert!(rose.is_power_of_two() && rose >= LEAST && rose < (2 * new).max(LEAST + 1));
                expected.extend(due);
                let decoys: BTreeSet<u32> = (ALLOCATABLE..ALLOCATABLE + used).map(|place| order.at(place)).collect();
                let risen = (0..LENGTH).filter(|index| list.has_risen(*index) == Some(true));
                prop_assert!(risen.eq(expected.union(&decoys).copied()));
            }
        }
    }

    /// Over a month, who sees every list at every tick cannot tell three withdrawals a day from thirty: where no tick has more
    /// than four in one list, the two months are the same, and where one has, it shows the next power of two and no more.
    #[test]
    fn a_month_of_few_withdrawals_looks_like_one_of_many() {
        const TICKS: u64 = 288;
        let trace = |a_day: u64| -> Vec<u32> {
            let (mut seed, mut trace) = (7_u64, Vec::new());
            for day in 0..30 {
                // The list of a day, with its withdrawals at random ticks.
                let (mut list, order, mut used) = (StatusList::new(1 << 14).unwrap(), order_of(1 << 14), 0);
                let mut due: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
                for number in 0..a_day {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(day + 1);
                    due.entry((seed >> 33) % TICKS).or_default().push(order.at(u32::try_from(number).unwrap()));
                }
                for tick in 0..TICKS {
                    let before = list.risen();
                    let due = due.get(&tick).map(Vec::as_slice).unwrap_or_default();
                    used = raise(&mut list, due, &order, used).unwrap();
                    trace.push(list.risen() - before);
                    assert_eq!(trace.last(), Some(&u32::try_from(due.len()).unwrap().next_power_of_two().max(LEAST)));
                }
            }
            trace
        };
        assert!(trace(3) == trace(30), "what is published differs");
    }

    #[test]
    fn when_decoys_run_out_what_is_due_rises_alone() {
        let (mut list, order) = (StatusList::new(LENGTH).unwrap(), order());
        let used = raise(&mut list, &[order.at(1)], &order, LENGTH - ALLOCATABLE - 1).unwrap();
        assert_eq!((used, list.risen()), (LENGTH - ALLOCATABLE, 2));
        let used = raise(&mut list, &[order.at(2)], &order, used).unwrap();
        assert_eq!((used, list.risen()), (LENGTH - ALLOCATABLE, 3));
    }

    #[test]
    fn a_decoy_that_has_risen_already_is_no_cover() {
        let (mut list, order) = (StatusList::new(LENGTH).unwrap(), order());
        list.raise(order.at(ALLOCATABLE)).unwrap();
        assert_eq!(raise(&mut list, &[], &order, 0), Ok(5));
        assert_eq!(list.risen(), 5);
    }
}
