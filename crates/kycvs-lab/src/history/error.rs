use serde_json::error::Category;

use super::{MAX_ID_CHARS, MAX_LINE_BYTES, MAX_LINE_DOSES};

/// Why a line was refused. None of these repeats a value of the line.
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
    /// The JSON is of another form.
    #[error("{problem}, near column {column}")]
    WrongForm {
        /// What is wrong with it.
        problem: FormProblem,
        /// The byte of the line where it shows, from 1.
        column: usize,
    },
    /// The id is empty, too long or holds control, invisible or bidirectional characters.
    #[error("an id is 1 to {MAX_ID_CHARS} visible characters")]
    BadId,
    /// There are more than [`MAX_LINE_DOSES`] doses.
    #[error("a line has at most {MAX_LINE_DOSES} doses")]
    TooManyDoses,
    /// There are more than [`MAX_LINE_DOSES`] pieces of evidence.
    #[error("a line has at most {MAX_LINE_DOSES} pieces of evidence")]
    TooMuchEvidence,
    /// A date is not `YYYY-MM-DD`, not of the calendar, or not of the years 1900 to 2199; only a birth may be a year alone.
    #[error("{place}: a date is YYYY-MM-DD, from 1900 to 2199")]
    BadDate {
        /// Which one: `on`, `birth_date`, `dose 2` or `evidence 1`.
        place: String,
    },
    /// A dose number is 0, or the number of doses of its series.
    #[error("dose {dose}: a dose number is 1 to 255")]
    BadDoseNumber {
        /// Which dose, from 1.
        dose: usize,
    },
    /// Evidence is of what the catalogue does not know, or is a titre of a disease.
    #[error("evidence {evidence}: it is against an antigen of the catalogue, and only antibodies have a titre")]
    BadEvidence {
        /// Which piece, from 1.
        evidence: usize,
    },
    /// A batch is not one.
    #[error("dose {dose}: a batch is 1 to 20 printable ASCII characters without spaces")]
    BadBatch {
        /// Which dose, from 1.
        dose: usize,
    },
}

/// In what the JSON of a line is not of the form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormProblem {
    /// A field that must be there is not.
    #[error("the field `{0}` is missing")]
    Missing(&'static str),
    /// A field is there twice.
    #[error("the field `{0}` is repeated")]
    Repeated(&'static str),
    /// There is a field that the form does not have. Of its name, at most 32 characters, with `?` for what is neither an
    /// ASCII letter nor `_`: somebody may have put a value there.
    #[error("the field `{0}` is unknown")]
    Unknown(String),
    /// A value is not one of the words that its field may have.
    #[error("a value is not one of the words of its field")]
    UnknownWord,
    /// A value is of another type, or a number is out of its range.
    #[error("a value is of another type")]
    WrongType,
}

impl LineError {
    pub(super) fn of_json(error: &serde_json::Error) -> Self {
        let column = error.column();
        match error.classify() {
            Category::Data => Self::WrongForm { problem: FormProblem::of(&error.to_string()), column },
            _ => Self::NotJson { column },
        }
    }
}

impl FormProblem {
    /// Reads it off the message, which is all that serde gives: it names the field, but not where a type is wrong.
    fn of(message: &str) -> Self {
        let named = |kind: &str| Some(message.strip_prefix(kind)?.strip_prefix(" field `")?.split_once('`')?.0);
        let known = |kind| named(kind).and_then(|name| FIELDS.into_iter().find(|field| *field == name));
        let missing = known("missing").map(Self::Missing);
        let repeated = || known("duplicate").map(Self::Repeated);
        let unknown = || named("unknown").map(|name| Self::Unknown(plain(name)));
        let word = || message.starts_with("unknown variant").then_some(Self::UnknownWord);
        missing.or_else(repeated).or_else(unknown).or_else(word).unwrap_or(Self::WrongType)
    }
}

fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphabetic() || c == '_' { c } else { '?' };
    name.chars().take(32).map(plain).collect()
}

/// The fields of a line, of its doses and of its evidence.
#[rustfmt::skip] // a table is read in columns
const FIELDS: [&str; 20] = [
    "id", "birth_date", "on", "doses", "immunity", "group", "name", "history", "series_status",
    "product", "given_on", "batch", "dose_number", "series_doses", "source", "evaluation", "reason",
    "against", "finding", "titre",
];
