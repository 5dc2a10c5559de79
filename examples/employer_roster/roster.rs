use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail};
use kycvs::domain::{Mobile, PersonName};
use kycvs_examples::fields;
use kycvs_lab::Lines;
use kycvs_sample::SampleRegistry;

/// The longest row, in bytes, and the most people.
const MAX_ROW_BYTES: usize = 1024;
const MAX_PEOPLE: usize = 10_000;

/// Somebody on the roster.
pub(crate) struct Employee {
    /// The employee id, or the line of the roster where there is none.
    pub(crate) label: String,
    /// Whom to ask, or why the row cannot be read.
    pub(crate) person: Result<(Mobile, PersonName), String>,
}

/// Reads a roster file.
pub(crate) fn from_file(file: &Path) -> Result<Vec<Employee>> {
    let csv = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    read(BufReader::new(csv)).with_context(|| format!("cannot use the roster {}", file.display()))
}

/// A roster of people of the sample, and one who is not in it.
pub(crate) fn of_sample(sample: &SampleRegistry) -> Result<Vec<Employee>> {
    let mut csv = String::from("mobile,name,employee_id\n");
    let mut people = (0..sample.people()).filter_map(|number| sample.person_at(number));
    for (number, status) in (1..).zip([2, 2, 1, 2, 2, 0, 2, 1, 2, 2, 2]) {
        let with_status = people.find(|(_, person)| person.course.expected_status() == status);
        let (mobile, person) = with_status.context("the sample is too small")?;
        writeln!(csv, "{mobile},{},E{number:03}", person.name)?;
    }
    writeln!(csv, "{},New Colleague,E012", sample.unknown_mobile(0).context("the sample has every mobile")?)?;
    read(csv.as_bytes())
}

fn read(csv: impl BufRead) -> Result<Vec<Employee>> {
    let mut lines = Lines::new(csv, MAX_ROW_BYTES);
    let header = lines.next_line()?.unwrap_or_default();
    let header = header.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(header);
    let header = fields(&String::from_utf8_lossy(header)).join(",");
    if !matches!(header.as_str(), "mobile,name" | "mobile,name,employee_id") {
        bail!("it does not begin with mobile,name or mobile,name,employee_id");
    }
    let mut employees = Vec::new();
    let mut number = 1;
    while let Some(line) = lines.next_line()? {
        number += 1;
        if line.is_empty() {
            continue;
        }
        if employees.len() == MAX_PEOPLE {
            bail!("it has more than {MAX_PEOPLE} people");
        }
        employees.push(employee(line, number));
    }
    Ok(employees)
}

fn employee(line: &[u8], number: usize) -> Employee {
    let fields = match str::from_utf8(line) {
        Ok(line) => fields(line),
        Err(_) => Vec::new(),
    };
    let person = match fields.as_slice() {
        _ if line.len() > MAX_ROW_BYTES => Err(format!("the row is longer than {MAX_ROW_BYTES} bytes")),
        [mobile, name] | [mobile, name, _] => person(mobile, name),
        [] => Err("the row is not UTF-8".to_owned()),
        _ => Err("the row does not have two or three fields".to_owned()),
    };
    let label = match fields.get(2) {
        Some(id) if (1..=12).contains(&id.len()) && id.chars().all(|c| c.is_ascii_graphic()) => id.clone(),
        _ => format!("line {number}"),
    };
    Employee { label, person }
}

fn person(mobile: &str, name: &str) -> Result<(Mobile, PersonName), String> {
    let mobile = Mobile::parse(mobile).map_err(|error| error.to_string())?;
    let name = PersonName::parse(name).map_err(|error| error.to_string())?;
    Ok((mobile, name))
}
