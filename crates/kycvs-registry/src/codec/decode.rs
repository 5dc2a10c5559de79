use kycvs_domain::{BirthDate, BirthYear, DoseHistory, PersonName};

use super::bytes::Bytes;
use super::{
    BIRTH_DATE, BIRTH_YEAR, CodecError, DOSE_COUNT, EVIDENCE_COUNT, FIRST_YEAR, FORMAT_1, FORMAT_2, ID_IS_NUMBER,
    ID_NUMBERS, MANY_DOSES, MORE, OTHER_IDS, OTHER_IDS_SHIFT, PEOPLE_COUNT, canonical, id_number,
};
use crate::record::{BeneficiaryId, MAX_DOSES, MAX_EVIDENCE, MAX_PEOPLE, PersonRecord, dose_order};

/// Decodes all of a household.
pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<PersonRecord>, CodecError> {
    let household = RawHousehold::read(bytes)?;
    let mut decoded: Vec<PersonRecord> = Vec::with_capacity(household.count);
    for (name, person) in household.people() {
        let person = person.record(name)?;
        if decoded.iter().any(|other| other.id == person.id) {
            return Err(CodecError::NotCanonical);
        }
        decoded.push(person);
    }
    Ok(decoded)
}

/// A household of which the names are read and the people are found, and nothing else yet.
pub(crate) struct RawHousehold<'a> {
    names: [&'a str; MAX_PEOPLE],
    people: [RawPerson<'a>; MAX_PEOPLE],
    count: usize,
}

impl<'a> RawHousehold<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, CodecError> {
        let mut bytes = Bytes(bytes);
        let first = bytes.byte()?;
        if first & !PEOPLE_COUNT != FORMAT_2 && first & !PEOPLE_COUNT != FORMAT_1 {
            return Err(CodecError::TooMany);
        }
        let count = usize::from(first & PEOPLE_COUNT);
        let mut lengths = [0; MAX_PEOPLE];
        for length in lengths.get_mut(..count).ok_or(CodecError::TooMany)? {
            *length = bytes.varint()?;
        }
        let mut text = bytes.text(lengths.iter().fold(0, |sum, length| length.saturating_add(sum)))?;
        let mut names = [""; MAX_PEOPLE];
        let mut people = [RawPerson::default(); MAX_PEOPLE];
        for ((name, person), length) in names.iter_mut().zip(&mut people).zip(lengths).take(count) {
            let length = usize::try_from(length).map_err(|_| CodecError::Truncated)?;
            (*name, text) = text.split_at_checked(length).ok_or(CodecError::NotText)?;
            *person = bytes.person()?;
        }
        if bytes.0.is_empty() { Ok(Self { names, people, count }) } else { Err(CodecError::TooMany) }
    }

    fn people(&self) -> impl Iterator<Item = (&'a str, &RawPerson<'a>)> {
        self.names.into_iter().zip(&self.people).take(self.count)
    }

    /// The people to choose from.
    pub(crate) fn candidates(&self) -> impl Iterator<Item = Candidate<'a>> {
        self.people().enumerate().map(|(place, (name, person))| (name, person.birth.and_then(BirthDate::year), place))
    }

    /// The id and history of the person whose name is at that place.
    pub(crate) fn person(&self, place: usize) -> Result<(BeneficiaryId, DoseHistory), CodecError> {
        let (_, person) = self.people().nth(place).ok_or(CodecError::Truncated)?;
        Ok((person.id()?, person.history()?))
    }
}

/// Name, year of birth and place of one of a household.
pub(crate) type Candidate<'a> = (&'a str, Option<BirthYear>, usize);

/// One person of a household, whose parts are found and not yet decoded.
#[derive(Clone, Copy, Default)]
struct RawPerson<'a> {
    id: RawId<'a>,
    birth: Option<BirthDate>,
    dose_count: u8,
    evidence_count: u8,
    other_id_count: u8,
    other_ids: Bytes<'a>,
    /// Doses, and the evidence after them.
    parts: Bytes<'a>,
}

#[derive(Clone, Copy)]
enum RawId<'a> {
    Number(u64),
    Text(&'a str),
}

