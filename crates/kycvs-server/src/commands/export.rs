use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use kycvs::consent::shown_name;
use kycvs::domain::{Mobile, PersonName, Policy, names_match};
use kycvs::registry::{BeneficiaryId, Registry};
use kycvs::{CardHolder, CardWriter, Clock, SystemClock};

use super::person::{id, mobile};
use crate::cli;
use crate::config::Configuration;
use crate::ending::Ending;
use crate::stores::Stores;
use crate::today::today_in_india;

/// Whose record, and as what.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  kycvs export --mobile '98765 43210' --person 1000000003 \\
    --name 'Asha Lakshmi Rao' --card fhir \\
    --config /etc/kycvs/kycvs.toml > record.json

Give the record to that person only. People can also download it on their page /me.

Exit status: 0 written, 1 the registry has no such person or no such card can hold the record, 2 failed.")]
pub(crate) struct Options {
    /// The mobile of the person
    #[arg(long, value_parser = mobile)]
    mobile: Mobile,
    /// The person's beneficiary id
    #[arg(long, value_name = "ID", value_parser = id)]
    person: BeneficiaryId,
    /// Their name as they write it: it must match the registry, and is printed on the card
    #[arg(long, value_name = "NAME", value_parser = PersonName::parse)]
    name: PersonName,
    /// Which card
    #[arg(long, value_enum)]
    card: Kind,
    /// The configuration, with [cards] in it
    #[arg(long, value_name = "FILE.toml", value_parser = cli::path())]
    config: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    SmartHealthCard,
    EuDcc,
    Fhir,
}

/// Writes the card to standard output.
pub(crate) async fn run(options: &Options) -> Result<Ending> {
    let configuration = Configuration::read(&options.config)?;
    let cards = configuration.cards.as_ref().context("the configuration has no [cards]")?;
    if matches!(options.card, Kind::EuDcc) && !cards.has_certificate() {
        bail!("[cards] has no `certificate`, without which no EU DCC is written");
    }
    let stores = Stores::open_existing(&Configuration::read_stores(&options.config)?).await?;
    let registry = stores.registry().await?;
    let issuer = &configuration.http.issuer;
    let writer = stores.cards(cards, issuer).await?;
    let person = registry.person(&options.mobile, &options.person).await?;
    let found = registry.find_again(&options.mobile, &registry.tag_of(&options.person)).await?;
    let person = person.filter(|person| names_match(&options.name, &person.name));
    let Some((_, found)) = person.zip(found) else {
        writeln!(io::stderr(), "the registry has no such person")?;
        return Ok(Ending::WithFaults);
    };
    let id = kycvs::token::random_id()?;
    let policy = Policy::builtin("in-kyc-vs").context("the policy is built in")?;
    let judged = (&policy, today_in_india());
    let name = shown_name(&options.name);
    let known_by = (name.as_str(), &options.mobile, options.person.as_str());
    let holder = CardHolder::new(known_by, &found.history, judged, &id);
    let written = writer.write(&holder, SystemClock.now()).await?;
    let wanted = options.card.to_possible_value();
    let wanted = wanted.as_ref().map_or("", |value| value.get_name());
    let Some(card) = written.into_iter().find(|card| card.kind == wanted) else {
        writeln!(io::stderr(), "no such card can hold the record")?;
        return Ok(Ending::WithFaults);
    };
    writeln!(io::stdout(), "{}", card.file)?;
    Ok(Ending::Well)
}
