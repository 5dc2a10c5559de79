/// The characters of the GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1), line feed and carriage return among them.
const ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
    ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// The characters of its extension table (6.2.1.1), which take two places.
const EXTENSION: &str = "^{}\\[~]|€";

/// Whether a text can be sent in seven bits a character. Any other is sent as UCS-2, with 70 characters a message
/// instead of 160.
pub(crate) fn holds(text: &str) -> bool {
    text.chars().all(|character| ALPHABET.contains(character) || EXTENSION.contains(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indian_scripts_and_typographic_quotes_need_ucs_2() {
        assert_eq!((ALPHABET.chars().count(), EXTENSION.chars().count()), (127, 9));
        assert!(holds("482913 is your code.\n\n@kycvs.example #482913 [~] €"));
        for text in ["482913 आपका कोड है", "it’s", "a – b", "ç", "`"] {
            assert!(!holds(text), "{text}");
        }
    }
}
