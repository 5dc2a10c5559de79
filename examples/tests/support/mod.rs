//! Runs the examples as a user does: the real programs, with files and flags.
#![allow(dead_code, unreachable_pub)] // each test file uses its own part

pub mod gateway;
pub mod page;
pub mod portal;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a program said and how it ended.
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs an example without a terminal and without input.
pub fn run<S: AsRef<std::ffi::OsStr>>(example: &str, args: impl IntoIterator<Item = S>) -> Ran {
    run_with_input(example, args, b"")
}

/// Runs an example with variables in its environment.
pub fn run_with<S: AsRef<std::ffi::OsStr>>(
    example: &str,
    args: impl IntoIterator<Item = S>,
    environment: &[(String, String)],
) -> Ran {
    let mut command = Command::new(program(example));
    command.args(args).envs(environment.iter().cloned());
    finish(example, command, b"")
}

/// Runs an example on `input`.
pub fn run_with_input<S: AsRef<std::ffi::OsStr>>(
    example: &str,
    args: impl IntoIterator<Item = S>,
    input: &[u8],
) -> Ran {
    let mut command = Command::new(program(example));
    command.args(args);
    finish(example, command, input)
}

/// Whatever it is given, it must not panic.
fn finish(example: &str, mut command: Command, input: &[u8]) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the example starts");
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that needs no input may be gone before it is written.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!stderr.contains("panicked"), "{example}: {stderr}");
    Ran {
        status: output.status.code().expect("an exit status"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr,
    }
}

/// Cargo builds examples next to the tests.
pub fn program(example: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let program = profile.join("examples").join(format!("{example}{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{} is missing: `cargo build --examples` makes it", program.display());
    program
}

/// A folder with files in it.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The path of something in the folder, as text for a flag.
    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// Writes a file, and gives its path.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }
}

/// A registry as a user may have it: a byte order mark, CRLF, quotes, two people on a mobile, and two bad rows.
pub const REGISTRY: &str = "\u{FEFF}beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch\r
1,\"Rao, Asha Lakshmi\",9876543210,1986-02-11,COVISHIELD,2021-04-03,1,4121Z025\r
1,\"Rao, Asha Lakshmi\",9876543210,1986-02-11,COVISHIELD,2021-07-01,2,\r
2,Imran Sheikh,9876543210,,,,,\r
3,Meena Devi,9123456780,,COVAXIN,2021-05-01,1,\r
4,Nobody,12345,,,,,\r
5,Ravi Kumar,9123456780,,ASPIRIN,2021-05-01,1,\r
";

pub const HEADER: &str = "beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch\n";
