//! Importing a CSV file.

use crate::support::{
    ASHA, FAMILY, HEADER, changes, counts, date, doses, find, find_born, household_by_household, import, import_by,
    import_file, in_memory, options, smallest_steps,
};
use kycvs_domain::{Dose, MobileError, NameError, Product};
use kycvs_registry::{DateError, ImportOptions, MAX_ROW_BYTES, RowError};
use kycvs_sample::SampleRegistry;
use proptest::prelude::*;

#[tokio::test]
async fn each_row_is_a_dose_or_a_person_without_one() {
    let registry = in_memory().await;
    let (summary, bad) = import(&registry, FAMILY).await;
    assert_eq!((counts(&summary), bad), ([3, 0, 1, 2, 0, 2, 0, 0], vec![]));
    assert_eq!(summary.bytes, (HEADER.len() + 1 + FAMILY.len()) as u64);
    let asha = find(&registry, ASHA, "Asha Lakshmi Rao").await.unwrap();
    assert_eq!(asha.birth, Some(date("1986-02-11").into()));
    assert_eq!(asha.doses[1].given_on, date("2021-07-01"));
    assert_eq!((asha.doses[1].dose_number, asha.doses[1].batch.unwrap().as_str()), (Some(2), "4121Z119"));
    assert!(doses(&registry, "Imran Sheikh").await.is_empty());
}

#[tokio::test]
async fn a_bad_row_stops_nothing() {
    let long = format!("1,{},9876543210,,,,,", "a".repeat(MAX_ROW_BYTES));
    let unknown = |product| RowError::Product(Product::parse(product).unwrap_err());
    let (good, bad): (_, [(&str, RowError); 34]) = (
        "1,Asha Rao,9876543210,1986-02-11,COVISHIELD,2021-04-03,1,4121Z025",
        [
            (&long, RowError::TooLong),
            ("1,Asha\0Rao,9876543210,,,,,", RowError::ControlCharacter),
            ("1,Asha\tRao,9876543210,,,,,", RowError::ControlCharacter),
            ("1,Asha Rao,9876543210,,,,", RowError::FieldCount),
            ("1,Asha Rao,9876543210,,,,,,", RowError::FieldCount),
            ("Asha", RowError::FieldCount),
            ("1,\"Asha Rao,9876543210,,,,,", RowError::Quote),
            ("1,\"Asha\" Rao,9876543210,,,,,", RowError::Quote),
            ("1,Asha \"Rao\",9876543210,,,,,", RowError::Quote),
            ("1, \"Rao, Asha\",9876543210,,,,,", RowError::Quote),
            (",Asha Rao,9876543210,,,,,", RowError::Beneficiary),
            ("2048-1,Asha Rao,9876543210,,,,,", RowError::Beneficiary),
            ("2.04818E+13,Asha Rao,9876543210,,,,,", RowError::BeneficiaryRounded),
            ("1,,9876543210,,,,,", RowError::Name(NameError::Empty)),
            ("1,Asha 4,9876543210,,,,,", RowError::Name(NameError::Digit)),
            ("1,Asha Rao,987654321,,,,,", RowError::Mobile(MobileError::WrongLength)),
            ("1,Asha Rao,1876543210,,,,,", RowError::Mobile(MobileError::NotMobile)),
            ("1,Asha Rao,9.87654E+09,,,,,", RowError::MobileRounded),
            ("1,Asha Rao,9876543210,1899-12-31,,,,", RowError::BirthDate(DateError::OutOfRange)),
            ("1,Asha Rao,9876543210,11/02/1986,,,,", RowError::BirthDate(DateError::Ambiguous)),
            ("1,Asha Rao,9876543210,1986-02-30,,,,", RowError::BirthDate(DateError::NoSuchDay)),
            ("1,Asha Rao,9876543210,2023-01-02,,,,", RowError::BirthInFuture),
            ("1,Asha Rao,9876543210,,ASPIRIN,2021-04-03,,", unknown("ASPIRIN")),
            ("1,Asha Rao,9876543210,,COVISHIELD,03-04-2021,,", RowError::GivenOn(DateError::Ambiguous)),
            ("1,Asha Rao,9876543210,,COVISHIELD,44289,,", RowError::GivenOn(DateError::ExcelSerial)),
            ("1,Asha Rao,9876543210,,COVISHIELD,2023-01-02,,", RowError::DoseInFuture),
            ("1,Asha Rao,9876543210,,COVISHIELD,,1,", RowError::IncompleteDose),
            ("1,Asha Rao,9876543210,,,2021-04-03,,", RowError::IncompleteDose),
            ("1,Asha Rao,9876543210,,,,,4121Z025", RowError::IncompleteDose),
            ("1,Asha Rao,9876543210,,COVISHIELD,2021-04-03,0,", RowError::DoseNumber),
            ("1,Asha Rao,9876543210,,COVISHIELD,2021-04-03,256,", RowError::DoseNumber),
            ("1,Asha Rao,9876543210,,COVISHIELD,2021-04-03,1,41 21", RowError::Batch),
            ("1,Asha Rao,9876543210,1986,COVISHIELD,1985-12-31,1,", RowError::DoseBeforeBirth),
            ("1,Asha Rao,9876543210,1986-02-11,COVISHIELD,1986-02-10,1,", RowError::DoseBeforeBirth),
        ],
    );
    let registry = in_memory().await;
    let rows: String = bad.iter().map(|(row, _)| format!("{row}\n")).chain([good.to_owned()]).collect();
    let (summary, mut told) = import(&registry, &rows).await;
    told.sort_by_key(|(line, _)| *line);
    let expected: Vec<(u64, RowError)> = (2..).zip(bad.map(|(_, reason)| reason)).collect();
    assert_eq!(told, expected, "each with its line and its reason");
    assert_eq!(counts(&summary), [35, 34, 1, 1, 0, 1, 0, 0]);
    assert_eq!(doses(&registry, "Asha Rao").await.len(), 1);
    for (_, reason) in told {
        let text = format!("{reason} {reason:?}");
        assert!(!text.contains("Asha") && !text.contains("9876"), "{text}");
        let is_word =
            reason.code().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        assert!(is_word, "kebab-case: {}", reason.code());
    }
}

