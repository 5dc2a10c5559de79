use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::TimeDelta;
use kycvs::domain::{PersonName, VaccinationStatus};
use kycvs::registry::Registry;
use kycvs::{Clock, Error, Granted, ManualClock, Person, SystemClock};
use kycvs_examples::{Data, Ending, mistyped, status_words};
use kycvs_memory::MemoryStore;

use crate::choose::{Cast, Passenger};
use crate::family;
use crate::host::Railway;
use crate::share;

/// One passenger of the play.
struct Scene<'a> {
    who: &'static str,
    passenger: Option<&'a Passenger>,
    enters: Enters,
    /// A status, or the code of the refusal.
    should_get: Result<VaccinationStatus, &'static str>,
}

/// What a passenger does with the code on the phone.
#[derive(Clone, Copy)]
enum Enters {
    RightCode,
    WrongCode,
    RightCodeTooLate,
}

/// Passengers who will be refused come one after the other, so that no number gets codes faster than the limits allow.
const BEFORE_A_REFUSAL: TimeDelta = TimeDelta::minutes(20);
/// Longer than a code lives.
const TOO_LATE: TimeDelta = TimeDelta::minutes(4);

/// Plays every scene, and says what each passenger got.
pub(crate) async fn book(data: &Data, registry: Arc<dyn Registry>, cast: &Cast, out: Option<&Path>) -> Result<Ending> {
    let scenes = scenes(cast);
    // The clock is moved on as the play needs. Limits are counted for this play alone, so that it can be played again.
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let railway = Railway::new(data, registry, Arc::new(MemoryStore::new()), clock.clone())?;

    line(["", "Passenger", "Mobile", "On the phone", "Got"])?;
    let (mut tokens, mut ending) = (Vec::new(), Ending::Well);
    for scene in &scenes {
        if scene.should_get.is_err() {
            clock.advance(BEFORE_A_REFUSAL);
        }
        let Some(passenger) = scene.passenger else {
            line(["-", scene.who, "", "", "not shown: the registry has nobody for this"])?;
            continue;
        };
        let (pnr, outcome) = play(&railway, &clock, passenger, scene.enters).await?;
        let got = outcome.as_ref().map(|granted| granted.status).map_err(|error| error.code());
        let mark = if got == scene.should_get { "ok" } else { "WRONG" };
        if got != scene.should_get {
            ending = Ending::WithFaults;
        }
        let mobile = format!("…{}", passenger.mobile.last_four());
        line([mark, scene.who, &mobile, scene.enters.words(), &words(&pnr, &outcome)])?;
        tokens.extend(outcome.ok().map(|granted| granted.token));
    }
    clock.advance(BEFORE_A_REFUSAL);
    family::book(&railway, &cast.family).await?;
    if let Some(out) = out {
        share::write(out, &railway.keys(), &tokens)?;
        writeln!(io::stdout(), "\nWrote jwks.json and {} tokens to {}.", tokens.len(), out.display())?;
    }
    Ok(ending)
}

fn scenes(cast: &Cast) -> [Scene<'_>; 7] {
    use VaccinationStatus::{FullyVaccinated, NotVaccinated, PartiallyVaccinated};
    let anyone = [&cast.fully, &cast.partially, &cast.not_vaccinated].into_iter().find_map(Option::as_ref);
    let scene = |who, passenger, enters, should_get| Scene { who, passenger, enters, should_get };
    [
        scene("fully vaccinated", cast.fully.as_ref(), Enters::RightCode, Ok(FullyVaccinated)),
        scene("partially vaccinated", cast.partially.as_ref(), Enters::RightCode, Ok(PartiallyVaccinated)),
        scene("not vaccinated", cast.not_vaccinated.as_ref(), Enters::RightCode, Ok(NotVaccinated)),
        scene("gives a wrong name", cast.wrong_name.as_ref(), Enters::RightCode, Err("no-matching-record")),
        scene("on no registered mobile", cast.unknown_mobile.as_ref(), Enters::RightCode, Err("no-matching-record")),
        scene("mistypes the code", anyone, Enters::WrongCode, Err("wrong-code")),
        scene("is too slow", anyone, Enters::RightCodeTooLate, Err("code-expired")),
    ]
}

/// Books for one passenger: the PNR, and the answer or why there is none.
async fn play(
    railway: &Railway,
    clock: &ManualClock,
    passenger: &Passenger,
    enters: Enters,
) -> Result<(String, Result<Granted, Error>)> {
    let booking = railway.begin(vec![Person::new(passenger.mobile, PersonName::parse(&passenger.name)?)]).await?;
    let sent = railway.phones.last_code(&passenger.mobile).context("no code came")?;
    let code = match enters {
        Enters::RightCode | Enters::RightCodeTooLate => sent.proof(),
        Enters::WrongCode => mistyped(&sent)?,
    };
    if let Enters::RightCodeTooLate = enters {
        clock.advance(TOO_LATE);
    }
    let outcome = railway.confirm(&booking.open, &booking.open.confirmation(code)).await;
    if let Ok(granted) = &outcome {
        // What the gate will do later, without this service.
        railway.verifier().verify(&granted.token, railway.id.as_str(), clock.now())?;
    }
    Ok((booking.pnr, outcome))
}

impl Enters {
    fn words(self) -> &'static str {
        match self {
            Self::RightCode => "the code",
            Self::WrongCode => "another code",
            Self::RightCodeTooLate => "the code, 4 min later",
        }
    }
}

fn words(pnr: &str, outcome: &Result<Granted, Error>) -> String {
    match outcome {
        Ok(granted) => format!("ticket PNR {pnr}, status {}", status_words(granted.status)),
        Err(Error::WrongCode { attempts_left }) => {
            format!("no ticket: the code is wrong, {attempts_left} attempts left")
        }
        Err(error) => format!("no ticket: {error}"),
    }
}

/// One line of the table. No name is in it: the last four digits tell the passengers apart.
fn line([mark, who, mobile, phone, got]: [&str; 5]) -> io::Result<()> {
    writeln!(io::stdout(), "{mark:<5} {who:<24} {mobile:<6} {phone:<22} {got}")
}
