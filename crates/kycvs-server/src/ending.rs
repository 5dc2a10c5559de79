use std::io::{self, Write};
use std::process::ExitCode;

/// How a command ended that came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Everything is as it should be.
    Well,
    /// It is done, and some of the input was bad.
    WithFaults,
    /// The exit status is the command's own.
    Status(u8),
}

/// Gives the exit status, once all that was written is out: what ends without a line break is still held here. An error is one line with its causes, and 2; a reader that went away (`| head`) is no error.
pub(crate) fn end(outcome: anyhow::Result<Ending>) -> ExitCode {
    match outcome.and_then(|ending| Ok(io::stdout().flush().map(|()| ending)?)) {
        Ok(Ending::Well) => ExitCode::SUCCESS,
        Ok(Ending::WithFaults) => ExitCode::FAILURE,
        Ok(Ending::Status(status)) => ExitCode::from(status),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Where even this cannot be written, the status says it.
            let _ = writeln!(io::stderr(), "error: {}", words(&error));
            ExitCode::from(2)
        }
    }
}

/// The error and its causes. Some say their cause themselves; it is not said twice.
pub(crate) fn words(error: &anyhow::Error) -> String {
    let mut words = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !words.ends_with(&cause) {
            words = format!("{words}: {cause}");
        }
    }
    words
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref().is_some_and(is))
}
