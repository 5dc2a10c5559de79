//! The hot paths, one at a time and as often as asked, for a tool that counts instructions: `cargo xtask instructions`.
#![allow(clippy::print_stdout, reason = "a list on the terminal")]

mod bookings;
mod certificates;
mod secrets;

use std::hint::black_box;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Days, NaiveDate, Utc};
use kycvs::consent::{DataFiduciary, Identifier, Label};
use kycvs_domain::{
    BirthDate, Dose, DoseHistory, Mobile, PersonName, Policy, Product, VaccinationStatus, evaluate, names_match,
    status_of,
};
use kycvs_memory::MemoryStore;
use kycvs_registry::{ImportOptions, Registry, RegistryCsv, RegistryKey, SealedRegistry};
use kycvs_sample::SampleRegistry;
use kycvs_token::{
    Algorithm, ConsentReference, DEFAULT_LIFETIME, EvidenceKind, SigningKey, StatusClaims, TokenIssuer, TokenVerifier,
};

/// A path: what it is called, whether it is our code alone, and what runs it so many times. Cryptography takes other
/// instructions on other processors, so that paths with it are shown and not bounded. Paths that compare a secret take as many as
/// each other, wherever it is wrong.
type Path = (&'static str, Kind, fn(u64) -> Result<()>);

#[derive(Clone, Copy)]
enum Kind {
    Bounded,
    Shown,
    /// As many as the others of this name.
    Alike(&'static str),
}

const PATHS: [Path; 22] = [
    ("evaluate, COVID-19", Kind::Bounded, |times| evaluations(times, &builtin("in-kyc-vs")?, &two_doses()?)),
    ("status, COVID-19", Kind::Bounded, statuses),
    ("evaluate, school entry", Kind::Bounded, |times| {
        evaluations(times, &builtin("us-school-entry-cdc-2025")?, &child()?)
    }),
    ("names of one family", Kind::Bounded, names),
    ("a name and a mobile as typed", Kind::Bounded, typed),
    ("lookup in memory", Kind::Shown, |times| lookups(times, true)),
    ("lookup of an unknown number", Kind::Shown, |times| lookups(times, false)),
    ("whole answer in memory", Kind::Shown, answers),
    ("request in memory", Kind::Shown, bookings::requests),
    ("request and confirm in memory", Kind::Shown, bookings::bookings),
    ("issue a token", Kind::Shown, issue),
    ("verify a token", Kind::Shown, verify),
    ("verify an EU DCC", Kind::Shown, certificates::eu_dcc),
    ("verify a SMART Health Card", Kind::Shown, certificates::health_card),
    ("ring's ES256 alone", Kind::Shown, certificates::bare_es256),
    ("verify CoWIN's certificate", Kind::Shown, certificates::cowin),
    ("ring's PS256 alone", Kind::Shown, certificates::bare_ps256),
    ("code, right", Kind::Alike("code"), |times| secrets::codes(times, None)),
    ("code, wrong in its first byte", Kind::Alike("code"), |times| secrets::codes(times, Some(0))),
    ("code, wrong in its last byte", Kind::Alike("code"), |times| secrets::codes(times, Some(31))),
    ("withdrawal, wrong in its first byte", Kind::Alike("withdrawal"), |times| secrets::withdrawals(times, 0)),
    ("withdrawal, wrong in its last byte", Kind::Alike("withdrawal"), |times| secrets::withdrawals(times, 15)),
];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [] => {
            for (name, kind, _) in PATHS {
                let kind = match kind {
                    Kind::Bounded => "bounded".to_owned(),
                    Kind::Shown => "shown".to_owned(),
                    Kind::Alike(secret) => format!("alike {secret}"),
                };
                println!("{name}\t{kind}");
            }
            Ok(())
        }
        [path, times] => {
            let (_, _, run) = PATHS.into_iter().find(|(name, ..)| name == path).context("there is no such path")?;
            run(times.parse()?)
        }
        _ => bail!("kycvs-instructions [PATH TIMES]"),
    }
}

fn evaluations(times: u64, policy: &Policy, history: &DoseHistory) -> Result<()> {
    let on = day("2026-11-28")?;
    for _ in 0..times {
        black_box(evaluate(black_box(history), policy, black_box(on)));
    }
    Ok(())
}

fn statuses(times: u64) -> Result<()> {
    let (policy, history, on) = (builtin("in-kyc-vs")?, two_doses()?, day("2026-11-28")?);
    for _ in 0..times {
        black_box(status_of(black_box(&history), &policy, black_box(on)));
    }
    Ok(())
}

fn names(times: u64) -> Result<()> {
    let asked = PersonName::parse("Priya Raghunath Sharma")?;
    for _ in 0..times {
        for recorded in ["pooja raghunath sharma", "priya r sharma", "raghunath sharma", "lakshmi sharma"] {
            black_box(names_match(black_box(&asked), black_box(recorded)));
        }
    }
    Ok(())
}

fn typed(times: u64) -> Result<()> {
    for _ in 0..times {
        black_box((PersonName::parse(black_box("Smt. Lakshmi Rao"))?, Mobile::parse(black_box("+91 98765 43210"))?));
    }
    Ok(())
}

/// Of people as their register names them, or of numbers that nobody has.
fn lookups(times: u64, known: bool) -> Result<()> {
    let (registry, mobile, name) = registry(known)?;
    for _ in 0..times {
        black_box(at_once(registry.find(black_box(&mobile), &name, None))??);
    }
    Ok(())
}

