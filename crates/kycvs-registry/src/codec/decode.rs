use kycvs_domain::{Batch, BirthDate, BirthYear, Dose, DoseHistory, PersonName};

use super::products::code_of;
use super::{BATCH_LEN, BIRTH_DATE, CodecError, DOSE_COUNT, ID_IS_NUMBER, LONG_NUMBER, NUMBER_SHIFT, id_number};
use crate::record::{BeneficiaryId, MAX_DOSES, MAX_PEOPLE, PersonRecord, date_from_days};

/// Decodes all of a household.
pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<PersonRecord>, CodecError> {
    let RawHousehold { names, count, mut people } = RawHousehold::read(bytes)?;
    let mut decoded: Vec<PersonRecord> = Vec::with_capacity(count + 1);
    for name in names.into_iter().take(count) {
        let person = people.person()?.record(name)?;
        if decoded.iter().any(|other| other.id == person.id) {
            return Err(CodecError::NotCanonical);
        }
        decoded.push(person);
    }
    if people.0.is_empty() { Ok(decoded) } else { Err(CodecError::TooMany) }
}

/// A household of which the names are read, and nothing else yet.
pub(crate) struct RawHousehold<'a> {
    names: [&'a str; MAX_PEOPLE],
    count: usize,
    people: Bytes<'a>,
}

impl<'a> RawHousehold<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, CodecError> {
        let mut bytes = Bytes(bytes);
        let count = usize::from(bytes.byte()?);
        let mut lengths = [0; MAX_PEOPLE];
        for length in lengths.get_mut(..count).ok_or(CodecError::TooMany)? {
            *length = bytes.varint()?;
        }
        let mut text = bytes.text(lengths.iter().fold(0, |sum, length| length.saturating_add(sum)))?;
        let mut names = [""; MAX_PEOPLE];
        for (name, length) in names.iter_mut().zip(lengths) {
            let length = usize::try_from(length).map_err(|_| CodecError::Truncated)?;
            (*name, text) = text.split_at_checked(length).ok_or(CodecError::NotText)?;
        }
        Ok(Self { names, count, people: bytes })
    }

    /// The names, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.names.into_iter().take(self.count)
    }

    /// The people to choose from: name, year of birth and place.
    pub(crate) fn candidates(&self) -> Result<Vec<(&'a str, Option<BirthYear>, usize)>, CodecError> {
        let mut people = self.people;
        let candidate = |(place, name)| {
            let born = people.person()?.birth.and_then(date_from_days).and_then(BirthYear::of);
            Ok((name, born, place))
        };
        self.names().enumerate().map(candidate).collect()
    }

    /// The id, doses and birth date of the person whose name stands at that place.
    pub(crate) fn person(&self, place: usize) -> Result<(BeneficiaryId, DoseHistory), CodecError> {
        let mut people = self.people;
        for _ in 0..place {
            people.person()?;
        }
        let person = people.person()?;
        Ok((person.id()?, person.history()?))
    }
}

/// One person of a household, of whom the parts are found and not yet decoded.
struct RawPerson<'a> {
    id: RawId<'a>,
    birth: Option<u16>,
    dose_count: u8,
    doses: Bytes<'a>,
}

#[derive(Clone, Copy)]
enum RawId<'a> {
    Number(u64),
    Text(&'a str),
}

impl RawPerson<'_> {
    fn id(&self) -> Result<BeneficiaryId, CodecError> {
        let id = match self.id {
            RawId::Number(number) => BeneficiaryId::from_number(number),
            RawId::Text(text) => BeneficiaryId::parse(text).map_err(|_| CodecError::NotText)?,
        };
        let is_number = matches!(self.id, RawId::Number(_));
        if id_number(id.as_str()).is_some() == is_number { Ok(id) } else { Err(CodecError::NotCanonical) }
    }

    fn history(mut self) -> Result<DoseHistory, CodecError> {
        let mut doses = Vec::with_capacity(usize::from(self.dose_count));
        let mut last = None;
        for _ in 0..self.dose_count {
            let (days, dose) = self.doses.dose()?;
            if last.replace(days) >= Some(days) {
                return Err(CodecError::NotCanonical);
            }
            doses.push(dose);
        }
        let birth = self.birth.and_then(date_from_days).map(BirthDate::Day);
        Ok(DoseHistory { birth, doses, immunity: Vec::new() })
    }

    fn record(self, name: &str) -> Result<PersonRecord, CodecError> {
        let id = self.id()?;
        let name = PersonName::from_normalised(name).map_err(|_| CodecError::NotText)?;
        let birth_date = self.birth.and_then(date_from_days);
        let DoseHistory { doses, .. } = self.history()?;
        Ok(PersonRecord { id, name, birth_date, doses })
    }
}

