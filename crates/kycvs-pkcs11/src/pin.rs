use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

/// The longest file with a PIN.
const MAX_FILE_BYTES: usize = 1024;

/// Where the PIN of a token comes from. It is read for each login, wiped after it, and never shown.
#[derive(Clone)]
pub struct Pin(Arc<dyn Fn() -> io::Result<Zeroizing<String>> + Send + Sync>);

impl Pin {
    /// The first line of a file, which has 1 KiB at most: a longer one is refused at each login, by its name.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self::from_fn(move || {
            // As long as it can get, so that growing leaves no copy of it behind.
            let mut text = Zeroizing::new(String::with_capacity(MAX_FILE_BYTES + 64));
            File::open(&path)?.take(MAX_FILE_BYTES as u64 + 1).read_to_string(&mut text)?;
            if text.len() > MAX_FILE_BYTES {
                let longer = format!("{} is longer than 1 KiB", path.display());
                return Err(io::Error::new(io::ErrorKind::InvalidData, longer));
            }
            Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
        })
    }

    /// Whatever a host has: a secret store, or a person.
    pub fn from_fn(read: impl Fn() -> io::Result<Zeroizing<String>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    pub(crate) fn read(&self) -> io::Result<AuthPin> {
        let pin = (self.0)()?;
        Ok(AuthPin::new(pin.as_str().into())) // wiped as well when it is dropped
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_the_first_line_of_a_file_of_at_most_a_kibibyte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pin");
        let read = |text: String| {
            std::fs::write(&path, text).unwrap();
            (Pin::file(&path).0)()
        };
        assert_eq!(*read("1234\nof the token\n".into()).unwrap(), "1234");
        assert_eq!(read("1".repeat(1024)).unwrap().len(), 1024);
        let refused = read("1".repeat(1025)).unwrap_err();
        assert_eq!(refused.to_string(), format!("{} is longer than 1 KiB", path.display()));
    }
}