#[tokio::test]
async fn a_dose_on_the_day_of_birth_and_of_the_import_is_read() {
    let rows = "1,Asha Rao,9876543210,2023-01-01,BCG,2023-01-01,1,\n2,Ravi Rao,9876543210,1986,COVAXIN,1986-01-01,,\n";
    assert_eq!(import(&in_memory().await, rows).await.1, []);
}

#[tokio::test]
async fn bytes_that_are_no_text_spoil_their_row_alone() {
    let registry = in_memory().await;
    let csv = [HEADER.as_bytes(), b"\n1,As\xff Rao,9876543210,,,,,\n", FAMILY.as_bytes()].concat();
    let (summary, told) = import_file(&options(), &registry, &csv).await;
    assert_eq!((summary.unwrap().people_added, told.bad), (2, vec![(2, RowError::NotUtf8)]));
}

#[tokio::test]
async fn the_seventh_person_of_a_mobile_is_reported_and_six_are_imported() {
    let rows: String =
        (0..7).map(|at| format!("{at},{} Rao,9876543210,,COVAXIN,2021-05-01,,\n", "ABCDEFG".split_at(at).1)).collect();
    let rows = format!("{rows}6,G Rao,9876543210,,COVAXIN,2021-06-01,,\n");
    let registry = in_memory().await;
    let (summary, bad) = import(&registry, &rows).await;
    assert_eq!(bad, [(8, RowError::HouseholdFull), (9, RowError::HouseholdFull)], "each row is told");
    assert_eq!(counts(&summary), [8, 2, 1, 6, 0, 6, 0, 0]);
    assert_eq!(import(&registry, &rows).await.1, bad, "nor is there room the next time");
    let (summary, bad) = import(&registry, "5,FG Rao,9876543210,,,,,\n8,H Rao,9876543210,,,,,\n").await;
    assert_eq!((summary.bad_rows, bad), (1, vec![(3, RowError::HouseholdFull)]), "the six need no new room");
}

