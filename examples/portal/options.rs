use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use anyhow::{Result, bail};
use kycvs_examples::path;
use kycvs_sample::SampleRegistry;
use lexopt::prelude::*;

pub(crate) const HELP: &str = "\
Serves KYC-VS over HTTP: the API, the consent page that any site embeds, and the page that verifies.

Usage: cargo run --example portal -- [FLAGS]

Without --config it is a demonstration: a sandbox with people who do not exist, two verifying entities, and the site of a
railway that books with it. No SMS is sent; the codes are at /sandbox. With --config it is a production server; with
--config and --sandbox it is a sandbox with your entities.

  --listen ADDRESS          where the portal listens (default 127.0.0.1:8080; port 0 takes a free one)
  --booking-listen ADDRESS  where the railway's site listens, in the demonstration only (default 127.0.0.1:8081)
  --config FILE.toml        your issuer, entities and SMS gateway; examples/portal/portal.toml shows every setting
  --sandbox                 keep the messages to be read, and have a clock that can be moved
  --data DIR                keep the registry and the keys in DIR, and in production everything else too; without it
                            they are gone at the end, so production needs it, or [stores] in its configuration,
                            where any number of portals share PostgreSQL and Redis
  --migrate                 bring the tables of [stores] up to date, make the keys of a new database, and end: once
                            for each release, before the portals are started; they refuse other tables than theirs
  --registry FILE.csv       import your own registry at the start, or with --migrate; it begins with
                            beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch
  --people N                the size of the sample, 1 to 10000000 (default 10000)
  --help                    this text

It ends by Ctrl-C or SIGTERM, once running calls have ended. Exit status: 0 it was asked to end, 2 the flags, a file, a
folder or an address could not be used.
";

/// What the flags ask for.
pub(crate) struct Options {
    pub(crate) listen: SocketAddr,
    pub(crate) mode: Mode,
    pub(crate) data: Option<PathBuf>,
    pub(crate) registry: Option<PathBuf>,
    people: u64,
}

/// What kind of server it is.
pub(crate) enum Mode {
    /// A sandbox with entities of its own, and the site of one of them.
    Demonstration { booking_listen: SocketAddr },
    /// A sandbox with the host's entities.
    Sandbox { config: PathBuf },
    /// What sends to people.
    Production { config: PathBuf },
    /// What makes the tables ready that several portals share.
    Migration { config: PathBuf },
}

impl Options {
    /// Reads the flags; `None` when they ask for the help.
    pub(crate) fn from_flags() -> Result<Option<Self>> {
        let (mut listen, mut booking_listen, mut people) = (here(8080), None, None);
        let (mut config, mut data, mut registry) = (None, None, None);
        let (mut is_sandbox, mut is_migration) = (false, false);
        let mut flags = lexopt::Parser::from_env();
        while let Some(flag) = flags.next()? {
            match flag {
                Long("listen") => listen = flags.value()?.parse_with(address)?,
                Long("booking-listen") => booking_listen = Some(flags.value()?.parse_with(address)?),
                Long("config") => config = Some(path(flags.value()?)?),
                Long("sandbox") => is_sandbox = true,
                Long("migrate") => is_migration = true,
                Long("data") => data = Some(path(flags.value()?)?),
                Long("registry") => registry = Some(path(flags.value()?)?),
                Long("people") => people = Some(flags.value()?.parse_with(number_of_people)?),
                Long("help") | Short('h') => return Ok(None),
                other => return Err(other.unexpected().into()),
            }
        }
        if people.is_some() && registry.is_some() {
            bail!("give either --people N or --registry FILE.csv (see --help)");
        }
        if booking_listen.is_some() && config.is_some() {
            bail!(
                "the booking site belongs to the demonstration: give either --booking-listen or --config (see --help)"
            );
        }
        let mode = match config {
            None if is_migration => {
                bail!("--migrate needs the [stores] of a configuration: give --config (see --help)")
            }
            Some(_) if is_migration && (is_sandbox || data.is_some() || people.is_some()) => {
                bail!("--migrate goes with --config and --registry alone (see --help)")
            }
            Some(config) if is_migration => Mode::Migration { config },
            None => Mode::Demonstration { booking_listen: booking_listen.unwrap_or(here(8081)) },
            Some(config) if is_sandbox => Mode::Sandbox { config },
            Some(_) if people.is_some() => {
                bail!("a production server has no sample people: leave out --people (see --help)")
            }
            Some(config) => Mode::Production { config },
        };
        if matches!(mode, Mode::Demonstration { .. }) && !listen.ip().is_loopback() {
            bail!("the demonstration listens on this machine only, such as on 127.0.0.1 (see --help)");
        }
        Ok(Some(Self { listen, mode, data, registry, people: people.unwrap_or(10_000) }))
    }

    /// The sample people, where there are any.
    pub(crate) fn sample(&self) -> Option<SampleRegistry> {
        let is_for_trying = matches!(self.mode, Mode::Demonstration { .. } | Mode::Sandbox { .. });
        (is_for_trying && self.registry.is_none()).then(|| SampleRegistry::new(1, self.people))
    }
}

fn here(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "an address is an IP address with a port, such as 127.0.0.1:8080")
}

fn number_of_people(text: &str) -> Result<u64, &'static str> {
    text.parse().ok().filter(|people| (1..=10_000_000).contains(people)).ok_or("--people is 1 to 10000000")
}
