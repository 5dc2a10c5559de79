use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Reads a file: of one that is longer than `max` bytes, one byte more. So a device or a pipe does not fill the memory.
pub(crate) fn read(path: &Path, max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether so many bytes are more than `max`.
pub(crate) fn is_longer(bytes: &[u8], max: u64) -> bool {
    u64::try_from(bytes.len()).map_or(true, |length| length > max)
}
