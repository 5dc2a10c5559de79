use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

const PACKAGE: &str = "faketime";
/// Debian's build for programs of several threads.
const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// A clock that a test moves on, for programs that it starts: they read this one wherever they ask for the time of day. How long
/// something takes they measure as ever.
#[derive(Debug)]
pub struct MovedClock {
    folder: tempfile::TempDir,
    ahead: Mutex<Duration>,
}

impl MovedClock {
    /// A clock that is right.
    #[expect(clippy::new_without_default, reason = "it makes a file on the disk")]
    pub fn new() -> Self {
        assert!(Path::new(LIBRARY).exists(), "{LIBRARY} is missing: apt-get install {PACKAGE}");
        let clock = Self { folder: tempfile::tempdir().expect("a temporary folder"), ahead: Mutex::default() };
        clock.advance(Duration::ZERO);
        clock
    }

    /// Moves it on, for all programs at once.
    pub fn advance(&self, by: Duration) {
        let mut ahead = self.ahead.lock().expect("a clock");
        *ahead += by;
        // By another name first: nobody reads half of it.
        let draft = self.folder.path().join("draft");
        std::fs::write(&draft, format!("+{}\n", ahead.as_secs())).expect("the time is written");
        std::fs::rename(draft, self.folder.path().join("time")).expect("the time is written");
    }

    /// What it shows.
    pub fn now(&self) -> SystemTime {
        SystemTime::now() + *self.ahead.lock().expect("a clock")
    }

    /// What a program has in its environment that goes by it.
    pub fn environment(&self) -> Vec<(String, String)> {
        let time = self.folder.path().join("time").display().to_string();
        [
            ("LD_PRELOAD", LIBRARY),
            ("FAKETIME_TIMESTAMP_FILE", &time),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("NO_FAKE_STAT", "1"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_reads_the_clock_that_was_moved() {
        let clock = MovedClock::new();
        clock.advance(Duration::from_secs(86_400 * 40));
        let mut date = std::process::Command::new("date");
        let said = date.arg("+%s").envs(clock.environment()).output().expect("date").stdout;
        let said: u64 = String::from_utf8_lossy(&said).trim().parse().expect("a time");
        let shown = clock.now().duration_since(SystemTime::UNIX_EPOCH).expect("a time").as_secs();
        assert!(shown.abs_diff(said) <= 2, "{said} {shown}");
    }
}
