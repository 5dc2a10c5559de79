//! A table of a policy file, read field by field: each fault is noted with its place, and reading goes on.

use std::{cell::RefCell, ops::Range};

use chrono::NaiveDate;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Period, PolicyError, PolicyFault, PolicyProblem as Problem};
use crate::{product::Key, text::is_text};

/// A value of the file with its place.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// What is wrong in a file so far.
pub(super) struct Faults<'t> {
    text: &'t str,
    found: RefCell<Vec<(usize, Problem)>>,
}

/// One table: fields are taken by name, and what is left at the end is unknown.
pub(super) struct Fields<'f, 't> {
    table: &'f DeTable<'t>,
    span: Range<usize>,
    faults: &'f Faults<'t>,
    taken: RefCell<Vec<&'static str>>,
}

impl<'t> Faults<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, found: RefCell::default() }
    }

    pub(super) fn note(&self, at: usize, problem: Problem) {
        let mut found = self.found.borrow_mut();
        if found.len() < PolicyError::MAX_FAULTS {
            found.push((at, problem));
        }
    }

    /// The value of a result; its fault is noted.
    pub(super) fn keep<T>(&self, at: usize, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.note(at, problem)).ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// All faults in the order of the file; `None` without any.
    pub(super) fn into_error(self) -> Option<PolicyError> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|(at, _)| *at);
        found.dedup();
        let faults: Vec<_> = found.into_iter().map(|(at, problem)| fault(self.text, at, problem)).collect();
        (!faults.is_empty()).then_some(PolicyError { faults })
    }
}

fn fault(text: &str, at: usize, problem: Problem) -> PolicyFault {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.matches('\n').count() + 1;
    let column = before.get(line_start..).map_or(1, |line| line.chars().count() + 1);
    PolicyFault { line, column, problem }
}

/// The field that shares at least half of its pairs of letters with what was written.
fn nearest(written: &str, fields: &[&'static str]) -> Option<&'static str> {
    let written = Key::of(written)?;
    let likeness = |field: &&'static str| Key::of(field).map_or(0, |field| field.likeness(&written));
    fields.iter().copied().filter(|field| likeness(field) >= 500).max_by_key(likeness)
}

impl<'f, 't> Fields<'f, 't> {
    pub(super) fn new(table: &'f DeTable<'t>, span: Range<usize>, faults: &'f Faults<'t>) -> Self {
        Self { table, span, faults, taken: RefCell::default() }
    }

    /// The table that a value is.
    pub(super) fn of(value: &'f Value<'t>, field: &'static str, faults: &'f Faults<'t>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(table) => Some(Self::new(table, value.span(), faults)),
            _ => {
                faults.note(value.span().start, Problem::WrongType { field, expected: "a table" });
                None
            }
        }
    }

    /// Where the table begins.
    pub(super) fn start(&self) -> usize {
        self.span.start
    }

    pub(super) fn faults(&self) -> &'f Faults<'t> {
        self.faults
    }

    /// The value of a field, whatever it is.
    pub(super) fn value(&self, field: &'static str) -> Option<&'f Value<'t>> {
        self.taken.borrow_mut().push(field);
        self.table.get(field)
    }

    /// Where the field is, or the table when it is not there.
    pub(super) fn place(&self, field: &str) -> usize {
        self.table.get_key_value(field).map_or(self.span.start, |(key, _)| key.span().start)
    }

    /// Notes the fields that nobody asked for.
    pub(super) fn end(&self) {
        let taken = self.taken.borrow();
        for key in self.table.keys().filter(|key| !taken.contains(&key.get_ref().as_ref())) {
            let field: String = key.get_ref().chars().take(32).collect();
            let nearest = nearest(&field, &taken);
            self.faults.note(key.span().start, Problem::UnknownField { field, nearest });
        }
    }

    fn wrong<T>(&self, value: &Value<'t>, field: &'static str, expected: &'static str) -> Option<T> {
        self.faults.note(value.span().start, Problem::WrongType { field, expected });
        None
    }

    pub(super) fn required<T>(&self, field: &'static str, value: Option<T>) -> Option<T> {
        if value.is_none() && self.table.get(field).is_none() {
            self.faults.note(self.span.start, Problem::MissingField(field));
        }
        value
    }

    /// A text of any characters.
    pub(super) fn raw_text(&self, field: &'static str) -> Option<&'f str> {
        let value = self.value(field)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text.as_ref()),
            _ => self.wrong(value, field, "a text"),
        }
    }

    /// A text of visible characters.
    pub(super) fn text(&self, field: &'static str, max: usize) -> Option<&'f str> {
        self.text_of(self.value(field)?, field, max)
    }

    /// The text of visible characters that a value is.
    pub(super) fn text_of(&self, value: &'f Value<'t>, field: &'static str, max: usize) -> Option<&'f str> {
        let DeValue::String(text) = value.get_ref() else { return self.wrong(value, field, "a text") };
        if !is_text(text, max) {
            self.faults.note(value.span().start, Problem::BadText { field, max });
            return None;
        }
        Some(text)
    }

    /// The fields that nobody asked for yet, where their names are for the file to choose.
    pub(super) fn rest(&self) -> impl Iterator<Item = (&'f str, &'f Value<'t>)> {
        let taken = self.taken.borrow().clone();
        let rest = self.table.iter().map(|(key, value)| (key.get_ref().as_ref(), value));
        rest.filter(move |(name, _)| !taken.contains(name))
    }

    pub(super) fn number(&self, field: &'static str) -> Option<Result<u32, ()>> {
        let value = self.value(field)?;
        match value.get_ref() {
            DeValue::Integer(number) => Some(u32::from_str_radix(number.as_str(), number.radix()).map_err(|_| ())),
            _ => self.wrong(value, field, "a whole number"),
        }
    }

    pub(super) fn flag(&self, field: &'static str) -> Option<bool> {
        let value = self.value(field)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => self.wrong(value, field, "true or false"),
        }
    }

    pub(super) fn date(&self, field: &'static str) -> Option<NaiveDate> {
        let value = self.value(field)?;
        let DeValue::Datetime(time) = value.get_ref() else {
            return self.wrong(value, field, "a date such as 2021-05-13");
        };
        let date = time.date.filter(|_| time.time.is_none() && time.offset.is_none());
        let date = date
            .and_then(|date| NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day)));
        self.faults.keep(value.span().start, date.ok_or(Problem::BadDate(field)))
    }

    pub(super) fn period(&self, field: &'static str) -> Option<Period> {
        let text = self.raw_text(field)?;
        self.faults.keep(self.place(field), Period::parse(text).ok_or(Problem::BadPeriod(field)))
    }

    /// A list with 1 to `max` entries.
    pub(super) fn list(&self, field: &'static str, max: usize) -> Option<&'f [Value<'t>]> {
        let value = self.value(field)?;
        let DeValue::Array(list) = value.get_ref() else { return self.wrong(value, field, "a list") };
        if list.is_empty() || list.len() > max {
            self.faults.note(self.place(field), Problem::Count { what: field, max });
            return None;
        }
        Some(list)
    }
}
