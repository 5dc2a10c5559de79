//! Importing what the registry knows already, knows otherwise, or is told twice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod support;

use kycvs_registry::{CSV_HEADER, ImportError, ImportOptions};
use proptest::prelude::*;
use support::{
    ASHA, FAMILY, counts, date, dose, doses, find, household_by_household, import, import_by, in_memory, smallest_steps,
};

#[tokio::test]
async fn importing_twice_changes_nothing() {
    let registry = in_memory();
    import(&registry, FAMILY).await;
    let (summary, bad) = import(&registry, FAMILY).await;
    assert_eq!((counts(&summary), bad), ([3, 0, 0, 0, 0, 0, 0, 2], vec![]));
    assert_eq!(counts(&import(&in_memory(), &FAMILY.repeat(2)).await.0), [6, 0, 1, 2, 0, 2, 0, 0], "twice in one file");
}

#[tokio::test]
async fn importing_a_file_that_contradicts_itself_twice_changes_nothing() {
    let asha = "1,Asha Rao,9876543210,1986-02-11,COVISHIELD,2021-04-03,1,A1\n";
    let other_dose = "1,Asha Rao,9876543210,1986-02-11,COVAXIN,2021-04-03,2,B2\n";
    let other_name = "1,Asha Iyer,9876543210,1987-02-11,COVAXIN,2021-04-03,2,B2\n";
    let bina = "2,Bina Rao,9876543210,,COVISHIELD,2021-04-03,,\n";
    let files = [
        (asha.to_owned() + other_dose, 1, "Asha Rao", "one after the other"),
        (asha.to_owned() + other_name, 1, "Asha Iyer", "with another name"),
        (asha.to_owned() + bina + other_dose, 2, "Asha Rao", "with somebody else between"),
        (asha.to_owned() + bina + other_name, 2, "Asha Iyer", "with somebody else between and another name"),
        (other_name.to_owned() + bina + asha + bina + other_name, 2, "Asha Iyer", "there and back"),
    ];
    for (file, people, name, what) in files {
        let registry = in_memory();
        let rows = file.lines().count() as u64;
        let (summary, _) = import(&registry, &file).await;
        assert_eq!(counts(&summary), [rows, 0, 1, people, 0, people, 0, 0], "{what}: it states each person once");
        assert_eq!(doses(&registry, name).await[0].dose_number, Some(2), "{what}: the later row holds");
        let (summary, _) = import(&registry, &file).await;
        assert_eq!(counts(&summary), [rows, 0, 0, 0, 0, 0, 0, people], "{what}: again");
    }
}

#[tokio::test]
async fn a_correction_is_counted_once_however_many_rows_state_it() {
    let registry = in_memory();
    import(&registry, FAMILY).await;
    let corrected = "20481830567712,Asha Iyer,9876543210,1986-02-11,COVAXIN,2021-07-01,,\n";
    let rows = format!("{FAMILY}{corrected}71930022184450,Imran Sheikh,9876543210,,,,,\n{corrected}");
    let (summary, _) = import(&registry, &rows).await;
    assert_eq!(counts(&summary), [6, 0, 1, 0, 1, 0, 1, 1]);
    let (summary, _) = import(&registry, &rows).await;
    assert_eq!(counts(&summary), [6, 0, 0, 0, 0, 0, 0, 2]);
}

