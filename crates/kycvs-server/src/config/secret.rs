use std::env::{self, VarError};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use toml::{Table, Value};

use super::document::{Document, Step, place};
use super::fault::Fault;
use super::published;
use crate::bounded;

/// Keys under which a table is a table, whatever its own keys are: names of a gateway's fields.
const TABLES: [&str; 4] = ["query", "headers", "form", "variables"];
/// Keys whose value is a secret.
const SECRETS: [&str; 4] = ["password", "key", "secret", "pin"];
const MAX_BYTES: u64 = 64 << 10;

/// Puts the text in the place of each `{ env = "NAME" }` and `{ file = "PATH" }`, which any text of the file may be: a password
/// or a URL with one above all. A file must be its reader's alone.
pub(super) fn resolve(document: &Document) -> (Table, Vec<Fault>) {
    let mut values = document.values.clone();
    let mut faults = Vec::new();
    for (key, value) in &mut values {
        visit(value, &mut vec![Step::Key(key.clone())], &mut |path, error| {
            let what = crate::ending::words(&error);
            faults.push(Fault { line: document.line_of(path), place: place(path), what });
        });
    }
    (values, faults)
}

fn visit(value: &mut Value, path: &mut Vec<Step>, refuse: &mut dyn FnMut(&[Step], anyhow::Error)) {
    let is_table = matches!(path.last(), Some(Step::Key(key)) if TABLES.contains(&key.as_str()));
    let is_secret = matches!(path.last(), Some(Step::Key(key)) if SECRETS.contains(&key.as_str()));
    if !is_table && let Some(read) = read(value) {
        // What could not be read is refused once, here.
        *value = Value::String(read.unwrap_or_else(|error| {
            refuse(path, error);
            "unreadable".to_owned()
        }));
        return;
    }
    match value {
        Value::String(text) if is_secret => drop(known(text).map_err(|error| refuse(path, error))),
        Value::Table(table) => {
            for (key, value) in table {
                path.push(Step::Key(key.clone()));
                visit(value, path, refuse);
                path.pop();
            }
        }
        Value::Array(list) => {
            for (at, value) in list.iter_mut().enumerate() {
                path.push(Step::Index(at));
                visit(value, path, refuse);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The text that a value names, if it names one.
fn read(value: &Value) -> Option<Result<String>> {
    let table = value.as_table().filter(|table| table.len() == 1)?;
    let (name, text) = match (table.get("env"), table.get("file")) {
        (Some(Value::String(name)), _) => (format!("the environment variable {name}"), variable(name)),
        (_, Some(Value::String(path))) => (path.clone(), read_file(Path::new(path))),
        _ => return None,
    };
    Some(text.and_then(|text| match text.trim() {
        "" => bail!("{name} is empty"),
        text => known(text).map(|()| text.to_owned()),
    }))
}

fn variable(name: &str) -> Result<String> {
    match env::var(name) {
        Ok(text) => Ok(text),
        Err(VarError::NotPresent) => bail!("the environment variable {name} is not set"),
        Err(VarError::NotUnicode(_)) => bail!("the environment variable {name} is not UTF-8"),
    }
}

/// Refuses what everyone knows.
fn known(text: &str) -> Result<()> {
    if published::is_published_text(text) {
        bail!("this secret is published in the documentation: make another");
    }
    Ok(())
}

fn read_file(path: &Path) -> Result<String> {
    let name = path.display();
    let metadata = fs::metadata(path).with_context(|| format!("cannot read {name}"))?;
    if metadata.is_dir() {
        bail!("{name} is a folder, not a file");
    }
    refuse_readable_by_others(path, &metadata)?;
    Ok(bounded::text(path, MAX_BYTES)?)
}

/// Refuses a file with a secret that others than its reader may read. A file of somebody else is one that this process
/// was given by its group, as Kubernetes gives secrets to a pod with `fsGroup`; the group's right is then what is meant.
///
/// # Errors
/// A file that is open to more users, with the command that closes it.
#[cfg(unix)]
pub(crate) fn refuse_readable_by_others(path: &Path, metadata: &fs::Metadata) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    let is_own = fs::metadata("/proc/self").map_or(true, |process| process.uid() == metadata.uid());
    let open_to = match metadata.mode() {
        mode if mode & 0o007 != 0 => "everyone",
        mode if mode & 0o070 != 0 && is_own => "its group",
        _ => return Ok(()),
    };
    bail!("{0} is open to {open_to}: run chmod 600 {0}", path.display())
}

#[cfg(not(unix))]
pub(crate) fn refuse_readable_by_others(_: &Path, _: &fs::Metadata) -> Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_file_is_its_readers_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "correct horse\n").unwrap();
        let document = Document::parse(&format!("[sms.kannel]\npassword = {{ file = '{}' }}", path.display())).unwrap();
        for (mode, says) in [(0o600, None), (0o400, None), (0o640, Some("its group")), (0o604, Some("everyone"))] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let (values, faults) = resolve(&document);
            match says {
                None => assert_eq!(values["sms"]["kannel"]["password"].as_str(), Some("correct horse"), "{faults:?}"),
                Some(says) => {
                    let [fault] = &faults[..] else { panic!("{faults:?}") };
                    assert_eq!((fault.line, fault.place.as_str()), (2, "sms.kannel.password"));
                    assert!(fault.what.contains(says) && fault.what.contains("chmod 600"), "{mode:o} {}", fault.what);
                }
            }
        }
    }

    #[test]
    fn any_text_may_be_a_variable_but_a_gateways_own_fields_are_fields() {
        let text = "[issuer]\nname = { env = 'NO_SUCH_VARIABLE' }\n[sms.http]\nform = { file = '{text}' }\n\
                    headers = { Authorization = { env = 'PATH' } }";
        let (values, faults) = resolve(&Document::parse(text).unwrap());
        assert_eq!(faults.len(), 1);
        assert!(faults[0].what.starts_with("the environment variable NO_SUCH_VARIABLE"), "{}", faults[0].what);
        assert_eq!(values["sms"]["http"]["form"]["file"].as_str(), Some("{text}"));
        assert_eq!(values["sms"]["http"]["headers"]["Authorization"].as_str(), env::var("PATH").ok().as_deref());
    }

    #[test]
    fn a_secret_that_everyone_knows_is_refused() {
        let text = "[sms.kannel]\npassword = 'demonstration-key-of-the-railway'\nusername = 'test'";
        let (_, faults) = resolve(&Document::parse(text).unwrap());
        assert_eq!(faults.iter().map(|fault| fault.place.as_str()).collect::<Vec<_>>(), ["sms.kannel.password"]);
    }
}
