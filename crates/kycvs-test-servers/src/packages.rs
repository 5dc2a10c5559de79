//! Libraries of other languages as their users have them: of pinned versions, from npm and PyPI.
//!
//! The first run installs them below the target directory, which takes the network; later runs find them there, until a pin
//! changes. Of several tests that begin at once, one installs.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What to do when one of them is missing.
const PYTHON: &str = "install Python 3.10 or later with venv (Debian: apt install python3-venv)";
const NODE: &str = "install Node.js 18 or later with npm (Debian: apt install nodejs npm)";

/// The folder with the `node_modules` that `package.json` and `package-lock.json` of the folder `pins` name. Its scripts are copied
/// beside them, where they find them. `target` is the test's `CARGO_TARGET_TMPDIR`.
pub fn npm(target: &str, pins: &Path) -> PathBuf {
    installed(target, pins, "node", &["package.json", "package-lock.json"], |folder| {
        run(Command::new("npm").args(["ci", "--silent", "--prefix"]).arg(folder), NODE);
    })
}

/// A Python with the packages that `requirements.txt` of the folder `pins` names.
pub fn python(target: &str, pins: &Path) -> PathBuf {
    let folder = installed(target, pins, "python", &["requirements.txt"], |folder| {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder.join("venv")), PYTHON);
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        run(Command::new(python_in(folder)).args(pip).arg(pins.join("requirements.txt")), PYTHON);
    });
    python_in(&folder)
}

fn python_in(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) { "venv/Scripts/python.exe" } else { "venv/bin/python" })
}

fn installed(target: &str, pins: &Path, kind: &str, names: &[&str], install: impl FnOnce(&Path)) -> PathBuf {
    let name = pins.file_name().expect("the folder has a name").to_string_lossy();
    let folder = Path::new(target).join(format!("{name}-{kind}"));
    fs::create_dir_all(&folder).expect("the target directory can be written");
    let lock = File::create(folder.join("lock")).expect("the target directory can be written");
    lock.lock().expect("files can be locked"); // another `cargo test` may be at it; the lock goes when the file is closed
    for entry in fs::read_dir(pins).expect("the pins can be read") {
        let file = entry.expect("the pins can be read").path();
        if let (true, Some(name)) = (file.is_file(), file.file_name()) {
            fs::copy(&file, folder.join(name)).expect("the target directory can be written");
        }
    }
    let read = |name: &&str| fs::read_to_string(pins.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let wanted: String = names.iter().map(read).collect();
    let done = folder.join("installed");
    if !fs::read_to_string(&done).is_ok_and(|found| found == wanted) {
        install(&folder);
        fs::write(done, wanted).expect("the target directory can be written");
    }
    folder
}

fn run(command: &mut Command, hint: &str) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}. To run this test, {hint}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?} failed, which needs the network once: {said}\nTo run this test, {hint}"
    );
}
