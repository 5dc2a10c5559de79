use std::io::{self, Write};

use anyhow::Result;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::Cli;
use crate::ending::Ending;

/// Which shell.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  kycvs completions bash > /usr/share/bash-completion/completions/kycvs

Exit status: 0 done, 2 the output cannot be written.")]
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
    Man::new(command.clone()).render_title(&mut page)?;
    describe(&command, &mut page)?;
    io::stdout().write_all(&page)?;
    Ok(Ending::Well)
}

fn describe(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
    let man = Man::new(command.clone().display_name(name));
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    if command.get_long_about().is_some() {
        man.render_description_section(page)?;
    }
    man.render_options_section(page)?;
    if command.get_after_help().is_some() {
        man.render_extra_section(page)?;
    }
    let mut subcommands = command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help");
    subcommands.try_for_each(|subcommand| describe(subcommand, page))
}
