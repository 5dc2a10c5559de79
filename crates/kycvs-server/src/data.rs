use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Error, Result, anyhow};
use kycvs_redb::{OpenError, RedbStore};
use tempfile::NamedTempFile;

use crate::keys::Keys;

/// Where a server on one machine keeps everything: an embedded store in one folder, and its keys in another, so that who
/// has a backup of the store has nothing to read it with.
#[derive(Clone, Debug)]
pub(crate) struct Folders {
    pub(crate) data: PathBuf,
    pub(crate) keys: PathBuf,
}

const STORE: &str = "kycvs.redb";

impl Folders {
    /// The folders; without one for the keys, that is `DATA-keys` beside the data.
    pub(crate) fn new(data: PathBuf, keys: Option<PathBuf>) -> Self {
        let keys = keys.unwrap_or_else(|| {
            let mut beside = data.clone().into_os_string();
            beside.push("-keys");
            beside.into()
        });
        Self { data, keys }
    }

    /// Whether there is a store.
    pub(crate) fn exist(&self) -> bool {
        self.data.join(STORE).exists()
    }

    /// Opens the store, and makes store and keys where there is no store yet.
    pub(crate) fn open(&self) -> Result<(Arc<RedbStore>, Keys)> {
        let path = self.data.join(STORE);
        if !path.exists() {
            make_folder(&self.data).with_context(|| format!("cannot make the folder {}", self.data.display()))?;
            Keys::make_missing(&self.keys)?;
        }
        let keys = Keys::read(&self.keys)?;
        make_file(&path).with_context(|| format!("cannot make {}", path.display()))?;
        let store = RedbStore::open(&path).map_err(|error| match error {
            OpenError::InUse => anyhow!(
                "{} is in use by a server or another command: stop it, or keep people in PostgreSQL by [stores]",
                path.display()
            ),
            other => Error::new(other).context(format!("cannot open {}", path.display())),
        })?;
        Ok((Arc::new(store), keys))
    }

    /// Gives back what a large import left free in the store's file. Nothing may have it open.
    pub(crate) fn compact(&self) -> Result<()> {
        RedbStore::compact(self.data.join(STORE)).context("cannot compact the store")
    }
}

/// Writes a copy of an open store, which replaces the file at `path` once it is whole: its owner's alone.
pub(crate) fn copy(store: &RedbStore, path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = NamedTempFile::new_in(folder).with_context(|| format!("cannot write in {}", folder.display()))?;
    store.copy_to(draft.path())?;
    draft.persist(path).with_context(|| format!("cannot write {}", path.display()))?;
    // The new name survives a loss of power, too.
    if cfg!(unix) { Ok(File::open(folder)?.sync_all()?) } else { Ok(()) }
}

/// Makes a folder, and those above it, where they are missing: its owner's alone.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
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
