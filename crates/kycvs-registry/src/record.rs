use std::fmt;

use chrono::{Datelike, NaiveDate};
use kycvs_domain::{BirthDate, BirthYear, Dose, Evidence, PersonName, ProductCode};

/// The most people that share one mobile: CoWIN's limit since January 2022 (four before it).
pub const MAX_PEOPLE: usize = 6;

/// The most doses kept of one person: a childhood and a yearly dose of influenza vaccine through a long life. More is a fault of
/// the source.
pub const MAX_DOSES: usize = 100;

/// The most ids that can be merged into one.
pub const MAX_OTHER_IDS: usize = 7;

/// The most pieces of evidence of immunity that are kept of one person.
pub const MAX_EVIDENCE: usize = 15;

/// The source's own number of a person: 1 to 32 ASCII letters and digits (CoWIN's has 14 digits).
///
/// It is not shown by `Debug`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BeneficiaryId {
    len: u8,
    bytes: [u8; Self::MAX_LEN],
}

impl BeneficiaryId {
    pub(crate) const MAX_LEN: usize = 32;

    /// Reads an id, as it is written: `a1` and `A1` are two.
    ///
    /// # Errors
    /// [`RecordError::Beneficiary`] for an empty or longer text, or any other character.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let len = u8::try_from(text.len()).map_err(|_| RecordError::Beneficiary)?;
        let mut bytes = [0; Self::MAX_LEN];
        let slot = bytes.get_mut(..text.len()).ok_or(RecordError::Beneficiary)?;
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(RecordError::Beneficiary);
        }
        slot.copy_from_slice(text.as_bytes());
        Ok(Self { len, bytes })
    }

    /// The id that is written as this number.
    pub(crate) fn from_number(mut number: u64) -> Self {
        let mut digits = [0; Self::MAX_LEN];
        let mut start = digits.len();
        for place in digits.iter_mut().rev() {
            *place = b'0' + (number % 10).to_le_bytes()[0];
            number /= 10;
            start -= 1;
            if number == 0 {
                break;
            }
        }
        digits.rotate_left(start);
        Self { len: (Self::MAX_LEN - start).to_le_bytes()[0], bytes: digits }
    }

    /// The id as text. It is personal data: never log it.
    pub fn as_str(&self) -> &str {
        self.bytes.get(..usize::from(self.len)).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl fmt::Debug for BeneficiaryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BeneficiaryId(redacted)")
    }
}

/// All that a sealed registry keeps of one person.
///
/// Of the name it keeps the normalised form alone, which is what matching reads.
#[derive(Clone)]
pub struct PersonRecord {
    pub(crate) id: BeneficiaryId,
    /// Ids under which the person was registered too, ascending.
    pub(crate) other_ids: Vec<BeneficiaryId>,
    pub(crate) name: PersonName,
    pub(crate) birth: Option<BirthDate>,
    /// Ascending in their [order](dose_order), and no two of them [one dose](is_one_dose).
    pub(crate) doses: Vec<Dose>,
    /// Ascending.
    pub(crate) immunity: Vec<Evidence>,
}

/// Why a record of a person was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// See [`BeneficiaryId`].
    #[error("a beneficiary id is 1 to 32 letters and digits")]
    Beneficiary,
    /// A date lies outside the years that are kept.
    #[error("a date lies outside 1900-01-01 to 2079-06-06")]
    Date,
    /// Two doses of one day protect from one thing. A person gets one of these a day; the second is a correction of the first.
    #[error("two doses of one day are of one kind")]
    SameDay,
    /// A dose has the number 0, or a series of 0. They count from 1; one that is not known is `None`.
    #[error("a dose has the number 0, or a series without doses")]
    DoseNumber,
    /// More than [`MAX_DOSES`].
    #[error("more than {MAX_DOSES} doses of one person")]
    TooManyDoses,
    /// More than [`MAX_EVIDENCE`].
    #[error("more than {MAX_EVIDENCE} pieces of evidence of one person")]
    TooMuchEvidence,
}

