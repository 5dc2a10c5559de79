use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use kycvs::registry::RegistryKey;
use kycvs::token::{
    Algorithm, KeptKeys, KeyFolder, KeyFolderError, KeyRingError, SecretFileError, SigningKeys, SigningKeysError,
};
use kycvs::{Clock, PublicLog, ServiceKey, SystemClock};
use kycvs_cards::Writer;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::bounded;
use crate::config::{CardSettings, LogSettings, SigningSettings, is_published_bytes, refuse_readable_by_others};
use crate::data::make_folder;

/// The keys of a service, in a folder: a file each of the two secrets, and a folder of dated signing keys.
pub(crate) struct Keys {
    /// Opens the sealed registry.
    pub(crate) registry: RegistryKey,
    /// The service's own secret.
    pub(crate) service: ServiceKey,
    signing: KeyFolder,
    folder: PathBuf,
}

const REGISTRY: &str = "registry.key";
const SERVICE: &str = "service.key";
const SIGNING: &str = "signing";
/// The private key of the public log.
pub(crate) const LOG: &str = "log.key";
/// No key is longer.
const MAX_BYTES: u64 = 4096;

impl Keys {
    /// Reads the keys of a store that has some. They are not made here: what is stored could not be read with others.
    ///
    /// # Errors
    /// The key that is missing, cannot be read, is open to others or everyone's, or is damaged.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        Ok(Self {
            registry: RegistryKey::from_bytes(secret(folder, REGISTRY)?),
            service: ServiceKey::from_bytes(secret(folder, SERVICE)?),
            signing: signing(folder, &SigningSettings::default())?,
            folder: folder.to_owned(),
        })
    }

    /// Makes further signing keys where these settings say: in hardware, or in files.
    ///
    /// # Errors
    /// A module of the hardware that cannot be loaded.
    pub(crate) fn sign_by(&mut self, settings: &SigningSettings) -> Result<()> {
        self.signing = signing(&self.folder, settings)?;
        Ok(())
    }

    /// The public log of these settings, whose key lies beside the others and is made if it is not there. Without settings there is
    /// none, and there was none: what is written without them would have no leaf.
    ///
    /// # Errors
    /// A key that cannot be used, and a log that the settings leave out.
    pub(crate) fn log(&self, settings: Option<&LogSettings>) -> Result<Option<PublicLog>> {
        match settings {
            Some(settings) => Ok(Some(settings.open(&self.folder)?)),
            None if self.folder.join(LOG).exists() => {
                bail!("this server keeps a public log: give its configuration, with [log] in it")
            }
            None => Ok(None),
        }
    }

    /// Who writes the cards that people take home, by a key that lies beside the others.
    ///
    /// # Errors
    /// As [`CardSettings::writer`].
    pub(crate) fn cards(&self, settings: &CardSettings, url: &str, organization: &str) -> Result<Writer> {
        settings.writer(&self.folder, url, organization)
    }

    /// The signing keys there are now. The next one is made when it is due, and those that no living token needs are
    /// deleted; in a folder that may not be written, which another host keeps, and while the hardware is away, they are only read.
    /// The hardware may be asked, so it waits where the runtime may.
    ///
    /// # Errors
    /// A folder or a key that cannot be used.
    pub(crate) fn signing(&self) -> Result<SigningKeys> {
        match tokio::task::block_in_place(|| self.keep_signing()) {
            Ok(kept) => Ok(kept.keys),
            Err(error @ (KeyFolderError::File(SecretFileError::Io { .. }) | KeyFolderError::Device(_))) => {
                let keys = self.known_signing().map_err(|_| error);
                Ok(keys?)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The signing keys there are now; nothing is made or deleted.
    ///
    /// # Errors
    /// A folder or a key that cannot be used.
    pub(crate) fn known_signing(&self) -> Result<SigningKeys, KeyFolderError> {
        self.signing.load()
    }

    /// The same, and `None` while there is no signing key: `import` makes none.
    ///
    /// # Errors
    /// A folder or a key that cannot be used.
    pub(crate) fn signing_so_far(&self) -> Result<Option<SigningKeys>, KeyFolderError> {
        match self.known_signing() {
            Err(KeyFolderError::Schedule(SigningKeysError::Keys(KeyRingError::NoKey))) => Ok(None),
            Err(KeyFolderError::File(SecretFileError::Io { source, .. }))
                if source.kind() == io::ErrorKind::NotFound =>
            {
                Ok(None)
            }
            known => known.map(Some),
        }
    }

    /// Makes the next signing key if it is due, and deletes those that no living token needs.
    ///
    /// # Errors
    /// A folder or a key that cannot be used.
    pub(crate) fn keep_signing(&self) -> Result<KeptKeys, KeyFolderError> {
        self.signing.keep(SystemClock.now())
    }

    /// Each secret's name, and a fingerprint of it: it tells whether two are one, and nothing of the secret. Signing keys
    /// come and go, and have none.
    pub(crate) fn fingerprints(&self) -> [(&'static str, [u8; 32]); 2] {
        [
            (REGISTRY, fingerprint(REGISTRY, self.registry.secret_bytes())),
            (SERVICE, fingerprint(SERVICE, self.service.secret_bytes())),
        ]
    }

    /// A fingerprint of the key in the file of this name.
    ///
    /// # Errors
    /// A key that is missing or cannot be used.
    pub(crate) fn fingerprint_of(&self, name: &str) -> Result<[u8; 32]> {
        let path = self.folder.join(name);
        if !path.exists() {
            bail!("{} is missing: copy it from another server or a backup", path.display());
        }
        Ok(fingerprint(name, &read(&self.folder, name)?))
    }

    /// Makes the secrets that are missing, for a store that is new; a signing key is made when one is needed. On Unix a folder and files that are made here are their
    /// owner's alone. Of several that do so at once, all find the keys of the first.
    ///
    /// # Errors
    /// A folder or a file that cannot be made, and a system without random numbers.
    pub(crate) fn make_missing(folder: &Path) -> Result<()> {
        make(folder, REGISTRY, || Ok(RegistryKey::generate()?.secret_bytes().to_vec()))?;
        make(folder, SERVICE, || Ok(ServiceKey::generate()?.secret_bytes().to_vec()))?;
        Ok(())
    }
}

/// A key signs for 30 days, and is published for one before, or for 30 as a standby.
fn signing(folder: &Path, settings: &SigningSettings) -> Result<KeyFolder> {
    settings.apply_to(KeyFolder::new(folder.join(SIGNING), Algorithm::Es256, settings.policy())?)
}

/// Makes a key that is missing; the folder, too.
pub(crate) fn make(folder: &Path, name: &str, generate: impl FnOnce() -> Result<Vec<u8>>) -> Result<()> {
    let path = folder.join(name);
    if path.exists() {
        return Ok(());
    }
    make_folder(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
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

/// A key has 256 random bits, so its hash cannot be guessed at. The label keeps it from being another hash of the key.
fn fingerprint(name: &str, key: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update("kycvs fingerprint of ").chain_update(name).chain_update(key).finalize().into()
}

fn secret(folder: &Path, name: &str) -> Result<[u8; 32]> {
    let bytes = read(folder, name)?;
    let length = bytes.len();
    let path = folder.join(name);
    let wrong = || format!("{} has {length} bytes instead of 32: restore it from a backup", path.display());
    bytes.try_into().ok().with_context(wrong)
}

/// Reads a key that nobody else can read, and that no file of the repository publishes.
pub(crate) fn read(folder: &Path, name: &str) -> Result<Vec<u8>> {
    let path = folder.join(name);
    if !path.exists() {
        bail!("{} is missing, without which nothing stored can be read", path.display());
    }
    let metadata = fs::metadata(&path).with_context(|| format!("cannot read {}", path.display()))?;
    refuse_readable_by_others(&path, &metadata)?;
    let bytes = bounded::read(&path, MAX_BYTES)?;
    if is_published_bytes(&bytes) {
        bail!("{} is published in the repository: make another", path.display());
    }
    Ok(bytes)
}
