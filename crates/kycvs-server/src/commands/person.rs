use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use clap::Subcommand;
use kycvs::domain::{Mobile, Product};
use kycvs::registry::{BeneficiaryId, PersonState};
use kycvs::{Clock, Correction, SystemClock};

use crate::cli::{self, Format};
use crate::config::{Configuration, StoreSettings};
use crate::ending::Ending;
use crate::stores::Stores;

const AFTER: &str = "\
Your shell may keep this command in its history: most leave out a line that begins with a space.

Exit status: 0 done, 1 there was nothing to do, 2 failed.";

/// What is done with one person of the registry. `kycvs import` does the same with many.
#[derive(Subcommand)]
#[command(after_help = AFTER)]
pub(crate) enum Command {
    /// Show a person's record, and whether requests about them are answered
    #[command(after_help = AFTER)]
    ShowState {
        #[command(flatten)]
        who: Who,
        /// Output format
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Erase a person
    #[command(after_help = AFTER)]
    Remove {
        #[command(flatten)]
        who: Who,
    },
    /// Move a person to another mobile
    #[command(after_help = AFTER)]
    Move {
        #[command(flatten)]
        who: Who,
        /// The new mobile
        #[arg(long, value_parser = mobile)]
        to: Mobile,
    },
    /// Void the dose recorded for a day
    #[command(after_help = AFTER)]
    VoidDose {
        #[command(flatten)]
        who: Who,
        /// The day, as in 2021-04-03
        #[arg(long, value_name = "DAY")]
        given_on: NaiveDate,
        /// The product, where several were given that day
        #[arg(long, value_parser = product)]
        product: Option<Product>,
    },
    /// Merge the two ids of a person who was registered twice
    #[command(after_help = AFTER)]
    Merge {
        #[command(flatten)]
        who: Who,
        /// The id that is kept
        #[arg(long, value_name = "ID", value_parser = id)]
        into: BeneficiaryId,
    },
}

/// A person, and where they are kept.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("stores").args(["data", "config"]).required(true))]
pub(crate) struct Who {
    /// The mobile of the person
    #[arg(long, value_parser = mobile)]
    mobile: Mobile,
    /// The person's beneficiary id
    #[arg(long, value_parser = id)]
    id: BeneficiaryId,
    /// The embedded store in this folder
    #[arg(long, value_name = "DIR", value_parser = cli::path())]
    data: Option<PathBuf>,
    /// The folder of the keys; default: DIR-keys next to the data
    #[arg(long, value_name = "DIR", value_parser = cli::path(), requires = "data")]
    keys: Option<PathBuf>,
    /// The [stores] of this configuration
    #[arg(long, value_name = "FILE.toml", value_parser = cli::path())]
    config: Option<PathBuf>,
}

/// Does it.
pub(crate) async fn run(command: Command) -> Result<Ending> {
    let (Command::ShowState { who, .. }
    | Command::Remove { who }
    | Command::Move { who, .. }
    | Command::VoidDose { who, .. }
    | Command::Merge { who, .. }) = &command;
    let stores = who.stores().await?;
    let registry = stores.registry().await?;
    let corrections = stores.corrections();
    let correction = match &command {
        // Who moves is the same person, and what was shared about them holds.
        Command::ShowState { .. } | Command::Move { .. } => None,
        Command::Remove { who } => Some(Correction { mobile: who.mobile, erased: Some(registry.tag_of(&who.id)) }),
        Command::VoidDose { who, .. } | Command::Merge { who, .. } => {
            Some(Correction { mobile: who.mobile, erased: None })
        }
    };
    corrections.announce(correction.as_slice(), SystemClock.now()).await?;
    let is_done = match &command {
        Command::ShowState { format, .. } => {
            let state = registry.person(&who.mobile, &who.id).await?;
            state.as_ref().map(|state| show(state, *format)).transpose()?.is_some()
        }
        Command::Remove { .. } => registry.remove(&who.mobile, &who.id).await?,
        Command::Move { to, .. } => registry.move_person(&who.mobile, to, &who.id).await.map(|()| true)?,
        Command::VoidDose { given_on, product, .. } => {
            registry.void_dose(&who.mobile, &who.id, *given_on, *product).await?
        }
        Command::Merge { into, .. } => registry.merge_ids(&who.mobile, &who.id, into).await.map(|()| true)?,
    };
    corrections.announce(correction.as_slice(), SystemClock.now()).await?;
    match (&command, is_done) {
        (_, false) => writeln!(io::stderr(), "the registry has no such person or dose")?,
        (Command::ShowState { .. }, true) => {}
        (Command::Remove { .. }, true) => writeln!(io::stdout(), "The person is erased.")?,
        (Command::Move { to, .. }, true) => {
            writeln!(io::stdout(), "The person is at the number ending in {} now.", to.last_four())?;
        }
        (Command::VoidDose { given_on, .. }, true) => writeln!(io::stdout(), "The dose of {given_on} is void.")?,
        (Command::Merge { .. }, true) => writeln!(io::stdout(), "The two ids are one person now.")?,
    }
    Ok(if is_done { Ending::Well } else { Ending::WithFaults })
}

impl Who {
    async fn stores(&self) -> Result<Stores> {
        let settings = match &self.config {
            Some(config) => Configuration::read_stores(config)?,
            None => StoreSettings::default(),
        };
        Stores::open_existing(&settings.or_folders(self.data.clone(), self.keys.clone())).await
    }
}

fn show(state: &PersonState, format: Format) -> Result<()> {
    let mut out = io::stdout().lock();
    if format == Format::Json {
        writeln!(out, "{}", serde_json::to_string(state)?)?;
        return Ok(());
    }
    let answered =
        if state.is_answerable { "answered" } else { "not answered: nothing tells this person from another" };
    writeln!(out, "id       {}", state.beneficiary_id)?;
    if !state.other_ids.is_empty() {
        writeln!(out, "also     {}", state.other_ids.join(", "))?;
    }
    writeln!(out, "name     {}\nborn     {}", state.name, state.birth.as_deref().unwrap_or("not known"))?;
    for dose in &state.doses {
        let number = dose.dose_number.map(|number| format!(" dose {number}")).unwrap_or_default();
        let batch = dose.batch.as_ref().map(|batch| format!(" batch {batch}")).unwrap_or_default();
        let product = dose.product.as_deref().unwrap_or("unknown product");
        writeln!(out, "dose     {} {product}{number}{batch}", dose.given_on)?;
    }
    writeln!(out, "state    {answered}")?;
    Ok(())
}

pub(crate) fn mobile(text: &str) -> Result<Mobile> {
    Ok(Mobile::parse(text)?)
}

pub(crate) fn id(text: &str) -> Result<BeneficiaryId> {
    Ok(BeneficiaryId::parse(text)?)
}

fn product(text: &str) -> Result<Product> {
    Product::parse(text).context("not a product")
}
