//! Histories in, answers out, a JSON object on each line.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::{Batch, BirthDate, Dose, DoseHistory, Policy, ProductCode, evaluate, text::is_id};

mod error;
mod json;

pub use error::{FormProblem, LineError};
use json::{Answer, JsonDose, JsonId, JsonLine, Object, Refusal, to_json};

/// The longest line, in bytes.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// The most doses of one line.
pub const MAX_LINE_DOSES: usize = 100;

/// The most characters of an id.
const MAX_ID_CHARS: usize = 128;

/// One person's history, as a line of NDJSON.
///
/// A date is of the years 1900 to 2199. A product that the catalogue does not know is no error: the dose is kept, and
/// never counts. A blank line is no line: who reads a file skips it.
///
/// ```
/// use kycvs_domain::HistoryLine;
/// let line = HistoryLine::parse(br#"{"id":"a1","doses":[{"product":"cvx:208","given_on":"2021-03-01"}]}"#)?;
/// assert_eq!(line.history.doses.len(), 1);
/// assert_eq!(line.on, None);
/// # Ok::<(), kycvs_domain::LineError>(())
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

/// Evaluates one line, and gives the line that answers it, without its end. `on` is the date for lines that name none.
///
/// # Errors
/// The answer to a bad line, `{"id":…,"error":"…"}`; the id is null where it cannot be read.
pub fn evaluate_line(line: &[u8], policy: &Policy, on: NaiveDate) -> Result<String, String> {
    match HistoryLine::parse(line) {
        Ok(HistoryLine { id, on: own, history }) => {
            let evaluation = evaluate(&history, policy, own.unwrap_or(on));
            Ok(to_json(&Answer { id: &id, policy: policy.reference(), evaluation }))
        }
        Err(error) => Err(to_json(&Refusal { id: readable_id(line).as_deref(), error: error.to_string() })),
    }
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
        let date = |text: Option<String>, place| text.map(|text| read_date(&text, || String::from(place))).transpose();
        let doses = json.doses.into_iter().enumerate().map(|(index, Object(dose))| read_dose(dose, index + 1));
        Ok(Self {
            id: json.id,
            on: date(json.on, "on")?,
            history: DoseHistory {
                birth: date(json.birth_date, "birth_date")?.map(BirthDate::Day),
                doses: doses.collect::<Result<_, _>>()?,
                immunity: Vec::new(),
            },
        })
    }
}

fn read_dose(json: JsonDose, number: usize) -> Result<Dose, LineError> {
    if json.dose_number == Some(0) {
        return Err(LineError::BadDoseNumber { dose: number });
    }
    let batch = json.batch.map(|text| Batch::parse(&text)).transpose();
    let given_on = read_date(&json.given_on, || format!("dose {number}"))?;
    Ok(Dose {
        product: ProductCode::parse(&json.product),
        dose_number: json.dose_number,
        batch: batch.map_err(|_| LineError::BadBatch { dose: number })?,
        ..Dose::new(None, given_on)
    })
}

/// Exactly `YYYY-MM-DD`; the years before 1900 and after 2199 are slips of the pen.
fn read_date(text: &str, place: impl FnOnce() -> String) -> Result<NaiveDate, LineError> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|date| plain && (1900..2200).contains(&date.year()))
        .ok_or_else(|| LineError::BadDate { place: place() })
}

fn readable_id(line: &[u8]) -> Option<String> {
    let line = line.get(..line.len().min(MAX_LINE_BYTES))?;
    let Object(json): Object<JsonId> = serde_json::from_slice(without_mark(line)).ok()?;
    Some(json.id).filter(|id| is_id(id, MAX_ID_CHARS))
}

/// The line without the byte order mark that some programs put at the beginning of a file.
fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line)
}
