//! The signing keys of an issuer in a folder, each under the time at which it was made.

use std::fmt;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, DurationRound as _, NaiveDateTime, TimeDelta, Utc};

use crate::key_device::Absent;
use crate::secret_file::{io_error, make_folder, refuse_open_to_others};
use crate::{
    Algorithm, DeviceKey, KeyDevice, KeyError, KeyId, KeyRingError, PolicyError, RotationPolicy, SecretFile,
    SecretFileError, Signer, SignerError, SigningKey, SigningKeys, SigningKeysError,
};

/// A folder of signing keys: made, published, used and retired by the calendar of a [`RotationPolicy`].
///
/// Each key is a file such as `20261128T140500Z.es256.pk8`, PKCS#8 in DER, which only its owner may read; or, where it lies in a
/// [`KeyDevice`], `20261128T140500Z.es256.device`, the note of it. A folder may hold both, while keys move into hardware. Any number of
/// hosts may share the folder; each calls [`keep`](Self::keep) when it starts and then at least as often as
/// [`key_set_max_age`](RotationPolicy::key_set_max_age), and gives what it returns to its
/// [`TokenIssuer`](crate::TokenIssuer::set_keys).
#[derive(Clone, Debug)]
pub struct KeyFolder {
    path: PathBuf,
    algorithm: Algorithm,
    policy: RotationPolicy,
    device: Option<Arc<dyn KeyDevice>>,
    has_standby: bool,
}

/// What [`KeyFolder::keep`] found and did.
#[derive(Clone, Debug)]
pub struct KeptKeys {
    /// The keys that there are now.
    pub keys: SigningKeys,
    /// The key that was made, if one was due.
    pub made: Option<KeyId>,
    /// The keys that no living token needs, whose files were deleted.
    pub retired: Vec<KeyId>,
}

/// Why a folder's keys cannot be used. No message holds a key.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyFolderError {
    /// The folder or a file cannot be read or written, or is open to others.
    File(SecretFileError),
    /// A file ends in `.pk8` or `.device` and its name is not a time and an algorithm.
    Name {
        /// Which.
        path: PathBuf,
    },
    /// A file does not hold a private key of its algorithm.
    Key {
        /// Which.
        path: PathBuf,
        /// Why.
        source: KeyError,
    },
    /// A file is not the note of a key in a device.
    Note {
        /// Which.
        path: PathBuf,
    },
    /// The next key is due, and the newest lies in a device: it is not made as a file because somebody forgot the device.
    NoDevice,
    /// The device did not make a key, or does not have one.
    Device(SignerError),
    /// The keys and the policy are no schedule.
    Schedule(SigningKeysError),
}

impl fmt::Display for KeyFolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(source) => fmt::Display::fmt(source, f),
            Self::Name { path } => write!(f, "{}: a key file is named like 20261128T140500Z.es256.pk8", path.display()),
            Self::Key { path, .. } => write!(f, "{}: not a private key", path.display()),
            Self::Note { path } => write!(f, "{}: not the note of a key in a device", path.display()),
            Self::NoDevice => f.write_str("the keys lie in a device: give the configuration with [signing] in it"),
            Self::Device(_) => f.write_str("the device of the signing keys failed"),
            Self::Schedule(source) => fmt::Display::fmt(source, f),
        }
    }
}

impl std::error::Error for KeyFolderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File(source) => source.source(),
            Self::Key { source, .. } => Some(source),
            Self::Device(source) => Some(source),
            Self::Schedule(source) => source.source(),
            _ => None,
        }
    }
}

impl From<SecretFileError> for KeyFolderError {
    fn from(source: SecretFileError) -> Self {
        Self::File(source)
    }
}

impl From<SigningKeysError> for KeyFolderError {
    fn from(source: SigningKeysError) -> Self {
        Self::Schedule(source)
    }
}

const ENDING: &str = ".pk8";
const ENDING_OF_NOTES: &str = ".device";
const TIME: &str = "%Y%m%dT%H%M%SZ";

