use std::io::{self, Write};

use serde::Serialize;

/// Writes an object and the end of its line. A reader that went away is an error of the system, as with any other text.
///
/// # Errors
/// Those of `out`.
pub(crate) fn write(out: &mut impl Write, object: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, object)?;
    out.write_all(b"\n")
}
