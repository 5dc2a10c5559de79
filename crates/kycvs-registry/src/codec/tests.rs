use chrono::NaiveDate;
use kycvs_domain::{Batch, Dose, PersonName, Product};
use proptest::prelude::*;

use super::products::code_of;
use super::{CodecError, RawHousehold, decode, encode, room};
use crate::golden::{from_hex, golden, people};
use crate::record::{BeneficiaryId, MAX_DOSES, MAX_PEOPLE, PersonRecord, date_from_days};

fn encoded(people: &[PersonRecord]) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(people, &mut bytes);
    bytes
}

#[test]
fn the_bytes_never_change() {
    assert_eq!(encoded(&people()), from_hex(golden("plain")));
    assert_eq!(encoded(&decode(&from_hex(golden("plain"))).unwrap()), from_hex(golden("plain")));
}

#[test]
fn a_person_with_two_doses_takes_52_bytes() {
    let name = "Asha Lakshmi Ra";
    let dose = |text: &str| Dose {
        dose_number: Some(1),
        batch: Some(Batch::parse("4121Z0251").unwrap()),
        ..Dose::new(Product::find("COVISHIELD"), text.parse().unwrap())
    };
    let person = PersonRecord::new(
        BeneficiaryId::parse("20481830567712").unwrap(),
        PersonName::parse(name).unwrap(),
        NaiveDate::from_ymd_opt(1986, 2, 11),
        vec![dose("2021-04-03"), dose("2021-07-01")],
    );
    assert_eq!(encoded(&[person.unwrap()]).len(), 1 + 52);
}

#[test]
fn ids_keep_their_leading_zeros_and_letters() {
    for text in
        ["0", "007", "42", "999999999999999999", "9999999999999999999", "A7", "00000000000000000000000000000001"]
    {
        let mut person = people().remove(0);
        person.id = BeneficiaryId::parse(text).unwrap();
        assert_eq!(decode(&encoded(&[person])).unwrap()[0].id.as_str(), text);
    }
}

#[test]
fn every_truncation_is_refused() {
    let bytes = encoded(&people());
    for len in 0..bytes.len() {
        assert!(decode(&bytes[..len]).is_err(), "{len}");
    }
}

#[test]
fn what_has_another_encoding_is_refused() {
    let head = [1, 2, b'a', b'b'];
    let cases: [(&str, &[u8], CodecError); 11] = [
        ("trailing bytes", &[0x40, 1, 0], CodecError::TooMany),
        ("an unknown flag", &[0x60, 1], CodecError::TooMany),
        ("25 doses", &[0x59, 1], CodecError::TooMany),
        ("a varint with a needless byte", &[0x40, 0x81, 0x00], CodecError::NotCanonical),
        ("a varint without end", &[0x40, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1], CodecError::TooMany),
        (
            "a number of 19 digits",
            &[0x40, 0x80, 0x80, 0x90, 0xbb, 0xba, 0xd6, 0xad, 0xf0, 0x0d],
            CodecError::NotCanonical,
        ),
        ("a number as text", &[0x00, 2, b'4', b'2'], CodecError::NotCanonical),
        ("an id with a space", &[0x00, 2, b'4', b' '], CodecError::NotText),
        ("a product of tomorrow", &[0x41, 1, 255, 172, 200, 0], CodecError::UnknownProduct),
        ("a long dose number that is short", &[0x41, 1, 1, 172, 200, 0xe0, 6], CodecError::NotCanonical),
        ("a batch in lower case", &[0x41, 1, 1, 172, 200, 1, b'z'], CodecError::NotCanonical),
    ];
    for (what, rest, error) in cases {
        assert_eq!(decode(&[&head, rest].concat()).unwrap_err(), error, "{what}");
    }
    assert!(
        decode(&[&head[..], &[0x41, 1, 1, 172, 200, 0]].concat()).is_ok(),
        "the cases differ from this in one thing"
    );
    let dose: &[u8] = &[1, 172, 200, 0];
    assert_eq!(
        decode(&[&head[..], &[0x42, 1], dose, dose].concat()).unwrap_err(),
        CodecError::NotCanonical,
        "one day twice"
    );
    assert_eq!(
        decode(&[2, 2, 2, b'a', b'b', b'c', b'd', 0x40, 1, 0x40, 1]).unwrap_err(),
        CodecError::NotCanonical,
        "one id twice"
    );
    assert_eq!(decode(&[7, 0, 0, 0, 0, 0, 0, 0]).unwrap_err(), CodecError::TooMany, "seven people");
    assert_eq!(decode(&[1, 2, b'A', b'B', 0x40, 1]).unwrap_err(), CodecError::NotText, "a name that is not normalised");
    assert_eq!(
        decode(&[2, 1, 1, 0xc3, 0xa4, 0x40, 1, 0x40, 2]).unwrap_err(),
        CodecError::NotText,
        "names that cut a letter"
    );
}

