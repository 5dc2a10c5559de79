//! Files as operators have them. All people, numbers and ids in `cases/` are made up; the shape of each file is that of a
//! public report.

use crate::support::{HEADER, date, days, find, find_born, import_file, in_memory, look_up, options};
use kycvs_domain::{BirthDate, Product};
use kycvs_registry::{CsvError, DateOrder, Encoding, ImportOptions, RegistryCsv, RowError};

const ASHA_4: (&str, &str) = ("9800000004", "Asha Lakshmi Rao");

/// Imports a case into an empty registry; what is told of its lines.
macro_rules! case {
    ($file:literal) => {{
        let registry = in_memory().await;
        let (summary, told) = import_file(&options(), &registry, include_bytes!(concat!("cases/", $file))).await;
        summary.unwrap();
        (registry, told)
    }};
}

#[tokio::test]
async fn one_person_under_two_ids_is_told_with_both_lines_and_how_to_mend_it() {
    let (registry, told) = case!("duplicate-registration.csv");
    assert_eq!(told.lines, ["2 one-person-twice 3"]);
    assert_eq!(days(&registry, "9800000001", "Ramesh Kumar").await, None);
    assert_eq!(find_born(&registry, "9800000001", "Ramesh Kumar", 1980).await, None, "nor by the year of birth");
    let mend = "beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch,action,to
DUP2,Ramesh Kumar,9800000001,1980-05-05,,,,,merge,DUP1";
    import_file(&options(), &registry, mend.as_bytes()).await.0.unwrap();
    assert_eq!(days(&registry, "9800000001", "Ramesh Kumar").await.unwrap(), ["2021-04-03", "2021-07-05"]);
}

#[tokio::test]
async fn two_people_under_one_id_never_get_each_others_doses_and_both_are_told() {
    let (registry, told) = case!("one-id-two-people.csv");
    let two = |other| RowError::TwoPeople { other };
    assert_eq!(told.bad, [(2, two(4)), (3, two(4)), (4, two(2))]);
    for name in ["Asha Rao", "Ravi Rao"] {
        assert_eq!(find(&registry, "9800000007", name).await, None);
    }
}

#[tokio::test]
async fn father_and_son_of_reversed_names_are_told_apart_by_their_year_of_birth() {
    let (registry, told) = case!("household-father-son.csv");
    assert!(told.lines.is_empty(), "{:?}", told.lines);
    for (name, year, doses) in [("Mathew Thomas", 1955, 2), ("Thomas Mathew", 1985, 1)] {
        let mobile = "9800000011";
        assert_eq!(look_up(&registry, mobile, name).await, kycvs_registry::Lookup::BirthYearNeeded);
        assert_eq!(find_born(&registry, mobile, name, year).await.unwrap().doses.len(), doses, "{name}");
    }
}

#[tokio::test]
async fn a_header_is_read_where_it_is_safe() {
    for (what, file) in [
        ("below a title", &include_bytes!("cases/header-below-a-title.csv")[..]),
        ("in capitals", include_bytes!("cases/header-capitals.csv")),
        ("with one column more", include_bytes!("cases/header-one-more.csv")),
        ("in another order", include_bytes!("cases/header-other-order.csv")),
        ("with semicolons", include_bytes!("cases/header-semicolons.csv")),
        ("with tabs", include_bytes!("cases/header-tabs.csv")),
        (
            "with bars, and a comma in a title",
            b"Register, 2021
BeneficiaryId|Name|Mobile No.|Mobile|Birth Date|Product|Given On|Dose Number|Batch
ID1|Asha Lakshmi Rao||9800000004|1986-02-11|COVISHIELD|2021-04-03|1|A1
",
        ),
        ("in UTF-16", include_bytes!("cases/header-utf16.csv")),
    ] {
        let registry = in_memory().await;
        let (summary, told) = import_file(&options(), &registry, file).await;
        assert_eq!((summary.unwrap().doses_added, told.lines.len()), (1, 0), "{what}: {:?}", told.lines);
        let found = find(&registry, ASHA_4.0, ASHA_4.1).await.unwrap();
        assert_eq!(found.birth, Some(date("1986-02-11").into()), "{what}");
        assert_eq!((found.doses[0].dose_number, found.doses[0].batch.unwrap().as_str()), (Some(1), "A1"), "{what}");
    }
}

