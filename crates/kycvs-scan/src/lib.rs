//! The QR codes in a picture or document that a person hands over: PNG, JPEG, or the pictures in a PDF.
//!
//! Depend on this crate where certificates come as files; `kycvs-records` reads what it finds, and [`Scanning`] brings both to a service. It
//! renders no PDF, runs nothing in one, and does no I/O. A call takes up to a second of a core, so make it where blocking is allowed.
//!
//! ```
//! use kycvs_scan::{Limits, ScanError, scan};
//! assert_eq!(scan(b"no picture", &Limits::default(), &|| true), Err(ScanError::Kind));
//! ```

mod ascii;
mod codes;
mod jpeg;
mod luma;
mod pdf;
mod picture;
#[cfg(feature = "service")]
mod service;

use kycvs_records::shown_by;
use luma::Luma;
#[cfg(feature = "service")]
pub use service::Scanning;

/// How much is read of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest file, in bytes. Default 5 MiB.
    pub bytes: usize,
    /// The most pixels of a picture, known from its header before it is decoded; of a PDF, twice as many in all of its pictures. Default 12.6
    /// million: what phones call 12 megapixels.
    pub pixels: usize,
    /// The most pictures of a PDF that are looked at. Default 64.
    pub pictures: usize,
    /// The most codes that a file may show. Default 8.
    pub codes: usize,
}

/// Why a file gives no code. It repeats nothing of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// Neither PNG, JPEG nor PDF.
    #[error("this is no PNG, JPEG or PDF")]
    Kind,
    /// More bytes or pixels than are read.
    #[error("the picture is too large")]
    TooLarge,
    /// The picture is damaged, or of a form that is not read.
    #[error("the picture cannot be read")]
    Damaged,
    /// The PDF is encrypted.
    #[error("the document is encrypted")]
    Encrypted,
    /// There is no code in it that can be read.
    #[error("there is no QR code that can be read")]
    NoCode,
    /// There are more codes than one hands over.
    #[error("there are too many QR codes")]
    TooManyCodes,
    /// The caller's time is over.
    #[error("reading the picture takes too long")]
    OutOfTime,
}

impl ScanError {
    /// A stable word for protocols and scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kind => "no-picture",
            Self::TooLarge => "too-large",
            Self::Damaged => "damaged",
            Self::Encrypted => "encrypted",
            Self::NoCode => "no-code",
            Self::TooManyCodes => "too-many-codes",
            Self::OutOfTime => "out-of-time",
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 5 << 20, pixels: 12_600_000, pictures: 64, codes: 8 }
    }
}

/// What a file shows: of a picture or PDF the certificate in its codes, of any other file itself. `goes_on` is asked between the steps of the
/// work.
///
/// # Errors
/// [`ScanError`] of a picture or PDF without a code that can be read.
pub fn shown_in(file: &[u8], goes_on: &dyn Fn() -> bool) -> Result<Vec<u8>, ScanError> {
    match scan(file, &Limits::default(), goes_on) {
        Ok(codes) => Ok(shown_by(&codes)),
        Err(ScanError::Kind) => Ok(file.to_vec()),
        Err(error) => Err(error),
    }
}

/// Reads the codes in a file: of each the text, or the bytes of one that holds a ZIP as CoWIN's do. `goes_on` is asked between the steps of the
/// work, each of which takes a fraction of a second; once it says no, the call ends.
///
/// # Errors
/// [`ScanError`] says why there is none.
pub fn scan(file: &[u8], limits: &Limits, goes_on: &dyn Fn() -> bool) -> Result<Vec<Vec<u8>>, ScanError> {
    if file.len() > limits.bytes {
        return Err(ScanError::TooLarge);
    }
    let pictures = if file.starts_with(b"%PDF") {
        pdf::pictures(file, limits, goes_on)?
    } else {
        vec![picture::decode(file, limits.pixels)?]
    };
    let mut found: Vec<Vec<u8>> = Vec::new();
    for picture in &pictures {
        let new = codes::read(picture, limits.codes, goes_on)?;
        found.extend(new.into_iter().filter(|code| !found.contains(code)).collect::<Vec<_>>());
    }
    match found.len() {
        0 => Err(ScanError::NoCode),
        codes if codes > limits.codes => Err(ScanError::TooManyCodes),
        _ => Ok(found),
    }
}
