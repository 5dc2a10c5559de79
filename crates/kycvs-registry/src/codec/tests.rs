use std::fmt;

use chrono::NaiveDate;
use kycvs_domain::{
    Antigen, Batch, BirthDate, BirthYear, Dose, DoseHistory, Evidence, Finding, PersonName, Product, ProductCode,
    Source,
};
use proptest::prelude::*;

use super::products::code_of;
use super::{CodecError, RawHousehold, decode, encode, room};
use crate::MAX_OTHER_IDS;
use crate::golden::{FORMAT_1, FORMAT_2, golden, people_1, people_2};
use crate::record::{BeneficiaryId, MAX_DOSES, MAX_EVIDENCE, MAX_PEOPLE, PersonRecord, date_from_days, is_one_dose};

fn encoded(people: &[PersonRecord]) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(people, &mut bytes);
    bytes
}

#[test]
fn the_bytes_never_change() {
    assert_eq!(encoded(&people_2()), golden(FORMAT_2, "plain"));
    assert_eq!(encoded(&decode(&golden(FORMAT_2, "plain")).unwrap()), golden(FORMAT_2, "plain"));
}

#[test]
fn a_household_of_format_1_is_read_and_written_in_format_2() {
    let read = decode(&golden(FORMAT_1, "plain")).unwrap();
    assert!(read.iter().map(facts).eq(people_1().iter().map(facts)));
    let mut bytes = golden(FORMAT_1, "plain");
    bytes[0] |= 0x20;
    assert_eq!(encoded(&read), bytes, "nothing but the format differs");
}

#[test]
fn a_code_of_a_later_catalogue_survives() {
    let doses = people_2().pop().unwrap().doses;
    let later = |text: &str| ProductCode::parse(text).filter(|code| code.product().is_none());
    assert_eq!(doses[4].product, later("cvx:9999"));
    assert_eq!(doses[5].product, later("kycvs:16383"));
    assert_eq!(decode(&golden(FORMAT_2, "plain")).unwrap().pop().unwrap().doses, doses);
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
        NaiveDate::from_ymd_opt(1986, 2, 11).map(BirthDate::Day),
        vec![dose("2021-04-03"), dose("2021-07-01")],
    );
    assert_eq!(encoded(&[person.unwrap()]).len(), 1 + 52);
}

/// How long a household was in format 1, as that was written down: what the first registries held.
fn length_in_format_1(people: &[PersonRecord]) -> usize {
    let varint = |number: u64| (64 - number.max(1).leading_zeros()).div_ceil(7) as usize;
    let id = |id: &str| match id.parse() {
        Ok(number) if !id.starts_with('0') && id.len() <= 18 => varint(number),
        _ => 1 + id.len(),
    };
    let dose = |dose: &Dose| {
        4 + usize::from(dose.dose_number.is_some_and(|number| number > 6))
            + dose.batch.map_or(0, |batch| batch.as_str().len())
    };
    let person = |person: &PersonRecord| {
        let name = person.name.normalised().len();
        let birth = if person.birth.is_some() { 2 } else { 0 };
        varint(name as u64) + name + 1 + id(person.id.as_str()) + birth + person.doses.iter().map(dose).sum::<usize>()
    };
    1 + people.iter().map(person).sum::<usize>()
}

#[test]
fn ids_keep_their_leading_zeros_and_letters() {
    for text in
        ["0", "007", "42", "999999999999999999", "9999999999999999999", "A7", "00000000000000000000000000000001"]
    {
        let mut person = people_1().remove(0);
        person.id = BeneficiaryId::parse(text).unwrap();
        assert_eq!(decode(&encoded(&[person])).unwrap()[0].id.as_str(), text);
    }
}

#[test]
fn every_truncation_is_refused() {
    let bytes = encoded(&people_2());
    for len in 0..bytes.len() {
        assert!(decode(&bytes[..len]).is_err(), "{len}");
    }
}

