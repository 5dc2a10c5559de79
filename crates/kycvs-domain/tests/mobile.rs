//! Mobile numbers, as rules.

use kycvs_domain::{Mobile, MobileError, MobileReading, decimal_digit};
use proptest::prelude::*;

fn national(text: &str) -> Result<String, MobileError> {
    Mobile::parse(text).map(|mobile| mobile.national().to_owned())
}

#[test]
fn every_usual_way_of_writing_gives_the_same_number() {
    for text in [
        "9876543210",
        "09876543210",
        "919876543210",
        "+919876543210",
        "00919876543210",
        "+91 98765 43210",
        "+91-98765-43210",
        "91 - 98 76 54 32 10",
        "  9876543210  ",
        "+91\u{A0}98765\u{2011}43210",
        "＋９１９８７６５４３２１０",
        "९८७६५४३२१०",
        "+৯১ ৯৮৭৬৫৪৩২১০",
        "०९८७६५ ৪৩২১௦",
        "۹۸۷۶۵۴۳۲۱۰",
    ] {
        assert_eq!(national(text).as_deref(), Ok("9876543210"), "{text}");
    }
}

/// Kinds of public reports, each of which an earlier parser refused.
#[test]
fn a_number_as_it_is_copied_is_read() {
    for text in [
        "\u{202a}+91 98000 00004\u{202c}",
        "\u{202d}98000 00004\u{202c}",
        "'9800000004",
        "\u{200e}9800000004",
        "9800000004\u{200b}",
        "(+91)-98000-00004",
        "+91 (0) 98000 00004",
        "+9109800000004",
        "98000.00004",
        "091-9800000004",
        "0919800000004",
        "0091 0 98000 00004",
        "tel:+91-98000-00004",
        "TEL:9800000004",
        "98000\t00004",
        "(0)9800000004",
        "\u{2068}+91\u{2069} 98000\u{2060}00004\u{FEFF}",
    ] {
        assert_eq!(national(text).as_deref(), Ok("9800000004"), "{text:?}");
        assert_eq!(MobileReading::of(text).mobile.as_deref(), Some("+919800000004"), "{text:?}");
    }
}

/// RFC 3966: what follows the number, and the country of one that does not begin with its code.
#[test]
fn a_number_of_a_link_is_read_without_its_parameters() {
    for text in [
        "tel:+91-98000-00004;phone-context=+91",
        "tel:+919800000004;phone-context=+1",
        "tel:9800000004;phone-context=+91",
        "tel:09800000004;isub=1;PHONE-CONTEXT=+(9)1",
        "tel:9800000004;phone-context=kycvs.example",
        "tel:+91(98000)00004;ext=12",
    ] {
        assert_eq!(national(text).as_deref(), Ok("9800000004"), "{text}");
    }
}

#[test]
fn a_line_end_after_a_number_is_left_aside() {
    for text in ["9800000004\n", "+91 98000 00004\r\n", "9800000004\r", "tel:+919800000004\n"] {
        assert_eq!(national(text).as_deref(), Ok("9800000004"), "{text:?}");
    }
}

#[test]
fn where_a_series_has_both_the_way_of_writing_tells_a_landline() {
    for text in ["6786223456", "06786223456", "+91 67862 23456", "0 67862 23456", "067862-23456"] {
        assert_eq!(national(text).as_deref(), Ok("6786223456"), "{text}");
    }
    for text in ["06786-223456", "0678-6223456", "(06786) 223456", "067 86223456"] {
        assert_eq!(national(text), Err(MobileError::Landline), "{text}");
    }
    assert_eq!(national("0980-000-0004").as_deref(), Ok("9800000004"), "no landline begins with 9");
}

#[test]
fn every_error_has_its_word() {
    for (text, word) in [
        ("", "empty"),
        ("98765432101", "wrong-length"),
        ("+1 987 654 3210", "foreign-number"),
        ("5876543210", "not-mobile"),
        ("080-22345678", "landline"),
        ("98765,43210", "forbidden-character"),
        ("98765\u{0}43210", "control-character"),
        (&" ".repeat(65), "too-long"),
    ] {
        assert_eq!(MobileReading::of(text).error, Some(word), "{text:?}");
    }
}

