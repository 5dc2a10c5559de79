use std::collections::HashSet;

use kycvs_domain::{BirthDate, Mobile, PersonName};
use kycvs_store::{Key, StoreError};

use super::error::RowError;
use super::report::{Change, Ignored, ImportEvent, Outcome, Report};
use super::writer::Writer;
use crate::people::{Agreement, NotMoved, move_person};
use crate::sealed::ATTEMPTS;
use crate::{BeneficiaryId, RegistryError};

/// How many people one file may move: they are kept in memory, some hundred bytes each.
pub(crate) const MAX_MOVES: usize = 1 << 20;

/// A row of the action `move`.
pub(crate) struct Move {
    pub(crate) line: u64,
    pub(crate) id: BeneficiaryId,
    pub(crate) name: PersonName,
    pub(crate) birth: Option<BirthDate>,
    pub(crate) from: Mobile,
    pub(crate) to: Mobile,
}

/// Makes all moves of a file, one after the other, each whole or not at all. Gives from where somebody moved.
pub(crate) async fn make(
    moves: Vec<Move>,
    writer: &mut Writer<'_>,
    report: &mut Report<'_>,
) -> Result<HashSet<(Key, BeneficiaryId)>, RegistryError> {
    let mut moved_away = HashSet::new();
    for one in moves {
        let mut outcome = Outcome { rows: 1, ..Outcome::default() };
        match make_one(&one, writer).await? {
            Ok(true) => {
                outcome.events.push(ImportEvent::Changed { line: one.line, change: Change::PersonMoved });
                outcome.households_written = 2;
            }
            Ok(false) => outcome.ignored(one.line, Ignored::AlreadyDone),
            Err(reason) => outcome.bad_row(one.line, reason),
        }
        if outcome.events.iter().all(|event| !matches!(event, ImportEvent::BadRow { .. })) && one.from != one.to {
            moved_away.insert((writer.seal().household_key(&one.from), one.id));
        }
        report.add(outcome);
    }
    Ok(moved_away)
}

/// Whether there was anything to do; the inner error is the row's.
async fn make_one(one: &Move, writer: &mut Writer<'_>) -> Result<Result<bool, RowError>, RegistryError> {
    let keys = [one.from, one.to].map(|mobile| writer.seal().household_key(&mobile));
    if one.from == one.to {
        return Ok(Err(RowError::To));
    }
    for _ in 0..ATTEMPTS {
        let [mut from, mut to] = writer.read(keys).await?;
        match from.people.iter().find(|person| person.has_id(&one.id)) {
            None if to.people.iter().any(|person| person.has_id(&one.id)) => return Ok(Ok(false)),
            Some(known) if !Agreement::of(known.identity(), (&one.name, one.birth)).is_one_person() => {
                return Ok(Err(RowError::AnotherPerson));
            }
            _ => {}
        }
        match move_person(&mut from.people, &mut to.people, &one.id) {
            Ok(()) => {}
            Err(NotMoved::NoSuchPerson) => return Ok(Err(RowError::NoSuchPerson)),
            Err(NotMoved::IsThere) => return Ok(Err(RowError::MovedAlready)),
            Err(NotMoved::HouseholdFull) => return Ok(Err(RowError::HouseholdFull)),
        }
        match writer.write_moved([from, to]).await {
            Ok(()) => return Ok(Ok(true)),
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Conflict.into())
}
