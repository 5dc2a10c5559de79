use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Reads folders until its input ends. Then it kills what still names one of them in its command line, such as a browser that
/// outlives its driver by a moment, and removes them. Ctrl-C is meant for the tests, and reaches this shell as well.
const CLEANER: &str = r#"
trap '' HUP INT TERM
while read -r folder; do set -- "$@" "$folder"; done
for folder; do
    for user in $(printf '%s\n' "$folder" | grep -lsF -f - /proc/[0-9]*/cmdline | cut -d/ -f3); do kill -9 "$user"; done
    for try in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$folder" && break; sleep 1; done
done
"#;

/// A temporary folder of a server: gone with this value, or after the process if that ends before, however it ends.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A new folder where temporary ones lie.
    pub(crate) fn new() -> Self {
        Self::within(&std::env::temp_dir())
    }

    /// A new folder within `place`.
    pub(crate) fn within(place: &Path) -> Self {
        let folder = tempfile::tempdir_in(place).expect("a temporary folder").keep();
        remove_after_this_process(&folder);
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let mut cleaner = cleaner();
        tell(&mut cleaner, &self.0);
        // `wait` closes its input. What it cannot remove now is tried again after this process.
        let _ = cleaner.wait();
    }
}

/// Whatever kills this process, the kernel closes the input of its cleaner. Values that live as long as the process, such as
/// servers that the tests of a binary share, are never dropped.
fn remove_after_this_process(folder: &Path) {
    static CLEANER: OnceLock<Mutex<Child>> = OnceLock::new();
    let cleaner = CLEANER.get_or_init(|| Mutex::new(cleaner()));
    tell(&mut cleaner.lock().unwrap_or_else(PoisonError::into_inner), folder);
}

fn cleaner() -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", CLEANER]).current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    shell.spawn().expect("a shell")
}

fn tell(cleaner: &mut Child, folder: &Path) {
    let input = cleaner.stdin.as_mut().expect("the input of the cleaner");
    writeln!(input, "{}", folder.display()).expect("the cleaner listens");
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_folder_ends_with_its_value_and_takes_with_it_whoever_uses_it() {
        let folder = Folder::new();
        let path = folder.path().to_owned();
        let mut user =
            Command::new("tail").arg("-f").arg(path.join("log")).stderr(Stdio::null()).spawn().expect("tail");
        drop(folder);
        assert!(!path.exists());
        assert!(!user.wait().expect("the end of the user").success());
    }

    /// The test binary runs again as a child that is killed with a folder in its hands.
    #[test]
    fn a_folder_ends_after_a_process_that_is_killed() {
        const CHILD: &str = "KYCVS_FOLDER_TEST_CHILD";
        if std::env::var_os(CHILD).is_some() {
            let folder = Folder::new();
            #[allow(clippy::print_stdout)] // how the child answers
            {
                println!("\n{}", folder.path().display());
            }
            loop {
                std::thread::park();
            }
        }
        let mut child = Command::new(std::env::current_exe().expect("this binary"));
        let name = "folder::tests::a_folder_ends_after_a_process_that_is_killed";
        child.args(["--exact", name, "--nocapture"]).env(CHILD, "1").stdout(Stdio::piped());
        let mut child = child.spawn().expect("the child");
        let said = BufReader::new(child.stdout.take().expect("its output")).lines();
        let path = said.map_while(Result::ok).find(|line| line.starts_with('/')).expect("its folder");
        assert!(Path::new(&path).exists());
        child.kill().expect("the child is killed");
        child.wait().expect("its end");
        while Path::new(&path).exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
