//! Bytes that writers of PDF put into letters (ISO 32000-1, 7.4.2 and 7.4.3).

/// The bytes of hexadecimal digits, up to `>`.
pub(crate) fn hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.iter().take_while(|byte| **byte != b'>').filter(|byte| !is_blank(**byte));
    let mut digits: Vec<u8> =
        digits.map(|digit| u8::try_from(char::from(*digit).to_digit(16)?).ok()).collect::<Option<_>>()?;
    if digits.len() % 2 == 1 {
        digits.push(0); // as the standard has it
    }
    Some(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

/// The bytes of Ascii85, four in five letters, up to `~>`.
pub(crate) fn base85(text: &[u8]) -> Option<Vec<u8>> {
    let letters: Vec<u8> =
        text.iter().copied().take_while(|byte| *byte != b'~').filter(|byte| !is_blank(*byte)).collect();
    let mut bytes = Vec::with_capacity(letters.len() / 5 * 4 + 4);
    let mut rest = &letters[..];
    while let Some((first, _)) = rest.split_first() {
        if *first == b'z' {
            bytes.extend([0; 4]);
            rest = rest.get(1..)?;
            continue;
        }
        let (group, after) = rest.split_at(rest.len().min(5));
        // What is missing of the last group counts as its highest letter.
        let digits = group.iter().copied().chain([b'u'; 5]).take(5);
        let mut digits = digits.map(|letter| letter.checked_sub(b'!').filter(|digit| *digit < 85));
        let value = digits.try_fold(0_u32, |value, digit| value.checked_mul(85)?.checked_add(digit?.into()))?;
        bytes.extend(value.to_be_bytes().get(..group.len() - 1)?);
        rest = after;
    }
    Some(bytes)
}

fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_bytes_again() {
        assert_eq!(hexadecimal(b"48 65\n6C6c 6F7>FF"), Some(b"Hellop".to_vec()));
        assert_eq!(hexadecimal(b"4x>"), None);
        assert_eq!(base85(b"87cUR D]i,\"Ebo80~>x"), Some(b"Hello World!".to_vec()));
        assert_eq!(base85(b"z87cUR~>"), Some(b"\0\0\0\0Hell".to_vec()));
        assert_eq!(base85(b"87cURDZ~>"), Some(b"Hello".to_vec()));
        for text in [&b"s8W-\"~>"[..], b"vvvvv~>", b"8\x7f~>"] {
            assert_eq!(base85(text), None, "beyond four bytes, or the alphabet");
        }
    }
}
