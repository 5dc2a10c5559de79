//! The rules of the formats, with the examples of their RFCs.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use kycvs_cose::{Item, MAX_DEPTH, MAX_ITEMS, Sign1, base45, signed};
use proptest::prelude::*;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn the_examples_of_rfc_8949_appendix_a_are_written_and_read() {
    let integer = Item::Integer;
    for (item, encoded) in [
        (integer(0), "00"),
        (integer(23), "17"),
        (integer(24), "1818"),
        (integer(1000), "1903e8"),
        (integer(1_000_000), "1a000f4240"),
        (integer(1_000_000_000_000), "1b000000e8d4a51000"),
        (integer(-1), "20"),
        (integer(-1000), "3903e7"),
        (Item::Bool(false), "f4"),
        (Item::Bool(true), "f5"),
        (Item::Null, "f6"),
        (Item::Tagged(23, Box::new(Item::bytes(&[1, 2, 3, 4]))), "d74401020304"),
        (
            Item::Tagged(32, Box::new("http://www.example.com".into())),
            "d82076687474703a2f2f7777772e6578616d706c652e636f6d",
        ),
        ("\u{6c34}".into(), "63e6b0b4"),
        (Item::Array(vec![integer(1), vec![integer(2), integer(3)].into()]), "8201820203"),
        (Item::Map(vec![("b".into(), integer(2)), ("a".into(), integer(1))]), "a2616101616202"),
        (integer(i64::MAX), "1b7fffffffffffffff"),
        (integer(i64::MIN), "3b7fffffffffffffff"),
    ] {
        assert_eq!(item.to_bytes(), hex(encoded), "{encoded}");
        assert_eq!(Item::parse(&hex(encoded)).unwrap().to_bytes(), hex(encoded));
    }
}

#[test]
fn another_spelling_of_an_item_is_not_read() {
    for (encoded, why) in [
        ("1817", "23 in two bytes"),
        ("190017", "23 in three bytes"),
        ("1a00000017", "23 in five bytes"),
        ("1b0000000000000017", "23 in nine bytes"),
        ("580101", "a length in two bytes"),
        ("5f4101ff", "an indefinite length"),
        ("9fff", "a list left open"),
        ("bfff", "a map left open"),
        ("a2616201616101", "keys out of order"),
        ("a2010201 03", "a key twice"),
        ("f93c00", "a float"),
        ("f7", "undefined"),
        ("f818", "a simple value in two bytes"),
        ("61ff", "no UTF-8"),
        ("6161 00", "something behind it"),
        ("62 61", "a text cut short"),
        ("1b8000000000000000", "a number beyond 64 bits with a sign"),
        ("3b8000000000000000", "the same below zero"),
        ("9bffffffffffffffff", "a list of more items than there are bytes"),
        ("1c", "a head of a later standard"),
        ("ff", "a break alone"),
        ("", "nothing"),
    ] {
        assert_eq!(Item::parse(&hex(&encoded.replace(' ', ""))), None, "{why}");
    }
}

#[test]
fn depth_and_number_of_items_have_a_limit() {
    let nested = |depth: usize| [vec![0x81; depth - 1], vec![0]].concat();
    assert!(Item::parse(&nested(MAX_DEPTH)).is_some());
    assert!(Item::parse(&nested(MAX_DEPTH + 1)).is_none());
    let list = |items: usize| Item::Array(vec![Item::Integer(0); items - 1]).to_bytes();
    assert!(Item::parse(&list(MAX_ITEMS)).is_some());
    assert!(Item::parse(&list(MAX_ITEMS + 1)).is_none());
}

#[test]
fn the_examples_of_rfc_9285_are_written_and_read() {
    for (text, bytes) in [("BB8", "AB"), ("%69 VD92EX0", "Hello!!"), ("UJCLQE7W581", "base-45"), ("QED8WEX0", "ietf!")]
    {
        assert_eq!(base45::encode(bytes.as_bytes()), text);
        assert_eq!(base45::decode(text.as_bytes()).unwrap(), bytes.as_bytes());
    }
    for text in ["GGW", ":::", "::", "A", "ABCD", "ab8", "B B8\n", "é"] {
        assert_eq!(base45::decode(text.as_bytes()), None, "{text}");
    }
    assert_eq!(base45::decode(b"FGW"), Some(vec![255, 255]));
}

/// The message of cose-wg/Examples, `sign1-tests/sign-pass-01` and its kin (public domain), with a made signature.
#[test]
fn a_message_has_the_structure_of_rfc_9052() {
    let message = Sign1 {
        protected: hex("a10126").into(),
        unprotected: vec![(4.into(), Item::bytes(b"11"))],
        payload: b"This is the content.".into(),
        signature: vec![7; 64].into(),
    };
    let bytes = message.to_bytes();
    let expected = ["d28443a10126a10442313154546869732069732074686520636f6e74656e742e5840", &"07".repeat(64)].concat();
    assert_eq!(bytes, hex(&expected));
    assert_eq!(Sign1::parse(&bytes), Some(message));
    let to_be_signed = hex("846a5369676e61747572653143a101264054546869732069732074686520636f6e74656e742e");
    assert_eq!(signed(&hex("a10126"), b"This is the content."), to_be_signed);
    for other in ["d18443a10126a040", "8443a10126a04040", "d28343a10126a040", "d28443a10126804040", "d28440a0f640"] {
        assert_eq!(Sign1::parse(&hex(other)), None, "{other}");
    }
}

fn item() -> impl Strategy<Value = Item<'static>> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Item::Integer),
        any::<bool>().prop_map(Item::Bool),
        Just(Item::Null),
        any::<String>().prop_map(Item::from),
        any::<Vec<u8>>().prop_map(Item::from),
    ];
    leaf.prop_recursive(5, 100, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Item::Array),
            prop::collection::btree_map(any::<i64>(), inner.clone(), 0..6)
                .prop_map(|map| Item::Map(map.into_iter().map(|(key, value)| (key.into(), value)).collect())),
            (any::<u64>(), inner).prop_map(|(tag, item)| Item::Tagged(tag, Box::new(item))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_and_has_one_spelling(item in item()) {
        let bytes = item.to_bytes();
        prop_assert_eq!(Item::parse(&bytes).unwrap().to_bytes(), bytes);
    }

    #[test]
    fn what_is_read_is_written_the_same(bytes in any::<Vec<u8>>()) {
        if let Some(item) = Item::parse(&bytes) {
            prop_assert_eq!(item.to_bytes(), bytes);
        }
    }

    #[test]
    fn base45_brings_back_every_byte_and_has_one_spelling(bytes in any::<Vec<u8>>(), text in "[0-9A-Z $%*+./:-]{0,40}") {
        prop_assert_eq!(base45::decode(base45::encode(&bytes).as_bytes()), Some(bytes));
        if let Some(bytes) = base45::decode(text.as_bytes()) {
            prop_assert_eq!(base45::encode(&bytes), text);
        }
    }
}
