//! Ids that a file has on two mobiles. A household is read by its mobile and knows nothing of others, so the ids of a file are
//! sorted on their own.

use std::collections::HashSet;
use std::io;

use kycvs_store::Key;
use ring::digest::{SHA256, digest};

use super::report::{Doubt, ImportEvent, Report};
use super::row::Action;
use super::run::{Entry, Run};
use super::sorted::Sorted;
use crate::BeneficiaryId;

/// How many ids are looked at together.
const IDS: usize = 4096;

/// Where an id comes when ids are sorted: its own bytes where they fit, so that most need no hash.
fn order_of(id: &BeneficiaryId) -> Key {
    let text = id.as_str().as_bytes();
    let mut order = [0; 16];
    if text.len() <= order.len() {
        order.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
    } else {
        order.iter_mut().zip(digest(&SHA256, text).as_ref()).for_each(|(to, from)| *to = *from);
    }
    Key::from(order)
}

/// Notes that a row puts a person into a household, or takes them out.
pub(crate) fn note(ids: &mut Run, household: &Key, line: u64, action: Action, id: &BeneficiaryId) {
    let stays = match action {
        Action::Put | Action::Correct => 1,
        Action::Remove => 0,
        Action::Void | Action::Move | Action::Merge => return,
    };
    let mut bytes = [0; 17];
    let (first, place) = bytes.split_at_mut(1);
    first.fill(stays);
    place.copy_from_slice(household.as_bytes());
    ids.push_bytes(order_of(id), line, &bytes);
}

/// Reports each id that is on two mobiles when all rows are done.
pub(crate) fn report_scattered(
    mut ids: Sorted,
    moved_away: &HashSet<(Key, Key)>,
    report: &mut Report<'_>,
) -> io::Result<()> {
    let mut batch = Run::default();
    loop {
        ids.next(IDS, &mut batch)?;
        if batch.is_empty() {
            return Ok(());
        }
        for rows in batch.households() {
            let is_there = |household: &Key, order: &Key| !moved_away.contains(&(*household, *order));
            let mut places = places(&batch, rows);
            places.retain(|(household, _)| rows.first().is_some_and(|row| is_there(household, &row.key)));
            let [(_, first), others @ ..] = places.as_slice() else { continue };
            for (_, line) in others {
                let doubt = Doubt::OneIdOnTwoMobiles;
                report.tell(ImportEvent::Doubtful { line: *line, other_line: Some(*first), doubt });
            }
        }
    }
}

/// The households in which one id is in the end, each with its first line there.
fn places(ids: &Run, rows: &[Entry]) -> Vec<(Key, u64)> {
    let mut places: Vec<(Key, u64)> = Vec::new();
    for row in rows {
        let [stays, household @ ..] = ids.bytes_of(row) else { continue };
        let Some(household) = household.first_chunk::<16>().map(|bytes| Key::from(*bytes)) else { continue };
        let known = places.iter().position(|(known, _)| *known == household);
        match (known, *stays == 1) {
            (None, true) => places.push((household, row.line)),
            (Some(place), false) => drop(places.remove(place)),
            _ => {}
        }
    }
    places
}

/// A household from where somebody moved, as [`report_scattered`] looks for it.
pub(crate) fn moved(household: Key, id: &BeneficiaryId) -> (Key, Key) {
    (household, order_of(id))
}