#[test]
fn what_has_another_encoding_is_refused() {
    let head = [0x21, 2, b'a', b'b'];
    let cases: [(&str, &[u8], CodecError); 24] = [
        ("trailing bytes", &[0x40, 1, 0], CodecError::TooMany),
        ("more of a person that is nothing", &[0x60, 0, 1], CodecError::NotCanonical),
        ("other ids that do not ascend", &[0x60, 0x20, 1, 1, b'B', 1, b'A'], CodecError::NotCanonical),
        ("101 doses", &[0x5f, 101, 1], CodecError::TooMany),
        ("a long count of 30 doses", &[0x5f, 30, 1], CodecError::NotCanonical),
        ("a year of no birth", &[0x60, 0x80, 1], CodecError::NotCanonical),
        ("a birth after 2100", &[0xe0, 0x80, 1, 201], CodecError::NotCanonical),
        ("a dose without more", &[0x41, 1, 0x41, 172, 200, 0, 0], CodecError::NotCanonical),
        ("a fourth source", &[0x41, 1, 0x41, 172, 200, 0, 3], CodecError::NotCanonical),
        ("a flag of tomorrow", &[0x41, 1, 0x41, 172, 200, 0, 9], CodecError::NotCanonical),
        ("a series of none", &[0x41, 1, 0x41, 172, 200, 0, 4, 0], CodecError::NotCanonical),
        ("a long code of a product that has a short one", &[0x41, 1, 0x80, 210, 172, 200, 0], CodecError::NotCanonical),
        ("the code 0", &[0x41, 1, 0x80, 0, 172, 200, 0], CodecError::UnknownProduct),
        ("evidence of nothing", &[0x60, 1, 1, 0, 0], CodecError::NotCanonical),
        ("a titre of a disease", &[0x60, 1, 1, 4, 0x14, 5], CodecError::NotCanonical),
        ("evidence twice", &[0x60, 2, 1, 4, 4, 4, 4], CodecError::NotCanonical),
        ("a varint with a needless byte", &[0x40, 0x81, 0x00], CodecError::NotCanonical),
        ("a varint without end", &[0x40, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1], CodecError::TooMany),
        (
            "a number of 19 digits",
            &[0x40, 0x80, 0x80, 0x90, 0xbb, 0xba, 0xd6, 0xad, 0xf0, 0x0d],
            CodecError::NotCanonical,
        ),
        ("a number as text", &[0x00, 2, b'4', b'2'], CodecError::NotCanonical),
        ("an id with a space", &[0x00, 2, b'4', b' '], CodecError::NotText),
        ("a short number of tomorrow", &[0x41, 1, 44, 172, 200, 0], CodecError::UnknownProduct),
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
        decode(&[0x22, 2, 2, b'a', b'b', b'c', b'd', 0x40, 1, 0x40, 1]).unwrap_err(),
        CodecError::NotCanonical,
        "one id twice"
    );
    for format in [0x10, 0x30, 0x80] {
        assert_eq!(decode(&[format]).unwrap_err(), CodecError::TooMany, "another format");
    }
    assert_eq!(decode(&[0x27, 0, 0, 0, 0, 0, 0, 0]).unwrap_err(), CodecError::TooMany, "seven people");
    assert_eq!(
        decode(&[0x21, 2, b'A', b'B', 0x40, 1]).unwrap_err(),
        CodecError::NotText,
        "a name that is not normalised"
    );
    assert_eq!(
        decode(&[0x22, 1, 1, 0xc3, 0xa4, 0x40, 1, 0x40, 2]).unwrap_err(),
        CodecError::NotText,
        "names that cut a letter"
    );
}

fn any_source() -> impl Strategy<Value = Source> {
    prop::sample::select(vec![Source::Registry, Source::Certificate, Source::Stated])
}

fn any_dose() -> impl Strategy<Value = Dose> {
    let short = (1_u8..=43).prop_map(code_of);
    let product = prop_oneof![Just(None), short, (1..=ProductCode::MAX).prop_map(ProductCode::new)];
    let batch = prop::option::of("[!-~]{1,20}".prop_map(|text| Batch::parse(&text).unwrap()));
    let numbers = (prop::option::of(1_u8..), prop::option::of(1_u8..));
    (product, any::<u16>(), numbers, batch, any_source()).prop_map(
        |(product, days, (dose_number, series_doses), batch, source)| Dose {
            product,
            given_on: date_from_days(days).unwrap(),
            dose_number,
            series_doses,
            batch,
            source,
        },
    )
}

fn any_evidence() -> impl Strategy<Value = Evidence> {
    let antibodies = prop::option::of(any::<u32>()).prop_map(|titre| Finding::Antibodies { titre });
    let finding = prop_oneof![Just(Finding::Disease), antibodies];
    (1_u8..64, finding, prop::option::of(any::<u16>()), any_source()).prop_map(|(id, finding, days, source)| Evidence {
        against: Antigen::from_id(id).unwrap(),
        finding,
        on: days.and_then(date_from_days),
        source,
    })
}