#[tokio::test]
async fn a_hundred_and_first_dose_is_reported() {
    let row = |at| format!("1,Asha Rao,9876543210,,INFLUENZA,{}-{:02}-01,,\n", 1950 + at / 12, 1 + at % 12);
    let rows: String = (0..101).map(row).collect();
    let registry = in_memory().await;
    let (_, bad) = import(&registry, &rows).await;
    assert_eq!(bad, [(102, RowError::TooManyDoses)]);
    assert_eq!(doses(&registry, "Asha Rao").await.len(), 100);
    let (_, told) = import_by(&changes(), &registry, "1,Asha Rao,9876543210,,COVAXIN,2022-05-01,,\n").await;
    assert_eq!(told.bad, [(2, RowError::TooManyDoses)], "nor in a later file");
}

#[tokio::test]
async fn several_vaccines_of_one_day_are_kept_and_one_of_the_same_kind_is_corrected() {
    let rows = "1,Asha Rao,9876543210,2020,MMR,2021-06-01,1,\n1,Asha Rao,9876543210,2020,VARICELLA,2021-06-01,1,\n";
    let registry = in_memory().await;
    let (summary, bad) = import(&registry, rows).await;
    assert_eq!((summary.doses_added, bad), (2, vec![]));
    let (summary, _) = import_by(&changes(), &registry, "1,Asha Rao,9876543210,,MR,2021-06-01,1,\n").await;
    let summary = summary.unwrap();
    assert_eq!((summary.doses_added, summary.doses_corrected), (0, 1));
    let asha = find(&registry, ASHA, "Asha Rao").await.unwrap();
    assert_eq!(asha.birth.map(|birth| birth.first_day()), Some(date("2020-01-01")), "a year alone is kept");
    let given: Vec<_> = asha.doses.iter().filter_map(|dose| dose.product?.product()).collect();
    assert_eq!(given, ["MR", "VARICELLA"].map(|name| Product::find(name).unwrap()));
}

#[tokio::test]
async fn a_file_may_have_a_byte_order_mark_crlf_quotes_empty_lines_and_no_last_line_end() {
    let row = "\"1\",\"Rao, Asha \"\"Lakshmi\"\"\",\"9876543210\",\"1986-02-11\",\"COVISHIELD\",\"2021-04-03\",\"1\",\"4121Z025\"";
    let csv = format!("\u{feff}{HEADER}\r\n\r\n{row}\r\n{row}\r\n\n2,Imran Sheikh,9876543210,,,,,");
    let registry = in_memory().await;
    let (summary, told) = import_file(&options(), &registry, csv.as_bytes()).await;
    assert_eq!(counts(&summary.unwrap()), [3, 0, 1, 2, 0, 1, 0, 0]);
    assert_eq!(told.lines, ["4 repeated"]);
    assert_eq!(doses(&registry, "Asha Lakshmi Rao").await.len(), 1);
}

#[tokio::test]
async fn spaces_around_a_field_mean_nothing() {
    let registry = in_memory().await;
    import(&registry, "1,\"Rao, Asha\",9876543210,1986-02-11,COVISHIELD,2021-04-03,1,4121Z025\n").await;
    let padded = [
        " 1 ,\"Rao, Asha\" , 9876543210 , 1986-02-11 , COVISHIELD , 2021-04-03 , 1 , 4121Z025 \n",
        "\" 1 \",\" Rao, Asha \",\" 9876543210 \",\" 1986-02-11 \",\" COVISHIELD\",\"2021-04-03 \",\" 1\",\" 4121Z025 \"\n",
        "1\u{a0},\"Rao, Asha\",9876543210,1986-02-11,\u{a0}COVISHIELD,2021-04-03,1,4121Z025\n",
    ];
    for row in padded {
        let (summary, bad) = import(&registry, row).await;
        assert_eq!((counts(&summary), bad), ([1, 0, 0, 0, 0, 0, 0, 1], vec![]), "{row}");
    }
}

