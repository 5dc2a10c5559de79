use std::borrow::Cow;

use chrono::NaiveDate;
use kycvs_domain::{Batch, BirthDate, Dose, Mobile, MobileError, NameError, PersonName, Product, UnknownProduct};

use crate::BeneficiaryId;
use crate::record::days_from_date;

/// The header that a registry CSV begins with.
pub const CSV_HEADER: &str = "beneficiary_id,name,mobile,birth_date,product,given_on,dose_number,batch";

/// The longest row, in bytes without its line end. The longest that can be right has a quarter of it.
pub const MAX_ROW_BYTES: usize = 4096;

/// Why a row was not imported. It quotes nothing of the row, so that it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// Longer than [`MAX_ROW_BYTES`].
    #[error("the row is longer than {MAX_ROW_BYTES} bytes")]
    TooLong,
    /// Not UTF-8.
    #[error("the row is not UTF-8")]
    NotUtf8,
    /// A control character, such as NUL or a tab.
    #[error("the row holds a control character")]
    ControlCharacter,
    /// A quote that does not enclose a whole field, or does not end on its line.
    #[error("a quote is out of place or not closed")]
    Quote,
    /// Not eight fields.
    #[error("the row does not have eight fields")]
    FieldCount,
    /// See [`BeneficiaryId`].
    #[error("beneficiary_id is not 1 to 32 letters and digits")]
    Beneficiary,
    /// See [`PersonName`].
    #[error("name: {0}")]
    Name(NameError),
    /// See [`Mobile`].
    #[error("mobile: {0}")]
    Mobile(MobileError),
    /// No day of the calendar from 1900-01-01 to 2079-06-06, and no year alone.
    #[error("birth_date is no day of 1900 to 2079, written YYYY-MM-DD, and no year, written YYYY")]
    BirthDate,
    /// A product that the catalogue does not have.
    #[error("product: {0}")]
    Product(UnknownProduct),
    /// No day of the calendar from 1900-01-01 to 2079-06-06.
    #[error("given_on is no day of 1900 to 2079, written YYYY-MM-DD")]
    GivenOn,
    /// Not 1 to 255.
    #[error("dose_number is not 1 to 255")]
    DoseNumber,
    /// See [`Batch`].
    #[error("batch is not 1 to 20 printable ASCII characters without spaces")]
    Batch,
    /// A product without a date, or any part of a dose without a product.
    #[error("a dose needs product and given_on")]
    IncompleteDose,
    /// The mobile has [`MAX_PEOPLE`](crate::MAX_PEOPLE) other people already.
    #[error("the mobile has six other people already")]
    HouseholdFull,
    /// The person has [`MAX_DOSES`](crate::MAX_DOSES) other doses already.
    #[error("the person has {} other doses already", crate::MAX_DOSES)]
    TooManyDoses,
}

/// What a row says of the person: its first four fields.
pub(crate) struct RowPerson {
    pub(crate) id: BeneficiaryId,
    pub(crate) name: PersonName,
    pub(crate) mobile: Mobile,
    pub(crate) birth: Option<BirthDate>,
}

/// Whether a line is [`CSV_HEADER`]. An export that quotes all text quotes the header too, so it is read as a row.
pub(crate) fn is_header(line: &str) -> bool {
    let mut fields = Fields::new(line);
    CSV_HEADER.split(',').all(|name| fields.next().is_ok_and(|field| field == name)) && fields.rest.is_none()
}

