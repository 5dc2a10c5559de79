//! Importing what the registry knows already, knows otherwise, or is told twice.

use crate::support::{
    ASHA, FAMILY, HEADER, changes, counts, date, days, dose, doses, find, find_born, import, import_by, in_memory,
    options, smallest_steps,
};
use kycvs_registry::{ImportError, ImportOptions, RegistryCsv, RowError};
use proptest::prelude::*;

#[tokio::test]
async fn importing_twice_changes_nothing() {
    let registry = in_memory().await;
    import(&registry, FAMILY).await;
    let (summary, bad) = import(&registry, FAMILY).await;
    assert_eq!((counts(&summary), bad), ([3, 0, 0, 0, 0, 0, 0, 2], vec![]));
    let (summary, told) = import_by(&options(), &in_memory().await, &FAMILY.repeat(2)).await;
    assert_eq!(counts(&summary.unwrap()), [6, 0, 1, 2, 0, 2, 0, 0], "twice in one file");
    assert_eq!(told.lines, ["5 repeated", "6 repeated"]);
}

#[tokio::test]
async fn of_two_rows_of_one_dose_the_later_holds_and_the_earlier_is_told() {
    let asha = "1,Asha Rao,9876543210,1986-02-11,COVISHIELD,2021-04-03,1,A1\n";
    let other_dose = "1,Asha Rao,9876543210,1986-02-11,COVAXIN,2021-04-03,2,B2\n";
    let bina = "2,Bina Rao,9876543210,,COVISHIELD,2021-04-03,,\n";
    for (file, line) in [(asha.to_owned() + other_dose, 2), (bina.to_owned() + asha + bina + other_dose, 3)] {
        for options in [options(), smallest_steps(), changes()] {
            let registry = in_memory().await;
            let (summary, told) = import_by(&options, &registry, &file).await;
            assert_eq!(summary.unwrap().doses_corrected, 0, "there was nothing to correct");
            assert!(told.lines.contains(&format!("{line} superseded")), "{:?}", told.lines);
            assert_eq!(doses(&registry, "Asha Rao").await[0].dose_number, Some(2));
            let (summary, _) = import_by(&options, &registry, &file).await;
            assert_eq!(summary.unwrap().households_written, 0, "again");
        }
    }
}

#[tokio::test]
async fn a_snapshot_takes_away_the_dose_of_a_date_that_was_corrected() {
    let registry = in_memory().await;
    import(&registry, "1,Asha Rao,9876543210,1986-02-11,COVISHIELD,2021-04-03,1,A1\n").await;
    let corrected = "1,Asha Rao,9876543210,1986-02-11,COVISHIELD,2021-04-13,1,A1\n";
    let (summary, told) = import_by(&options(), &registry, corrected).await;
    assert_eq!(days(&registry, ASHA, "Asha Rao").await.unwrap(), ["2021-04-13"], "one dose, not two");
    let summary = summary.unwrap();
    assert_eq!((summary.doses_added, summary.doses_taken_away), (1, 1));
    assert_eq!((told.lines, told.corrected), (vec!["2 dose-taken-away".to_owned()], vec![ASHA.to_owned()]));
}

