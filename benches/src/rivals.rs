//! What a user would pick instead: a map from the two strings, or two SQL tables. Neither seals anything, and both find a
//! name only when it is written as it was registered.

use std::collections::HashMap;
use std::path::Path;

use kycvs::domain::{Dose, DoseHistory, Policy, Product, VaccinationStatus, status_of};
use kycvs_sample::{SampleDose, SamplePerson};
use rusqlite::{Connection, params};

use crate::people::{sample, today};

/// Ten digits and a name in lower case, as a user would write it in two lines.
fn normalised((mobile, name): (&str, &str)) -> (String, String) {
    let digits: String = mobile.chars().filter(char::is_ascii_digit).collect();
    (digits[digits.len() - 10..].to_owned(), name.trim().to_lowercase())
}

/// Answers from the two strings, in another way than ours.
pub trait Rival {
    /// The status of the person, where there is one.
    fn status(&self, policy: &Policy, question: (&str, &str)) -> Option<VaccinationStatus>;
}

/// Histories by mobile and name.
pub struct NameMap(HashMap<(String, String), DoseHistory>);

impl NameMap {
    /// A map of all people of the sample.
    pub fn filled(people: u64) -> Self {
        let sample = sample(people);
        let households = sample
            .iter()
            .flat_map(|household| household.people.into_iter().map(move |person| (household.mobile.clone(), person)));
        Self(households.map(|(mobile, person)| (normalised((&mobile, &person.name)), history(&person))).collect())
    }
}

impl Rival for NameMap {
    fn status(&self, policy: &Policy, question: (&str, &str)) -> Option<VaccinationStatus> {
        let history = self.0.get(&normalised(question))?;
        Some(status_of(history, policy, today()))
    }
}

fn history(person: &SamplePerson) -> DoseHistory {
    let dose = |dose: &SampleDose| Dose {
        dose_number: Some(dose.dose_number),
        batch: dose.batch.as_deref().map(|batch| kycvs::domain::Batch::parse(batch).unwrap()),
        ..Dose::new(Product::find(dose.product), dose.given_on)
    };
    let doses = person.doses.iter().map(dose).collect();
    DoseHistory { birth: person.birth_date.map(Into::into), doses, ..DoseHistory::default() }
}

/// Plain tables in a SQLite file.
pub struct Sqlite(Connection);

const SCHEMA: &str = "
    pragma cache_size = -2097152; -- 2 GiB, as redb has
    create table person (id integer primary key, mobile text not null, name text not null, birth_date text not null);
    create table dose (person integer not null, given_on text not null, product text not null, number integer,
        batch text, primary key (person, given_on)) without rowid;";
const INDEX: &str = "create index person_by_mobile on person (mobile, name);";
const ADD_PERSON: &str = "insert or ignore into person values (?, ?, ?, ?)";
const ADD_DOSE: &str = "insert or ignore into dose values (?, ?, ?, ?, ?)";
const FIND: &str = "
    select person.birth_date, dose.given_on, dose.product, dose.number
    from person left join dose on dose.person = person.id where person.mobile = ? and person.name = ?";

impl Sqlite {
    /// An empty file with the tables.
    pub fn create(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        Self(connection)
    }

    /// Imports a CSV into empty tables, as it is: all rows in one transaction, then the index, which is the fastest
    /// way for SQLite. Returns how many rows.
    pub fn import(&mut self, csv: impl std::io::Read) -> u64 {
        let mut rows = 0;
        let tx = self.0.transaction().unwrap();
        {
            let mut person_row = tx.prepare(ADD_PERSON).unwrap();
            let mut dose_row = tx.prepare(ADD_DOSE).unwrap();
            let mut reader = csv::Reader::from_reader(csv);
            let mut row = csv::StringRecord::new();
            while reader.read_record(&mut row).unwrap() {
                let id: i64 = row[0].parse().unwrap();
                person_row.execute(params![id, &row[2], row[1].to_lowercase(), &row[3]]).unwrap();
                if !row[4].is_empty() {
                    dose_row.execute(params![id, &row[5], &row[4], &row[6], &row[7]]).unwrap();
                }
                rows += 1;
            }
        }
        tx.execute_batch(INDEX).unwrap();
        tx.commit().unwrap();
        rows
    }
}

impl Rival for Sqlite {
    fn status(&self, policy: &Policy, question: (&str, &str)) -> Option<VaccinationStatus> {
        let (mobile, name) = normalised(question);
        let mut find = self.0.prepare_cached(FIND).unwrap();
        let mut rows = find.query([mobile, name]).unwrap();
        let mut history = None;
        while let Some(row) = rows.next().unwrap() {
            let date = |at| row.get_ref(at).unwrap().as_str_or_null().unwrap().and_then(|text| text.parse().ok());
            let history = history.get_or_insert_with(|| DoseHistory {
                birth: date(0).map(kycvs::domain::BirthDate::Day),
                ..DoseHistory::default()
            });
            if let Some(given_on) = date(1) {
                let product = Product::find(row.get_ref(2).unwrap().as_str().unwrap());
                history.doses.push(Dose { dose_number: row.get(3).unwrap(), ..Dose::new(product, given_on) });
            }
        }
        history.map(|history| status_of(&history, policy, today()))
    }
}
