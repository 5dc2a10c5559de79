//! Whatever order things happen in, the rules of the books hold; and they would notice if they did not.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use kycvs_replay::{Plant, replay};

#[test]
fn every_rule_holds_in_two_hundred_replays() {
    for seed in 0..200 {
        let replay = replay(seed, None).unwrap();
        assert_eq!(replay.broken, Vec::<String>::new(), "seed {seed}:\n{}", replay.trace.join("\n"));
    }
}

#[test]
fn a_seed_gives_the_same_trace_twice() {
    for seed in [0, 1, 4711] {
        let [first, second] = [replay(seed, None).unwrap(), replay(seed, None).unwrap()];
        assert!(first.trace.len() > 100, "much happens");
        assert_eq!(first.trace, second.trace);
    }
    assert_ne!(replay(0, None).unwrap().trace, replay(1, None).unwrap().trace);
}

#[test]
fn each_planted_bug_is_found_within_a_thousand_seeds() {
    for plant in Plant::ALL {
        let found = (0..1000).find(|seed| !replay(*seed, Some(plant)).unwrap().broken.is_empty());
        assert!(found.is_some(), "{plant:?}");
    }
}
