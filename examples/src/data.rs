use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use kycvs::KeyFiles;
use kycvs_redb::RedbStore;
use tempfile::TempDir;

/// An embedded store with its keys, in a folder. Whoever has the folder has everything.
pub struct Data {
    /// Registry, requests, consents and limits.
    pub store: Arc<RedbStore>,
    /// In files beside the store.
    pub keys: KeyFiles,
    /// After the store, so that the file is closed before its folder is removed.
    _temporary: Option<TempDir>,
}

const STORE: &str = "kycvs.redb";

impl Data {
    /// Opens a folder, and fills it with a new store and new keys when it has none. Without a folder everything is gone at
    /// the end.
    ///
    /// # Errors
    /// What could not be opened or made, and why.
    pub fn open(folder: Option<&Path>) -> Result<Self> {
        if let Some(folder) = folder {
            return Self::open_in(folder, None);
        }
        let temporary = tempfile::tempdir().context("cannot make a temporary folder")?;
        let folder = temporary.path().to_owned();
        Self::open_in(&folder, Some(temporary))
    }

    /// Gives back what a large import left free in the store's file: half of it and more. Nothing may have it open.
    ///
    /// # Errors
    /// What kept the file from being rewritten; nothing is lost then.
    pub fn compact(folder: &Path) -> Result<()> {
        RedbStore::compact(folder.join(STORE)).context("cannot compact the store")
    }

    fn open_in(folder: &Path, temporary: Option<TempDir>) -> Result<Self> {
        let path = folder.join(STORE);
        let keys = if path.exists() { KeyFiles::read(folder)? } else { KeyFiles::make_missing(folder)? };
        make_file(&path).with_context(|| format!("cannot make {}", path.display()))?;
        let store = RedbStore::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
        Ok(Self { store: Arc::new(store), keys, _temporary: temporary })
    }
}

/// Makes an empty file where there is none, in which a store is then made: its owner's alone, since consents in it are not
/// sealed.
fn make_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.write(true).create_new(true).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
