use std::io::{self, Read};

use super::header::{Columns, Header};
use super::records::Records;
use super::text::{Encoding, Text};

/// Why a file cannot be imported at all. It names what is wrong, and quotes no row.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CsvError {
    /// No line but empty ones.
    #[error("the file is empty")]
    Empty,
    /// An Excel workbook, by its first bytes.
    #[error("the file is an Excel workbook: save it as \"CSV UTF-8\" and import that")]
    Workbook,
    /// No line among the first ten names two of the columns.
    #[error("none of the first ten lines names the columns; they are {}", Columns::NEEDED.join(","))]
    NoHeader,
    /// The line that names columns leaves some of them out.
    #[error("line {line} names the columns and lacks {}", missing.join(", "))]
    MissingColumns {
        /// The line in the file, from 1.
        line: u64,
        /// Those that are missing.
        missing: Vec<&'static str>,
    },
    /// A column is named twice.
    #[error("line {line} names the column {column} twice")]
    RepeatedColumn {
        /// The line in the file, from 1.
        line: u64,
        /// Its name.
        column: &'static str,
    },
    /// The file could not be read.
    #[error("the file could not be read")]
    Read(#[from] io::Error),
}

impl CsvError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty-file",
            Self::Workbook => "excel-workbook",
            Self::NoHeader => "no-header",
            Self::MissingColumns { .. } => "missing-columns",
            Self::RepeatedColumn { .. } => "repeated-column",
            Self::Read(_) => "unreadable-file",
        }
    }
}

/// What was found of a file before its rows.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct CsvForm {
    /// How its characters are written.
    pub encoding: Encoding,
    /// What separates two fields: a comma, a semicolon, a tab or a `|`.
    pub separator: char,
    /// The line that names the columns, from 1; the lines above it are passed over.
    pub header_line: u64,
    /// Columns that an import does not read, as the file names them.
    pub extra_columns: Vec<String>,
}

/// A registry file of which the header is read. See `docs/importing.md` for what such a file may look like.
pub struct RegistryCsv<R> {
    pub(crate) records: Records<R>,
    pub(crate) columns: Columns,
    form: CsvForm,
}

impl<R: Read> RegistryCsv<R> {
    /// Reads up to the header: UTF-8 or UTF-16; commas, semicolons, tabs or `|`; the columns in any order, in letters of either
    /// case, with others between them; a title or `sep=` in the lines above.
    ///
    /// # Errors
    /// [`CsvError`], which says what is wrong.
    pub fn open(file: R) -> Result<Self, CsvError> {
        let mut records = Records::new(Text::open(file)?);
        let encoding = records.text.encoding();
        let Header { line, bytes, separator, columns, extra_columns } = Header::find(records.head()?)?;
        records.begin(bytes, line, separator);
        let form = CsvForm { encoding, separator: char::from(separator), header_line: line, extra_columns };
        Ok(Self { records, columns, form })
    }

    /// What was found.
    pub fn form(&self) -> &CsvForm {
        &self.form
    }
}
