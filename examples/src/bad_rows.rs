use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use indicatif::ProgressBar;

/// Where the rows are listed that were not imported, or changed or did what nobody may have meant, as they come.
pub struct BadRows {
    on_terminal: u64,
    /// How many were, or why they no longer are.
    listed: io::Result<u64>,
    file: Option<(PathBuf, BufWriter<File>)>,
    /// Whether all of them are in the file.
    kept: io::Result<()>,
}

impl BadRows {
    /// On the terminal, the first `rows` of them.
    pub fn first(rows: u64) -> Self {
        Self { on_terminal: rows, listed: Ok(0), file: None, kept: Ok(()) }
    }

    /// A few on the terminal, where the story is about something else.
    pub fn a_few() -> Self {
        Self::first(20)
    }

    /// Of a sample their number alone: it has people who are hard to tell apart, as any register has.
    pub fn of_sample() -> Self {
        Self::first(0)
    }

    /// In a new file too, all of them.
    ///
    /// # Errors
    /// A file that cannot be made, or is there already.
    pub fn and_in(self, path: &Path) -> Result<Self> {
        let file = File::create_new(path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self { file: Some((path.to_owned(), BufWriter::new(file))), ..self })
    }

    /// A list that cannot be written ends; the import goes on, and the other list too.
    pub(crate) fn tell(&mut self, bar: &ProgressBar, row: &str) {
        if let Ok(listed) = &mut self.listed
            && *listed < self.on_terminal
        {
            *listed += 1;
            if let Err(error) = bar.suspend(|| writeln!(io::stdout(), "{row}")) {
                self.listed = Err(error);
            }
        }
        if let (Some((_, file)), Ok(())) = (&mut self.file, &self.kept) {
            self.kept = writeln!(file, "{row}");
        }
    }

    /// Says how many were not listed.
    pub(crate) fn end(self, lines: u64) -> Result<()> {
        let mut hint = String::new();
        if let Some((path, mut file)) = self.file {
            let kept = self.kept.and_then(|()| file.flush());
            kept.with_context(|| format!("cannot write {}", path.display()))?;
            hint = format!("; {} has them all", path.display());
        }
        let unlisted = lines.saturating_sub(self.listed?);
        if unlisted > 0 && self.on_terminal == 0 {
            let lines =
                if unlisted == 1 { "1 line of the sample is" } else { &format!("{unlisted} lines of the sample are") };
            writeln!(
                io::stdout(),
                "{lines} doubtful, as in any register: the example import_registry lists such lines"
            )?;
        } else if unlisted > 0 {
            writeln!(io::stdout(), "and {unlisted} more lines{hint}")?;
        }
        Ok(())
    }
}
