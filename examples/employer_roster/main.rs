//! An employer asks the people on its roster, by name and mobile number, and each of them decides on the phone: the
//! employer learns the status of those who enter the code, and nothing about the others.
//!
//!     cargo run --example employer_roster
//!     cargo run --example employer_roster -- --roster staff.csv --registry registry.csv
//!
//! `employer.rs` holds the service and how one person is asked.

mod employer;
mod roster;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use employer::{Asked, Employer, Phone};
use kycvs::Error;
use kycvs::domain::VaccinationStatus;
use kycvs::registry::{RegistryKey, SealedRegistry};
use kycvs_examples::{BadRows, Ending, RegistryFile, end, import, path, sample_file, status_words};
use kycvs_memory::MemoryStore;
use kycvs_sample::SampleRegistry;
use lexopt::prelude::*;
use roster::Employee;

const HELP: &str = "\
Asks the people on a roster for their vaccination status, and prints what each agreed to tell.

Usage: cargo run --example employer_roster -- [--roster FILE.csv] [--registry FILE.csv]

  --roster FILE.csv    who is asked; it begins with mobile,name or mobile,name,employee_id, and has at most 10000 people
                       (default: twelve people, eleven of them in the sample)
  --registry FILE.csv  the registry, in the format of import_registry (default: a sample of 1000 people)
  --help               this text

No message is sent: the phones are simulated. The third person mistypes the code once, and every fifth declines.

Exit status: 0 everyone on the roster was asked, 1 somebody could not be, 2 the flags or a file could not be used. Bad rows
of the registry are named, and do not change the exit status.
";

#[tokio::main]
async fn main() -> ExitCode {
    end(run().await)
}

async fn run() -> Result<Ending> {
    let (mut roster_file, mut registry_file) = (None, None);
    let mut flags = lexopt::Parser::from_env();
    while let Some(flag) = flags.next()? {
        match flag {
            Long("roster") => roster_file = Some(path(flags.value()?)?),
            Long("registry") => registry_file = Some(path(flags.value()?)?),
            Long("help") | Short('h') => {
                io::stdout().write_all(HELP.as_bytes())?;
                return Ok(Ending::Well);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let sample = SampleRegistry::new(1, 1_000);
    let employees = match roster_file {
        Some(file) => roster::from_file(&file)?,
        None => roster::of_sample(&sample)?,
    };
    let store = Arc::new(MemoryStore::new());
    let registry = SealedRegistry::open(&RegistryKey::generate()?, store.clone()).await?;
    match registry_file {
        Some(file) => fill(&registry, &file, BadRows::a_few()).await?,
        None => fill(&registry, sample_file(&sample)?.path(), BadRows::of_sample()).await?,
    }
    ask_everyone(&Employer::new(registry, store)?, &employees).await
}

async fn fill(registry: &SealedRegistry, file: &Path, bad_rows: BadRows) -> Result<()> {
    import(registry, RegistryFile::open(file)?, bad_rows).await?;
    Ok(())
}

/// Asks one after the other, and prints what the employer learns. No name is in the table.
async fn ask_everyone(employer: &Employer, employees: &[Employee]) -> Result<Ending> {
    let mut ending = Ending::Well;
    line(["Employee", "On the phone", "What the employer learns"])?;
    for (number, Employee { label, person }) in (1..).zip(employees) {
        let (phone, words) = match person {
            Ok((mobile, name)) => {
                let Asked { on_the_phone, learnt } = employer.ask(*mobile, name.clone(), Phone::of(number)).await?;
                if !matches!(learnt, Ok(_) | Err(Error::NoMatchingRecord)) {
                    ending = Ending::WithFaults;
                }
                (on_the_phone, words(&learnt))
            }
            Err(reason) => {
                ending = Ending::WithFaults;
                ("", format!("not asked: {reason}"))
            }
        };
        line([label, phone, &words])?;
    }
    Ok(ending)
}

fn words(learnt: &Result<Option<VaccinationStatus>, Error>) -> String {
    match learnt {
        Ok(Some(status)) => status_words(*status).to_owned(),
        Ok(None) => "nothing: declined".to_owned(),
        Err(error) => format!("nothing: {error}"),
    }
}

fn line([employee, phone, learnt]: [&str; 3]) -> io::Result<()> {
    writeln!(io::stdout(), "{employee:<12} {phone:<36} {learnt}")
}
