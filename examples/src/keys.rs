use std::fs::{DirBuilder, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use kycvs::ServiceKey;
use kycvs::registry::RegistryKey;
use kycvs::token::{Algorithm, SigningKey};
use tempfile::NamedTempFile;

/// The keys of a service, each in a file of one folder, which suits an example. A host keeps them in a secret store.
pub struct Keys {
    /// Opens the sealed registry.
    pub registry: RegistryKey,
    /// The service's own secret.
    pub service: ServiceKey,
    /// Signs the tokens.
    pub signing: Arc<SigningKey>,
}

const REGISTRY: &str = "registry.key";
const SERVICE: &str = "service.key";
const SIGNING: &str = "signing.key";
/// No key is longer; a file that is, is not read further.
const MAX_BYTES: u64 = 4096;

impl Keys {
    /// Reads the keys of a store that has some. They are not made here: what is stored could not be read with others.
    ///
    /// # Errors
    /// The key that is missing, cannot be read, or is damaged.
    pub fn read(folder: &Path) -> Result<Self> {
        Ok(Self {
            registry: RegistryKey::from_bytes(secret(folder, REGISTRY)?),
            service: ServiceKey::from_bytes(secret(folder, SERVICE)?),
            signing: Arc::new(SigningKey::from_pkcs8(Algorithm::Es256, &read(folder, SIGNING)?).context(SIGNING)?),
        })
    }

    /// Makes those that are missing, for a store that is new. On Unix a folder and files that are made here are their
    /// owner's alone. Of several that do so at once, all find the keys of the first.
    ///
    /// # Errors
    /// A folder or a file that cannot be made, and a system without random numbers.
    pub fn make_missing(folder: &Path) -> Result<()> {
        make_folder(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        make(folder, REGISTRY, || Ok(RegistryKey::generate()?.secret_bytes().to_vec()))?;
        make(folder, SERVICE, || Ok(ServiceKey::generate()?.secret_bytes().to_vec()))?;
        make(folder, SIGNING, || Ok(SigningKey::generate_pkcs8(Algorithm::Es256)?.secret_bytes().to_vec()))
    }
}

/// Makes a folder, and those above it, where they are missing.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

fn make(folder: &Path, name: &str, generate: impl FnOnce() -> Result<Vec<u8>>) -> Result<()> {
    let path = folder.join(name);
    if path.exists() {
        return Ok(());
    }
    keep(folder, &path, &generate()?).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes a key as a whole or not at all, readable by its owner alone: that is how temporary files are made. One that is
/// there by now stays.
fn keep(folder: &Path, path: &Path, secret: &[u8]) -> io::Result<()> {
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(secret)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(failed) if failed.error.kind() != io::ErrorKind::AlreadyExists => Err(failed.error),
        _ => Ok(()),
    }
}

fn secret(folder: &Path, name: &str) -> Result<[u8; 32]> {
    read(folder, name)?.try_into().ok().with_context(|| format!("{name} is damaged"))
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>> {
    let path = folder.join(name);
    if !path.exists() {
        bail!("{} is missing, and what is stored is of no use without it", path.display());
    }
    let mut bytes = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes));
    read.with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes)
}