struct KeyFile {
    path: PathBuf,
    made_at: DateTime<Utc>,
    signer: Arc<dyn Signer>,
    /// Where it lies, if that is not the file.
    note: Option<DeviceKey>,
}

impl KeyFolder {
    /// A folder in which keys of `algorithm` are made, by `policy`. It is not read by this, and need not be there.
    ///
    /// # Errors
    /// [`PolicyError`] for a policy that breaks a rule.
    pub fn new(path: impl Into<PathBuf>, algorithm: Algorithm, policy: RotationPolicy) -> Result<Self, PolicyError> {
        policy.check()?;
        Ok(Self { policy, ..Self::standard(path, algorithm) })
    }

    /// The same by the policy that is the default.
    pub fn standard(path: impl Into<PathBuf>, algorithm: Algorithm) -> Self {
        Self { path: path.into(), algorithm, policy: RotationPolicy::default(), device: None, has_standby: false }
    }

    /// The same, where further keys are made in a device.
    #[must_use]
    pub fn in_device(self, device: Arc<dyn KeyDevice>) -> Self {
        Self { device: Some(device), ..self }
    }

    /// The same, where the key that is next in line [stands by](SigningKeys::with_standby).
    #[must_use]
    pub fn with_standby(self) -> Self {
        Self { has_standby: true, ..self }
    }

    /// Reads the keys, and makes none.
    ///
    /// # Errors
    /// [`KeyFolderError`]; without a key, [`KeyRingError::NoKey`] in it.
    pub fn load(&self) -> Result<SigningKeys, KeyFolderError> {
        self.schedule(&self.read()?)
    }

    /// Reads the keys at the time `now`, makes the first one or the next one if it is due, and deletes those that no living
    /// token needs.
    ///
    /// A new key is published by every host that has called this since, and signs
    /// [`publish_before_use`](RotationPolicy::publish_before_use) later. Of several hosts that make one within the same
    /// minute, one does and the others find it.
    ///
    /// # Errors
    /// [`KeyFolderError`]. Then no key was deleted, and one that was made is found by the next call.
    pub fn keep(&self, now: DateTime<Utc>) -> Result<KeptKeys, KeyFolderError> {
        make_folder(&self.path)?;
        let mut files = self.read()?;
        let is_due = files.is_empty() || self.schedule(&files)?.next_key_due() <= now;
        let mut made = None;
        if is_due {
            let newest = files.iter().max_by_key(|file| file.made_at);
            let at = self.make(newest.and_then(|file| file.note.as_ref()), now)?;
            files = self.read()?;
            made = files.iter().find(|file| file.made_at == at).map(|file| file.id().clone());
        }
        let removable = self.schedule(&files)?.removable(now);
        let mut retired = Vec::new();
        for file in files.iter().filter(|file| removable.contains(file.id())) {
            if self.retire(file)? {
                retired.push(file.id().clone());
            }
        }
        files.retain(|file| !removable.contains(file.id()));
        Ok(KeptKeys { keys: self.schedule(&files)?, made, retired })
    }