/// The fields of one line, from left to right (RFC 4180, but for line ends within quotes: no field may hold one, so a row
/// with an open quote is wrong by itself and takes no later row with it), without the spaces around them.
pub(crate) struct Fields<'a> {
    rest: Option<&'a str>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(line: &'a str) -> Self {
        Self { rest: Some(line) }
    }

    /// How many bytes of the line are left.
    pub(crate) fn left(&self) -> usize {
        self.rest.map_or(0, str::len)
    }

    /// The first four fields.
    pub(crate) fn person(&mut self) -> Result<RowPerson, RowError> {
        let (id, name, mobile, birth) = (self.next()?, self.next()?, self.next()?, self.next()?);
        Ok(RowPerson {
            id: BeneficiaryId::parse(&id).map_err(|_| RowError::Beneficiary)?,
            name: PersonName::parse(&name).map_err(RowError::Name)?,
            mobile: Mobile::parse(&mobile).map_err(RowError::Mobile)?,
            birth: optional(&birth, |text| birth_date(text).ok_or(RowError::BirthDate))?,
        })
    }

    /// The last four fields, all of them empty for a person without a dose.
    pub(crate) fn dose(&mut self) -> Result<Option<Dose>, RowError> {
        let (product, given_on, dose_number, batch) = (self.next()?, self.next()?, self.next()?, self.next()?);
        if self.rest.is_some() {
            return Err(RowError::FieldCount);
        }
        if product.is_empty() && given_on.is_empty() && dose_number.is_empty() && batch.is_empty() {
            return Ok(None);
        }
        if product.is_empty() || given_on.is_empty() {
            return Err(RowError::IncompleteDose);
        }
        let product = Product::parse(&product).map_err(RowError::Product)?;
        let given_on = date(&given_on).ok_or(RowError::GivenOn)?;
        Ok(Some(Dose {
            dose_number: optional(&dose_number, |text| number(text).ok_or(RowError::DoseNumber))?,
            batch: optional(&batch, |text| Batch::parse(text).map_err(|_| RowError::Batch))?,
            ..Dose::new(Some(product), given_on)
        }))
    }

    fn next(&mut self) -> Result<Cow<'a, str>, RowError> {
        let rest = self.rest.ok_or(RowError::FieldCount)?.trim_start();
        if let Some(quoted) = rest.strip_prefix('"') {
            return self.quoted(quoted);
        }
        let (field, rest) = rest.split_once(',').map_or((rest, None), |(field, rest)| (field, Some(rest)));
        self.rest = rest;
        if field.contains('"') { Err(RowError::Quote) } else { Ok(Cow::Borrowed(field.trim_end())) }
    }

    /// A field after its opening quote; two quotes in it stand for one.
    fn quoted(&mut self, text: &'a str) -> Result<Cow<'a, str>, RowError> {
        let mut end = 0;
        loop {
            let (inside, after) = text.get(end..).and_then(|text| text.split_once('"')).ok_or(RowError::Quote)?;
            end += inside.len();
            if !after.starts_with('"') {
                self.rest = match after.trim_start() {
                    "" => None,
                    after => Some(after.strip_prefix(',').ok_or(RowError::Quote)?),
                };
                break;
            }
            end += 2;
        }
        let field = text.get(..end).ok_or(RowError::Quote)?.trim();
        Ok(if field.contains('"') { Cow::Owned(field.replace("\"\"", "\"")) } else { Cow::Borrowed(field) })
    }
}

fn optional<T>(field: &str, parse: impl FnOnce(&str) -> Result<T, RowError>) -> Result<Option<T>, RowError> {
    if field.is_empty() { Ok(None) } else { parse(field).map(Some) }
}

/// Reads a day, or a year alone.
fn birth_date(text: &str) -> Option<BirthDate> {
    date(text).map(BirthDate::Day).or_else(|| text.parse().ok().map(BirthDate::Year))
}

/// Reads `YYYY-MM-DD`, a day that a record can keep. An import reads two dates a row, so this does without a format.
fn date(text: &str) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
    let digits = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |number, digit| Some(number * 10 + char::from(*digit).to_digit(10)?))
    };
    let year = i32::try_from(digits(&[y1, y2, y3, y4])?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, digits(&[m1, m2])?, digits(&[d1, d2])?)?;
    days_from_date(date).map(|_| date)
}

/// Reads 1 to 255; no sign, no leading zero.
fn number(text: &str) -> Option<u8> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    is_plain.then(|| text.parse().ok()).flatten()
}
