use crate::RecordError;
use crate::inflate::{Wrapping, inflate};

/// The most that a certificate unpacks to.
const MAX_BYTES: usize = 16 * 1024;
const INVALID: RecordError = RecordError::Container("ZIP");

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Takes the one file `certificate.json` out of a ZIP (PKWARE's APPNOTE 6.3). The central directory decides; an archive with another
/// file, or a second one, is refused, since two readers might take different ones.
pub(crate) fn certificate_json(zip: &[u8]) -> Result<Vec<u8>, RecordError> {
    let end = zip.windows(4).rposition(|window| window == b"PK\x05\x06").ok_or(INVALID)?;
    let end = Fields(zip.get(end..).ok_or(INVALID)?);
    if end.short(10)? != 1 {
        return Err(RecordError::Container("a ZIP with more or less than one file"));
    }
    let entry = Fields(zip.get(end.offset(16)?..).ok_or(INVALID)?);
    let name_length = usize::from(entry.short(28)?);
    let name = entry.0.get(46..46 + name_length).ok_or(INVALID)?;
    if !entry.0.starts_with(b"PK\x01\x02") || name != b"certificate.json" {
        return Err(RecordError::Container("a ZIP without certificate.json"));
    }
    let local = Fields(zip.get(entry.offset(42)?..).ok_or(INVALID)?);
    if !local.0.starts_with(b"PK\x03\x04") {
        return Err(INVALID);
    }
    let start = 30 + usize::from(local.short(26)?) + usize::from(local.short(28)?);
    let packed = local.0.get(start..).and_then(|rest| rest.get(..entry.offset(20).ok()?)).ok_or(INVALID)?;
    let unpacked = match entry.short(10)? {
        STORED => packed.to_vec(),
        DEFLATED => inflate(packed, Wrapping::None, MAX_BYTES)?,
        _ => return Err(INVALID),
    };
    if unpacked.len() > MAX_BYTES {
        return Err(RecordError::TooLarge("unpacked"));
    }
    if unpacked.len() != entry.offset(24)? || crc32fast::hash(&unpacked) != entry.long(16)? {
        return Err(INVALID);
    }
    Ok(unpacked)
}

/// The little-endian fields of a header.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn short(&self, at: usize) -> Result<u16, RecordError> {
        self.0.get(at..).and_then(|rest| rest.first_chunk()).map(|bytes| u16::from_le_bytes(*bytes)).ok_or(INVALID)
    }

    fn long(&self, at: usize) -> Result<u32, RecordError> {
        self.0.get(at..).and_then(|rest| rest.first_chunk()).map(|bytes| u32::from_le_bytes(*bytes)).ok_or(INVALID)
    }

    fn offset(&self, at: usize) -> Result<usize, RecordError> {
        usize::try_from(self.long(at)?).map_err(|_| INVALID)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec;
    use proptest::prelude::*;

    const TEXT: &[u8] = b"{\"a\":1}";
    const NAME: &str = "certificate.json";

    /// A ZIP of one file, with this method, check and size in its central directory.
    fn zip(name: &str, method: u16, check: u32, size: usize, packed: &[u8]) -> Vec<u8> {
        let long = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
        let short = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
        // As Go writes it: the sizes come behind the file, and are zero before it.
        let local = [&b"PK\x03\x04"[..], &[0; 22], &short(name.len()), &[0; 2], name.as_bytes(), packed].concat();
        let entry = [
            &b"PK\x01\x02"[..],
            &[0; 6],
            &method.to_le_bytes(),
            &[0; 4],
            &check.to_le_bytes(),
            &long(packed.len()),
            &long(size),
            &short(name.len()),
            &[0; 16],
            name.as_bytes(),
        ]
        .concat();
        let end =
            [&b"PK\x05\x06"[..], &[0; 4], &[1, 0, 1, 0], &long(entry.len()), &long(local.len()), &[0; 2]].concat();
        [local, entry, end].concat()
    }

    #[test]
    fn a_file_is_what_its_directory_says_or_the_zip_is_damaged() {
        let (check, size, deflated) = (crc32fast::hash(TEXT), TEXT.len(), compress_to_vec(TEXT, 9));
        assert_eq!(certificate_json(&zip(NAME, STORED, check, size, TEXT)).unwrap(), TEXT);
        assert_eq!(certificate_json(&zip(NAME, DEFLATED, check, size, &deflated)).unwrap(), TEXT);
        for (what, zip) in [
            ("another check", zip(NAME, STORED, check ^ 1, size, TEXT)),
            ("another check, deflated", zip(NAME, DEFLATED, check ^ 1, size, &deflated)),
            ("another size", zip(NAME, DEFLATED, check, size + 1, &deflated)),
            ("a byte behind the stream", zip(NAME, DEFLATED, check, size, &[&deflated[..], &[0]].concat())),
            ("another method", zip(NAME, 9, check, size, &deflated)),
            ("in a folder", zip("../certificate.json", STORED, check, size, TEXT)),
            ("in other letters", zip("Certificate.JSON", STORED, check, size, TEXT)),
        ] {
            assert!(matches!(certificate_json(&zip), Err(RecordError::Container(_))), "{what}");
        }
    }

    #[test]
    fn a_stored_file_is_no_longer_than_a_deflated_one() {
        let of = |length: usize| {
            let text = vec![b' '; length];
            certificate_json(&zip(NAME, STORED, crc32fast::hash(&text), length, &text)).map(|text| text.len())
        };
        assert_eq!(of(MAX_BYTES), Ok(MAX_BYTES));
        assert_eq!(of(MAX_BYTES + 1), Err(RecordError::TooLarge("unpacked")));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_zip_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = certificate_json(&[b"PK\x03\x04", &bytes[..], b"PK\x05\x06", &bytes[..]].concat());
        }
    }
}