#[tokio::test]
async fn a_birth_date_that_a_later_row_leaves_empty_is_kept() {
    let registry = in_memory();
    let rows = "1,Asha Rao,9876543210,1986-02-11,,,,\n1,Asha Iyer,9876543210,,,,,\n";
    import(&registry, rows).await;
    assert_eq!(find(&registry, ASHA, "Asha Iyer").await.unwrap().birth, Some(date("1986-02-11").into()));
    assert_eq!(counts(&import(&registry, rows).await.0), [2, 0, 0, 0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn a_row_for_a_known_day_corrects_the_dose() {
    let registry = in_memory();
    import(&registry, FAMILY).await;
    let row = "20481830567712,Asha Lakshmi Rao,9876543210,1986-02-11,COVAXIN,2021-07-01,,\n";
    let (summary, _) = import(&registry, row).await;
    assert_eq!(counts(&summary), [1, 0, 1, 0, 0, 0, 1, 0]);
    assert_eq!(doses(&registry, "Asha Lakshmi Rao").await[1], dose("COVAXIN", "2021-07-01"));
}

#[tokio::test]
async fn a_row_with_another_name_or_birth_date_corrects_the_person() {
    let registry = in_memory();
    import(&registry, FAMILY).await;
    let (summary, _) = import(&registry, "20481830567712,Asha Iyer,9876543210,,,,,\n").await;
    assert_eq!(counts(&summary), [1, 0, 1, 0, 1, 0, 0, 0]);
    let asha = find(&registry, ASHA, "Asha Iyer").await.unwrap();
    assert_eq!(asha.birth, Some(date("1986-02-11").into()), "an empty field states nothing");
    assert_eq!(asha.doses.len(), 2);
    import(&registry, "20481830567712,Asha Iyer,9876543210,1987-02-11,,,,\n").await;
    assert_eq!(find(&registry, ASHA, "Asha Iyer").await.unwrap().birth, Some(date("1987-02-11").into()));
}

#[tokio::test]
async fn where_two_rows_disagree_the_later_holds_however_the_file_is_cut() {
    let rows = "\
1,Asha Rao,9876543210,,COVISHIELD,2021-04-03,,
2,Bina Das,9876543211,,COVISHIELD,2021-04-03,,
1,Asha Rao,9876543210,,COVAXIN,2021-04-03,,
2,Bina Das,9876543211,,COVISHIELD,2021-07-03,,
1,Asha Iyer,+91 98765-43210,,,,,
";
    for (options, corrected) in [(ImportOptions::default(), 0), (household_by_household(), 0), (smallest_steps(), 1)] {
        let registry = in_memory();
        let (summary, told) = import_by(options, &registry, rows).await;
        assert_eq!(doses(&registry, "Asha Iyer").await, [dose("COVAXIN", "2021-04-03")]);
        let bina = find(&registry, "9876543211", "Bina Das").await.unwrap();
        assert_eq!(bina.doses, [dose("COVISHIELD", "2021-04-03"), dose("COVISHIELD", "2021-07-03")]);
        assert_eq!(summary.unwrap().doses_corrected, corrected, "only what was written before is corrected");
        assert!(told.progress.is_sorted_by_key(|summary| summary.rows_done));
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
async fn a_file_that_breaks_off_can_be_imported_again() {
    let registry = in_memory();
    let csv = format!("{CSV_HEADER}\n{FAMILY}");
    let broken = registry.import_csv(Broken(csv.as_bytes()), smallest_steps(), &mut |_| ()).await;
    assert!(matches!(broken, Err(ImportError::Read(_))));
    assert_eq!(doses(&registry, "Asha Lakshmi Rao").await.len(), 2, "what was read before is stored");
    assert_eq!(counts(&import(&registry, FAMILY).await.0), [3, 0, 0, 0, 0, 0, 0, 2]);
}

proptest! {
    #[test]
    fn any_file_imported_twice_changes_nothing(rows in prop::collection::vec(row_of_a_few_people(), 0..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let registry = in_memory();
        let (first, bad) = runtime.block_on(import(&registry, &rows.concat()));
        let (second, bad_again) = runtime.block_on(import(&registry, &rows.concat()));
        prop_assert_eq!(bad, bad_again);
        prop_assert_eq!(first.people_corrected + first.doses_corrected, 0, "there was nothing to correct");
        let changes = second.people_added + second.people_corrected + second.doses_added + second.doses_corrected;
        prop_assert_eq!((changes, second.households_written), (0, 0));
        prop_assert_eq!(second.doses_unchanged, first.doses_added);
    }
}

/// Rows that contradict each other, of more people than a mobile has room for.
fn row_of_a_few_people() -> impl Strategy<Value = String> {
    "[1-8],(Asha|Bina) Rao,987654321[01],(1986-02-1[12])?,(COVAXIN|COVISHIELD),2021-0[12]-[12][0-9],[12]?,[AB]?\n"
}