/// What is left to read.
#[derive(Clone, Copy)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    /// Finds the end of a person.
    fn person(&mut self) -> Result<RawPerson<'a>, CodecError> {
        let flags = self.byte()?;
        let dose_count = flags & DOSE_COUNT;
        if flags & !(BIRTH_DATE | ID_IS_NUMBER | DOSE_COUNT) != 0 || usize::from(dose_count) > MAX_DOSES {
            return Err(CodecError::TooMany);
        }
        let id = if flags & ID_IS_NUMBER != 0 {
            RawId::Number(self.varint()?)
        } else {
            let length = self.byte()?;
            RawId::Text(self.text(u64::from(length))?)
        };
        let birth = if flags & BIRTH_DATE != 0 { Some(self.days()?) } else { None };
        let doses = *self;
        for _ in 0..dose_count {
            self.skip_dose()?;
        }
        Ok(RawPerson { id, birth, dose_count, doses })
    }

    fn skip_dose(&mut self) -> Result<(), CodecError> {
        let [_, _, _, head] = self.array()?;
        let long_number = u64::from(head >> NUMBER_SHIFT == LONG_NUMBER);
        self.take(long_number + u64::from(head & BATCH_LEN)).map(|_| ())
    }

    fn dose(&mut self) -> Result<(u16, Dose), CodecError> {
        let [product, high, low, head] = self.array()?;
        let product = match product {
            0 => None,
            short => Some(code_of(short).ok_or(CodecError::UnknownProduct)?),
        };
        let days = u16::from_be_bytes([high, low]);
        let given_on = date_from_days(days).ok_or(CodecError::NotCanonical)?;
        let dose_number = match head >> NUMBER_SHIFT {
            0 => None,
            LONG_NUMBER => Some(self.long_number()?),
            number => Some(number),
        };
        let batch = match head & BATCH_LEN {
            0 => None,
            length => Some(self.batch(length)?),
        };
        Ok((days, Dose { product, dose_number, batch, ..Dose::new(None, given_on) }))
    }

    fn long_number(&mut self) -> Result<u8, CodecError> {
        let number = self.byte()?;
        if number >= LONG_NUMBER { Ok(number) } else { Err(CodecError::NotCanonical) }
    }

    fn batch(&mut self, length: u8) -> Result<Batch, CodecError> {
        let text = self.text(length.into())?;
        if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return Err(CodecError::NotCanonical);
        }
        Batch::parse(text).map_err(|_| CodecError::NotText)
    }

    fn varint(&mut self) -> Result<u64, CodecError> {
        let mut number = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return if byte == 0 && shift > 0 { Err(CodecError::NotCanonical) } else { Ok(number) };
            }
        }
        Err(CodecError::TooMany)
    }

    fn days(&mut self) -> Result<u16, CodecError> {
        self.array().map(u16::from_be_bytes)
    }

    fn text(&mut self, length: u64) -> Result<&'a str, CodecError> {
        str::from_utf8(self.take(length)?).map_err(|_| CodecError::NotText)
    }

    fn byte(&mut self) -> Result<u8, CodecError> {
        self.array().map(|[byte]| byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let (array, rest) = self.0.split_first_chunk().ok_or(CodecError::Truncated)?;
        self.0 = rest;
        Ok(*array)
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], CodecError> {
        let length = usize::try_from(length).map_err(|_| CodecError::Truncated)?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(CodecError::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }
}
