use std::fmt;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

/// Where the PIN of a token comes from. It is read for each login, wiped after it, and never shown.
#[derive(Clone)]
pub struct Pin(Arc<dyn Fn() -> io::Result<Zeroizing<String>> + Send + Sync>);

impl Pin {
    /// The first line of a file.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self::from_fn(move || {
            let text = Zeroizing::new(fs::read_to_string(&path)?);
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
