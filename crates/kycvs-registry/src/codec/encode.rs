use chrono::NaiveDate;
use kycvs_domain::{Batch, BirthDate, BirthYear, Dose, Evidence, Finding, ProductCode, Source};

use super::products::short_of;
use super::{
    BIRTH_DATE, BIRTH_YEAR, DAY_KNOWN, DISEASE, FIRST_YEAR, FORMAT_2, ID_IS_NUMBER, LONG_CODE, LONG_NUMBER, MANY_DOSES,
    MORE, MORE_OF_DOSE, NUMBER_SHIFT, OTHER_IDS_SHIFT, SERIES_KNOWN, TITRE_KNOWN, id_number,
};
use crate::record::{PersonRecord, days_from_date};

/// Room for the encoding of `people`, never too little: the plain bytes are not left behind by a buffer that grows.
pub(crate) fn room(people: &[PersonRecord]) -> usize {
    let parts =
        |person: &PersonRecord| 33 * person.other_ids.len() + 28 * person.doses.len() + 9 * person.immunity.len();
    1 + people.iter().map(|person| 42 + person.name.normalised().len() + parts(person)).sum::<usize>()
}

/// Appends the encoding of a household, in format 2.
pub(crate) fn encode(people: &[PersonRecord], out: &mut Vec<u8>) {
    out.push(FORMAT_2 | low_byte(people.len()));
    people.iter().for_each(|person| put_varint(person.name.normalised().len() as u64, out));
    people.iter().for_each(|person| out.extend_from_slice(person.name.normalised().as_bytes()));
    people.iter().for_each(|person| encode_person(person, out));
}

fn encode_person(person: &PersonRecord, out: &mut Vec<u8>) {
    let id = person.id.as_str();
    let number = id_number(id);
    let birth_year = matches!(person.birth, Some(BirthDate::Year(_)));
    let more = flag(birth_year, BIRTH_YEAR)
        | low_byte(person.other_ids.len()) << OTHER_IDS_SHIFT
        | low_byte(person.immunity.len());
    let doses = low_byte(person.doses.len());
    let flags = flag(person.birth.is_some(), BIRTH_DATE) | flag(number.is_some(), ID_IS_NUMBER) | flag(more != 0, MORE);
    out.push(flags | doses.min(MANY_DOSES));
    out.extend((doses >= MANY_DOSES).then_some(doses));
    out.extend((more != 0).then_some(more));
    match number {
        Some(number) => put_varint(number, out),
        None => put_id(id, out),
    }
    match person.birth {
        Some(BirthDate::Day(day)) => put_date(day, out),
        Some(BirthDate::Year(year)) => out.push(years(year)),
        None => {}
    }
    person.other_ids.iter().for_each(|id| put_id(id.as_str(), out));
    person.doses.iter().for_each(|dose| encode_dose(dose, out));
    person.immunity.iter().for_each(|evidence| encode_evidence(evidence, out));
}

fn put_id(id: &str, out: &mut Vec<u8>) {
    out.push(low_byte(id.len()));
    out.extend_from_slice(id.as_bytes());
}

fn encode_dose(dose: &Dose, out: &mut Vec<u8>) {
    let more = source(dose.source) | flag(dose.series_doses.is_some(), SERIES_KNOWN);
    put_product(dose.product, flag(more != 0, MORE_OF_DOSE), out);
    put_date(dose.given_on, out);
    let batch = dose.batch.as_ref().map_or(&[][..], Batch::as_bytes);
    let number = dose.dose_number.unwrap_or(0);
    out.push(low_byte(batch.len()) | number.min(LONG_NUMBER) << NUMBER_SHIFT);
    out.extend((number >= LONG_NUMBER).then_some(number));
    out.extend((more != 0).then_some(more));
    out.extend(dose.series_doses);
    out.extend_from_slice(batch);
}

fn encode_evidence(evidence: &Evidence, out: &mut Vec<u8>) {
    let (finding, titre) = match evidence.finding {
        Finding::Antibodies { titre } => (flag(titre.is_some(), TITRE_KNOWN), titre),
        Finding::Disease => (DISEASE, None),
    };
    out.extend([evidence.against.id(), source(evidence.source) | finding | flag(evidence.on.is_some(), DAY_KNOWN)]);
    evidence.on.into_iter().for_each(|day| put_date(day, out));
    titre.into_iter().for_each(|titre| put_varint(titre.into(), out));
}

fn put_product(product: Option<ProductCode>, more: u8, out: &mut Vec<u8>) {
    match product.map(|code| (code, short_of(code))) {
        None => out.push(more),
        Some((_, Some(short))) => out.push(more | short),
        Some((code, None)) => {
            let [high, low] = code.get().to_be_bytes();
            out.extend([more | LONG_CODE | high, low]);
        }
    }
}

/// A record holds only days that it can keep.
fn put_date(day: NaiveDate, out: &mut Vec<u8>) {
    out.extend(days_from_date(day).unwrap_or_default().to_be_bytes());
}

fn years(year: BirthYear) -> u8 {
    (year.get() - FIRST_YEAR).to_le_bytes()[0]
}

fn source(source: Source) -> u8 {
    match source {
        Source::Registry => 0,
        Source::Certificate => 1,
        Source::Stated => 2,
    }
}

fn flag(holds: bool, flag: u8) -> u8 {
    if holds { flag } else { 0 }
}

/// Lengths here are at most 100.
fn low_byte(len: usize) -> u8 {
    len.to_le_bytes()[0]
}

fn put_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}
