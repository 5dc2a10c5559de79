use crate::RecordError;

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const INVALID: RecordError = RecordError::Container("base45");

/// Decodes Base45 (RFC 9285). Three characters make two bytes, a pair at the end makes one; values beyond them are refused.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, RecordError> {
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    for group in text.as_bytes().chunks(3) {
        match *group {
            [a, b, c] => {
                let value = digit(a)? + 45 * digit(b)? + 45 * 45 * digit(c)?;
                bytes.extend(u16::try_from(value).map_err(|_| INVALID)?.to_be_bytes());
            }
            [a, b] => bytes.push(u8::try_from(digit(a)? + 45 * digit(b)?).map_err(|_| INVALID)?),
            _ => return Err(INVALID),
        }
    }
    Ok(bytes)
}

fn digit(character: u8) -> Result<u32, RecordError> {
    (0..).zip(ALPHABET).find(|(_, known)| **known == character).map(|(value, _)| value).ok_or(INVALID)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_9285_decode() {
        for (text, bytes) in
            [("BB8", "AB"), ("%69 VD92EX0", "Hello!!"), ("UJCLQE7W581", "base-45"), ("QED8WEX0", "ietf!")]
        {
            assert_eq!(decode(text).unwrap(), bytes.as_bytes());
        }
    }

    #[test]
    fn overflow_odd_length_and_foreign_characters_are_refused() {
        for text in ["GGW", ":::", "::", "A", "ABCD", "ab8", "B B8\n"] {
            assert_eq!(decode(text), Err(INVALID), "{text}");
        }
        assert_eq!(decode("FGW").unwrap(), [255, 255]);
    }
}
