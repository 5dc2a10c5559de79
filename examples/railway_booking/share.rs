use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};
use kycvs::token::{KeyRing, StatusToken};
use tempfile::NamedTempFile;

/// Makes the folder for what is shared.
pub(crate) fn make_folder(out: &Path) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("cannot make the folder {}", out.display()))
}

/// Writes the public keys and the tokens, and nothing of an earlier run stays, whose tickets these keys may not verify.
/// The names of the files say nothing about the passengers.
pub(crate) fn write(out: &Path, keys: &KeyRing, tokens: &[StatusToken]) -> Result<()> {
    remove_tickets(out).with_context(|| format!("cannot remove earlier tickets from {}", out.display()))?;
    let jwks = out.join("jwks.json");
    fs::write(&jwks, keys.to_jwks()).with_context(|| format!("cannot write {}", jwks.display()))?;
    for (number, token) in (1..).zip(tokens) {
        let ticket = out.join(format!("ticket-{number}.jwt"));
        write_token(out, &ticket, token).with_context(|| format!("cannot write {}", ticket.display()))?;
    }
    Ok(())
}

fn remove_tickets(out: &Path) -> io::Result<()> {
    for entry in fs::read_dir(out)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(is_ticket) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether a file has a name that [`write`] gives.
fn is_ticket(name: &str) -> bool {
    let number = name.strip_prefix("ticket-").and_then(|name| name.strip_suffix(".jwt"));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A token is personal data, so its owner alone may read the file: that is how temporary files are made.
fn write_token(folder: &Path, path: &Path, token: &StatusToken) -> Result<()> {
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(token.as_str().as_bytes())?;
    file.persist(path)?;
    Ok(())
}
