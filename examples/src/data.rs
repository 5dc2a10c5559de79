use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use kycvs::ServiceKey;
use kycvs::registry::RegistryKey;
use kycvs::token::{Algorithm, SigningKey};
use kycvs_redb::RedbStore;
use tempfile::{NamedTempFile, TempDir};

/// An embedded store with its keys, in a folder.
///
/// The keys lie in files beside the store, which suits an example. A host keeps them in a secret store: whoever has the
/// folder has everything. On Unix a folder and a store that are made here are their owner's alone.
pub struct Data {
    /// Registry, requests, consents and limits.
    pub store: Arc<RedbStore>,
    /// Opens the sealed registry.
    pub registry_key: RegistryKey,
    /// The service's own secret.
    pub service_key: ServiceKey,
    /// Signs the tokens.
    pub signing_key: Arc<SigningKey>,
    /// After the store, so that the file is closed before its folder is removed.
    _temporary: Option<TempDir>,
}

const STORE: &str = "kycvs.redb";
/// No key is longer; a file that is, is not read further.
const MAX_KEY_BYTES: u64 = 4096;

impl Data {
    /// Opens a folder, and fills it with a new store and new keys when it has none. Without a folder everything is gone at
    /// the end.
    ///
    /// # Errors
    /// What could not be opened or made, and why.
    pub fn open(folder: Option<&Path>) -> Result<Self> {
        if let Some(folder) = folder {
            make_folder(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
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
        let registry_key = key(folder, "registry.key", || Ok(RegistryKey::generate()?.secret_bytes().to_vec()))?;
        let service_key = key(folder, "service.key", || Ok(ServiceKey::generate()?.secret_bytes().to_vec()))?;
        let signing_key =
            key(folder, "signing.key", || Ok(SigningKey::generate_pkcs8(Algorithm::Es256)?.secret_bytes().to_vec()))?;
        let path = folder.join(STORE);
        make_file(&path).with_context(|| format!("cannot make {}", path.display()))?;
        let store = RedbStore::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
        Ok(Self {
            store: Arc::new(store),
            registry_key: RegistryKey::from_bytes(secret(&registry_key).context("registry.key is damaged")?),
            service_key: ServiceKey::from_bytes(secret(&service_key).context("service.key is damaged")?),
            signing_key: Arc::new(SigningKey::from_pkcs8(Algorithm::Es256, &signing_key).context("signing.key")?),
            _temporary: temporary,
        })
    }
}

/// Makes a folder, and those above it, where they are missing.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Makes an empty file where there is none, in which a store is then made. Consents in it are not sealed.
fn make_file(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.write(true).create_new(true).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Reads a key; makes it first when there is neither key nor store.
fn key(folder: &Path, name: &str, generate: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    let path = folder.join(name);
    if !path.exists() {
        if folder.join(STORE).exists() {
            bail!("{} is missing, and the store beside it is of no use without it", path.display());
        }
        keep(folder, &path, &generate()?).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let mut bytes = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(MAX_KEY_BYTES).read_to_end(&mut bytes));
    read.with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes)
}

/// Writes a key as a whole or not at all, readable by its owner alone: that is how temporary files are made.
fn keep(folder: &Path, path: &Path, secret: &[u8]) -> Result<()> {
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(secret)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

fn secret(bytes: &[u8]) -> Option<[u8; 32]> {
    bytes.try_into().ok()
}
