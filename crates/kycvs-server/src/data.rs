use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Component, Path, PathBuf};
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
            // Without the slash at its end, after which the name would be one in the folder.
            let mut beside = data.components().collect::<PathBuf>().into_os_string();
            beside.push("-keys");
            beside.into()
        });
        Self { data, keys }
    }

    /// What must be apart and is not, of the folders and of the file of a copy, with the place. Links are followed.
    pub(crate) fn faults(&self, copy_to: Option<&Path>) -> Vec<(&'static str, String)> {
        let (data, keys) = (real(&self.data), real(&self.keys));
        let together = "a backup of one would hold the other: keep the keys in a folder apart from the data";
        let are_together = keys.starts_with(&data) || data.starts_with(&keys);
        let copy = copy_to.map(real).and_then(|copy| {
            let is_live = copy == real(&self.data.join(STORE));
            let live = is_live.then_some("this is the store itself, which the copy would replace: write another file");
            live.or(copy
                .starts_with(&keys)
                .then_some("it is in the folder of the keys: write a file that is apart from them"))
        });
        let keys = are_together.then_some(("stores.keys", together));
        let copy = copy.map(|what| ("stores.copy_to", what));
        keys.into_iter().chain(copy).map(|(place, what)| (place, what.to_owned())).collect()
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
    // By a link or a mount that was made since the start, too.
    if store.is_at(path) {
        return Err(OpenError::OntoItself.into());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = NamedTempFile::new_in(folder).with_context(|| format!("cannot write in {}", folder.display()))?;
    store.copy_to(draft.path())?;
    draft.persist(path).with_context(|| format!("cannot write {}", path.display()))?;
    // The new name survives a loss of power, too.
    if cfg!(unix) { Ok(File::open(folder)?.sync_all()?) } else { Ok(()) }
}

/// A path without links, `.` and `..`; what is not there yet is as it is written.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.components().fold(PathBuf::new(), |mut real, part| match part {
        Component::ParentDir => {
            real.pop();
            real
        }
        part => {
            real.push(part);
            real.canonicalize().unwrap_or(real)
        }
    })
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
