use chrono::NaiveDate;
use kycvs_domain::{Batch, BirthDate, BirthYear, Dose, Mobile, PersonName, Product};

use super::date::{self, DateError, DateOrder};
use super::error::RowError;
use super::header::Columns;
use super::records::Record;
use crate::BeneficiaryId;

/// The longest row, in bytes without its line end.
pub const MAX_ROW_BYTES: usize = 16 * 1024;

/// What a row wants done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// The person is so, and had this dose.
    #[default]
    Put,
    /// As `put`, for a person whose name and birth date are wrong in the registry.
    Correct,
    /// The dose of that day was not given.
    Void,
    /// Nothing is kept of the person.
    Remove,
    /// The person has the mobile in `to` now.
    Move,
    /// The person is the one whose id is in `to`, registered twice.
    Merge,
}

/// What a row says, apart from its dose.
pub(crate) struct RowPerson {
    pub(crate) id: BeneficiaryId,
    pub(crate) name: PersonName,
    pub(crate) mobile: Mobile,
    pub(crate) birth: Option<BirthDate>,
}

/// What a file means by its dates.
#[derive(Clone, Copy)]
pub(crate) struct Calendar {
    pub(crate) order: DateOrder,
    pub(crate) today: NaiveDate,
}

/// The fields of a row that an import reads, without the spaces around them.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    /// Id, name, mobile, birth date.
    pub(crate) person: [&'a str; 4],
    /// Product, day, number, batch.
    dose: [&'a str; 4],
    action: &'a str,
    to: &'a str,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(record: &Record<'a>, columns: &Columns) -> Result<Self, RowError> {
        if record.len() != columns.count {
            return Err(RowError::FieldCount);
        }
        let text = |at| record.field(at);
        let [id, name, mobile, birth, product, given_on, number, batch] = columns.needed;
        Ok(Self {
            person: [text(id)?, text(name)?, text(mobile)?, text(birth)?],
            dose: [text(product)?, text(given_on)?, text(number)?, text(batch)?],
            action: columns.action.map_or(Ok(""), text)?,
            to: columns.to.map_or(Ok(""), text)?,
        })
    }

    pub(crate) fn action(&self) -> Result<Action, RowError> {
        let known = [
            ("", Action::Put),
            ("put", Action::Put),
            ("correct", Action::Correct),
            ("void", Action::Void),
            ("remove", Action::Remove),
            ("move", Action::Move),
            ("merge", Action::Merge),
        ];
        let found = known.into_iter().find(|(word, _)| word.eq_ignore_ascii_case(self.action));
        found.map(|(_, action)| action).ok_or(RowError::Action)
    }

    pub(crate) fn mobile(&self) -> Result<Mobile, RowError> {
        let [_, _, mobile, _] = self.person;
        read_mobile(mobile)
    }

    pub(crate) fn id(&self) -> Result<BeneficiaryId, RowError> {
        let [id, ..] = self.person;
        read_id(id)
    }

    pub(crate) fn person(&self, calendar: Calendar) -> Result<RowPerson, RowError> {
        let [_, name, _, birth] = self.person;
        let birth = optional(birth, |text| read_birth(text, calendar).map_err(RowError::BirthDate))?;
        if birth.is_some_and(|born| born.first_day() > calendar.today) {
            return Err(RowError::BirthInFuture);
        }
        let name = PersonName::parse(name).map_err(RowError::Name)?;
        Ok(RowPerson { id: self.id()?, name, mobile: self.mobile()?, birth })
    }

    /// The dose; `None` where all four fields are empty. `last` is the product of the row before, which most rows repeat.
    pub(crate) fn dose(
        &self,
        calendar: Calendar,
        last: &mut Option<(String, Product)>,
    ) -> Result<Option<Dose>, RowError> {
        let [product, given_on, number, batch] = self.dose;
        if self.dose.iter().all(|field| field.is_empty()) {
            return Ok(None);
        }
        if product.is_empty() || given_on.is_empty() {
            return Err(RowError::IncompleteDose);
        }
        let product = match last {
            Some((text, known)) if text == product => *known,
            _ => {
                let found = Product::parse(product).map_err(RowError::Product)?;
                last.insert((product.to_owned(), found)).1
            }
        };
        Ok(Some(Dose {
            dose_number: optional(number, |text| dose_number(text).ok_or(RowError::DoseNumber))?,
            batch: optional(batch, |text| Batch::parse(text).map_err(|_| RowError::Batch))?,
            ..Dose::new(Some(product), given(given_on, calendar)?)
        }))
    }

    /// The dose that a `void` means: its day, and the product where several were given that day.
    pub(crate) fn voided(&self, calendar: Calendar) -> Result<Dose, RowError> {
        let [product, given_on, ..] = self.dose;
        let product = optional(product, |text| Product::parse(text).map_err(RowError::Product))?;
        let given_on = if given_on.is_empty() { Err(RowError::IncompleteDose) } else { given(given_on, calendar) }?;
        Ok(Dose::new(product, given_on))
    }

    /// The mobile that a person moves to.
    pub(crate) fn new_mobile(&self) -> Result<Mobile, RowError> {
        read_mobile(self.to).map_err(|_| RowError::To)
    }

    /// The id that is kept of two.
    pub(crate) fn kept_id(&self) -> Result<BeneficiaryId, RowError> {
        read_id(self.to).map_err(|_| RowError::To)
    }
}