#[tokio::test]
async fn an_empty_row_is_passed_over() {
    let rows = format!(",,,,,,,\n{FAMILY}\n  , ,\t,,,,,\n\"\",,,,,,,\n");
    let (summary, bad) = import(&in_memory().await, &rows).await;
    assert_eq!((counts(&summary), bad), ([3, 0, 1, 2, 0, 2, 0, 0], vec![]));
}

#[tokio::test]
async fn an_import_may_run_in_a_task_of_its_own() {
    let import = tokio::spawn(async { import(&in_memory().await, FAMILY).await.0.people_added });
    assert_eq!(import.await.unwrap(), 2);
}

#[tokio::test]
async fn a_sample_of_the_country_is_imported_whole() {
    let sample = SampleRegistry::new(3, 5_000);
    let mut csv = Vec::new();
    let rows = sample.write_csv(&mut csv).unwrap();
    let registry = in_memory().await;
    let today = ImportOptions { today: date("2026-11-28"), ..options() };
    let (summary, told) = import_file(&today, &registry, &csv).await;
    let summary = summary.unwrap();
    assert_eq!((summary.rows, summary.bad_rows, summary.people_added), (rows, 0, 5_000));
    assert!(told.lines.iter().all(|line| line.contains("told-apart") || line.contains("twice")), "{:?}", told.lines);
    assert_eq!(summary.households_written, sample.households());
    let mut found = 0;
    for number in 0..sample.people() {
        let (mobile, person) = sample.person_at(number).unwrap();
        let Some(history) = find(&registry, &mobile, &person.name).await else { continue };
        found += 1;
        let days = |doses: &[Dose]| doses.iter().map(|dose| dose.given_on).collect::<Vec<_>>();
        assert_eq!(days(&history.doses), person.doses.iter().map(|dose| dose.given_on).collect::<Vec<_>>());
        assert_eq!(history.birth, person.birth_date.map(Into::into));
    }
    assert!(found > 4_700, "all but the namesakes of a household: {found}");
    assert_eq!(find(&registry, &sample.unknown_mobile(0).unwrap(), "Asha Rao").await, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_are_imported_or_reported(lines in prop::collection::vec(any_line(), 0..20)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let csv = [HEADER.as_bytes().to_vec(), lines.concat()].join(&b'\n');
        let registry = runtime.block_on(in_memory());
        let (summary, told) = runtime.block_on(import_file(&options(), &registry, &csv));
        let summary = summary.unwrap();
        prop_assert_eq!(summary.bad_rows, told.bad.len() as u64);
        prop_assert_eq!(summary.bytes, csv.len() as u64);
        prop_assert_eq!(summary.rows_done, summary.rows);
    }

    #[test]
    fn memory_decides_nothing(rows in prop::collection::vec(row_of_a_few_people(), 0..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let import = async |options: ImportOptions| {
            let registry = in_memory().await;
            let (summary, told) = import_by(&options, &registry, &rows.concat()).await;
            let asha = find_born(&registry, ASHA, "Asha Rao", 1986).await;
            (counts(&summary.unwrap()), told.lines, asha)
        };
        let whole = runtime.block_on(import(options()));
        for options in [smallest_steps(), household_by_household()] {
            prop_assert_eq!(&runtime.block_on(import(options)), &whole);
        }
    }
}

fn row_of_a_few_people() -> impl Strategy<Value = String> {
    "[1-8],(Asha|Bina) Rao,987654321[01],(1986-02-1[12])?,(COVAXIN|COVISHIELD),2021-0[12]-[12][0-9],[12]?,[AB]?\n"
}

fn any_line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        "[0-9a,\"\n\r]{0,30}".prop_map(String::into_bytes),
        "[1-3],\"?[A-Z][a-z]{1,5} Rao\"?,987654321[0-3],(1986-02-1[0-9])?,COVAXIN,2021-0[1-9]-1[0-9],[0-3]?,[A-C]?\n"
            .prop_map(String::into_bytes),
    ]
}
