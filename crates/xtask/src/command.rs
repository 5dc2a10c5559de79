use std::process::Command;

/// A command that is shown before it runs, and whose failure is an error.
pub(crate) struct Step {
    shown: String,
    command: Command,
}

/// A program with its arguments, which hold no spaces of their own.
pub(crate) fn program(line: &str) -> Step {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    Step { shown: line.to_owned(), command }
}

/// Cargo, the one that runs this.
pub(crate) fn cargo(arguments: &str) -> Step {
    let mut step = program(&format!("cargo {arguments}"));
    if let Some(cargo) = std::env::var_os("CARGO") {
        step.command = Command::new(cargo);
        step.command.args(arguments.split_whitespace());
    }
    step
}

impl Step {
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// An argument that may hold spaces.
    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.command.arg(argument);
        self
    }

    /// What it says on standard error, when it succeeds.
    pub(crate) fn errors(mut self) -> Result<String, String> {
        match self.command.output() {
            Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stderr).into_owned()),
            Ok(output) => Err(format!("`{}` failed: {}", self.shown, String::from_utf8_lossy(&output.stderr))),
            Err(error) => Err(format!("`{}` could not be run: {error}", self.shown)),
        }
    }

    /// Runs it, with its output on the terminal.
    pub(crate) fn run(mut self) -> Result<(), String> {
        eprintln!("$ {}", self.shown);
        match self.command.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("`{}` failed: {status}", self.shown)),
            Err(error) => Err(format!("`{}` could not be run: {error}", self.shown)),
        }
    }

    /// Runs it, with its output on the terminal; gives its exit status.
    pub(crate) fn code(mut self) -> Result<i32, String> {
        eprintln!("$ {}", self.shown);
        let status = self.command.status().map_err(|error| format!("`{}` could not be run: {error}", self.shown))?;
        status.code().ok_or_else(|| format!("`{}` was ended by a signal", self.shown))
    }

    /// What it says.
    pub(crate) fn output(mut self) -> Result<Vec<u8>, String> {
        match self.command.output() {
            Ok(output) if output.status.success() => Ok(output.stdout),
            Ok(output) => Err(format!("`{}` failed: {}", self.shown, output.status)),
            Err(error) => Err(format!("`{}` could not be run: {error}", self.shown)),
        }
    }

    /// Whether it runs and succeeds; what it says is thrown away.
    pub(crate) fn succeeds(mut self) -> bool {
        self.command.output().is_ok_and(|output| output.status.success())
    }
}
