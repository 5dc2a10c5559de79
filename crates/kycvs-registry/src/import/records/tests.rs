use super::*;
use proptest::prelude::*;

type Told = Result<(u64, Vec<String>), (u64, RowError)>;

const LINE_ENDS: [&str; 3] = ["\n", "\r\n", "\r"];

/// The lines and fields of a file, or the line and reason.
fn records(file: &[u8]) -> Vec<Told> {
    let mut records = Records::new(Text::open(file).unwrap());
    records.begin(0, 0, b',');
    let mut all = Vec::new();
    while let Some(record) = records.next().unwrap() {
        all.push(record.map(|record| {
            let field = |at| String::from_utf8_lossy(&record.fields[record.place(at).unwrap()]).into_owned();
            (record.line, (0..record.len()).map(field).collect())
        }));
    }
    assert!(records.window.capacity() <= 2 * WINDOW, "memory stays bounded");
    all
}

fn row(line: u64, fields: &[&str]) -> Told {
    Ok((line, fields.iter().map(|field| (*field).to_owned()).collect()))
}

#[test]
fn lines_end_with_lf_crlf_or_cr_and_quoted_fields_may_hold_them() {
    let file = b"a,b\r\n\r\n\"c\r\nd\",\"e \"\"f\"\"\"\ng,\rh,i";
    let read = [row(1, &["a", "b"]), row(3, &["c\r\nd", "e \"f\""]), row(5, &["g", ""]), row(6, &["h", "i"])];
    assert_eq!(records(file), read);
}

#[test]
fn an_open_quote_takes_no_later_row_with_it() {
    let later = "2,Bina,x\n".repeat(3 * MAX_ROW_BYTES);
    for first in ["1,\"Asha,x\n", "\"1,Asha,x\n", "1,Asha,\"x\n"] {
        for next in ["", "2,\"Bina\",x\n", "2,Bina,\"x\"\n", "\"2\",\"Bina\",\"x\"\n", "2,Bina,\"\"\n", later.as_str()]
        {
            for end in LINE_ENDS {
                let read = records(format!("{first}{next}").replace('\n', end).as_bytes());
                assert_eq!(read[0], Err((1, RowError::Quote)), "{first}");
                assert_eq!(read.len(), 1 + next.lines().count(), "{first}{next:.20}");
                assert!(read[1..].iter().all(Result::is_ok), "{first}{next:.20}");
            }
        }
    }
}

#[test]
fn a_line_of_any_length_takes_no_later_line_with_it() {
    let longest = "a".repeat(MAX_ROW_BYTES);
    for end in LINE_ENDS {
        let file = format!("{longest}{end}{longest}a{end}{}{end}b{end}{longest}a", longest.repeat(200));
        let too_long = |line| Err((line, RowError::TooLong));
        let read = [row(1, &[&longest]), too_long(2), too_long(3), row(4, &["b"]), too_long(5)];
        assert_eq!(records(file.as_bytes()), read);
    }
    assert_eq!(records(&[b','; 300]), [Err((1, RowError::FieldCount))]);
}

#[test]
fn half_a_line_end_at_the_end_of_the_window_is_no_line_of_its_own() {
    for long in WINDOW - 20..=WINDOW + 2 {
        let file = format!("{}\r\nb\r\n", "a".repeat(long));
        assert_eq!(records(file.as_bytes()), [Err((1, RowError::TooLong)), row(2, &["b"])], "{long}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(rows in prop::collection::vec(prop::collection::vec("[a-c \",\n\r]{0,6}", 2..5), 1..30)) {
        let mut writer = csv::WriterBuilder::new().flexible(true).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        let read: Vec<Vec<String>> = records(&writer.into_inner().unwrap()).into_iter().map(|row| row.unwrap().1).collect();
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn each_line_is_read_or_reported(
        lines in prop::collection::vec("[a,\"]{0,6}", 0..30),
        end in prop::sample::select(&LINE_ENDS),
    ) {
        let read = records(lines.join(end).as_bytes());
        let told: Vec<u64> = read.iter().map(|row| match row { Ok((line, _)) => *line, Err((line, _)) => *line }).collect();
        prop_assert!(told.is_sorted_by(|a, b| a < b));
        let text_of = |line: u64| lines[usize::try_from(line).unwrap() - 1].as_str();
        for (line, text) in (1..).zip(&lines).filter(|(_, text)| !text.contains('"') && !text.is_empty()) {
            let held = told.iter().rev().find(|told| **told <= line).copied().unwrap_or(0);
            prop_assert!(held == line || text_of(held).contains('"'), "line {line}: {text}");
        }
    }
}
