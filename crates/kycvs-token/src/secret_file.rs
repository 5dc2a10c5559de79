//! A secret in a file that its owner alone may read.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::random_id;

/// A key or another secret in a file of its own, of at most 4 KiB. Any number of hosts may share it.
///
/// On Unix the file is made for its owner alone, and refused where others may read it. Elsewhere its folder's access list decides.
#[derive(Clone, Debug)]
pub struct SecretFile(PathBuf);

/// Why a secret cannot be used. No message holds it.
#[derive(Debug)]
#[non_exhaustive]
pub enum SecretFileError {
    /// The folder or the file cannot be read or written.
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others than the owner may read the file, or write to the folder. The secret may be known: make it unused.
    OpenToOthers {
        /// Which.
        path: PathBuf,
    },
}

impl fmt::Display for SecretFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, .. } => write!(f, "{}: cannot be read or written", path.display()),
            Self::OpenToOthers { path } => {
                write!(f, "{}: open to others than its owner (chmod go= closes it)", path.display())
            }
        }
    }
}

impl std::error::Error for SecretFileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::OpenToOthers { .. } => None,
        }
    }
}

/// No secret is longer.
const MAX_BYTES: usize = 4096;

impl SecretFile {
    /// The file at `path`, which need not be there.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The secret, of at most 4 KiB; `None` where there is no file.
    ///
    /// # Errors
    /// [`SecretFileError`]; a longer file is [`io::ErrorKind::FileTooLarge`].
    pub fn read(&self) -> Result<Option<Zeroizing<Vec<u8>>>, SecretFileError> {
        let file = match File::open(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(io_error(&self.0))?,
        };
        refuse_open_to_others(&self.0, &file.metadata().map_err(io_error(&self.0))?, 0o077)?;
        // As long as it can get, so that no copy of it is left behind by growing.
        let mut secret = Zeroizing::new(Vec::with_capacity(MAX_BYTES + 64));
        file.take(MAX_BYTES as u64 + 1).read_to_end(&mut secret).map_err(io_error(&self.0))?;
        self.fits(&secret)?;
        Ok(Some(secret))
    }

    /// Writes a secret as a whole or not at all, and makes the folder if it is missing; `false` where the file is there, which
    /// stays. Of several hosts that write at once, one does.
    ///
    /// # Errors
    /// [`SecretFileError::Io`]; of a secret that is longer than 4 KiB too.
    pub fn write(&self, secret: &[u8]) -> Result<bool, SecretFileError> {
        self.fits(secret)?;
        let failed = io_error(&self.0);
        let folder = self.0.parent().unwrap_or(Path::new("."));
        make_folder(folder)?;
        let draft = random_id().map_err(|error| failed(io::Error::other(error)))?;
        let draft = folder.join(format!(".{draft}.draft"));
        let written = write_whole(&draft, secret).and_then(|()| fs::hard_link(&draft, &self.0));
        let removed = fs::remove_file(&draft);
        match written {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(failed(error)),
            Ok(()) => removed.and_then(|()| sync(folder)).map_err(failed).map(|()| true),
        }
    }

    fn fits(&self, secret: &[u8]) -> Result<(), SecretFileError> {
        if secret.len() <= MAX_BYTES { Ok(()) } else { Err(io_error(&self.0)(io::ErrorKind::FileTooLarge.into())) }
    }
}

/// Makes a folder, and those above it, where they are missing: its owner's alone.
pub(crate) fn make_folder(folder: &Path) -> Result<(), SecretFileError> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder).map_err(io_error(folder))
}

#[cfg(unix)]
pub(crate) fn refuse_open_to_others(path: &Path, metadata: &fs::Metadata, bits: u32) -> Result<(), SecretFileError> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
    if mode & bits == 0 { Ok(()) } else { Err(SecretFileError::OpenToOthers { path: path.to_owned() }) }
}

/// Where there are no such bits, the folder's own access list decides.
#[cfg(not(unix))]
pub(crate) fn refuse_open_to_others(_: &Path, _: &fs::Metadata, _: u32) -> Result<(), SecretFileError> {
    Ok(())
}

pub(crate) fn io_error(path: &Path) -> impl Fn(io::Error) -> SecretFileError {
    let path = path.to_owned();
    move |source| SecretFileError::Io { path: path.clone(), source }
}

fn write_whole(path: &Path, secret: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(secret)?;
    file.sync_all()
}

/// Makes a new name in a folder survive a loss of power.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