impl PersonRecord {
    /// Puts a record together, with the doses in any order.
    ///
    /// # Errors
    /// [`RecordError`] for what cannot be kept: dates out of range, two doses of one kind on one day, a number 0, too many
    /// doses.
    pub fn new(
        id: BeneficiaryId,
        name: PersonName,
        birth: Option<BirthDate>,
        mut doses: Vec<Dose>,
    ) -> Result<Self, RecordError> {
        doses.sort_by_key(dose_order);
        let mut dates = doses.iter().map(|dose| dose.given_on).chain(birth.map(BirthDate::first_day));
        if dates.any(|date| days_from_date(date).is_none()) {
            return Err(RecordError::Date);
        }
        if doses.iter().any(|dose| dose.dose_number == Some(0) || dose.series_doses == Some(0)) {
            return Err(RecordError::DoseNumber);
        }
        if doses.len() > MAX_DOSES {
            return Err(RecordError::TooManyDoses);
        }
        let mut days = doses.chunk_by(|a, b| a.given_on == b.given_on);
        if days.any(|day| {
            day.iter().enumerate().any(|(at, dose)| day.iter().take(at).any(|other| is_one_dose(dose, other)))
        }) {
            return Err(RecordError::SameDay);
        }
        Ok(Self { id, other_ids: Vec::new(), name, birth, doses, immunity: Vec::new() })
    }

    /// The record with evidence of immunity, in any order; what is there twice is kept once.
    ///
    /// # Errors
    /// [`RecordError`] for days out of range, and for too much.
    pub fn with_immunity(self, mut immunity: Vec<Evidence>) -> Result<Self, RecordError> {
        immunity.sort_unstable();
        immunity.dedup();
        if immunity.iter().filter_map(|evidence| evidence.on).any(|day| days_from_date(day).is_none()) {
            return Err(RecordError::Date);
        }
        if immunity.len() > MAX_EVIDENCE {
            return Err(RecordError::TooMuchEvidence);
        }
        Ok(Self { immunity, ..self })
    }

    /// The source's number of the person.
    pub fn id(&self) -> &BeneficiaryId {
        &self.id
    }

    /// Other ids under which the same person was registered, until they were merged into this one.
    pub fn other_ids(&self) -> &[BeneficiaryId] {
        &self.other_ids
    }

    /// The person's name, as matching sees it.
    pub fn name(&self) -> &PersonName {
        &self.name
    }

    /// When the person was born, as far as it is known.
    pub fn birth(&self) -> Option<BirthDate> {
        self.birth
    }

    /// The doses, by date.
    pub fn doses(&self) -> &[Dose] {
        &self.doses
    }

    /// The year of birth, where it is known.
    pub(crate) fn birth_year(&self) -> Option<BirthYear> {
        self.birth.and_then(BirthDate::year)
    }

    /// Who it is, as far as a record tells.
    pub(crate) fn identity(&self) -> (&PersonName, Option<BirthDate>) {
        (&self.name, self.birth)
    }

    /// Whether that is an id of the person.
    pub(crate) fn has_id(&self, id: &BeneficiaryId) -> bool {
        self.id == *id || self.other_ids.contains(id)
    }

    /// Whether the two have an id in common.
    pub(crate) fn shares_id(&self, other: &Self) -> bool {
        self.has_id(&other.id) || self.other_ids.iter().any(|id| other.has_id(id))
    }

    /// The evidence of immunity.
    pub fn immunity(&self) -> &[Evidence] {
        &self.immunity
    }
}

impl fmt::Debug for PersonRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonRecord(redacted)")
    }
}

/// The order of a person's doses.
pub(crate) fn dose_order(dose: &Dose) -> (NaiveDate, Option<ProductCode>) {
    (dose.given_on, dose.product)
}

/// Whether two records are likely of one dose: of one day, and of products that protect from one thing, as far as they are
/// known. A child gets several vaccines a day, and none of them twice.
pub(crate) fn is_one_dose(one: &Dose, other: &Dose) -> bool {
    let same_kind = match (one.product, other.product) {
        (Some(one), Some(other)) => {
            one == other || one.product().zip(other.product()).is_some_and(|(one, other)| one.overlaps(other))
        }
        _ => true,
    };
    one.given_on == other.given_on && same_kind
}

/// 1900-01-01, counted in days from the first day of year 1 (which is 1).
const DAY_ZERO: i32 = 693_596;

/// A date as a record keeps it: days since 1900-01-01, up to 65535 (2079-06-06).
pub(crate) fn days_from_date(date: NaiveDate) -> Option<u16> {
    u16::try_from(date.num_days_from_ce() - DAY_ZERO).ok()
}

/// The date that many days after 1900-01-01.
pub(crate) fn date_from_days(days: u16) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(DAY_ZERO + i32::from(days))
}

