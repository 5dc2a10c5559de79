use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use kycvs_records::{MAX_LIST_BYTES, RevocationError, Revocations};

use crate::bounded;

/// Reads the revocation lists of a folder, by the names that [`Revocations::add_file`] knows. Of two lists of one key the newer counts.
///
/// # Errors
/// A folder or a file that cannot be read, and a file that is no list: an operator who keeps one means it to be looked into.
pub(crate) fn open(folder: &Path) -> Result<Revocations> {
    let cannot_read = || format!("cannot read {}", folder.display());
    let entries =
        fs::read_dir(folder).with_context(cannot_read)?.collect::<Result<Vec<_>, _>>().with_context(cannot_read)?;
    let mut paths: Vec<_> = entries.into_iter().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    paths.sort();
    let mut lists = Revocations::default();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match lists.add_file(&name, &bounded::read(&path, MAX_LIST_BYTES as u64)?) {
            Ok(()) | Err(RevocationError::Older) => {}
            Err(error) => return Err(error).with_context(|| format!("{}", path.display())),
        }
    }
    Ok(lists)
}
