use std::fmt;

use chrono::{Datelike, NaiveDate};
use kycvs_domain::{Antigen, Batch, BirthDate, Dose, DoseHistory, Evidence, Finding, ProductCode, is_id};

mod error;
mod json;

pub use error::{FormProblem, LineError};
use json::{JsonDose, JsonEvidence, JsonFinding, JsonId, JsonLine, Object};

/// The longest line, in bytes.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// The most doses of one line, and the most pieces of evidence.
pub const MAX_LINE_DOSES: usize = 100;

/// The most characters of an id.
const MAX_ID_CHARS: usize = 128;

/// One person's history, as a line of NDJSON.
///
/// A date is of the years 1900 to 2199. A product that the catalogue does not know is no error: the dose is kept, and
/// never counts. What a test case expects may be there and is not read: `group`, `name`, `history` and `series_status` of
/// a line, `evaluation` and `reason` of a dose, so that CDC's published cases can be read as they are. A blank line is no
/// line: who reads a file skips it.
///
/// ```
/// use kycvs_lab::HistoryLine;
/// let line = HistoryLine::parse(br#"{"id":"a1","doses":[{"product":"cvx:208","given_on":"2021-03-01"}]}"#)?;
/// assert_eq!(line.history.doses.len(), 1);
/// assert_eq!(line.on, None);
/// # Ok::<(), kycvs_lab::LineError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// What the answer repeats: a text of 1 to 128 visible characters.
    pub id: String,
    /// The date asked about; `None`: the one that holds for all lines.
    pub on: Option<NaiveDate>,
    /// The doses.
    pub history: DoseHistory,
}

/// A history is personal data, and an id may be.
impl fmt::Debug for HistoryLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HistoryLine(doses: {})", self.history.doses.len())
    }
}

impl HistoryLine {
    /// Reads one line, with or without its end, and with or without the byte order mark of a file that begins with it.
    ///
    /// # Errors
    /// [`LineError`] for a line that is too long, not JSON, of another form, or with a value that cannot be.
    pub fn parse(line: &[u8]) -> Result<Self, LineError> {
        if line.len() > MAX_LINE_BYTES {
            return Err(LineError::TooLong);
        }
        let text = std::str::from_utf8(without_mark(line)).map_err(|_| LineError::NotUtf8)?;
        let Object(json): Object<JsonLine> = serde_json::from_str(text).map_err(|error| LineError::of_json(&error))?;
        if !is_id(&json.id, MAX_ID_CHARS) {
            return Err(LineError::BadId);
        }
        if json.doses.len() > MAX_LINE_DOSES {
            return Err(LineError::TooManyDoses);
        }
        if json.immunity.len() > MAX_LINE_DOSES {
            return Err(LineError::TooMuchEvidence);
        }
        let on = json.on.map(|text| read_date(&text, || "on".into())).transpose()?;
        let birth = json.birth_date.map(|text| read_birth(&text)).transpose()?;
        let doses = json.doses.into_iter().zip(1..).map(|(Object(dose), number)| read_dose(dose, number));
        let immunity = json.immunity.into_iter().zip(1..).map(|(Object(found), number)| read_evidence(found, number));
        let (doses, immunity) = (doses.collect::<Result<_, _>>()?, immunity.collect::<Result<_, _>>()?);
        Ok(Self { id: json.id, on, history: DoseHistory { birth, doses, immunity } })
    }
}

fn read_dose(json: JsonDose, number: usize) -> Result<Dose, LineError> {
    if json.dose_number == Some(0) || json.series_doses == Some(0) {
        return Err(LineError::BadDoseNumber { dose: number });
    }
    let batch = json.batch.map(|text| Batch::parse(&text)).transpose();
    Ok(Dose {
        product: ProductCode::parse(&json.product),
        given_on: read_date(&json.given_on, || format!("dose {number}"))?,
        dose_number: json.dose_number,
        series_doses: json.series_doses,
        batch: batch.map_err(|_| LineError::BadBatch { dose: number })?,
        source: json.source.unwrap_or_default().into(),
    })
}

fn read_evidence(json: JsonEvidence, number: usize) -> Result<Evidence, LineError> {
    let finding = match (json.finding, json.titre) {
        (JsonFinding::Antibodies, titre) => Some(Finding::Antibodies { titre }),
        (JsonFinding::Disease, None) => Some(Finding::Disease),
        (JsonFinding::Disease, Some(_)) => None,
    };
    let bad = LineError::BadEvidence { evidence: number };
    let (against, finding) = Antigen::find(&json.against).zip(finding).ok_or(bad)?;
    let on = json.on.map(|text| read_date(&text, || format!("evidence {number}"))).transpose()?;
    Ok(Evidence { against, finding, on, source: json.source.unwrap_or_default().into() })
}

/// A day, or a year alone.
fn read_birth(text: &str) -> Result<BirthDate, LineError> {
    let year = text.parse().ok().map(BirthDate::Year);
    year.map_or_else(|| read_date(text, || "birth_date".into()).map(BirthDate::Day), Ok)
}

/// Reads a date, exactly `YYYY-MM-DD`; the years before 1900 and after 2199 are slips of the pen.
pub fn date(text: &str) -> Option<NaiveDate> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (plain && (1900..2200).contains(&date.year())).then_some(date)
}

fn read_date(text: &str, place: impl FnOnce() -> String) -> Result<NaiveDate, LineError> {
    date(text).ok_or_else(|| LineError::BadDate { place: place() })
}

/// The id of a line that is refused, where it can be read.
pub(crate) fn readable_id(line: &[u8]) -> Option<String> {
    let line = line.get(..line.len().min(MAX_LINE_BYTES))?;
    let Object(json): Object<JsonId> = serde_json::from_slice(without_mark(line)).ok()?;
    Some(json.id).filter(|id| is_id(id, MAX_ID_CHARS))
}

/// The line without the byte order mark that some programs put at the beginning of a file.
fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line)
}