#[tokio::test]
async fn a_snapshot_says_nothing_of_people_who_are_not_in_it() {
    let registry = in_memory().await;
    import(&registry, FAMILY).await;
    let (summary, told) = import_by(&options(), &registry, "71930022184450,Imran Sheikh,9876543210,,,,,\n").await;
    assert_eq!((summary.unwrap().households_written, told.lines.len()), (0, 0));
    assert_eq!(days(&registry, ASHA, "Asha Lakshmi Rao").await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_snapshot_of_somebody_without_a_dose_takes_all_away() {
    let registry = in_memory().await;
    import(&registry, FAMILY).await;
    let row = "20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,,,,\n";
    let (_, told) = import_by(&options(), &registry, row).await;
    assert_eq!(told.lines, ["2 dose-taken-away", "2 dose-taken-away"]);
    assert!(doses(&registry, "Asha Lakshmi Rao").await.is_empty());
}

#[tokio::test]
async fn a_person_may_lie_anywhere_in_a_snapshot_larger_than_memory() {
    let first = "1,Asha Rao,9876543210,1986-02-11,COVISHIELD,2021-04-03,1,A1\n";
    let second = "1,Asha Rao,9876543210,1986-02-11,COVISHIELD,2021-07-01,2,A2\n";
    let others: String = (0..50).map(|n| format!("{n}9,Bina Das,98000000{n:02},,COVAXIN,2021-05-01,,\n")).collect();
    let file = format!("{first}{others}{second}");
    let registry = in_memory().await;
    for round in 0..2 {
        let (summary, told) = import_by(&smallest_steps(), &registry, &file).await;
        assert_eq!(summary.unwrap().doses_taken_away, 0, "round {round}");
        assert!(told.lines.is_empty(), "round {round}: {:?}", told.lines);
        assert_eq!(days(&registry, ASHA, "Asha Rao").await.unwrap(), ["2021-04-03", "2021-07-01"]);
    }
}

#[tokio::test]
async fn a_person_of_whom_a_row_is_bad_stays_as_they_were() {
    let registry = in_memory().await;
    import(&registry, FAMILY).await;
    let good = "20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,COVISHIELD,2021-04-13,1,4121Z025\n";
    for bad in [
        "20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,COVISHIELD,01-07-2021,2,4121Z119\n",
        "20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,COVISHIELD,1980-07-01,2,4121Z119\n",
        "2048E+10,Asha Lakshmi Rao,9876543210,1986-02-11,COVISHIELD,2021-07-01,2,4121Z119\n",
        "20481830567712,,9876543210,1986-02-11,COVISHIELD,2021-07-01,2,4121Z119\n",
    ] {
        for file in [format!("{good}{bad}"), format!("{bad}{good}")] {
            let (summary, told) = import_by(&options(), &registry, &file).await;
            let summary = summary.unwrap();
            assert_eq!((summary.bad_rows, summary.rows_ignored, summary.households_written), (1, 1, 0), "{file}");
            assert!(told.lines.iter().any(|line| line.ends_with(" incomplete")), "{:?}", told.lines);
            assert_eq!(days(&registry, ASHA, "Asha Lakshmi Rao").await.unwrap(), ["2021-04-03", "2021-07-01"]);
        }
    }
    let fresh = in_memory().await;
    import(&fresh, &format!("{good}20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,COVISHIELD,tomorrow,2,\n"))
        .await;
    assert_eq!(days(&fresh, ASHA, "Asha Lakshmi Rao").await.unwrap(), ["2021-04-13"], "a new person gets what is good");
}

#[tokio::test]
async fn changes_add_and_take_nothing_away() {
    let registry = in_memory().await;
    import(&registry, FAMILY).await;
    let third = "20481830567712,Asha Lakshmi Rao,9876543210,,COVISHIELD,2022-05-01,3,4121Z120\n";
    let (summary, told) = import_by(&changes(), &registry, third).await;
    assert_eq!((summary.unwrap().doses_added, told.lines.len(), told.corrected.len()), (1, 0, 0));
    assert_eq!(days(&registry, ASHA, "Asha Lakshmi Rao").await.unwrap().len(), 3);
    let earlier = "20481830567712,Asha Lakshmi Rao,9876543210,,COVISHIELD,2021-03-01,,\n";
    let (_, told) = import_by(&changes(), &registry, earlier).await;
    assert_eq!(told.corrected, [ASHA], "an earlier dose may make an answer wrong");
}

#[tokio::test]
async fn a_change_that_may_be_another_date_of_a_dose_is_refused() {
    let registry = in_memory().await;
    import(&registry, "1,Asha Rao,9876543210,1986-02-11,COVISHIELD,2021-04-03,1,A1\n").await;
    let other_date = "1,Asha Rao,9876543210,1986-02-11,COVISHIELD,2021-07-03,1,A1\n";
    let (summary, told) = import_by(&changes(), &registry, other_date).await;
    assert_eq!((summary.unwrap().doses_added, told.bad), (0, vec![(2, RowError::DoseNumberTaken)]));
    assert_eq!(days(&registry, ASHA, "Asha Rao").await.unwrap(), ["2021-04-03"]);
    let measles = "1,Asha Rao,9876543210,1986-02-11,MMR,2021-07-03,1,M1\n";
    assert_eq!(import_by(&changes(), &registry, measles).await.1.bad, [], "the first dose of another vaccine");
    let two_firsts = "2,Bina Rao,9876543210,,COVAXIN,2021-04-03,1,\n2,Bina Rao,9876543210,,COVAXIN,2021-06-03,1,\n";
    for _ in 0..2 {
        assert_eq!(import_by(&changes(), &registry, two_firsts).await.1.bad, [], "a file may say so of a new person");
    }
}

#[tokio::test]
async fn a_row_for_a_known_day_corrects_the_dose() {
    for options in [options(), changes()] {
        let registry = in_memory().await;
        import(&registry, FAMILY).await;
        let rows = FAMILY.replace("COVISHIELD,2021-07-01,2,4121Z119", "COVAXIN,2021-07-01,,");
        let (summary, told) = import_by(&options, &registry, &rows).await;
        assert_eq!(counts(&summary.unwrap()), [3, 0, 1, 0, 0, 0, 1, 1]);
        assert_eq!((told.lines, told.corrected), (vec!["3 dose-corrected".to_owned()], vec![ASHA.to_owned()]));
        assert_eq!(doses(&registry, "Asha Lakshmi Rao").await[1], dose("COVAXIN", "2021-07-01"));
    }
}

#[tokio::test]
async fn a_snapshot_corrects_a_name_or_a_birth_date_where_the_other_agrees() {
    let registry = in_memory().await;
    import(&registry, "1,Asha Rao,9876543210,1986-02-11,COVAXIN,2021-04-03,1,A\n").await;
    for (row, name, born) in [
        ("1,Asha Iyer,9876543210,1986-02-11,COVAXIN,2021-04-03,1,A\n", "Asha Iyer", "1986-02-11"),
        ("1,Asha Iyer,9876543210,1987-02-11,COVAXIN,2021-04-03,1,A\n", "Asha Iyer", "1987-02-11"),
    ] {
        let (summary, told) = import_by(&options(), &registry, row).await;
        assert_eq!(counts(&summary.unwrap()), [1, 0, 1, 0, 1, 0, 0, 1], "{row}");
        assert_eq!(told.lines, ["2 person-corrected"]);
        assert_eq!(find(&registry, ASHA, name).await.unwrap().birth, Some(date(born).into()));
    }
    let (summary, _) = import_by(&options(), &registry, "1,Asha Iyer,9876543210,,COVAXIN,2021-04-03,1,A\n").await;
    assert_eq!(summary.unwrap().households_written, 0, "an empty birth date states nothing");
    import(&registry, "1,Asha Iyer,9876543210,1987,COVAXIN,2021-04-03,1,A\n").await;
    let asha = find(&registry, ASHA, "Asha Iyer").await.unwrap();
    assert_eq!(asha.birth, Some(date("1987-02-11").into()), "a year says less than the day in it");
}

#[tokio::test]
async fn doses_are_never_put_together_of_two_people() {
    let asha = "1,Asha Rao,9876543210,1986-02-11,COVISHIELD,2021-04-03,1,A1\n";
    let others = [
        ("1,Ravi Rao,9876543210,1950-01-01,COVISHIELD,2021-07-03,2,A1\n", [RowError::AnotherPerson; 2]),
        ("1,Ravi Rao,9876543210,,COVISHIELD,2021-07-03,2,A1\n", [RowError::AnotherPerson; 2]),
    ];
    for (other, reasons) in others {
        for (options, reason) in [options(), changes()].into_iter().zip(reasons) {
            let registry = in_memory().await;
            import(&registry, asha).await;
            let (_, told) = import_by(&options, &registry, other).await;
            assert_eq!(told.bad, [(2, reason)], "{other}");
            assert_eq!(days(&registry, ASHA, "Asha Rao").await.unwrap(), ["2021-04-03"]);
            assert_eq!(find(&registry, ASHA, "Ravi Rao").await, None);
        }
    }
    // Changes are put to what is known, so that one of the two must not be wrong.
    for other in [
        "1,Asha Rao,9876543210,1987-02-11,COVISHIELD,2021-07-03,2,A1\n",
        "1,Usha Rao,9876543210,1986-02-11,COVISHIELD,2021-07-03,2,A1\n",
    ] {
        let registry = in_memory().await;
        import(&registry, asha).await;
        assert_eq!(import_by(&changes(), &registry, other).await.1.bad, [(2, RowError::AnotherPerson)], "{other}");
        assert_eq!(days(&registry, ASHA, "Asha Rao").await.unwrap(), ["2021-04-03"]);
    }
}

#[tokio::test]
async fn rows_of_one_id_that_name_two_people_are_all_refused_with_both_lines() {
    let asha = "1,Asha Rao,9876543210,1986-02-11,COVISHIELD,2021-04-03,1,A1\n";
    for other in [
        "1,Ravi Rao,9876543210,1950-01-01,COVAXIN,2021-12-03,1,X1\n",
        "1,Usha Rao,9876543210,1986-02-11,COVAXIN,2021-12-03,1,X1\n",
        "1,Asha Rao,9876543210,1956-02-11,COVAXIN,2021-12-03,1,X1\n",
        "1,Asha Rao,9876543210,1987,COVAXIN,2021-12-03,1,X1\n",
    ] {
        for options in [options(), changes(), smallest_steps()] {
            let registry = in_memory().await;
            let (summary, told) =
                import_by(&options, &registry, &format!("{asha}{asha}2,Bina Rao,9876543210,,,,,\n{other}")).await;
            let two = |other| RowError::TwoPeople { other };
            assert_eq!(told.bad, [(2, two(5)), (3, two(5)), (5, two(2))], "{other}");
            assert_eq!(summary.unwrap().people_added, 1);
            assert_eq!(find(&registry, ASHA, "Asha Rao").await, None);
            assert_eq!(find(&registry, ASHA, "Ravi Rao").await, None);
        }
    }
}

/// A read that fails in the middle of a file.
struct Broken<'a>(&'a [u8]);

impl std::io::Read for Broken<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(to)? {
            0 => Err(std::io::Error::other("the disk is gone")),
            read => Ok(read),
        }
    }
}

