//! A rule that no macro names would be run by no adapter.

#[test]
fn every_rule_is_named_by_its_macro() {
    for source in [
        include_str!("../src/answer.rs"),
        include_str!("../src/household.rs"),
        include_str!("../src/challenge.rs"),
        include_str!("../src/ledger.rs"),
        include_str!("../src/board.rs"),
        include_str!("../src/limit.rs"),
        include_str!("../src/durability.rs"),
    ] {
        let mut rules = source.lines().filter_map(|line| line.strip_prefix("pub async fn ")).peekable();
        assert!(rules.peek().is_some(), "rules are found by how they begin");
        for rule in rules {
            let (name, _) = rule.split_once(['(', '<']).unwrap_or_default();
            let named = source.lines().any(|line| line.trim() == format!("{name},"));
            assert!(named, "{name} is not in the list of its macro");
        }
    }
}
