use std::io::{self, BufWriter, Write};

use chrono::{Datelike, NaiveDate};

use crate::{SampleHousehold, SamplePerson, SampleRegistry};

const HEADER: &[u8] = b"beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch\n";

impl SampleRegistry {
    /// Writes the registry as a CSV file for import: a row for each dose, or one for a person without. Returns how many
    /// rows, without the header.
    ///
    /// # Errors
    /// That of the writer.
    pub fn write_csv(&self, writer: impl Write) -> io::Result<u64> {
        let mut out = BufWriter::with_capacity(256 * 1024, writer);
        out.write_all(HEADER)?;
        let mut rows = 0;
        let mut text = String::new();
        for household in self.iter() {
            text.clear();
            rows += push_household(&household, &mut text);
            out.write_all(text.as_bytes())?;
        }
        out.flush().map(|()| rows)
    }
}

fn push_household(household: &SampleHousehold, out: &mut String) -> u64 {
    let mut rows = 0;
    for person in &household.people {
        let start = out.len();
        push_person(person, &household.mobile, out);
        let shared = start..out.len();
        if person.doses.is_empty() {
            out.push_str(",,,\n");
            rows += 1;
        }
        for (number, dose) in person.doses.iter().enumerate() {
            if number > 0 {
                out.extend_from_within(shared.clone());
            }
            rows += 1;
            out.push_str(dose.product);
            out.push(',');
            push_date(dose.given_on, out);
            out.push(',');
            push_digits(u32::from(dose.dose_number), 1, out);
            out.push(',');
            out.push_str(dose.batch.as_deref().unwrap_or_default());
            out.push('\n');
        }
    }
    rows
}

/// The fields that all rows of a person share. No name, product or lot of the sample needs quotes.
fn push_person(person: &SamplePerson, mobile: &str, out: &mut String) {
    out.push_str(&person.beneficiary_id.to_string());
    for text in [person.name.as_str(), mobile] {
        out.push(',');
        out.push_str(text);
    }
    out.push(',');
    if let Some(date) = person.birth_date {
        push_date(date, out);
    }
    out.push(',');
}

/// `YYYY-MM-DD`: a third of a file is dates, so they are not left to a formatter.
fn push_date(date: NaiveDate, out: &mut String) {
    push_digits(date.year().unsigned_abs(), 4, out);
    out.push('-');
    push_digits(date.month(), 2, out);
    out.push('-');
    push_digits(date.day(), 2, out);
}

fn push_digits(number: u32, width: u32, out: &mut String) {
    for place in (0..width).rev() {
        out.push(char::from_digit(number / 10_u32.pow(place) % 10, 10).unwrap_or('0'));
    }
}
