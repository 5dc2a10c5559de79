use std::io::{self, Write};

use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::ending::Ending;

/// Which shell.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  kycvs completions bash > /usr/share/bash-completion/completions/kycvs")]
pub(crate) struct Options {
    shell: Shell,
}

pub(crate) fn completions(options: &Options) -> Result<Ending> {
    // Into memory first: the generator takes a reader that went away for a fault of its own.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "kycvs", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Ending::Well)
}

/// One page: the command, and each of its subcommands after it.
pub(crate) fn man() -> Result<Ending> {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for subcommand in command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help") {
        let name = subcommand.get_bin_name().unwrap_or_default().to_owned();
        let man = clap_mangen::Man::new(subcommand.clone().display_name(name));
        man.render_name_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    io::stdout().write_all(&page)?;
    Ok(Ending::Well)
}
