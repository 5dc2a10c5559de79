use kycvs_domain::Mobile;
use kycvs_store::Key;

use super::row::Action;
use crate::codec::{CodecError, decode, encode};
use crate::wipe::Wiped;
use crate::{BeneficiaryId, PersonRecord};

/// What rows state, statement by statement. They are kept as the bytes of a record, which take a quarter of the memory of
/// anything else, so that much of a file can be sorted by household: a database that is written in its order touches each
/// page once.
#[derive(Default)]
pub(crate) struct Run {
    chunks: Vec<Wiped>,
    chunk_bytes: usize,
    /// One statement, before it has a place.
    scratch: Wiped,
    entries: Vec<Entry>,
    /// Where in `entries` [`next`](Self::peek) is.
    next: usize,
}

/// Where a statement lies.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    /// The first of its rows.
    pub(crate) line: u64,
    chunk: u32,
    start: u32,
    pub(crate) len: u32,
}

/// What one row states of a person, or rows that follow each other.
pub(crate) struct Statement {
    /// The first of its rows.
    pub(crate) line: u64,
    pub(crate) rows: u32,
    pub(crate) says: Says,
}

/// What is stated.
pub(crate) enum Says {
    /// An action. With `put` and `correct`, a line for each dose.
    Does { action: Action, mobile: Mobile, person: PersonRecord, dose_lines: Vec<u64>, into: Option<BeneficiaryId> },
    /// A row that is bad, of a person; of anybody in the household where its id is bad too.
    IsBad(Option<BeneficiaryId>),
}

/// Chunks grow from 4 KiB to 1 MiB: a small file takes little memory, and of a large one few bytes are left over.
const FIRST_CHUNK: usize = 1 << 12;

/// More than a statement takes that has all the doses a person can have.
const STATEMENT: usize = 1 << 12;

impl Run {
    /// How much memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.chunk_bytes + self.entries.len() * size_of::<Entry>()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn push(&mut self, key: Key, statement: &Statement) {
        let mut bytes = std::mem::take(&mut self.scratch);
        bytes.clear();
        bytes.reserve(STATEMENT);
        statement.encode(&mut bytes);
        self.push_bytes(key, statement.line, &bytes);
        self.scratch = bytes;
    }

    /// Takes up a statement as another run gave it.
    pub(crate) fn push_bytes(&mut self, key: Key, line: u64, bytes: &[u8]) {
        if self.chunks.last().is_none_or(|chunk| chunk.len() + bytes.len() > chunk.capacity()) {
            let capacity = (FIRST_CHUNK << self.chunks.len().min(8)).max(bytes.len());
            self.chunks.push(Wiped::with_capacity(capacity));
        }
        let number = self.chunks.len().saturating_sub(1);
        let Some(chunk) = self.chunks.last_mut() else { return };
        self.chunk_bytes += bytes.len();
        let start = chunk.len();
        chunk.extend_from_slice(bytes);
        // A chunk is a mebibyte, and a run has as many as memory.
        let [chunk, start, len] = [number, start, bytes.len()].map(|size| u32::try_from(size).unwrap_or(u32::MAX));
        self.entries.push(Entry { key, line, chunk, start, len });
    }

    /// By household, in a household in the order of the file.
    pub(crate) fn sort(&mut self) {
        self.entries.sort_unstable_by_key(|entry| (entry.key, entry.line));
        self.next = 0;
    }

    pub(crate) fn peek(&self) -> Option<(&Entry, &[u8])> {
        let entry = self.entries.get(self.next)?;
        Some((entry, self.bytes_of(entry)))
    }

    pub(crate) fn advance(&mut self) {
        self.next += 1;
    }

    /// Forgets all, and keeps the memory to use it again.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.next = 0;
        self.chunk_bytes = 0;
        self.chunks.truncate(1);
        self.chunks.iter_mut().for_each(Wiped::wipe);
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries of each household, in the order of their keys.
    pub(crate) fn households(&self) -> Vec<&[Entry]> {
        self.entries.chunk_by(|a, b| a.key == b.key).collect()
    }

    pub(crate) fn statement(&self, entry: &Entry) -> Result<Statement, CodecError> {
        Statement::decode(entry.line, self.bytes_of(entry)).ok_or(CodecError::Truncated)
    }

    pub(crate) fn bytes_of(&self, entry: &Entry) -> &[u8] {
        let [chunk, start, len] =
            [entry.chunk, entry.start, entry.len].map(|size| usize::try_from(size).unwrap_or(usize::MAX));
        self.chunks.get(chunk).and_then(|chunk| chunk.get(start..start.saturating_add(len))).unwrap_or_default()
    }
}

/// `kind | rows, 4 | …`. Of an action follow the mobile (10 digits), the length of the person (2) and the person as a record
/// of its own, the distance of each dose's line from the first (a varint each), and the id that is kept of two. Of a bad row
/// follows the id.
impl Statement {
    const BAD: u8 = 255;

    fn encode(&self, out: &mut Vec<u8>) {
        let kind = match &self.says {
            Says::Does { action, .. } => ACTIONS.iter().position(|known| known == action).unwrap_or_default(),
            Says::IsBad(_) => usize::from(Self::BAD),
        };
        out.push(kind.to_le_bytes()[0]);
        out.extend(self.rows.to_be_bytes());
        match &self.says {
            Says::IsBad(id) => out.extend_from_slice(id.as_ref().map_or(&[], |id| id.as_str().as_bytes())),
            Says::Does { mobile, person, dose_lines, into, .. } => {
                out.extend_from_slice(mobile.national().as_bytes());
                let before = out.len();
                out.extend([0, 0]);
                encode(std::slice::from_ref(person), out);
                let len = u16::try_from(out.len() - before - 2).unwrap_or(u16::MAX).to_be_bytes();
                if let Some(place) = out.get_mut(before..before + 2) {
                    place.copy_from_slice(&len);
                }
                dose_lines.iter().for_each(|line| put_varint(line.saturating_sub(self.line), out));
                out.extend_from_slice(into.as_ref().map_or(&[], |id| id.as_str().as_bytes()));
            }
        }
    }

    fn decode(line: u64, bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let (rows, rest) = rest.split_first_chunk::<4>()?;
        let rows = u32::from_be_bytes(*rows);
        let id = |bytes: &[u8]| str::from_utf8(bytes).ok().and_then(|text| BeneficiaryId::parse(text).ok());
        if *kind == Self::BAD {
            return Some(Self { line, rows, says: Says::IsBad(id(rest)) });
        }
        let action = *ACTIONS.get(usize::from(*kind))?;
        let (mobile, rest) = rest.split_first_chunk::<10>()?;
        let mobile = Mobile::parse(str::from_utf8(mobile).ok()?).ok()?;
        let (len, rest) = rest.split_first_chunk::<2>()?;
        let (person, mut rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
        let person = decode(person).ok()?.pop()?;
        let mut dose_lines = Vec::with_capacity(person.doses.len());
        for _ in &person.doses {
            dose_lines.push(line.checked_add(take_varint(&mut rest)?)?);
        }
        Some(Self { line, rows, says: Says::Does { action, mobile, person, dose_lines, into: id(rest) } })
    }
}

const ACTIONS: [Action; 6] = [Action::Put, Action::Correct, Action::Void, Action::Remove, Action::Move, Action::Merge];

fn put_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return Some(number);
        }
    }
    None
}