    /// Deletes a key. One whose device is away keeps its note, and is deleted later.
    fn retire(&self, file: &KeyFile) -> Result<bool, KeyFolderError> {
        if let Some(note) = &file.note {
            let destroyed = self.device.as_ref().map(|device| device.destroy(note));
            if !matches!(destroyed, Some(Ok(()))) {
                return Ok(false);
            }
        }
        match fs::remove_file(&file.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error(&file.path)(error).into()),
            _ => Ok(true), // another host may have done it
        }
    }

    fn schedule(&self, files: &[KeyFile]) -> Result<SigningKeys, KeyFolderError> {
        let keys = files.iter().map(|file| (file.made_at, file.signer.clone()));
        let keys = SigningKeys::new(self.policy.clone(), keys)?;
        Ok(if self.has_standby { keys.with_standby() } else { keys })
    }

    fn read(&self) -> Result<Vec<KeyFile>, KeyFolderError> {
        refuse_open_to_others(&self.path, &fs::metadata(&self.path).map_err(io_error(&self.path))?, 0o022)?;
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(io_error(&self.path))? {
            let path = entry.map_err(io_error(&self.path))?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            let Some((name, is_note)) = key_name(name) else { continue };
            if files.len() == crate::MAX_KEYS {
                return Err(SigningKeysError::from(KeyRingError::TooManyKeys).into());
            }
            let (made_at, algorithm) = parsed(name).ok_or_else(|| KeyFolderError::Name { path: path.clone() })?;
            // Another host may have retired it since the folder was listed.
            let Some(bytes) = SecretFile::new(&path).read()? else { continue };
            let (signer, note) = if is_note {
                let note = DeviceKey::from_note(algorithm, &bytes);
                let note = note.ok_or_else(|| KeyFolderError::Note { path: path.clone() })?;
                (self.signer_of(&note)?, Some(note))
            } else {
                let key = SigningKey::from_pkcs8(algorithm, &bytes)
                    .map_err(|source| KeyFolderError::Key { path: path.clone(), source })?;
                (Arc::new(key) as Arc<dyn Signer>, None)
            };
            files.push(KeyFile { path, made_at, signer, note });
        }
        Ok(files)
    }

    /// Without its device a key is published all the same.
    fn signer_of(&self, note: &DeviceKey) -> Result<Arc<dyn Signer>, KeyFolderError> {
        match &self.device {
            Some(device) => device.signer(note).map_err(KeyFolderError::Device),
            None => Ok(Arc::new(Absent(note.public.clone()))),
        }
    }

    /// Makes a key that counts from the next whole minute on. Returns that time, whether or not another host was first.
    fn make(&self, newest: Option<&DeviceKey>, now: DateTime<Utc>) -> Result<DateTime<Utc>, KeyFolderError> {
        let at = now.duration_round_up(TimeDelta::minutes(1)).unwrap_or(now);
        let name = format!("{}.{}", at.format(TIME), word(self.algorithm));
        match (&self.device, newest) {
            (Some(device), _) => {
                let key = device.make(self.algorithm, newest).map_err(KeyFolderError::Device)?;
                let note = key.to_note().map_err(KeyFolderError::Device)?;
                if !SecretFile::new(self.path.join(name + ENDING_OF_NOTES)).write(&note)? {
                    // Another host was first. What cannot be destroyed lies in the device unused.
                    let _ = device.destroy(&key);
                }
            }
            (None, Some(_)) => return Err(KeyFolderError::NoDevice),
            (None, None) => {
                let path = self.path.join(name + ENDING);
                let key = SigningKey::generate_pkcs8(self.algorithm);
                let key = key.map_err(|source| KeyFolderError::Key { path: path.clone(), source })?;
                SecretFile::new(path).write(key.secret_bytes())?;
            }
        }
        Ok(at)
    }
}

impl KeyFile {
    fn id(&self) -> &KeyId {
        self.signer.public_key().key_id()
    }
}

/// The name of a key's file without its ending, and whether the file is a note; `None` for other files.
fn key_name(file: &str) -> Option<(&str, bool)> {
    let key = file.strip_suffix(ENDING).map(|name| (name, false));
    let note = || file.strip_suffix(ENDING_OF_NOTES).map(|name| (name, true));
    key.or_else(note).filter(|_| !file.starts_with('.'))
}

fn word(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Es256 => "es256",
        Algorithm::EdDsa => "eddsa",
    }
}

/// The time and the algorithm of a file's name without its ending; there is one way to write them.
fn parsed(name: &str) -> Option<(DateTime<Utc>, Algorithm)> {
    let (time, algorithm) = name.split_once('.')?;
    let made_at = NaiveDateTime::parse_from_str(time, TIME).ok()?.and_utc();
    let algorithm = [Algorithm::Es256, Algorithm::EdDsa].into_iter().find(|known| word(*known) == algorithm)?;
    (made_at.format(TIME).to_string() == time).then_some((made_at, algorithm))
}
