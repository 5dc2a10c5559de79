//! Histories in, answers out, a JSON object on each line.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{Batch, Dose, DoseHistory, Evaluation, Policy, Product, evaluate};

/// The longest line, in bytes.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// The most doses of one line.
pub const MAX_LINE_DOSES: usize = 100;

/// The most characters of an id.
const MAX_ID_CHARS: usize = 128;

/// One person's history, as a line of NDJSON.
///
/// ```
/// use kycvs_domain::HistoryLine;
/// let line = HistoryLine::parse(br#"{"id":"a1","doses":[{"product":"cvx:208","given_on":"2021-03-01"}]}"#)?;
/// assert_eq!(line.history.doses.len(), 1);
/// assert_eq!(line.on, None);
/// # Ok::<(), kycvs_domain::LineError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryLine {
    /// What the answer repeats: a text of at most 128 characters.
    pub id: String,
    /// The date asked about; `None`: the one that holds for all lines.
    pub on: Option<NaiveDate>,
    /// The doses.
    pub history: DoseHistory,
}

/// Why a line was refused. None of these repeats the line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// The line is longer than [`MAX_LINE_BYTES`].
    #[error("a line has at most {MAX_LINE_BYTES} bytes")]
    TooLong,
    /// The bytes are not UTF-8.
    #[error("the line is not UTF-8")]
    NotUtf8,
    /// The text is not JSON.
    #[error("not JSON, at column {column}")]
    NotJson {
        /// The byte of the line where it shows, from 1.
        column: usize,
    },
    /// The JSON is of another form: a field is missing, unknown, repeated or of another type.
    #[error("a field is missing, unknown, repeated or of another type, near column {column}")]
    WrongForm {
        /// The byte of the line where it shows, from 1.
        column: usize,
    },
    /// The id is empty, too long or holds control characters.
    #[error("an id is 1 to {MAX_ID_CHARS} characters without control characters")]
    BadId,
    /// There are more than [`MAX_LINE_DOSES`] doses.
    #[error("a line has at most {MAX_LINE_DOSES} doses")]
    TooManyDoses,
    /// A date is not `YYYY-MM-DD`, not of the calendar, or not of the years 1900 to 2199.
    #[error("{place}: a date is YYYY-MM-DD, from 1900 to 2199")]
    BadDate {
        /// Which one: `on`, `birth_date` or `dose 2`.
        place: String,
    },
    /// A dose number is 0.
    #[error("dose {dose}: a dose number is 1 to 255")]
    BadDoseNumber {
        /// Which dose, from 1.
        dose: usize,
    },
    /// A batch is not one.
    #[error("dose {dose}: a batch is 1 to 20 printable ASCII characters without spaces")]
    BadBatch {
        /// Which dose, from 1.
        dose: usize,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonLine {
    id: String,
    birth_date: Option<String>,
    on: Option<String>,
    doses: Vec<JsonDose>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonDose {
    product: String,
    given_on: String,
    batch: Option<String>,
    dose_number: Option<u8>,
}

/// The only field of a bad line that its answer needs.
#[derive(Deserialize)]
struct JsonId {
    id: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    policy: &'a str,
    #[serde(flatten)]
    evaluation: Evaluation,
}

#[derive(Serialize)]
struct Refusal<'a> {
    id: Option<&'a str>,
    error: String,
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

impl HistoryLine {
    /// Reads one line, with or without its end.
    ///
    /// A product that the catalogue does not know is no error: the dose is kept, and never counts.
    ///
    /// # Errors
    /// [`LineError`] for a line that is too long, not JSON, of another form, or with a value that cannot be.
    pub fn parse(line: &[u8]) -> Result<Self, LineError> {
        if line.len() > MAX_LINE_BYTES {
            return Err(LineError::TooLong);
        }
        let text = std::str::from_utf8(line).map_err(|_| LineError::NotUtf8)?;
        let json: JsonLine = serde_json::from_str(text).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => LineError::WrongForm { column: error.column() },
            _ => LineError::NotJson { column: error.column() },
        })?;
        if !is_id(&json.id) {
            return Err(LineError::BadId);
        }
        if json.doses.len() > MAX_LINE_DOSES {
            return Err(LineError::TooManyDoses);
        }
        let date = |text: Option<String>, place| text.map(|text| read_date(&text, || String::from(place))).transpose();
        let doses = json.doses.into_iter().enumerate().map(|(index, dose)| read_dose(dose, index + 1));
        Ok(Self {
            id: json.id,
            on: date(json.on, "on")?,
            history: DoseHistory {
                birth_date: date(json.birth_date, "birth_date")?,
                doses: doses.collect::<Result<_, _>>()?,
            },
        })
    }
}

fn read_dose(json: JsonDose, number: usize) -> Result<Dose, LineError> {
    if json.dose_number == Some(0) {
        return Err(LineError::BadDoseNumber { dose: number });
    }
    let batch = json.batch.map(|text| Batch::parse(&text)).transpose();
    Ok(Dose {
        product: Product::find(&json.product),
        given_on: read_date(&json.given_on, || format!("dose {number}"))?,
        dose_number: json.dose_number,
        batch: batch.map_err(|_| LineError::BadBatch { dose: number })?,
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
    serde_json::from_slice::<JsonId>(line).ok().map(|json| json.id).filter(|id| is_id(id))
}

fn is_id(id: &str) -> bool {
    (1..=MAX_ID_CHARS).contains(&id.chars().count()) && !id.chars().any(char::is_control)
}

/// Writing these to a string cannot fail; if it did, the line would still be JSON.
fn to_json(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).unwrap_or_else(|_| r#"{"id":null,"error":"the answer could not be written"}"#.into())
}
