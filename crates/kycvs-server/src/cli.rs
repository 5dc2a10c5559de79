use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};

use crate::commands::{
    audit, check_config, consent, evaluate, export, import, keys, migrate, person, policy, publish, serve, shell,
    trust, unlock, verify,
};

/// KYC-VS: answers whether a person is vaccinated, with that person's consent
///
/// `kycvs serve` is the server. The other commands prepare and maintain it, or do part of its work on standard input.
#[derive(Parser)]
#[command(name = "kycvs", version, propagate_version = true, after_help = AFTER)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER: &str = "\
Examples:
  kycvs import people.csv --data /var/lib/kycvs
  kycvs check-config /etc/kycvs/kycvs.toml
  kycvs serve --config /etc/kycvs/kycvs.toml
  kycvs help serve

Exit status: 0 done, 1 done, but some of the input was bad, 2 failed. A reader that goes away, as in `| head`, ends a command with 0. `kycvs verify` has its own.";

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve the HTTP API and its pages
    Serve(serve::Options),
    /// Bring the tables of PostgreSQL up to date: once for each release, before the servers start
    Migrate(migrate::Options),
    /// Import a registry file
    Import(import::Options),
    /// Show or change one person in the registry
    Person {
        #[command(subcommand)]
        command: person::Command,
    },
    /// Write a person's own record as a card, for that person
    Export(export::Options),
    /// Show, withdraw or export a consent
    #[command(subcommand)]
    Consent(consent::Command),
    /// Publish status lists, and recover them after a database was restored
    Publish(publish::Options),
    /// Audit the public log
    #[command(subcommand)]
    Audit(audit::Command),
    /// Unlock a mobile number after wrong codes or too many messages
    Unlock(unlock::Options),
    /// Make, rotate and list the keys of a server
    #[command(subcommand)]
    Keys(keys::Command),
    /// Check a configuration, and report everything that is wrong in it
    CheckConfig(check_config::Options),
    /// Evaluate vaccination histories: a JSON object on each line in, an answer on each line out
    Evaluate(evaluate::Options),
    /// Try out policies, and list the products and antigens of the catalogue
    Policy(policy::Options),
    /// Compare names: `asked<TAB>recorded` on each line in, a JSON object on each line out
    #[command(after_help = NAME_MATCH)]
    NameMatch,
    /// Read mobile numbers: one on each line in, a JSON object on each line out
    #[command(after_help = MOBILE)]
    Mobile,
    /// Verify status tokens and certificates of other issuers, offline
    Verify(verify::Options),
    /// Make the list of issuers whose certificates are trusted
    Trust {
        #[command(subcommand)]
        command: trust::Command,
    },
    /// Write completions for a shell
    Completions(shell::Options),
    /// Write the man page
    #[command(after_help = "Exit status: 0 done, 2 the output cannot be written.")]
    Man,
}

const NAME_MATCH: &str = "\
Example:
  printf 'Laxmi Rao\\tLakshmi Rao\\n' | kycvs name-match
  {\"asked\":\"Laxmi Rao\",\"recorded\":\"Lakshmi Rao\",\"match\":true,\"how\":\"spelling\"}

Exit status: 0 every line has two names, 1 some line does not, 2 the input cannot be read.";

const MOBILE: &str = "\
Example:
  echo '98765 43210' | kycvs mobile
  {\"input\":\"98765 43210\",\"mobile\":\"+919876543210\",\"error\":null}

Exit status: 0 every line is a mobile number, 1 some line is not, 2 the input cannot be read.";

/// How a command reports what it did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// One JSON object, for programs
    Json,
}

/// A path as a flag has it: not empty, which is what a script passes whose variable is not set.
pub(crate) fn path() -> impl TypedValueParser<Value = PathBuf> {
    NonEmptyStringValueParser::new().map(PathBuf::from)
}

/// The exit status of flags that cannot be used: 2, and 3 of `kycvs verify`, whose 2 means a refused token.
pub(crate) fn usage_status(mut args: impl Iterator<Item = OsString>) -> u8 {
    if args.nth(1).is_some_and(|command| command == "verify") { 3 } else { 2 }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    /// The texts below the flags are wrapped where they are shown, by the width of the terminal: a paragraph is one line, and an
    /// example, which is indented, fits in the narrowest.
    #[test]
    fn no_help_is_wrapped_twice() {
        let mut commands = vec![Cli::command()];
        let mut read = 0;
        while let Some(command) = commands.pop() {
            let is_last = !command.has_subcommands();
            let said = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(!is_last || said.contains("Exit status: 0 "), "{} has no exit status", command.get_name());
            commands.extend(command.get_subcommands().cloned());
            let Some(text) = command.get_after_help().map(ToString::to_string) else { continue };
            read += 1;
            for (line, next) in text.lines().zip(text.lines().skip(1).chain([""])) {
                let is_free = |line: &str| !line.is_empty() && !line.starts_with(' ');
                assert!(!(is_free(line) && is_free(next)), "{}: {line}\n{next}", command.get_name());
                assert!(is_free(line) || line.chars().count() <= 80, "{}: {line}", command.get_name());
            }
        }
        assert!(read > 20, "{read}");
    }
}
