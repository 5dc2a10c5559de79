//! A host that has its people in SQL tables of its own and answers from them: it implements `Registry` in some forty
//! lines, imports nothing, and gets a whole booking out of it. The tables are in SQLite, in memory.
//!
//!     cargo run --example custom_registry
#![allow(clippy::print_stdout, reason = "an example tells its story on the terminal")]

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail, ensure};
use async_trait::async_trait;
use chrono::{NaiveDate, ParseError};
use kycvs::consent::{DataFiduciary, Identifier, Label, Language, Purpose, VerifyingEntity};
use kycvs::domain::{
    Batch, BirthDate, BirthYear, Choice, Dose, DoseHistory, Mobile, PersonName, Product, VaccinationStatus, choose,
};
use kycvs::registry::{Found, Lookup, PersonTag, Registry, RegistryError};
use kycvs::token::{Algorithm, SigningKey, TokenIssuer};
use kycvs::{CollectingSender, Error, Person, RegisteredEntity, ServiceKey, StatusRequest, StatusService};
use kycvs_memory::MemoryStore;
use rusqlite::{Connection, Row};

const HELP: &str = "\
Answers three questions from a host's own SQL tables, which it makes in memory

Usage: custom_registry

Exit status: 0 everybody got what the tables say, 1 somebody did not.
";

/// The host's tables, as they were before anybody thought of KYC-VS: names as clerks typed them, dates as text.
const TABLES: &str = "
    CREATE TABLE people (id INTEGER PRIMARY KEY, mobile TEXT NOT NULL, name TEXT NOT NULL, born TEXT);
    CREATE TABLE doses  (person INTEGER NOT NULL, product TEXT NOT NULL, given TEXT NOT NULL, lot TEXT);
    CREATE INDEX people_by_mobile ON people (mobile);
    CREATE INDEX doses_by_person ON doses (person);

    INSERT INTO people VALUES (1, '9876543210', 'Smt. Asha Lakshmi Rao', '1986-02-11'), (2, '9876543210', 'Imran Sheikh', NULL);
    INSERT INTO doses VALUES (1, 'COVISHIELD', '2021-04-03', '4121Z025'), (1, 'COVISHIELD', '2021-07-01', NULL);
";

/// The host's own registry.
struct SqlRegistry(Mutex<Connection>);

// The registry begins here.
#[async_trait]
impl Registry for SqlRegistry {
    /// SQLite answers in microseconds from this thread; a query over a network is awaited instead.
    async fn find(
        &self,
        mobile: &Mobile,
        name: &PersonName,
        birth_year: Option<BirthYear>,
    ) -> Result<Lookup, RegistryError> {
        let tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        look_up(&tables, mobile, name, birth_year).map_err(RegistryError::unavailable)
    }

    async fn find_again(&self, mobile: &Mobile, person: &PersonTag) -> Result<Option<Found>, RegistryError> {
        let tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        look_again(&tables, mobile, person).map_err(RegistryError::unavailable)
    }
}

