//! The command `kycvs`: the server, and the tools of those who run it.

mod belonging;
mod bounded;
mod cli;
mod commands;
mod config;
mod data;
mod descriptors;
mod ending;
mod json_line;
mod keys;
mod live;
mod log;
mod place;
mod receipts;
mod remote;
mod revocations;
mod shared;
mod signals;
mod stores;
mod today;
#[cfg(feature = "otlp")]
mod traces;
mod witness;

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::Cli::try_parse() {
        Ok(cli) => ending::end(commands::run(cli.command).await),
        Err(error) if error.use_stderr() => {
            // Where even this cannot be written, the status says it.
            let _ = error.print();
            ExitCode::from(cli::usage_status(std::env::args_os()))
        }
        Err(help) => ending::end(help.print().map(|()| ending::Ending::Well).map_err(Into::into)),
    }
}
