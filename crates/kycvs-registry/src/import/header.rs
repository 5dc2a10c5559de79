use super::csv::CsvError;
use super::records::lines;

/// Where the fields are in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    /// How many fields a row has.
    pub(crate) count: usize,
    pub(crate) needed: [usize; 8],
    pub(crate) action: Option<usize>,
    pub(crate) to: Option<usize>,
}

impl Columns {
    /// The columns that each file has.
    pub(crate) const NEEDED: [&str; 8] =
        ["beneficiary_id", "name", "mobile", "birth_date", "product", "given_on", "dose_number", "batch"];
    const ACTION: &str = "action";
    const TO: &str = "to";
}

/// The line that names the columns.
pub(crate) struct Header {
    /// Its number in the file, from 1.
    pub(crate) line: u64,
    /// How far it reaches from the beginning of the file, its line end included.
    pub(crate) bytes: usize,
    pub(crate) separator: u8,
    pub(crate) columns: Columns,
    pub(crate) extra_columns: Vec<String>,
}

/// How many lines are looked at.
const LINES: usize = 10;
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

impl Header {
    /// Finds the header in the beginning of a file. A line that names all columns is one; where there is none, the line
    /// that names the most of them says what is missing.
    pub(crate) fn find(head: &[u8]) -> Result<Self, CsvError> {
        let mut best: Option<Named> = None;
        let mut bytes = 0;
        for (line, text) in (1..).zip(lines(head).take(LINES)) {
            bytes += text.len();
            let named = SEPARATORS.map(|separator| Named::of(line, bytes, separator, text));
            let Some(named) = named.into_iter().max_by_key(|named| named.known) else { continue };
            if named.known > best.as_ref().map_or(1, |best| best.known) {
                let names_all = named.known == Columns::NEEDED.len();
                best = Some(named);
                if names_all {
                    break;
                }
            }
        }
        if head.iter().all(|byte| byte.is_ascii_whitespace()) {
            return Err(CsvError::Empty);
        }
        best.ok_or(CsvError::NoHeader)?.header()
    }
}

/// A line as names of columns, if one separator is meant.
struct Named {
    line: u64,
    bytes: usize,
    separator: u8,
    /// As they are written, without quotes and spaces.
    names: Vec<String>,
    /// How many of the columns that each file has are among them.
    known: usize,
}

impl Named {
    fn of(line: u64, bytes: usize, separator: u8, text: &[u8]) -> Self {
        let names: Vec<String> = fields(text, separator);
        let known = Columns::NEEDED.iter().filter(|column| names.iter().any(|name| is(name, column))).count();
        Self { line, bytes, separator, names, known }
    }

    fn header(self) -> Result<Header, CsvError> {
        let Self { line, bytes, separator, names, .. } = self;
        let mut all = Columns::NEEDED.into_iter().chain([Columns::ACTION, Columns::TO]);
        let times = |column: &str| names.iter().filter(|name| is(name, column)).count();
        if let Some(column) = all.find(|column| times(column) > 1) {
            return Err(CsvError::RepeatedColumn { line, column });
        }
        let place = |column: &str| names.iter().position(|name| is(name, column));
        let missing: Vec<&str> = Columns::NEEDED.into_iter().filter(|column| place(column).is_none()).collect();
        if !missing.is_empty() {
            return Err(CsvError::MissingColumns { line, missing });
        }
        let columns = Columns {
            count: names.len(),
            needed: Columns::NEEDED.map(|column| place(column).unwrap_or_default()),
            action: place(Columns::ACTION),
            to: place(Columns::TO),
        };
        let read = |at: &usize| columns.needed.contains(at) || [columns.action, columns.to].contains(&Some(*at));
        let extra = names.iter().enumerate().filter(|(at, name)| !read(at) && !name.is_empty());
        let extra_columns = extra.map(|(_, name)| name.clone()).collect();
        Ok(Header { line, bytes, separator, columns, extra_columns })
    }
}

/// The fields of one line.
fn fields(text: &[u8], separator: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text);
    let mut fields = csv::ByteRecord::new();
    if !reader.read_byte_record(&mut fields).unwrap_or(false) {
        return Vec::new();
    }
    fields.iter().map(|field| String::from_utf8_lossy(field).trim().to_owned()).collect()
}

/// `Beneficiary ID` and `BeneficiaryId` are `beneficiary_id`.
fn is(name: &str, column: &str) -> bool {
    letters(name).eq(letters(column))
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    let letters = name.chars().filter(|letter| !matches!(letter, ' ' | '_' | '-' | '.' | '\u{a0}'));
    letters.map(|letter| letter.to_ascii_lowercase())
}