impl Default for RawId<'_> {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl<'a> Bytes<'a> {
    /// Finds the end of a person.
    fn person(&mut self) -> Result<RawPerson<'a>, CodecError> {
        let flags = self.byte()?;
        let dose_count = match flags & DOSE_COUNT {
            MANY_DOSES => self.byte().and_then(|count| canonical(count, count >= MANY_DOSES))?,
            count => count,
        };
        let more = if flags & MORE != 0 { self.byte().and_then(|more| canonical(more, more != 0))? } else { 0 };
        let evidence_count = more & EVIDENCE_COUNT;
        let other_id_count = more >> OTHER_IDS_SHIFT & OTHER_IDS;
        if usize::from(dose_count) > MAX_DOSES || usize::from(evidence_count) > MAX_EVIDENCE {
            return Err(CodecError::TooMany);
        }
        let id = if flags & ID_IS_NUMBER != 0 {
            RawId::Number(self.varint()?)
        } else {
            let length = self.byte()?;
            RawId::Text(self.text(length.into())?)
        };
        let birth = match (flags & BIRTH_DATE != 0, more & BIRTH_YEAR != 0) {
            (true, true) => Some(BirthDate::Year(self.birth_year()?)),
            (true, false) => Some(BirthDate::Day(self.date()?)),
            (false, true) => return Err(CodecError::NotCanonical),
            (false, false) => None,
        };
        let other_ids = *self;
        for _ in 0..other_id_count {
            self.other_id()?;
        }
        let parts = *self;
        for _ in 0..dose_count {
            self.skip_dose()?;
        }
        for _ in 0..evidence_count {
            self.evidence()?;
        }
        Ok(RawPerson { id, birth, dose_count, evidence_count, other_id_count, other_ids, parts })
    }

    fn other_id(&mut self) -> Result<&'a str, CodecError> {
        let length = self.byte()?;
        self.text(length.into())
    }

    fn birth_year(&mut self) -> Result<BirthYear, CodecError> {
        BirthYear::new(FIRST_YEAR + u16::from(self.byte()?)).map_err(|_| CodecError::NotCanonical)
    }
}

impl RawPerson<'_> {
    fn id(&self) -> Result<BeneficiaryId, CodecError> {
        match self.id {
            RawId::Number(number) => canonical(BeneficiaryId::from_number(number), ID_NUMBERS.contains(&number)),
            RawId::Text(text) => {
                let id = BeneficiaryId::parse(text).map_err(|_| CodecError::NotText)?;
                canonical(id, id_number(text).is_none())
            }
        }
    }

    fn history(&self) -> Result<DoseHistory, CodecError> {
        let mut parts = self.parts;
        let mut doses = Vec::with_capacity(usize::from(self.dose_count));
        for _ in 0..self.dose_count {
            doses.push(parts.dose()?);
        }
        let mut immunity = Vec::with_capacity(usize::from(self.evidence_count));
        for _ in 0..self.evidence_count {
            immunity.push(parts.evidence()?);
        }
        let ascending = doses.is_sorted_by(|a, b| dose_order(a) < dose_order(b)) && immunity.is_sorted_by(|a, b| a < b);
        canonical(DoseHistory { birth: self.birth, doses, immunity }, ascending)
    }

    fn other_ids(&self) -> Result<Vec<BeneficiaryId>, CodecError> {
        let mut bytes = self.other_ids;
        let mut ids = Vec::with_capacity(usize::from(self.other_id_count));
        for _ in 0..self.other_id_count {
            ids.push(BeneficiaryId::parse(bytes.other_id()?).map_err(|_| CodecError::NotText)?);
        }
        let ascending = ids.is_sorted_by(|a, b| a < b);
        canonical(ids, ascending)
    }

    fn record(&self, name: &str) -> Result<PersonRecord, CodecError> {
        let (id, other_ids) = (self.id()?, self.other_ids()?);
        let name = PersonName::from_normalised(name).map_err(|_| CodecError::NotText)?;
        let DoseHistory { birth, doses, immunity } = self.history()?;
        Ok(PersonRecord { id, other_ids, name, birth, doses, immunity })
    }
}
