//! A file for each command.

pub(crate) mod audit;
mod audit_lists;
mod audit_tree;
mod catalogue;
pub(crate) mod check_config;
pub(crate) mod consent;
mod drill;
mod drill_device;
pub(crate) mod evaluate;
pub(crate) mod export;
pub(crate) mod import;
mod import_fhir;
pub(crate) mod keys;
pub(crate) mod migrate;
pub(crate) mod mobile;
pub(crate) mod name_match;
pub(crate) mod person;
pub(crate) mod policy;
pub(crate) mod publish;
pub(crate) mod serve;
pub(crate) mod shell;
pub(crate) mod trust;
pub(crate) mod unlock;
pub(crate) mod verify;

use anyhow::Result;

use crate::cli::Command;
use crate::ending::Ending;

/// Runs a command.
pub(crate) async fn run(command: Command) -> Result<Ending> {
    match command {
        Command::Serve(options) => serve::run(options).await,
        Command::Migrate(options) => migrate::run(options).await,
        Command::Import(options) => import::run(options).await,
        Command::Person { command } => person::run(command).await,
        Command::Export(options) => export::run(&options).await,
        Command::Consent(command) => consent::run(command).await,
        Command::Publish(options) => publish::run(options).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Unlock(options) => unlock::run(options).await,
        Command::Keys(command) => keys::run(command).await,
        Command::CheckConfig(options) => check_config::run(&options),
        Command::Evaluate(options) => evaluate::run(&options),
        Command::Policy(options) => policy::run(&options),
        Command::NameMatch => name_match::run(),
        Command::Mobile => mobile::run(),
        Command::Verify(options) => Ok(verify::run(&options)),
        Command::Trust { command } => trust::run(command).await,
        Command::Completions(options) => shell::completions(&options),
        Command::Man => shell::man(),
    }
}
