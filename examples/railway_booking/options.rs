use std::io::{self, IsTerminal};
use std::path::PathBuf;

use anyhow::{Result, bail};
use kycvs_examples::path;
use lexopt::prelude::*;

pub(crate) const HELP: &str = "\
Books railway tickets and asks for the vaccination status on the way, with the passenger's consent.

Usage: cargo run --example railway_booking -- [FLAGS]

In a terminal it asks you; otherwise it plays a script and says what each passenger got.

  --scripted           play the script in a terminal too
  --interactive        ask without a terminal too
  --registry FILE.csv  your own registry instead of a sample of people who do not exist; it begins with
                       beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch
  --people N           the size of the sample, 1 to 10000000 (default 10000)
  --data DIR           keep the store and its keys in DIR; without it they are gone at the end
  --out DIR            write what the railway would share: jwks.json, and a ticket-N.jwt for each passenger who agreed;
                       files of these names are removed first, since tickets of other keys would be refused
  --help               this text

Exit status: 0 each passenger got what they should, 1 one did not, 2 the flags, a file or a folder could not be used.
A case that your registry has no passenger for is named and not counted. Bad rows of your registry are named and counted
on the screen, and do not change the exit status.
";

/// What the flags ask for.
pub(crate) struct Options {
    pub(crate) registry: Option<PathBuf>,
    pub(crate) people: u64,
    pub(crate) data: Option<PathBuf>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) interactive: bool,
}

impl Options {
    /// Reads the flags; `None` when they ask for the help.
    pub(crate) fn from_flags() -> Result<Option<Self>> {
        let interactive = io::stdin().is_terminal() && io::stdout().is_terminal();
        let mut options = Self { registry: None, people: 10_000, data: None, out: None, interactive };
        let mut sample = None;
        let mut flags = lexopt::Parser::from_env();
        while let Some(flag) = flags.next()? {
            match flag {
                Long("scripted") => options.interactive = false,
                Long("interactive") => options.interactive = true,
                Long("registry") => options.registry = Some(path(flags.value()?)?),
                Long("people") => sample = Some(flags.value()?.parse_with(people)?),
                Long("data") => options.data = Some(path(flags.value()?)?),
                Long("out") => options.out = Some(path(flags.value()?)?),
                Long("help") | Short('h') => return Ok(None),
                other => return Err(other.unexpected().into()),
            }
        }
        match sample {
            Some(_) if options.registry.is_some() => {
                bail!("give either --people N or --registry FILE.csv (see --help)")
            }
            Some(people) => options.people = people,
            None => {}
        }
        Ok(Some(options))
    }
}

fn people(text: &str) -> Result<u64, &'static str> {
    text.parse().ok().filter(|people| (1..=10_000_000).contains(people)).ok_or("--people is 1 to 10000000")
}
