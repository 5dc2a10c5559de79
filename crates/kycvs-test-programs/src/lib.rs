//! Our own programs as a user runs them, with files and flags: for tests only. It panics instead of answering with errors.
//!
//! A crate of its own, so that nobody compiles servers and clients for tests to run an example.

#![allow(clippy::panic, clippy::expect_used, clippy::missing_panics_doc)] // a program that does not start is a failed test

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// What a program said and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// Its exit status.
    pub status: i32,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

/// Runs a program without a terminal and without input.
pub fn run<S: AsRef<OsStr>>(name: &str, args: impl IntoIterator<Item = S>) -> Ran {
    run_with_input(name, args, b"")
}

/// Runs a program with variables in its environment.
pub fn run_with<S: AsRef<OsStr>>(
    name: &str,
    args: impl IntoIterator<Item = S>,
    environment: &[(String, String)],
) -> Ran {
    let mut command = Command::new(program(name));
    command.args(args).envs(environment.iter().cloned());
    finish(name, command, b"")
}

/// Runs a program on `input`.
pub fn run_with_input<S: AsRef<OsStr>>(name: &str, args: impl IntoIterator<Item = S>, input: &[u8]) -> Ran {
    let mut command = Command::new(program(name));
    command.args(args);
    finish(name, command, input)
}

/// Whatever it is given, it must not panic.
fn finish(name: &str, mut command: Command, input: &[u8]) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // A program that needs no input may be gone before it is written.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("its output");
    writer.join().expect("the input was written");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!stderr.contains("panicked"), "{name}: {stderr}");
    Ran {
        status: output.status.code().expect("an exit status"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr,
    }
}

/// A program, or an example, that Cargo built beside the test that runs.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let profile = test.parent().and_then(Path::parent).expect("the folder of a profile");
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let places = [profile.join(&file), profile.join("examples").join(&file)];
    places
        .into_iter()
        .find(|place| place.exists())
        .unwrap_or_else(|| panic!("{name} was not built: cargo build --all-targets"))
}

/// A server that runs, until it is dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// The first word of each line that it said, and the rest.
    said: HashMap<String, String>,
}

impl Program {
    /// Starts a program, and waits until it has said the line that begins with `last`.
    pub fn start(name: &str, args: &[&str], last: &str) -> Self {
        Self::start_with(name, args, &[], last)
    }

    /// The same, with variables in its environment.
    pub fn start_with(name: &str, args: &[&str], environment: &[(String, String)], last: &str) -> Self {
        let mut command = Command::new(program(name));
        command.envs(environment.iter().cloned()).args(args);
        Self::begin(name, command, last)
    }

    /// The same, with its standard error in a file.
    pub fn start_logged(name: &str, args: &[&str], log: &str, last: &str) -> Self {
        let mut command = Command::new(program(name));
        command.args(args).stderr(std::fs::File::create(log).expect("the file of the log"));
        Self::begin(name, command, last)
    }

    fn begin(name: &str, mut command: Command, last: &str) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut said = HashMap::new();
        while !said.contains_key(last) {
            let mut line = String::new();
            let read = stdout.read_line(&mut line).expect("a line");
            assert_ne!(read, 0, "{name} ended before it said `{last}`: {said:?}");
            let (word, rest) = line.trim().split_once(' ').unwrap_or_default();
            let (word, rest) = match (word, rest.trim().split_once(' ')) {
                ("api-key", Some((entity, key))) => (format!("key-{entity}"), key.trim()),
                _ => (word.to_owned(), rest.trim()),
            };
            said.insert(word, rest.to_owned());
        }
        Self { child, stdout, said }
    }

    /// What it said under a word, such as where it listens.
    pub fn said(&self, word: &str) -> &str {
        self.said.get(word).unwrap_or_else(|| panic!("it did not say `{word}`: {:?}", self.said))
    }

    /// Sends it a signal, such as `HUP`.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([&format!("-{signal}"), &self.child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
    }

    /// Asks it to end, as a service manager does, and gives its exit status.
    pub fn terminate(&mut self) -> Option<i32> {
        self.signal("TERM");
        self.wait()
    }

    /// Waits until it has ended, and gives its exit status.
    pub fn wait(&mut self) -> Option<i32> {
        self.stdout.read_to_string(&mut String::new()).expect("its output");
        self.child.wait().expect("its status").code()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder with files in it.
#[derive(Debug)]
pub struct Files(tempfile::TempDir);

impl Files {
    /// An empty folder.
    #[expect(clippy::new_without_default, reason = "it makes a folder on the disk")]
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// The path of something in the folder, as text for a flag.
    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("a path in UTF-8").to_owned()
    }

    /// Writes a file, and gives its path.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a file is written");
        path
    }

    /// Writes a file that its owner alone reads, as a key has to be.
    pub fn secret_file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.file(name, bytes);
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .expect("the rights of the file");
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file is read")
    }
}
