use std::collections::HashSet;

use rxing::{BarcodeFormat, DecodeHints, helpers::detect_in_luma_slice_with_hints};

use crate::luma::Point;
use crate::{Luma, ScanError};

/// The longest sides at which a picture is looked at, after its own. A photograph is often read better when it is smaller.
const SIDES: [usize; 3] = [1600, 1000, 600];
/// A picture with longer sides is looked at smaller only: a code that fills a page has pixels enough.
const LARGE: usize = 2600;

/// Reads the codes in a picture, all that show at the size at which one does, up to one more than `most`.
pub(crate) fn read(picture: &Luma, most: usize, goes_on: &dyn Fn() -> bool) -> Result<Vec<Vec<u8>>, ScanError> {
    let own = (picture.width.max(picture.height) <= LARGE).then_some(picture);
    let mut smaller = None::<Luma>;
    for side in [None].into_iter().chain(SIDES.map(Some)) {
        let looked_at = match side {
            None => own,
            Some(side) => {
                let next = smaller.as_ref().unwrap_or(picture).shrunk(side);
                smaller = next.or(smaller);
                smaller.as_ref().filter(|smaller| smaller.width.max(smaller.height) == side)
            }
        };
        let Some(looked_at) = looked_at else { continue };
        if !goes_on() {
            return Err(ScanError::OutOfTime);
        }
        let found = codes_in(looked_at, most, goes_on);
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// Each code that is found is covered, and the next one is looked for.
fn codes_in(picture: &Luma, most: usize, goes_on: &dyn Fn() -> bool) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let mut rest = None::<Luma>;
    while found.len() <= most && (found.is_empty() || goes_on()) {
        let Some((code, corners)) = code_in(rest.as_ref().unwrap_or(picture)) else { break };
        if found.contains(&code) {
            break;
        }
        found.push(code);
        rest.get_or_insert_with(|| picture.clone()).cover(&corners);
    }
    found
}

/// A code, dark on light or light on dark, and points at its corners.
fn code_in(picture: &Luma) -> Option<(Vec<u8>, Vec<Point>)> {
    let (width, height) = (u32::try_from(picture.width).ok()?, u32::try_from(picture.height).ok()?);
    let mut hints = DecodeHints {
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        TryHarder: Some(true),
        AlsoInverted: Some(true),
        CharacterSet: Some("ISO-8859-1".to_owned()),
        ..DecodeHints::default()
    };
    let found = detect_in_luma_slice_with_hints(&picture.pixels, width, height, None, &mut hints).ok()?;
    Some((payload(found.getText()), found.getPoints().iter().map(|point| (point.x, point.y)).collect()))
}

/// What a code holds. Read as Latin-1, each character is a byte: of a text in UTF-8, and of the ZIP of a CoWIN certificate. A code that names
/// another encoding gives its text.
fn payload(text: &str) -> Vec<u8> {
    let bytes = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<u8>>>();
    bytes.unwrap_or_else(|| text.as_bytes().to_vec())
}