#[tokio::test]
async fn a_line_ends_with_lf_cr_lf_or_cr_in_the_header_too() {
    for end in ["\n", "\r\n", "\r"] {
        let row = |id: u64| format!("{id},Asha Rao,980000001{id},1986-02-11,COVISHIELD,2021-04-03,1,A1");
        let bad = row(4).replace("1986", "86");
        let file = ["Register, 2021", HEADER, &row(1), &row(2), &row(3), &bad, ""].join(end);
        let registry = in_memory().await;
        let (summary, told) = import_file(&options(), &registry, file.as_bytes()).await;
        assert_eq!(summary.unwrap().people_added, 3, "{end:?}");
        assert_eq!(told.bad.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [6], "{end:?}");
    }
    // Nor does a header take the first row with it where it ends otherwise than the rows.
    let registry = in_memory().await;
    let mixed = format!("{HEADER}\r1,Asha Rao,9800000011,,,,,\n2,Ravi Rao,9800000012,,,,,\n");
    assert_eq!(import_file(&options(), &registry, mixed.as_bytes()).await.0.unwrap().people_added, 2);
}

#[test]
fn what_a_file_is_like_is_told() {
    let form = |file: &[u8]| RegistryCsv::open(file).unwrap().form().clone();
    let utf16 = form(include_bytes!("cases/header-utf16.csv"));
    assert_eq!((utf16.encoding, utf16.separator, utf16.header_line), (Encoding::Utf16Le, '\t', 1));
    let extra = form(include_bytes!("cases/header-one-more.csv"));
    assert_eq!((extra.separator, extra.extra_columns), (',', vec!["remarks".to_owned()]));
    assert_eq!(form(include_bytes!("cases/header-below-a-title.csv")).header_line, 2);
    assert_eq!(form(format!("sep=;\r\n{}\r\n", HEADER.replace(',', ";")).as_bytes()).separator, ';');
    assert_eq!(form(format!("\u{feff}\"{}\"\r\n", HEADER.replace(',', "\",\"")).as_bytes()).encoding, Encoding::Utf8);
    assert_eq!(form(format!("sep=|\n{}\n", HEADER.replace(',', "|")).as_bytes()).separator, '|');
    for apart in [" ", "-", "", ".", "\u{a0}"] {
        assert_eq!(form(HEADER.replace('_', apart).as_bytes()).extra_columns, Vec::<String>::new(), "{apart:?}");
    }
    assert_eq!(form(format!("{HEADER},,").as_bytes()).extra_columns, Vec::<String>::new(), "columns without a name");
}

#[test]
fn a_file_that_cannot_be_read_is_told_what_it_lacks() {
    let error = |file: &str| RegistryCsv::open(file.as_bytes()).err().unwrap();
    for empty in ["", "\n\r\n \n", "\u{feff}"] {
        assert!(matches!(error(empty), CsvError::Empty), "{empty:?}");
    }
    for other in ["a,b\n1,2\n", "1,Asha Rao,9876543210,,,,,\n", &format!("\"{HEADER}\"")] {
        assert!(matches!(error(other), CsvError::NoHeader), "{other}");
    }
    let below = format!("{}{HEADER}\n", "title\n".repeat(10));
    assert!(matches!(error(&below), CsvError::NoHeader), "in line 11");
    let lacking = format!("title\n{}\n", HEADER.replace("birth_date,", "dob,").replace(",batch", ""));
    match error(&lacking) {
        CsvError::MissingColumns { line: 2, missing } => assert_eq!(missing, ["birth_date", "batch"]),
        other => panic!("{other}"),
    }
    match error(&format!("{HEADER},Mobile\n")) {
        CsvError::RepeatedColumn { line: 1, column } => assert_eq!(column, "mobile"),
        other => panic!("{other}"),
    }
    assert!(matches!(error("PK\u{3}\u{4}\u{14}"), CsvError::Workbook));
    for (file, code) in
        [("", "empty-file"), ("a", "no-header"), (&lacking, "missing-columns"), ("PK\u{3}\u{4}", "excel-workbook")]
    {
        assert_eq!(error(file).code(), code);
    }
}

