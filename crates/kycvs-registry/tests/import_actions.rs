//! What the actions of a file do, and that none of them does it to somebody else.

use crate::support::{ASHA, FAMILY, act, changes, days, find, id, import, in_memory, mobile, name, options};
use kycvs_registry::{ImportOptions, Registry};

const OTHER: &str = "9876543211";
const ASHA_1: &str = "20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,";

#[tokio::test]
async fn void_takes_one_dose_back_in_either_mode() {
    for options in [options(), changes()] {
        let registry = in_memory().await;
        import(&registry, FAMILY).await;
        let row = format!("{ASHA_1},2021-07-01,,,void,\n");
        assert_eq!(act(&options, &registry, &row).await, ["2 dose-voided"]);
        assert_eq!(days(&registry, ASHA, "Asha Lakshmi Rao").await.unwrap(), ["2021-04-03"]);
        assert_eq!(act(&options, &registry, &row).await, ["2 already-done"], "again, there is none");
        assert_eq!(act(&options, &registry, &row.replace("2021-07-01", "")).await, ["2 incomplete-dose"]);
    }
}

#[tokio::test]
async fn void_of_a_product_leaves_the_other_vaccines_of_that_day() {
    let registry = in_memory().await;
    let on = |product: &str, action: &str| format!("{ASHA_1}{product},2021-05-01,,,{action},\n");
    act(&options(), &registry, &(on("MMR", "") + &on("VARICELLA", ""))).await;
    assert_eq!(act(&changes(), &registry, &on("MMR", "void")).await, ["2 dose-voided"]);
    assert_eq!(days(&registry, ASHA, "Asha Lakshmi Rao").await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_date_is_corrected_by_a_void_and_a_put_in_one_file_of_changes() {
    let registry = in_memory().await;
    import(&registry, FAMILY).await;
    let (void, put) =
        (format!("{ASHA_1},2021-04-03,,,void,\n"), format!("{ASHA_1}COVISHIELD,2021-04-13,1,4121Z025,put,\n"));
    for rows in [format!("{void}{put}"), format!("{put}{void}")] {
        let registry = in_memory().await;
        import(&registry, FAMILY).await;
        let told = act(&changes(), &registry, &rows).await;
        assert!(told.iter().any(|line| line.ends_with("dose-voided")) && told.len() == 1, "{told:?}");
        assert_eq!(days(&registry, ASHA, "Asha Lakshmi Rao").await.unwrap(), ["2021-04-13", "2021-07-01"]);
    }
}

#[tokio::test]
async fn of_a_put_and_a_void_of_one_dose_the_later_row_holds() {
    let put = format!("{ASHA_1}COVISHIELD,2021-04-03,1,,,\n");
    let void = format!("{ASHA_1},2021-04-03,,,void,\n");
    let registry = in_memory().await;
    assert_eq!(act(&options(), &registry, &format!("{put}{void}")).await, ["2 superseded", "3 already-done"]);
    assert!(days(&registry, ASHA, "Asha Lakshmi Rao").await.unwrap().is_empty());
    assert_eq!(act(&options(), &registry, &format!("{void}{put}")).await, ["2 superseded"]);
    assert_eq!(days(&registry, ASHA, "Asha Lakshmi Rao").await.unwrap(), ["2021-04-03"]);
}

#[tokio::test]
async fn remove_erases_a_person_and_a_later_row_registers_them_as_new() {
    let registry = in_memory().await;
    import(&registry, FAMILY).await;
    let remove = format!("{ASHA_1},,,,remove,\n");
    assert_eq!(act(&options(), &registry, &remove).await, ["2 person-removed"]);
    assert_eq!(find(&registry, ASHA, "Asha Lakshmi Rao").await, None);
    assert!(find(&registry, ASHA, "Imran Sheikh").await.is_some());
    assert_eq!(act(&options(), &registry, &remove).await, ["2 already-done"]);
    import(&registry, FAMILY).await;
    let again = format!("{ASHA_1}COVAXIN,2022-01-01,,,put,\n");
    assert_eq!(
        act(&changes(), &registry, &format!("{again}{remove}{again}")).await,
        ["2 superseded", "3 person-removed"]
    );
    assert_eq!(days(&registry, ASHA, "Asha Lakshmi Rao").await.unwrap(), ["2022-01-01"]);
}

#[tokio::test]
async fn an_action_with_the_wrong_id_does_nothing_to_somebody_else() {
    let registry = in_memory().await;
    import(&registry, FAMILY).await;
    for action in ["void", "remove", "move", "merge"] {
        let to = if action == "move" { OTHER } else { "71930022184450" };
        let row = format!("20481830567712,Imran Sheikh,9876543210,,,2021-07-01,,,{action},{to}\n");
        assert_eq!(act(&options(), &registry, &row).await, ["2 another-person"], "{action}");
        assert_eq!(days(&registry, ASHA, "Asha Lakshmi Rao").await.unwrap().len(), 2);
        assert!(find(&registry, ASHA, "Imran Sheikh").await.is_some());
    }
}

#[tokio::test]
async fn correct_says_that_a_person_of_another_name_and_birth_date_is_the_same() {
    for options in [options(), changes()] {
        let registry = in_memory().await;
        import(&registry, FAMILY).await;
        let row = "20481830567712,Asha Iyer,9876543210,1987-03-12,COVISHIELD,2021-04-03,1,4121Z025,correct,\n";
        let told = act(&options, &registry, row).await;
        assert_eq!(told[told.len() - 1], "2 person-corrected");
        assert!(find(&registry, ASHA, "Asha Iyer").await.is_some());
        assert_eq!(find(&registry, ASHA, "Asha Lakshmi Rao").await, None);
    }
}

#[tokio::test]
async fn move_takes_a_person_with_all_they_have_to_another_mobile() {
    let registry = in_memory().await;
    import(&registry, FAMILY).await;
    let tag = async |number: &str| {
        let lookup = registry.find(&mobile(number), &name("Asha Lakshmi Rao"), None).await.unwrap();
        lookup.found().map(|found| found.person)
    };
    let before = tag(ASHA).await;
    let row = format!("{ASHA_1},,,,move,{OTHER}\n");
    assert_eq!(act(&options(), &registry, &row).await, ["2 person-moved"]);
    assert_eq!(find(&registry, ASHA, "Asha Lakshmi Rao").await, None);
    assert_eq!(days(&registry, OTHER, "Asha Lakshmi Rao").await.unwrap().len(), 2);
    assert_eq!(tag(OTHER).await, before, "the person stays the same");
    assert_eq!(act(&options(), &registry, &row).await, ["2 already-done"]);
    assert!(find(&registry, ASHA, "Imran Sheikh").await.is_some());
}

#[tokio::test]
async fn a_move_comes_before_the_rows_of_the_new_mobile_wherever_it_is_in_the_file() {
    let moving = format!("{ASHA_1},,,,move,{OTHER}\n");
    let new = format!("20481830567712,Asha Lakshmi Rao,{OTHER},1986-02-11,COVISHIELD,2021-04-03,1,4121Z025,,\n");
    for rows in [format!("{moving}{new}"), format!("{new}{moving}")] {
        for dry_run in [true, false] {
            let registry = in_memory().await;
            import(&registry, FAMILY).await;
            let options = ImportOptions { dry_run, ..options() };
            let told = act(&options, &registry, &rows).await;
            assert_eq!(told.len(), 2, "{told:?}");
            assert!(told.iter().any(|line| line.ends_with("dose-taken-away")), "{told:?}");
            let days = days(&registry, OTHER, "Asha Lakshmi Rao").await;
            assert_eq!(days.map(|days| days.len()), if dry_run { None } else { Some(1) });
        }
    }
}

#[tokio::test]
async fn moves_follow_each_other_and_what_cannot_be_moved_is_told() {
    let registry = in_memory().await;
    import(&registry, FAMILY).await;
    let third = "9876543212";
    let rows = format!(
        "{ASHA_1},,,,move,{OTHER}\n{}{ASHA_1},,,,move,{ASHA}\n3,Gita Rao,9876543210,,,,,,move,{OTHER}\n{ASHA_1},,,,move,x\n",
        format_args!("20481830567712,Asha Lakshmi Rao,{OTHER},,,,,,move,{third}\n")
    );
    let told = act(&options(), &registry, &rows).await;
    assert_eq!(told, ["2 person-moved", "3 person-moved", "4 bad-to", "5 no-such-person", "6 bad-to"]);
    assert!(find(&registry, third, "Asha Lakshmi Rao").await.is_some());
}

#[tokio::test]
async fn nobody_is_moved_onto_their_own_id_nor_put_where_the_file_moves_them_from() {
    let registry = in_memory().await;
    import(&registry, &format!("{FAMILY}{}", FAMILY.replace(ASHA, OTHER))).await;
    let row = format!("{ASHA_1},,,,move,{OTHER}\n");
    assert_eq!(act(&options(), &registry, &row).await, ["2 moved-already"]);
    let third = "9876543212";
    let rows = format!("{ASHA_1}COVISHIELD,2021-04-03,1,,,\n{ASHA_1},,,,move,{third}\n");
    assert_eq!(act(&options(), &registry, &rows).await, ["2 moved-away", "3 person-moved"]);
    assert_eq!(find(&registry, ASHA, "Asha Lakshmi Rao").await, None);
    let full: String =
        ["Aa", "Bb", "Cc", "Dd", "Ee", "Ff"].iter().map(|n| format!("7{n},{n} Rao,9876543213,,,,,\n")).collect();
    import(&registry, &full).await;
    let row = format!("20481830567712,Asha Lakshmi Rao,{third},,,,,,move,9876543213\n");
    assert_eq!(act(&options(), &registry, &row).await, ["2 household-full"]);
    assert!(find(&registry, third, "Asha Lakshmi Rao").await.is_some());
}

const TWICE: &str = "\
DUP1,Ramesh Kumar,9876543210,1980-05-05,COVISHIELD,2021-04-03,1,A1,,
DUP2,Ramesh Kumar,9876543210,1980-05-05,COVISHIELD,2021-07-05,1,A2,,
";
const MERGE: &str = "DUP2,Ramesh Kumar,9876543210,1980-05-05,,,,,merge,DUP1\n";

#[tokio::test]
async fn merge_makes_one_person_of_two_ids_for_all_later_files() {
    for options in [options(), changes()] {
        let registry = in_memory().await;
        assert_eq!(act(&options, &registry, TWICE).await, ["2 one-person-twice 3"]);
        assert_eq!(days(&registry, ASHA, "Ramesh Kumar").await, None);
        assert_eq!(act(&options, &registry, MERGE).await, ["2 ids-merged"]);
        assert_eq!(days(&registry, ASHA, "Ramesh Kumar").await.unwrap(), ["2021-04-03", "2021-07-05"]);
        assert_eq!(act(&options, &registry, MERGE).await, ["2 already-done"]);
        assert_eq!(act(&options, &registry, TWICE).await, Vec::<String>::new(), "the source still has both");
        assert_eq!(days(&registry, ASHA, "Ramesh Kumar").await.unwrap(), ["2021-04-03", "2021-07-05"]);
        let state = registry.person(&mobile(ASHA), &id("DUP2")).await.unwrap().unwrap();
        assert_eq!((state.beneficiary_id.as_str(), state.other_ids.len(), state.is_answerable), ("DUP1", 1, true));
    }
}

#[tokio::test]
async fn merge_may_be_in_the_file_of_the_two() {
    for rows in [format!("{TWICE}{MERGE}"), format!("{MERGE}{TWICE}")] {
        let registry = in_memory().await;
        let told = act(&options(), &registry, &rows).await;
        assert!(told.len() == 1 && told[0].ends_with("ids-merged"), "{told:?}");
        assert_eq!(days(&registry, ASHA, "Ramesh Kumar").await.unwrap().len(), 2);
        let told = act(&options(), &registry, &rows).await;
        assert!(told.len() == 1 && told[0].ends_with("already-done"), "{told:?}");
    }
}

#[tokio::test]
async fn merge_refuses_what_is_not_one_person_and_tells_a_dose_that_it_leaves_out() {
    let registry = in_memory().await;
    act(
        &options(),
        &registry,
        &TWICE.replace("DUP2,Ramesh Kumar,9876543210,1980-05-05", "DUP2,Ramesh Kumar,9876543210,1981-05-05"),
    )
    .await;
    let merge = MERGE.replace("1980-05-05", "");
    assert_eq!(act(&options(), &registry, &merge).await, ["2 another-person"]);
    assert_eq!(act(&options(), &registry, &merge.replace("DUP1", "DUP9")).await, ["2 no-such-person"]);
    assert_eq!(act(&options(), &registry, &merge.replace("DUP1", "")).await, ["2 bad-to"]);
    assert_eq!(act(&options(), &registry, &merge.replace("DUP1", "DUP2")).await, ["2 no-such-person"]);
    let registry = in_memory().await;
    act(&options(), &registry, &TWICE.replace("2021-07-05", "2021-04-03")).await;
    assert_eq!(act(&options(), &registry, MERGE).await, ["2 ids-merged", "2 same-day"]);
    assert_eq!(days(&registry, ASHA, "Ramesh Kumar").await.unwrap(), ["2021-04-03"]);
}

#[tokio::test]
async fn duplicates_are_merged_by_themselves_only_where_the_operator_says_so() {
    let merging = ImportOptions { merge_duplicates: true, ..options() };
    let registry = in_memory().await;
    assert_eq!(act(&merging, &registry, TWICE).await, ["2 ids-merged"]);
    assert_eq!(days(&registry, ASHA, "Ramesh Kumar").await.unwrap().len(), 2);
    assert_eq!(act(&merging, &registry, TWICE).await, Vec::<String>::new());
    for rows in [TWICE.replace("1980-05-05", "1980"), TWICE.replace("1980-05-05", "")] {
        let registry = in_memory().await;
        assert_eq!(act(&merging, &registry, &rows).await, ["2 not-told-apart 3"], "a year alone is not enough");
    }
    let three = TWICE.to_owned() + &TWICE.replace("DUP1", "DUP3").replace("2021-04-03", "2021-01-03");
    let registry = in_memory().await;
    let told = act(&merging, &registry, &three).await;
    assert_eq!(told.iter().filter(|line| line.ends_with("ids-merged")).count(), 2, "{told:?}");
    assert_eq!(days(&registry, ASHA, "Ramesh Kumar").await.unwrap().len(), 3);
}

#[tokio::test]
async fn people_whom_no_question_tells_apart_are_told_with_both_lines() {
    let pair = |a: &str, b: &str| format!("1,{a},,,,,,\n2,{b},,,,,,\n");
    for (rows, told) in [
        (pair("Asha Rao,9876543210,1986", "A Rao,9876543210,1986"), vec!["2 not-told-apart 3"]),
        (pair("Asha Rao,9876543210,", "Asha Rao,9876543210,"), vec!["2 not-told-apart 3"]),
        (pair("Asha Rao,9876543210,1986", "Asha Rao,9876543210,1956"), vec![]),
        (pair("Asha Rao,9876543210,1986", "Asha Rao,9876543210,"), vec!["2 not-told-apart 3"]),
        (pair("Mathew Thomas,9876543210,1955", "Thomas Mathew,9876543210,1985"), vec![]),
        (pair("Mathew Thomas,9876543210,1955", "Thomas Mathew,9876543210,1955"), vec!["2 not-told-apart 3"]),
        (pair("Asha Rao,9876543210,", "Asha Rao,9876543211,"), vec![]),
        (pair("Asha Rao,9876543210,", "Ravi Rao,9876543210,"), vec![]),
    ] {
        let registry = in_memory().await;
        assert_eq!(act(&options(), &registry, &rows).await, told, "{rows}");
        let (first, second) = rows.split_at(rows.find('\n').unwrap() + 1);
        let registry = in_memory().await;
        act(&options(), &registry, first).await;
        let later: Vec<String> = told.iter().map(|_| "2 not-told-apart registry".to_owned()).collect();
        assert_eq!(act(&options(), &registry, second).await, later, "in two files: {rows}");
    }
}

#[tokio::test]
async fn an_unknown_action_is_a_bad_row_and_the_words_may_be_capitals() {
    let registry = in_memory().await;
    import(&registry, FAMILY).await;
    assert_eq!(act(&options(), &registry, &format!("{ASHA_1},,,,delete,\n")).await, ["2 unknown-action"]);
    assert_eq!(act(&options(), &registry, &format!("{ASHA_1},,,,REMOVE,\n")).await, ["2 person-removed"]);
}

#[tokio::test]
async fn one_id_on_two_mobiles_is_told_with_both_lines() {
    let on = |mobile: &str, action: &str, to: &str| format!("D1,Ravi Rao,{mobile},1980-05-05,,,,,{action},{to}\n");
    let twice = on(ASHA, "", "") + &on("9876543299", "", "").replace("D1", "D2") + &on(OTHER, "", "");
    let told = |rows: String| async move { act(&options(), &in_memory().await, &rows).await };
    for options in [options(), crate::support::smallest_steps()] {
        let registry = in_memory().await;
        assert_eq!(act(&options, &registry, &twice).await, ["4 one-id-on-two-mobiles 2"]);
        assert!(
            find(&registry, ASHA, "Ravi Rao").await.is_some() && find(&registry, OTHER, "Ravi Rao").await.is_some()
        );
    }
    let long = twice.replace("D1", "LONGERTHANSIXTEENBYTES");
    assert_eq!(told(long).await, ["4 one-id-on-two-mobiles 2"]);
    let moved = on(OTHER, "", "") + &on(OTHER, "move", ASHA) + &on(ASHA, "", "");
    let registry = in_memory().await;
    act(&options(), &registry, &on(OTHER, "", "")).await;
    let events = act(&options(), &registry, &moved).await;
    assert!(!events.iter().any(|line| line.contains("two-mobiles")), "a move ends the one: {events:?}");
    let removed = on(ASHA, "", "") + &on(OTHER, "", "") + &on(ASHA, "remove", "");
    assert!(!told(removed).await.iter().any(|line| line.contains("two-mobiles")), "and so does a removal");
}
