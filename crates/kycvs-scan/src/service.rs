use chrono::{DateTime, Utc};
use kycvs::consent::Certificate;
use kycvs::{CertificateReader, CertificateRefusal};

use crate::{Limits, shown_in};

/// Reads certificates as `R` does, in pictures and PDFs, too.
#[derive(Clone, Debug)]
pub struct Scanning<R>(pub R);

impl<R: CertificateReader> CertificateReader for Scanning<R> {
    fn read(&self, presented: &[u8], now: DateTime<Utc>) -> Result<Certificate, CertificateRefusal> {
        self.0.read(presented, now)
    }

    fn max_file_bytes(&self) -> Option<usize> {
        Some(Limits::default().bytes)
    }

    fn shown_in(&self, file: &[u8], goes_on: &dyn Fn() -> bool) -> Result<Vec<u8>, CertificateRefusal> {
        shown_in(file, goes_on).map_err(|error| CertificateRefusal { format: None, reason: error.code() })
    }
}
