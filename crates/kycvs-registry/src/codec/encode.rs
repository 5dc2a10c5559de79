use kycvs_domain::{Batch, Dose};

use super::products::short_of;
use super::{BIRTH_DATE, DOSE_COUNT, ID_IS_NUMBER, LONG_NUMBER, NUMBER_SHIFT, id_number};
use crate::record::{PersonRecord, days_from_date};

/// Room for the encoding of `people`, never too little: the plain bytes are not left behind by a buffer that grows.
pub(crate) fn room(people: &[PersonRecord]) -> usize {
    let person = |person: &PersonRecord| 40 + person.name.normalised().len() + 25 * person.doses.len();
    1 + people.iter().map(person).sum::<usize>()
}

/// Appends the encoding of a household.
pub(crate) fn encode(people: &[PersonRecord], out: &mut Vec<u8>) {
    out.push(low_byte(people.len()));
    people.iter().for_each(|person| put_varint(person.name.normalised().len() as u64, out));
    people.iter().for_each(|person| out.extend_from_slice(person.name.normalised().as_bytes()));
    for person in people {
        let id = person.id.as_str();
        let number = id_number(id);
        let birth = person.birth_date.and_then(days_from_date);
        let flags = birth.map_or(0, |_| BIRTH_DATE) | number.map_or(0, |_| ID_IS_NUMBER);
        out.push(flags | low_byte(person.doses.len()) & DOSE_COUNT);
        match number {
            Some(number) => put_varint(number, out),
            None => {
                out.push(low_byte(id.len()));
                out.extend_from_slice(id.as_bytes());
            }
        }
        out.extend(birth.into_iter().flat_map(u16::to_be_bytes));
        person.doses.iter().for_each(|dose| encode_dose(dose, out));
    }
}

fn encode_dose(dose: &Dose, out: &mut Vec<u8>) {
    out.push(dose.product.and_then(short_of).unwrap_or(0));
    out.extend(days_from_date(dose.given_on).unwrap_or_default().to_be_bytes());
    let batch = dose.batch.as_ref().map_or("", Batch::as_str);
    let number = dose.dose_number.unwrap_or(0);
    out.push(low_byte(batch.len()) | number.min(LONG_NUMBER) << NUMBER_SHIFT);
    if number >= LONG_NUMBER {
        out.push(number);
    }
    out.extend_from_slice(batch.as_bytes());
}

/// Lengths here are at most 32.
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