fn look_up(
    tables: &Connection,
    mobile: &Mobile,
    asked: &PersonName,
    birth_year: Option<BirthYear>,
) -> rusqlite::Result<Lookup> {
    let mut people = tables.prepare("SELECT name, id, born FROM people WHERE mobile = ?")?;
    let people = people.query_map([mobile.national()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let people: Vec<(String, i64, Option<String>)> = people.collect::<rusqlite::Result<_>>()?;

    // `choose` compares normalised names and gives one person, nobody, or the wish for a year of birth. A name that
    // cannot be read is nobody's.
    let named = people.iter().filter_map(|(name, id, born)| Some((PersonName::parse(name).ok()?, (*id, born))));
    let named: Vec<_> = named.collect();
    let year = |born: &Option<String>| born.as_ref()?.get(..4)?.parse().ok();
    let candidates = named.iter().map(|(name, (id, born))| (name.normalised(), year(born), (*id, born)));
    let (id, born) = match choose(asked, birth_year, candidates) {
        Choice::One(person) => person,
        Choice::AskBirthYear => return Ok(Lookup::BirthYearNeeded),
        Choice::Nobody => return Ok(Lookup::NotFound),
    };

    found(tables, id, born.as_deref()).map(Lookup::Found)
}

fn look_again(tables: &Connection, mobile: &Mobile, person: &PersonTag) -> rusqlite::Result<Option<Found>> {
    let mut people = tables.prepare("SELECT id, born FROM people WHERE mobile = ?")?;
    let people = people.query_map([mobile.national()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let people: Vec<(i64, Option<String>)> = people.collect::<rusqlite::Result<_>>()?;
    let known = people.into_iter().find(|(id, _)| tag(*id) == *person);
    known.map(|(id, born)| found(tables, id, born.as_deref())).transpose()
}

fn found(tables: &Connection, id: i64, born: Option<&str>) -> rusqlite::Result<Found> {
    let mut doses = tables.prepare("SELECT product, given, lot FROM doses WHERE person = ?")?;
    let doses = doses.query_map([id], dose)?.collect::<rusqlite::Result<_>>()?;
    let birth = born.map(date).transpose()?.map(BirthDate::Day);
    Ok(Found { history: DoseHistory { birth, doses, immunity: Vec::new() }, person: tag(id) })
}

/// The number of a row stays with the person. A registry whose numbers others know derives the tag under a secret.
fn tag(id: i64) -> PersonTag {
    let mut bytes = *b"custom-registry\0";
    bytes[8..].copy_from_slice(&id.to_be_bytes());
    PersonTag::from_bytes(bytes)
}

/// An unknown product or a missing lot is no error: such a dose is judged, with a reason.
fn dose(row: &Row<'_>) -> rusqlite::Result<Dose> {
    let (product, given, lot): (String, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let batch = lot.and_then(|lot| Batch::parse(&lot).ok());
    Ok(Dose { batch, ..Dose::new(Product::find(&product), date(&given)?) })
}

/// Text that is no date makes the registry unavailable for this person: better no answer than a wrong one.
fn date(text: &str) -> rusqlite::Result<NaiveDate> {
    text.parse().map_err(|error: ParseError| rusqlite::Error::ToSqlConversionFailure(error.into()))
}
// It ends here. What follows is what any host does.

#[tokio::main]
async fn main() -> Result<()> {
    match std::env::args().nth(1).as_deref() {
        None => {}
        Some("--help" | "-h") => {
            print!("{HELP}");
            return Ok(());
        }
        Some(_) => bail!("this example takes no argument (see --help)"),
    }
    let tables = Connection::open_in_memory().context("SQLite")?;
    tables.execute_batch(TABLES).context("the host's tables")?;
    let phone = Arc::new(CollectingSender::default());
    let service = service(Arc::new(SqlRegistry(Mutex::new(tables))), phone.clone())?;

    for (name, should_get) in [
        ("Asha Laxmi Rao", Some(VaccinationStatus::FullyVaccinated)),
        ("Imran Sheikh", Some(VaccinationStatus::NotVaccinated)),
        ("Ravi Kumar", None),
    ] {
        let got = book(&service, &phone, "9876543210", name).await?;
        let words = got.map_or("no record matches".to_owned(), |status| format!("{}, {status:?}", u8::from(status)));
        println!("{name}: {words}");
        ensure!(got == should_get, "{name} should have got {should_get:?}");
    }
    Ok(())
}

/// Asks, with the person's consent; `None` where the registry has no such person.
async fn book(
    service: &StatusService,
    phone: &CollectingSender,
    mobile: &str,
    name: &str,
) -> Result<Option<VaccinationStatus>> {
    let airline = Identifier::parse("airline")?;
    let mobile = Mobile::parse(mobile)?;
    let asked = StatusRequest {
        entity: airline.clone(),
        people: vec![Person::new(mobile, PersonName::parse(name)?)],
        purpose: Identifier::parse("boarding")?,
        policy: None,
        on: None,
        reference: None,
        language: Language::English,
        shows_notice: true,
    };
    let open = service.request(asked).await?;
    let code = phone.last_code(&mobile).context("no code came")?;
    match service.confirm(&airline, &open.id, &open.confirmation(code.proof())).await?.only() {
        Ok(granted) => Ok(Some(granted.status)),
        Err(Error::NoMatchingRecord) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn service(registry: Arc<dyn Registry>, phone: Arc<CollectingSender>) -> Result<StatusService> {
    let key = SigningKey::generate(Algorithm::Es256)?;
    let service = StatusService::builder()
        .fiduciary(DataFiduciary {
            id: Identifier::parse("state-health")?,
            name: Label::parse("State Health Department")?,
            contact: Label::parse("help@health.example")?,
            grievance: Label::parse("grievance@health.example")?,
            withdrawal: Label::parse("https://health.example/withdraw")?,
        })
        .entity(RegisteredEntity::new(
            VerifyingEntity { id: Identifier::parse("airline")?, name: Label::parse("Example Air")? },
            [Purpose {
                code: Identifier::parse("boarding")?,
                text: Label::parse("to board a flight")?,
                onward_sharing: false,
            }],
        ))
        .registry(registry)
        .store(Arc::new(MemoryStore::new()))
        .sender(phone)
        .issuer(TokenIssuer::new("https://health.example", Arc::new(key))?)
        .key(ServiceKey::generate()?);
    Ok(service.build()?)
}
