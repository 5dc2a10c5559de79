/// The value of a decimal digit of any script, `0` to `9`.
///
/// People type a mobile number or an OTP with the digits of their own keyboard: Devanagari, Bengali, Tamil, Urdu. Only
/// decimal digits count (Unicode general category `Nd`); a superscript, a fraction or a Roman numeral is none.
///
/// ```
/// use kycvs_domain::decimal_digit;
/// assert_eq!(decimal_digit('7'), Some(7));
/// assert_eq!(decimal_digit('७'), Some(7));
/// assert_eq!(decimal_digit('²'), None);
/// ```
pub fn decimal_digit(c: char) -> Option<u8> {
    if c.is_ascii() {
        return u8::try_from(c).ok().filter(u8::is_ascii_digit).map(|byte| byte - b'0');
    }
    let after = ZEROS.partition_point(|zero| *zero <= u32::from(c));
    let zero = ZEROS.get(after.checked_sub(1)?)?;
    u8::try_from(u32::from(c) - zero).ok().filter(|value| *value < 10)
}

/// The digit zero of every script, ascending. Unicode keeps the ten digits of a script together and in order.
///
/// Source: Unicode 17.0, general category `Nd`. All but the last additions are what Python lists with
/// `[hex(c) for c in range(0x110000) if unicodedata.decimal(chr(c), None) == 0]`.
#[rustfmt::skip]
const ZEROS: [u32; 77] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x10D40, 0x11066,
    0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0,
    0x11950, 0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11DE0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70,
    0x1CCF0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
];

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn the_table_ascends_and_names_numbers_only() {
        assert!(ZEROS.is_sorted_by(|a, b| a + 10 <= *b));
        for (zero, value) in ZEROS.iter().flat_map(|zero| (0..10).map(move |value| (zero, value))) {
            let digit = char::from_u32(zero + value).unwrap();
            assert!(digit.is_numeric(), "U+{:04X}", u32::from(digit));
            assert_eq!(decimal_digit(digit).map(u32::from), Some(value));
        }
    }

    #[test]
    fn a_digit_in_another_form_keeps_its_value() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let plain = c.nfkd().next().filter(char::is_ascii_digit);
            if let (Some(value), Some(plain)) = (decimal_digit(c), plain) {
                assert_eq!(u32::from(value), u32::from(plain) - u32::from('0'));
            }
        }
    }

    #[test]
    fn numbers_that_are_no_decimal_digits_are_refused() {
        for c in ['a', '/', ':', '²', '½', 'Ⅷ', '①', '〇', '௰', '\u{0}', char::MAX] {
            assert_eq!(decimal_digit(c), None, "{c}");
        }
    }
}