#[tokio::test]
async fn a_file_that_breaks_off_changes_nothing() {
    let registry = in_memory().await;
    let csv = format!("{HEADER}\n{}", FAMILY.repeat(20_000));
    let csv = RegistryCsv::open(Broken(csv.as_bytes())).unwrap();
    let broken = registry.import_csv(csv, &smallest_steps(), &mut |_| ()).await;
    assert!(matches!(broken, Err(ImportError::Read(_))));
    assert_eq!(find(&registry, ASHA, "Asha Lakshmi Rao").await, None);
    assert_eq!(counts(&import(&registry, FAMILY).await.0), [3, 0, 1, 2, 0, 2, 0, 0]);
}

#[tokio::test]
async fn a_folder_that_takes_no_temporary_file_is_told_before_anything_is_written() {
    let registry = in_memory().await;
    let nowhere = ImportOptions { temporary_folder: "/nowhere/at/all".into(), ..smallest_steps() };
    let (import, _) = import_by(&nowhere, &registry, FAMILY).await;
    assert!(matches!(import, Err(ImportError::Temporary(_))));
    assert_eq!(find(&registry, ASHA, "Asha Lakshmi Rao").await, None);
}

#[tokio::test]
async fn a_dry_run_tells_all_and_writes_nothing() {
    let registry = in_memory().await;
    import(&registry, FAMILY).await;
    let dry = ImportOptions { dry_run: true, ..options() };
    let rows = "20481830567712,Asha Iyer,9876543210,1986-02-11,COVISHIELD,2021-04-13,1,\n3,Gita Rao,9876543210,,,,,\n";
    let (would, told_before) = import_by(&dry, &registry, rows).await;
    assert_eq!(days(&registry, ASHA, "Asha Lakshmi Rao").await.unwrap(), ["2021-04-03", "2021-07-01"]);
    assert_eq!(find(&registry, ASHA, "Gita Rao").await, None);
    let (did, told) = import_by(&options(), &registry, rows).await;
    assert_eq!((would.unwrap(), told_before.lines), (did.unwrap(), told.lines));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_file_imported_twice_changes_nothing(
        rows in prop::collection::vec(row_of_a_few_people(), 0..40),
        is_changes in any::<bool>(),
        merge_duplicates in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let options = ImportOptions { merge_duplicates, ..if is_changes { changes() } else { options() } };
        let registry = runtime.block_on(in_memory());
        let (first, told) = runtime.block_on(import_by(&options, &registry, &rows.concat()));
        let first = first.unwrap();
        prop_assert_eq!(first.people_corrected + first.doses_corrected + first.doses_taken_away, 0, "there was nothing to correct");
        prop_assert!(told.corrected.is_empty() || first.ids_merged > 0);
        let years = |year| runtime.block_on(find_born(&registry, ASHA, "Asha Rao", year));
        let before = [years(1986), years(1987)];
        let (second, _) = runtime.block_on(import_by(&options, &registry, &rows.concat()));
        let second = second.unwrap();
        prop_assert_eq!(second.households_written, 0, "{:?}", second);
        prop_assert_eq!([years(1986), years(1987)], before);
    }
}

/// Rows that contradict each other, of more people than a mobile has room for.
fn row_of_a_few_people() -> impl Strategy<Value = String> {
    "[1-8],(Asha|Bina) Rao,987654321[01],(1986-02-1[12])?,(COVAXIN|COVISHIELD),2021-0[12]-[12][0-9],[12]?,[AB]?\n"
}
