//! The form of the catalogue's files: CSV without quotes, in which `#` begins a remark. The first row is the header.

/// The fields of a row, from left to right.
pub(super) type Fields<'a> = std::str::Split<'a, char>;

/// The rows below the header.
pub(super) fn rows(file: &str) -> impl Iterator<Item = Fields<'_>> {
    file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1).map(|line| line.split(','))
}

/// A field that may be empty.
pub(super) fn optional(field: &str) -> Option<&str> {
    Some(field).filter(|field| !field.is_empty())
}

/// The parts of a field that is a list.
pub(super) fn list(field: &str) -> impl Iterator<Item = &str> {
    field.split('|').filter(|part| !part.is_empty())
}
