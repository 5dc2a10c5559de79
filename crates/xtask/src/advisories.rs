use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{cargo, program};

/// What RustSec (CC0) had to say, on its day, about the crates of our `Cargo.lock`: a build must not depend on reaching it.
const SNAPSHOT: &str = ".cargo/advisories";
/// Where cargo-deny looks for its database; the end of the name is its hash of the database's address.
const DATABASE: &str = "target/advisories/advisory-db-3157b0e258782691";
/// The first line of a snapshot, before the day.
const OF_DAY: &str = "# RustSec's advisory-db on ";

/// Holds every dependency against the snapshot. A crate that the snapshot was not cut for is a failure.
pub(crate) fn check() -> Result<(), String> {
    let list = Path::new(SNAPSHOT).join("crates.txt");
    let known = read(&list)?;
    let known: BTreeSet<&str> = known.lines().collect();
    let unknown: Vec<_> = locked()?.into_iter().filter(|name| !known.contains(name.as_str())).collect();
    if !unknown.is_empty() {
        return Err(format!(
            "{} does not know {}: clone https://github.com/rustsec/advisory-db, then run cargo xtask advisories FOLDER",
            list.display(),
            unknown.join(", ")
        ));
    }
    // A folder of an earlier run.
    let _ = fs::remove_dir_all(DATABASE);
    copy(Path::new(SNAPSHOT), Path::new(DATABASE))?;
    let git = format!("git -C {DATABASE} -c user.name=kycvs -c user.email=kycvs@example.org");
    for step in ["init --quiet", "add --all", "commit --quiet --message snapshot"] {
        program(&format!("{git} {step}")).run()?;
    }
    cargo("deny --offline check advisories").run()
}

/// Cuts a snapshot out of a clone of the database: of each advisory what a machine reads, and its title.
pub(crate) fn cut(clone: &str) -> Result<(), String> {
    let day = program(&format!("git -C {clone} log -1 --format=%cs")).output()?;
    let names = locked()?;
    // The snapshot before.
    let _ = fs::remove_dir_all(SNAPSHOT);
    for name in &names {
        let from = Path::new(clone).join("crates").join(name);
        for file in if from.is_dir() { files(&from)? } else { Vec::new() } {
            let text = read(&file)?;
            let (facts, words) = text.split_once("\n```\n").ok_or_else(|| format!("{}: no facts", file.display()))?;
            let title = words.lines().find(|line| line.starts_with("# ")).unwrap_or_default();
            let to = Path::new(SNAPSHOT).join("crates").join(name);
            write(&to.join(file.file_name().unwrap_or_default()), &format!("{facts}\n```\n\n{title}\n"))?;
        }
    }
    let day = String::from_utf8_lossy(&day);
    let names: String = names.iter().map(|name| format!("{name}\n")).collect();
    write(&Path::new(SNAPSHOT).join("crates.txt"), &format!("{OF_DAY}{}, for:\n{names}", day.trim()))
}

/// The crates of the lock file that come from a registry.
fn locked() -> Result<BTreeSet<String>, String> {
    let lock = read(Path::new("Cargo.lock"))?;
    let packages = lock.split("[[package]]").filter(|package| package.contains("\nsource = "));
    Ok(packages.filter_map(|package| package.split('"').nth(1)).map(str::to_owned).collect())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    Ok(entries.map_err(|error| format!("{}: {error}", folder.display()))?.iter().map(fs::DirEntry::path).collect())
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    for file in files(from)? {
        let target = to.join(file.file_name().unwrap_or_default());
        if file.is_dir() { copy(&file, &target)? } else { write(&target, &read(&file)?)? }
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    let made = file.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(file, text)).map_err(|error| format!("{}: {error}", file.display()))
}