/// From what is typed to the token.
fn answers(times: u64) -> Result<()> {
    let (registry, mobile, name) = registry(true)?;
    let (policy, issuer, on) = (builtin("in-kyc-vs")?, issuer()?, day("2026-11-28")?);
    let (mobile, name) = (mobile.e164(), name.normalised().to_uppercase());
    for _ in 0..times {
        let (mobile, name) = (Mobile::parse(black_box(&mobile))?, PersonName::parse(black_box(&name))?);
        let person = at_once(registry.find(&mobile, &name, None))??.found().context("registered")?;
        let claims = StatusClaims { status: status_of(&person.history, &policy, on), ..claims() };
        black_box(at_once(issuer.issue(&claims))??);
    }
    Ok(())
}

/// A register, and a mobile and a name to ask it for.
fn registry(known: bool) -> Result<(SealedRegistry, Mobile, PersonName)> {
    const PEOPLE: u64 = 2_000;
    let sample = SampleRegistry::new(2021, PEOPLE);
    let registry = at_once(SealedRegistry::open(&RegistryKey::from_bytes([7; 32]), Arc::new(MemoryStore::new())))??;
    let mut csv = Vec::new();
    sample.write_csv(&mut csv)?;
    let options = ImportOptions::new(day("2026-11-28")?);
    at_once(registry.import_csv(RegistryCsv::open(&csv[..])?, &options, &mut |_| {}))??;
    let (mobile, person) = sample.person_at(7).context("in the sample")?;
    let name = PersonName::parse(&person.name)?;
    let mobile = if known { mobile } else { sample.unknown_mobile(7).context("nobody's")? };
    Ok((registry, Mobile::parse(&mobile)?, name))
}

fn issue(times: u64) -> Result<()> {
    let (issuer, claims) = (issuer()?, claims());
    for _ in 0..times {
        black_box(at_once(issuer.issue(black_box(&claims)))??);
    }
    Ok(())
}

fn verify(times: u64) -> Result<()> {
    let issuer = issuer()?;
    let token = at_once(issuer.issue(&claims()))??.token.into_string();
    let verifier = TokenVerifier::new(ISSUER, issuer.published_keys(now()));
    for _ in 0..times {
        black_box(verifier.verify(black_box(&token), "irctc", now())?);
    }
    Ok(())
}

const ISSUER: &str = "https://kycvs.example";

fn issuer() -> Result<TokenIssuer> {
    let key = SigningKey::generate_pkcs8(Algorithm::Es256)?;
    Ok(TokenIssuer::new(ISSUER, SigningKey::from_pkcs8(Algorithm::Es256, key.secret_bytes())?)?)
}

fn claims() -> StatusClaims {
    StatusClaims {
        audience: "irctc".to_owned(),
        subject: "5xw4C8dOqWfIvV2kXn0eAg".to_owned(),
        token_id: "6xw4C8dOqWfIvV2kXn0eAg".to_owned(),
        issued_at: now(),
        expires_at: now() + DEFAULT_LIFETIME,
        status: VaccinationStatus::FullyVaccinated,
        as_of: now().date_naive(),
        evidence: EvidenceKind::Registry,
        policy: "in-kyc-vs/1".to_owned(),
        purpose: "railway-booking".to_owned(),
        reference: Some("PNR 4512345678".to_owned()),
        consent: ConsentReference { id: "7xw4C8dOqWfIvV2kXn0eAg".to_owned(), hash: "sha256:0".repeat(9) },
        bearer: None,
        status_list: None,
    }
}

fn two_doses() -> Result<DoseHistory> {
    let dose = |given_on| Ok::<_, anyhow::Error>(Dose::new(Product::find("COVISHIELD"), day(given_on)?));
    Ok(DoseHistory { doses: vec![dose("2021-04-03")?, dose("2021-07-01")?], ..DoseHistory::default() })
}

/// A child of four with the doses of the United States.
fn child() -> Result<DoseHistory> {
    const DOSES: [(&str, &[u64]); 6] = [
        ("cvx:8", &[0, 31, 190]),
        ("cvx:20", &[62, 124, 186, 480]),
        ("cvx:10", &[62, 124, 186]),
        ("cvx:3", &[370]),
        ("cvx:21", &[370]),
        ("cvx:83", &[372, 600]),
    ];
    let born = day("2022-01-10")?;
    let doses = DOSES
        .iter()
        .flat_map(|(code, ages)| ages.iter().map(move |age| Dose::new(Product::find(code), born + Days::new(*age))));
    Ok(DoseHistory { birth: Some(BirthDate::Day(born)), doses: doses.collect(), ..DoseHistory::default() })
}

fn builtin(id: &str) -> Result<Policy> {
    Policy::builtin(id).context("a built-in policy")
}

fn day(text: &str) -> Result<NaiveDate> {
    Ok(text.parse()?)
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + chrono::TimeDelta::days(19_000)
}

/// Whose service answers.
fn ministry() -> Result<DataFiduciary> {
    let label = Label::parse("A ministry")?;
    Ok(DataFiduciary {
        id: Identifier::parse("ministry")?,
        name: label.clone(),
        contact: label.clone(),
        grievance: label.clone(),
        withdrawal: label,
    })
}

/// The outcome of a future that never waits, as those in memory.
fn at_once<T>(future: impl Future<Output = T>) -> Result<T> {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => Ok(outcome),
        Poll::Pending => bail!("this future waits for nothing"),
    }
}
