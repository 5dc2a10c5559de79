//! Base45 (RFC 9285): bytes in the 45 characters for which QR codes have a mode of their own.

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Two bytes become three characters, a last one two.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3 / 2 + 2);
    for pair in bytes.chunks(2) {
        let (mut value, digits) = match *pair {
            [a, b] => (u16::from_be_bytes([a, b]), 3),
            [a] => (u16::from(a), 2),
            _ => continue,
        };
        for _ in 0..digits {
            text.extend(ALPHABET.get(usize::from(value % 45)).map(|digit| char::from(*digit)));
            value /= 45;
        }
    }
    text
}

/// The bytes of a text; `None` for a character of another alphabet, a value beyond its bytes, or a character left over.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    for group in text.chunks(3) {
        match *group {
            [a, b, c] => {
                let value = digit(a)? + 45 * digit(b)? + 45 * 45 * digit(c)?;
                bytes.extend(u16::try_from(value).ok()?.to_be_bytes());
            }
            [a, b] => bytes.push(u8::try_from(digit(a)? + 45 * digit(b)?).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u32> {
    let value = match character {
        b'0'..=b'9' => character - b'0',
        b'A'..=b'Z' => character - b'A' + 10,
        b' ' => 36,
        b'$' => 37,
        b'%' => 38,
        b'*' => 39,
        b'+' => 40,
        b'-' => 41,
        b'.' => 42,
        b'/' => 43,
        b':' => 44,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_9285_decode() {
        for (text, bytes) in
            [("BB8", "AB"), ("%69 VD92EX0", "Hello!!"), ("UJCLQE7W581", "base-45"), ("QED8WEX0", "ietf!")]
        {
            assert_eq!(decode(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
    }

    #[test]
    fn overflow_odd_length_and_foreign_characters_are_refused() {
        for text in ["GGW", ":::", "::", "A", "ABCD", "ab8", "B B8\n"] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
        assert_eq!(decode(b"FGW").unwrap(), [255, 255]);
    }
}
