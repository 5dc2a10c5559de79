use crate::TILE_WIDTH;

/// The longest entry of a bundle, in bytes: its length is written in 16 bits.
pub const MAX_ENTRY_BYTES: usize = 0xFFFF;

/// Entries or bytes that are no bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// A bundle has 1 to 256 entries.
    #[error("a bundle has 1 to 256 entries")]
    Count,
    /// An entry is longer than [`MAX_ENTRY_BYTES`].
    #[error("an entry is longer than 65,535 bytes")]
    TooLong,
    /// The bytes end within an entry.
    #[error("a bundle ends within an entry")]
    CutShort,
}

/// Writes entries as a bundle: each with its length in 16 bits before it.
///
/// # Errors
/// [`BundleError::Count`] or [`BundleError::TooLong`].
pub fn write_bundle<E: AsRef<[u8]>>(entries: &[E]) -> Result<Vec<u8>, BundleError> {
    check_count(entries.len())?;
    let mut bundle = Vec::with_capacity(entries.iter().map(|entry| entry.as_ref().len() + 2).sum());
    for entry in entries {
        let length = u16::try_from(entry.as_ref().len()).map_err(|_| BundleError::TooLong)?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry.as_ref());
    }
    Ok(bundle)
}

/// Reads the entries of a bundle.
///
/// # Errors
/// [`BundleError::Count`] or [`BundleError::CutShort`].
pub fn read_bundle(mut bundle: &[u8]) -> Result<Vec<&[u8]>, BundleError> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = bundle.split_first_chunk() {
        let (entry, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(BundleError::CutShort)?;
        entries.push(entry);
        check_count(entries.len())?;
        bundle = rest;
    }
    if !bundle.is_empty() {
        return Err(BundleError::CutShort);
    }
    check_count(entries.len())?;
    Ok(entries)
}

fn check_count(entries: usize) -> Result<(), BundleError> {
    if (1..=TILE_WIDTH).contains(&(entries as u64)) { Ok(()) } else { Err(BundleError::Count) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_bundle_has_its_bounds() {
        assert_eq!(write_bundle::<&[u8]>(&[]), Err(BundleError::Count));
        assert_eq!(write_bundle(&[b"a"; 257]), Err(BundleError::Count));
        assert_eq!(write_bundle(&[vec![0; 65_536]]), Err(BundleError::TooLong));
        assert_eq!(read_bundle(&[]), Err(BundleError::Count));
        assert_eq!(read_bundle(&[0, 0].repeat(257)), Err(BundleError::Count));
        assert_eq!(read_bundle(&[0]), Err(BundleError::CutShort));
        assert_eq!(read_bundle(&[0, 2, 7]), Err(BundleError::CutShort));
    }

    proptest! {
        #[test]
        fn a_bundle_is_read_as_it_was_written(
            entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..=256), noise: Vec<u8>,
        ) {
            let bundle = write_bundle(&entries).unwrap();
            prop_assert_eq!(read_bundle(&bundle).unwrap(), entries);
            if let Ok(entries) = read_bundle(&noise) {
                prop_assert_eq!(write_bundle(&entries).unwrap(), noise);
            }
        }
    }
}
