use std::io::{self, IsTerminal};
use std::path::PathBuf;

use anyhow::Result;
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
  --out DIR            write what the railway would share: jwks.json, and a ticket-N.jwt for each passenger who agreed
  --help               this text

Exit status: 0 each passenger got what they should, 1 one did not, 2 the flags, a file or a folder could not be used.
A case that your registry has no passenger for is named and not counted.
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
        let mut flags = lexopt::Parser::from_env();
        while let Some(flag) = flags.next()? {
            match flag {
                Long("scripted") => options.interactive = false,
                Long("interactive") => options.interactive = true,
                Long("registry") => options.registry = Some(flags.value()?.into()),
                Long("people") => options.people = flags.value()?.parse_with(people)?,
                Long("data") => options.data = Some(flags.value()?.into()),
                Long("out") => options.out = Some(flags.value()?.into()),
                Long("help") | Short('h') => return Ok(None),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(Some(options))
    }
}

fn people(text: &str) -> Result<u64, &'static str> {
    text.parse().ok().filter(|people| (1..=10_000_000).contains(people)).ok_or("--people is 1 to 10000000")
}
