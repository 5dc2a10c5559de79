use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Result, bail};

/// The value of a flag as a path.
///
/// # Errors
/// An empty one: what a script passes whose variable is not set.
pub fn path(value: OsString) -> Result<PathBuf> {
    if value.is_empty() {
        bail!("a path is empty (see --help)");
    }
    Ok(value.into())
}