#[tokio::test]
async fn a_field_of_another_column_may_hold_what_it_likes() {
    let registry = in_memory().await;
    let file = format!(
        "remarks,{HEADER}\n\"two\nlines, \"\"quoted\"\"\",1,Asha Rao,9800000004,,,,,\n,2,Ravi Rao,9800000004,,,,,\n"
    );
    let (summary, told) = import_file(&options(), &registry, file.as_bytes()).await;
    assert_eq!((summary.unwrap().people_added, told.lines.len()), (2, 0), "{:?}", told.lines);
}

#[tokio::test]
async fn an_open_quote_spoils_its_line_and_no_other() {
    for quote in ["1,\"Asha Rao,9800000004,,,,,\n", "1,Asha Rao,9800000004,,,,,\"\n", "\"1,Asha Rao,9800000004,,,,,\n"]
    {
        let registry = in_memory().await;
        let file = format!("{HEADER}\n{quote}2,Ravi Rao,9800000004,,,,,\n3,\"Gita Rao\",9800000004,,,,,\n");
        let (summary, told) = import_file(&options(), &registry, file.as_bytes()).await;
        assert_eq!((summary.unwrap().people_added, told.lines), (2, vec!["2 open-quote".to_owned()]), "{quote}");
    }
}

#[tokio::test]
async fn each_form_of_a_date_is_named() {
    let (registry, told) = case!("rows-dates.csv");
    assert_eq!(told.lines, ["2 date-ambiguous", "3 date-excel-serial"]);
    let asha = find(&registry, ASHA_4.0, ASHA_4.1).await.unwrap();
    assert_eq!(asha.birth, Some(BirthDate::Year("1986".parse().unwrap())), "a year alone");
    assert_eq!(asha.doses.len(), 1);

    let registry = in_memory().await;
    let told_order = ImportOptions { date_order: DateOrder::DayFirst, ..options() };
    let told = import_file(&told_order, &registry, include_bytes!("cases/rows-dates.csv")).await.1;
    assert!(!told.lines.iter().any(|line| line.contains("ambiguous")), "{:?}", told.lines);
    assert_eq!(days(&registry, ASHA_4.0, ASHA_4.1).await.unwrap(), ["2021-04-03"]);
}

#[tokio::test]
async fn a_dose_in_the_future_or_before_birth_is_a_bad_row() {
    let (registry, told) = case!("rows-dose-in-the-future-and-before-birth.csv");
    assert_eq!(told.lines, ["2 dose-in-future", "3 dose-before-birth"]);
    assert_eq!(days(&registry, ASHA_4.0, ASHA_4.1).await, None, "no row of hers was good");
}

#[tokio::test]
async fn a_dose_number_is_read_as_a_sheet_writes_it() {
    let (registry, told) = case!("rows-dose-number.csv");
    assert_eq!(told.lines, ["3 repeated"]);
    assert_eq!(find(&registry, ASHA_4.0, ASHA_4.1).await.unwrap().doses[0].dose_number, Some(1));
}

#[tokio::test]
async fn a_number_that_excel_rounded_is_told_and_one_that_it_did_not_is_read() {
    let (registry, told) = case!("rows-excel-numbers.csv");
    assert_eq!(told.lines, ["2 excel-rounded", "4 excel-rounded"]);
    assert_eq!(days(&registry, "9800000005", "Ravi Rao").await.unwrap(), ["2021-04-03"]);
}

#[tokio::test]
async fn a_product_is_found_by_what_registers_print() {
    let (registry, told) = case!("rows-product-names.csv");
    let given = &find(&registry, ASHA_4.0, ASHA_4.1).await.unwrap().doses;
    let last = Product::find("COVISHIELD").unwrap();
    assert_eq!(given[given.len() - 1].product.and_then(|code| code.product()), Some(last));
    assert!(told.lines.iter().all(|line| line.ends_with("superseded")), "{:?}", told.lines);
    let file = format!("{HEADER}\n1,Asha Rao,9800000004,,COVISHEILD,2021-04-03,,\n");
    let told = import_file(&options(), &in_memory().await, file.as_bytes()).await.1;
    let [(2, reason @ RowError::Product(unknown))] = told.bad[..] else { panic!("{:?}", told.bad) };
    assert_eq!((reason.code(), unknown.nearest().count()), ("unknown-product", 3));
    assert!(reason.to_string().contains("COVISHIELD"), "{reason}");
}
