use std::path::{Path, PathBuf};

use kycvs_consent::RandomError;
use kycvs_registry::RegistryKey;
use kycvs_token::{Algorithm, KeyFolder, SecretFile, SecretFileError};

use crate::ServiceKey;

/// The keys of a host in a folder: `registry.key` and `service.key`, 32 bytes each, and `signing/`, a [`KeyFolder`].
///
/// Keep the folder apart from the stores and their backups: who has both reads everything. All hosts over the same stores have the
/// same folder, or copies of it.
pub struct KeyFiles {
    /// Opens the sealed registry.
    pub registry: RegistryKey,
    /// The service's own secret.
    pub service: ServiceKey,
    /// Signs tokens, with ES256 and keys that take turns: give what its `keep` returns to the issuer.
    pub signing: KeyFolder,
}

/// Why the keys of a folder cannot be used. No message holds a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFilesError {
    /// A key is missing, and what is stored is of no use without it.
    #[error("{}: is missing, and what is stored is of no use without it", path.display())]
    Missing {
        /// Which.
        path: PathBuf,
    },
    /// A file does not hold 32 bytes.
    #[error("{}: not a key of 32 bytes", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
    },
    /// A file cannot be read or written, or is open to others.
    #[error(transparent)]
    File(#[from] SecretFileError),
    /// The system gives no random bytes for a new key.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl KeyFiles {
    /// Reads the keys of stores that hold something. None is made: what is stored could not be read with others.
    ///
    /// # Errors
    /// [`KeyFilesError`].
    pub fn read(folder: impl AsRef<Path>) -> Result<Self, KeyFilesError> {
        let folder = folder.as_ref();
        Ok(Self {
            registry: RegistryKey::from_bytes(read(&registry_in(folder))?),
            service: ServiceKey::from_bytes(read(&service_in(folder))?),
            signing: KeyFolder::standard(folder.join("signing"), Algorithm::Es256),
        })
    }

    /// The same for stores that are new: makes the keys that are missing. Of several hosts that do so at once, all find the keys of
    /// the first.
    ///
    /// # Errors
    /// [`KeyFilesError`].
    pub fn make_missing(folder: impl AsRef<Path>) -> Result<Self, KeyFilesError> {
        let folder = folder.as_ref();
        let (registry, service) = (registry_in(folder), service_in(folder));
        if registry.read()?.is_none() {
            let key = RegistryKey::generate().map_err(|_| RandomError)?;
            registry.write(key.secret_bytes())?;
        }
        if service.read()?.is_none() {
            service.write(ServiceKey::generate()?.secret_bytes())?;
        }
        Self::read(folder)
    }
}

fn registry_in(folder: &Path) -> SecretFile {
    SecretFile::new(folder.join("registry.key"))
}

fn service_in(folder: &Path) -> SecretFile {
    SecretFile::new(folder.join("service.key"))
}

fn read(file: &SecretFile) -> Result<[u8; 32], KeyFilesError> {
    let path = || file.path().to_owned();
    let secret = file.read()?.ok_or_else(|| KeyFilesError::Missing { path: path() })?;
    secret.as_slice().try_into().map_err(|_| KeyFilesError::Damaged { path: path() })
}
