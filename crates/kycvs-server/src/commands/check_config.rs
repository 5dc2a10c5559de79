use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;

use crate::cli::{self, Format};
use crate::config::{Configuration, Fault};
use crate::ending::Ending;

/// Which file.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  kycvs check-config /etc/kycvs/kycvs.toml
  /etc/kycvs/kycvs.toml:3: `issuer.url`: it must be https, or http on this
    machine; write it as in url = \"https://kycvs.example\"

It opens no store and connects to nothing. Each error is a line on standard error, and each warning a line that begins with `warning:`.

Exit status: 0 the file can be used, 2 it cannot.")]
pub(crate) struct Options {
    #[arg(value_name = "FILE.toml", value_parser = cli::path())]
    file: PathBuf,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Reports everything that is wrong in a configuration.
pub(crate) fn run(options: &Options) -> Result<Ending> {
    let (read, faults) = Configuration::check(&options.file)?;
    let warnings = read.map(|read| read.warnings).unwrap_or_default();
    let name = options.file.display();
    match options.format {
        Format::Json => {
            let list = |faults: &[Fault], what: &str| -> Vec<_> {
                faults
                    .iter()
                    .map(|fault| json!({ "line": fault.line, "place": fault.place, what: fault.what }))
                    .collect()
            };
            let (faults, warnings) = (list(&faults, "fault"), list(&warnings, "warning"));
            writeln!(io::stdout(), "{}", json!({ "file": name.to_string(), "faults": faults, "warnings": warnings }))?;
        }
        Format::Text => {
            for fault in &faults {
                writeln!(io::stderr(), "{name}:{fault}")?;
            }
            for warning in &warnings {
                writeln!(io::stderr(), "warning: {name}:{warning}")?;
            }
            if faults.is_empty() {
                writeln!(io::stdout(), "{name} can be used")?;
            }
        }
    }
    Ok(if faults.is_empty() { Ending::Well } else { Ending::Status(2) })
}