fn any_person() -> impl Strategy<Value = PersonRecord> {
    let id = prop_oneof!["[1-9][0-9]{13}", "[0-9A-Za-z]{1,32}"];
    let name = prop_oneof!["[a-z]{2,12}( [a-z]{2,12}){0,3}", "[क-ह]{2,20}", "[a-z]{100}"];
    let day = any::<u16>().prop_map(|days| BirthDate::Day(date_from_days(days).unwrap()));
    let year = (1900_u16..=2079).prop_map(|year| BirthDate::Year(BirthYear::new(year).unwrap()));
    let birth = prop::option::of(prop_oneof![day, year]);
    let doses = prop_oneof![4 => prop::collection::vec(any_dose(), 0..=6), 1 => prop::collection::vec(any_dose(), 0..=MAX_DOSES)];
    let immunity = prop::collection::vec(any_evidence(), 0..=MAX_EVIDENCE);
    let other_ids = prop::collection::btree_set("[0-9A-Z]{1,32}", 0..=MAX_OTHER_IDS);
    let parts = (id, other_ids, name, birth, doses, immunity);
    parts.prop_filter_map("not a record", |(id, other_ids, name, birth, mut doses, immunity)| {
        doses.sort_by_key(|dose| dose.given_on);
        doses.dedup_by(|one, other| is_one_dose(one, other));
        let name = PersonName::parse(&name).ok()?;
        let person = PersonRecord::new(BeneficiaryId::parse(&id).ok()?, name, birth, doses).ok()?;
        let mut person = person.with_immunity(immunity).ok()?;
        person.other_ids = other_ids.iter().filter_map(|id| BeneficiaryId::parse(id).ok()).collect();
        person.other_ids.sort_unstable();
        Some(person)
    })
}

/// Somebody with what format 1 could say: a day of birth, and up to 24 doses of COVID-19 vaccines in a register.
fn any_person_of_format_1() -> impl Strategy<Value = PersonRecord> {
    any_person().prop_map(|mut person| {
        person.birth = person.birth.filter(|birth| matches!(birth, BirthDate::Day(_)));
        (person.other_ids, person.immunity) = (Vec::new(), Vec::new());
        person.doses.truncate(24);
        for (short, dose) in (1..=43).cycle().zip(&mut person.doses) {
            dose.product = dose.product.and(code_of(short));
            (dose.source, dose.series_doses) = (Source::Registry, None);
        }
        person
    })
}

/// What can be compared of a record.
fn facts(person: &PersonRecord) -> impl PartialEq + fmt::Debug + '_ {
    let other_ids: Vec<&str> = person.other_ids.iter().map(BeneficiaryId::as_str).collect();
    (person.id.as_str(), other_ids, person.name.normalised(), person.birth, &person.doses, &person.immunity)
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
        for (person, (name, _, place)) in people.iter().zip(raw.candidates()) {
            prop_assert_eq!(facts(&decoded[place]), facts(person));
            prop_assert_eq!(name, person.name.normalised());
            let (id, history) = raw.person(place).unwrap();
            prop_assert_eq!(id.as_str(), person.id.as_str());
            let DoseHistory { birth, doses, immunity } = history;
            prop_assert_eq!((birth, doses, immunity), (person.birth, person.doses.clone(), person.immunity.clone()));
        }
    }

    #[test]
    fn a_record_of_covid_19_is_as_long_as_in_format_1(people in prop::collection::vec(any_person_of_format_1(), 0..=MAX_PEOPLE)) {
        prop_assert_eq!(encoded(&people).len(), length_in_format_1(&people));
    }

    #[test]
    fn any_bytes_are_a_household_in_its_one_encoding_or_an_error(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Some(first) = bytes.first_mut() {
            *first = 0x20 + *first % 8;
        }
        if let Ok(people) = decode(&bytes) {
            prop_assert_eq!(encoded(&people), bytes);
        }
    }

    #[test]
    fn a_changed_byte_is_a_household_in_its_one_encoding_or_an_error(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = encoded(&people_2());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(raw) = RawHousehold::read(&bytes) {
            raw.candidates().for_each(|(.., place)| drop(raw.person(place)));
        }
        if let Ok(people) = decode(&bytes) {
            prop_assert_eq!(encoded(&people), bytes);
        }
    }
}
