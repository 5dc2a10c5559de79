use std::ffi::OsStr;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a server may take to start. Generous: the machine may be building at the same time.
const START: Duration = Duration::from_secs(60);

/// A running program, killed when this value is dropped, and by the kernel when the test's process dies.
#[derive(Debug)]
pub struct Process {
    child: Child,
    name: String,
    log: PathBuf,
}

impl Process {
    /// Starts `program` of the Debian package `package`; what it says goes to `NAME.log` in `folder`. When root starts it and
    /// `unprivileged` is asked for, it runs as `nobody`, to whom `folder` is given.
    pub fn start<A: AsRef<OsStr>>(
        program: &str,
        package: &str,
        arguments: impl IntoIterator<Item = A>,
        folder: &Path,
        as_nobody: bool,
    ) -> Self {
        let name = Path::new(program).file_name().map_or(program.into(), |name| name.to_string_lossy().into_owned());
        let log = folder.join(format!("{name}.log"));
        let output = std::fs::File::create(&log).unwrap_or_else(|error| panic!("{}: {error}", log.display()));
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]);
        if as_nobody {
            command.args(unprivileged(folder));
        }
        command.arg("--").arg(find(program, package)).args(arguments);
        // What it writes aside goes with the folder, too.
        command.current_dir(folder).env("TMPDIR", folder).stdin(Stdio::null());
        command.stdout(output.try_clone().expect("a second handle on the log")).stderr(output);
        Self { child: spawn_from_a_lasting_thread(command), name, log }
    }

    /// Waits until something listens on the loopback `port`.
    pub fn wait_for_port(&mut self, port: u16) {
        self.wait_until("listens", || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
    }

    /// Waits until `ready`, which is asked again and again; panics with the program's log when it ends first.
    pub fn wait_until(&mut self, what: &str, mut ready: impl FnMut() -> bool) {
        let give_up = Instant::now() + START;
        loop {
            // Asked first: what a program did just before it ended counts.
            let ended = self.child.try_wait().expect("the state of a child");
            if ready() {
                return;
            }
            if ended.is_some() || Instant::now() > give_up {
                panic!("{} never {what} ({ended:?}):\n{}", self.name, self.log());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What the program has said so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it at once (SIGKILL) and waits for its end.
    pub fn kill(&mut self) {
        // Both fail only when it has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Sends it a signal by name, such as `STOP`, `CONT` or `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "could not signal {}", self.name);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A loopback port that nobody listens on at the moment.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free loopback port");
    listener.local_addr().expect("the address of a listener").port()
}

/// The arguments that make `setpriv` drop root's rights, once `folder` belongs to `nobody`; none for anyone but root.
pub fn unprivileged(folder: &Path) -> Vec<&'static str> {
    if !is_root() {
        return Vec::new();
    }
    let given = Command::new("chown").args(["-R", "nobody:nogroup"]).arg(folder).status();
    assert!(given.is_ok_and(|status| status.success()), "could not give {} to nobody", folder.display());
    vec!["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.starts_with(b"0\n"))
}

/// Where a program lies. Debian keeps servers outside of a user's PATH.
fn find(program: &str, package: &str) -> PathBuf {
    if program.contains('/') && Path::new(program).exists() {
        return program.into();
    }
    let path = std::env::var("PATH").unwrap_or_default();
    path.split(':')
        .chain(["/usr/sbin", "/sbin", "/usr/local/sbin"])
        .map(|folder| Path::new(folder).join(program))
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("`{program}` is missing: apt-get install {package}"))
}

/// The kernel kills a child when the thread that started it ends, and a test is a thread: servers that outlive one test are
/// started from a thread that never ends.
fn spawn_from_a_lasting_thread(mut command: Command) -> Child {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let _ = send.send(command.spawn());
        loop {
            std::thread::park();
        }
    });
    match receive.recv().expect("the starting thread answers") {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => panic!("`setpriv` is missing: apt-get install util-linux"),
        Err(error) => panic!("a server could not be started: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_ends_with_its_value() {
        let folder = tempfile::tempdir().expect("a folder");
        let process = Process::start("sleep", "coreutils", ["600"], folder.path(), true);
        let path = PathBuf::from(format!("/proc/{}", process.id()));
        assert!(path.exists());
        drop(process);
        assert!(!path.exists());
    }

    #[test]
    fn a_program_that_ends_too_early_is_told_with_its_log() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Process::start("ls", "coreutils", ["/no-such-folder"], folder.path(), false);
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| process.wait_for_port(free_port())));
        let told = *told.expect_err("nothing listens").downcast::<String>().expect("a message");
        assert!(told.contains("no-such-folder"), "{told}");
    }

    #[test]
    #[should_panic(expected = "apt-get install some-package")]
    fn a_missing_program_says_what_to_install() {
        let folder = tempfile::tempdir().expect("a folder");
        Process::start("no-such-program", "some-package", [""; 0], folder.path(), false);
    }
}