fn any_dose() -> impl Strategy<Value = Dose> {
    let product = prop::option::of((1_u8..=43).prop_map(|short| code_of(short).unwrap()));
    let batch = prop::option::of("[!-~]{1,20}".prop_map(|text| Batch::parse(&text).unwrap()));
    let number = prop::option::of(1_u8..);
    (product, any::<u16>(), number, batch).prop_map(|(product, days, dose_number, batch)| Dose {
        product,
        dose_number,
        batch,
        ..Dose::new(None, date_from_days(days).unwrap())
    })
}

fn any_person() -> impl Strategy<Value = PersonRecord> {
    let id = prop_oneof!["[1-9][0-9]{13}", "[0-9A-Za-z]{1,32}"];
    let name = prop_oneof!["[a-z]{2,12}( [a-z]{2,12}){0,3}", "[क-ह]{2,20}", "[a-z]{100}"];
    let birth = prop::option::of(any::<u16>());
    let doses = prop::collection::vec(any_dose(), 0..=MAX_DOSES);
    (id, name, birth, doses).prop_filter_map("not a record", |(id, name, birth, mut doses)| {
        doses.sort_by_key(|dose| dose.given_on);
        doses.dedup_by_key(|dose| dose.given_on);
        let name = PersonName::parse(&name).ok()?;
        PersonRecord::new(BeneficiaryId::parse(&id).ok()?, name, birth.and_then(date_from_days), doses).ok()
    })
}

/// What can be compared of a record.
fn facts(person: &PersonRecord) -> (&str, &str, Option<NaiveDate>, &[Dose]) {
    (person.id.as_str(), person.name.normalised(), person.birth_date, &person.doses)
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(people in prop::collection::vec(any_person(), 0..=MAX_PEOPLE)) {
        let distinct = |at: usize| people[..at].iter().all(|other| other.id != people[at].id);
        prop_assume!((0..people.len()).all(distinct));
        let bytes = encoded(&people);
        prop_assert!(bytes.len() <= room(&people), "the buffer is not moved while it holds names");
        let decoded = decode(&bytes).unwrap();
        let raw = RawHousehold::read(&bytes).unwrap();
        prop_assert_eq!(decoded.len(), people.len());
        for (place, (person, name)) in people.iter().zip(raw.names()).enumerate() {
            prop_assert_eq!(facts(&decoded[place]), facts(person));
            prop_assert_eq!(name, person.name.normalised());
            let (id, history) = raw.person(place).unwrap();
            prop_assert_eq!(id.as_str(), person.id.as_str());
            prop_assert_eq!((history.birth, &history.doses), (person.birth_date.map(Into::into), &person.doses));
        }
    }

    #[test]
    fn any_bytes_are_a_household_in_its_one_encoding_or_an_error(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Some(first) = bytes.first_mut() {
            *first %= 8;
        }
        if let Ok(people) = decode(&bytes) {
            prop_assert_eq!(encoded(&people), bytes);
        }
    }

    #[test]
    fn a_changed_byte_is_a_household_in_its_one_encoding_or_an_error(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = encoded(&people());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(raw) = RawHousehold::read(&bytes) {
            raw.names().enumerate().for_each(|(place, _)| drop(raw.person(place)));
        }
        if let Ok(people) = decode(&bytes) {
            prop_assert_eq!(encoded(&people), bytes);
        }
    }
}