fn optional<T>(field: &str, parse: impl FnOnce(&str) -> Result<T, RowError>) -> Result<Option<T>, RowError> {
    if field.is_empty() { Ok(None) } else { parse(field).map(Some) }
}

fn read_id(text: &str) -> Result<BeneficiaryId, RowError> {
    match whole(text) {
        Some(id) => BeneficiaryId::parse(id).map_err(|_| RowError::Beneficiary),
        None => Err(RowError::BeneficiaryRounded),
    }
}

fn read_mobile(text: &str) -> Result<Mobile, RowError> {
    match whole(text) {
        Some(mobile) => Mobile::parse(mobile).map_err(RowError::Mobile),
        None => Err(RowError::MobileRounded),
    }
}

/// A register often knows the year alone.
fn read_birth(text: &str, calendar: Calendar) -> Result<BirthDate, DateError> {
    match whole(text).unwrap_or(text).parse::<BirthYear>() {
        Ok(year) => Ok(BirthDate::Year(year)),
        Err(_) => date::day(text, calendar.order).map(BirthDate::Day),
    }
}

fn given(text: &str, calendar: Calendar) -> Result<NaiveDate, RowError> {
    let day = date::day(text, calendar.order).map_err(RowError::GivenOn)?;
    if day > calendar.today { Err(RowError::DoseInFuture) } else { Ok(day) }
}

/// A number as Excel writes it: without the `.0` at its end; `None` for `9.8E+09`, of which digits are lost.
fn whole(text: &str) -> Option<&str> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text);
    }
    let Some((digits, rest)) = text.split_once(['.', 'E', 'e']) else { return Some(text) };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text);
    }
    let has_point = text.as_bytes().get(digits.len()) == Some(&b'.');
    if has_point && !rest.is_empty() && rest.bytes().all(|byte| byte == b'0') {
        return Some(digits);
    }
    let exponent = if has_point { rest.split_once(['E', 'e']).map(|(_, exponent)| exponent) } else { Some(rest) };
    let power = exponent.and_then(|exponent| exponent.strip_prefix('+'));
    let is_rounded = power.is_some_and(|power| !power.is_empty() && power.bytes().all(|byte| byte.is_ascii_digit()));
    if is_rounded { None } else { Some(text) }
}

/// Reads 1 to 255, as `1`, `1.0` or `Dose 1`.
fn dose_number(text: &str) -> Option<u8> {
    let word = text.get(..4).filter(|word| word.eq_ignore_ascii_case("dose"));
    let digits = word.and(text.get(4..)).unwrap_or(text).trim_start_matches([' ', '-', '#']);
    let digits = whole(digits)?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    is_plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dose_number_is_1_to_255_however_a_sheet_writes_it() {
        for (text, number) in
            [("1", 1), ("255", 255), ("1.0", 1), ("2.00", 2), ("Dose 1", 1), ("dose-2", 2), ("DOSE3", 3)]
        {
            assert_eq!(dose_number(text), Some(number), "{text}");
        }
        for text in ["0", "256", "1.5", "+1", "01", "one", "Dose", "1st", "1E+00", "dosé"] {
            assert_eq!(dose_number(text), None, "{text}");
        }
    }

    #[test]
    fn a_rounded_number_is_told_from_an_id_with_an_e() {
        for (text, read) in
            [("9800000005.0", Some("9800000005")), ("9.80000E+09", None), ("98E+8", None), ("2.04818e+13", None)]
        {
            assert_eq!(whole(text), read, "{text}");
        }
        for text in ["9800000005", "1E5", "12E", "E12", "9800000005.5", "9.8", "98000.00005", ".0", ""] {
            assert_eq!(whole(text), Some(text), "{text}");
        }
    }
}