#[test]
fn ten_digits_are_the_number_even_when_they_begin_like_a_prefix() {
    assert_eq!(national("9198765432").as_deref(), Ok("9198765432"));
    assert_eq!(national("919198765432").as_deref(), Ok("9198765432"));
    assert_eq!(national("+919198765432").as_deref(), Ok("9198765432"));
    assert_eq!(national("09198765432").as_deref(), Ok("9198765432"));
    assert_eq!(national("+9198765432"), Err(MobileError::WrongLength), "a plus sign always begins a country code");
}

#[test]
fn every_refusal_names_its_cause() {
    use MobileError::*;
    for (text, cause) in [
        ("", Empty),
        (" - ", Empty),
        ("+", Empty),
        ("98765\n43210", ControlCharacter),
        ("\n9876543210", ControlCharacter),
        ("tel:9876543210;ext=1\0", ControlCharacter),
        ("tel:9876543210;phone-context=+1", ForeignNumber),
        ("tel:9876543210;ext=7;Phone-Context=+(9)77", ForeignNumber),
        ("tel:+19876543210;phone-context=+91", ForeignNumber),
        ("9876543210;phone-context=+91", ForbiddenCharacter),
        ("9876543210\0", ControlCharacter),
        ("98765,43210", ForbiddenCharacter),
        ("98765/43210", ForbiddenCharacter),
        ("tel:tel:9876543210", ForbiddenCharacter),
        ("mob 9876543210", ForbiddenCharacter),
        ("987654321O", ForbiddenCharacter),
        ("\u{202E}9876543210", ForbiddenCharacter),
        ("98765+43210", ForbiddenCharacter),
        ("++919876543210", ForbiddenCharacter),
        ("987654321²", ForbiddenCharacter),
        ("+1 987 654 3210", ForeignNumber),
        ("+09876543210", ForeignNumber),
        ("001 9876543210", ForeignNumber),
        ("009876543210", ForeignNumber),
        ("987654321", WrongLength),
        ("98765432101", WrongLength),
        ("0919876543", WrongLength),
        ("+91009876543210", WrongLength),
        ("+91987654321", WrongLength),
        ("+9198765432101", WrongLength),
        ("929876543210", WrongLength),
        ("123456789012345678901234567890", WrongLength),
        ("5876543210", NotMobile),
        ("080-22345678", Landline),
        ("08022345678", Landline),
        ("+91 80 2234 5678", Landline),
        ("0612-2234567", Landline),
        ("0712-2234567", Landline),
        ("+911204567890", NotMobile),
        ("0000000000", ForeignNumber),
    ] {
        assert_eq!(national(text), Err(cause), "{text:?}");
    }
}

#[test]
fn the_limit_counts_characters() {
    let spaces = " ".repeat(54);
    assert!(Mobile::parse(&format!("{spaces}9876543210")).is_ok());
    assert!(Mobile::parse(&format!("{spaces}९८७६५४३२१०")).is_ok());
    assert_eq!(national(&format!("{spaces} 9876543210")), Err(MobileError::TooLong));
    assert_eq!(national(&"9".repeat(10_000_000)), Err(MobileError::TooLong));
}

#[test]
fn a_number_is_shown_only_when_asked_for() {
    let mobile = Mobile::parse("9876543210").unwrap();
    assert_eq!(mobile.e164(), "+919876543210");
    assert_eq!(&mobile.e164_bytes(), b"+919876543210");
    assert_eq!((mobile.prefix(), mobile.last_four()), ("987654", "3210"));
    assert!(!format!("{mobile:?}").contains("987"));
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>()) {
        let _ = Mobile::parse(&text);
    }

    #[test]
    fn a_text_of_likely_characters_gives_a_mobile_or_an_error(text in "[+ 0-9०-९-]{0,20}") {
        if let Ok(mobile) = Mobile::parse(&text) {
            prop_assert_eq!(mobile.national().len(), 10);
            prop_assert!(mobile.national().starts_with(['6', '7', '8', '9']));
            let digits: String = text.chars().filter_map(decimal_digit).map(|value| char::from(b'0' + value)).collect();
            prop_assert!(digits.ends_with(mobile.national()));
            prop_assert_eq!(Mobile::parse(&mobile.e164()), Ok(mobile));
        }
    }

    #[test]
    fn prefix_and_separators_do_not_change_the_number(
        number in "9[0-9]{9}", prefix in "(\\+91|0091|91|0)?", gaps in prop::collection::vec("[ -]{0,3}", 15),
    ) {
        let written: String =
            format!("{prefix}{number}").chars().zip(&gaps).flat_map(|(c, gap)| [c.to_string(), gap.clone()]).collect();
        prop_assert_eq!(national(&written), Ok(number));
    }
}