#[cfg(test)]
mod tests {
    use kycvs_domain::{Antigen, Finding, Source};

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_days_of_a_record_span_1900_to_2079() {
        for (text, days) in [("1900-01-01", 0), ("1900-01-02", 1), ("2021-01-16", 44_210), ("2079-06-06", 65_535)] {
            assert_eq!(days_from_date(date(text)), Some(days), "{text}");
            assert_eq!(date_from_days(days), Some(date(text)), "{text}");
        }
        assert_eq!(days_from_date(date("1899-12-31")), None);
        assert_eq!(days_from_date(date("2079-06-07")), None);
    }

    #[test]
    fn an_id_is_1_to_32_letters_and_digits() {
        for text in ["1", "20481830567712", "a1B2", &"9".repeat(32)] {
            assert_eq!(BeneficiaryId::parse(text).unwrap().as_str(), text);
        }
        for text in ["", " ", "12-34", "१२", "a\0", &"9".repeat(33)] {
            assert_eq!(BeneficiaryId::parse(text), Err(RecordError::Beneficiary), "{text}");
        }
    }

    #[test]
    fn a_number_is_written_without_a_leading_zero() {
        for number in [0, 7, 10, 20_481_830_567_712, u64::MAX] {
            let id = BeneficiaryId::from_number(number);
            assert_eq!(id.as_str(), number.to_string());
            assert!(id == BeneficiaryId::parse(&number.to_string()).unwrap(), "the same bytes: {number}");
        }
    }

    fn record(birth: Option<BirthDate>, doses: Vec<Dose>) -> Result<PersonRecord, RecordError> {
        PersonRecord::new(BeneficiaryId::parse("1").unwrap(), PersonName::parse("Asha Rao").unwrap(), birth, doses)
    }

    fn dose(product: &str, day: &str) -> Dose {
        Dose { product: ProductCode::parse(product), ..Dose::new(None, date(day)) }
    }

    #[test]
    fn a_record_has_dates_and_numbers_that_can_be_kept() {
        let on = |day| dose("none", day);
        let sorted = record(None, vec![on("2021-06-01"), on("2021-03-01")]).unwrap();
        assert_eq!(sorted.doses, [on("2021-03-01"), on("2021-06-01")]);
        assert_eq!(record(Some(date("1899-12-31").into()), vec![]).err(), Some(RecordError::Date));
        assert_eq!(record(None, vec![on("2099-01-01")]).err(), Some(RecordError::Date));
        let zeroth = Dose { dose_number: Some(0), ..on("2021-06-01") };
        let of_none = Dose { series_doses: Some(0), ..on("2021-06-01") };
        for dose in [zeroth, of_none] {
            assert_eq!(record(None, vec![dose]).err(), Some(RecordError::DoseNumber));
        }
        let many = (0..=100).map(|day| Dose::new(None, date_from_days(44_000 + day).unwrap()));
        assert_eq!(record(None, many.collect()).err(), Some(RecordError::TooManyDoses));
    }

    #[test]
    fn a_child_gets_several_vaccines_a_day_and_none_of_them_twice() {
        let day =
            |products: &[&str]| record(None, products.iter().map(|product| dose(product, "2021-06-01")).collect());
        assert_eq!(day(&["MMR", "VARICELLA", "DTAP", "cvx:9000", "cvx:9001"]).unwrap().doses.len(), 5);
        for twice in
            [["MMR", "MMRV"], ["COVISHIELD", "COVAXIN"], ["MMR", "none"], ["none", "none"], ["cvx:9000", "cvx:9000"]]
        {
            assert_eq!(day(&twice).err(), Some(RecordError::SameDay), "{twice:?}");
        }
    }

    #[test]
    fn evidence_is_kept_once_and_in_order() {
        let measles = Antigen::find("measles").unwrap();
        let on = |on: Option<&str>| Evidence {
            against: measles,
            finding: Finding::Disease,
            on: on.map(date),
            source: Source::Registry,
        };
        let with = |evidence| record(None, vec![]).unwrap().with_immunity(evidence).map(|record| record.immunity);
        assert_eq!(with(vec![on(Some("2001-01-01")), on(None), on(None)]), Ok(vec![on(None), on(Some("2001-01-01"))]));
        assert_eq!(with(vec![on(Some("1899-12-31"))]), Err(RecordError::Date));
        let many = (0..16).map(|titre| Evidence { finding: Finding::Antibodies { titre: Some(titre) }, ..on(None) });
        assert_eq!(with(many.collect()), Err(RecordError::TooMuchEvidence));
    }
}
