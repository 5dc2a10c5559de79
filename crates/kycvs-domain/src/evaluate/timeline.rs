use std::cmp::Ordering;

use chrono::NaiveDate;

use super::Finding;
use crate::{
    BirthDate, Dose, DoseHistory, Policy, Product, ProductCode,
    product::ProductSet,
    verdict::{Reason, Verdict},
};

/// A history that is longer needs the heap.
const FEW: usize = 8;

/// The doses that may count, in the order they were given.
///
/// Doses of one day are ordered by product, recorded number and batch: the order of the records decides nothing.
#[derive(Default)]
pub(super) struct Timeline<'a> {
    few: [Option<Entry<'a>>; FEW],
    many: Vec<Option<Entry<'a>>>,
    len: usize,
}

/// A dose that may count.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// Its place in the history.
    pub(super) index: usize,
    pub(super) dose: &'a Dose,
    pub(super) product: Product,
}

impl<'a> Timeline<'a> {
    /// Takes up the doses of a history in order, and notes what is found on those that cannot count or are
    /// recorded twice.
    ///
    /// It fills `self` in place: to move a timeline costs as much as to read a short history.
    pub(super) fn read(
        &mut self,
        history: &'a DoseHistory,
        policy: &Policy,
        on: NaiveDate,
        mut note: impl FnMut(usize, Finding),
    ) {
        for (index, dose) in history.doses.iter().enumerate() {
            match countable(dose, policy, history.birth, on) {
                Ok(product) => self.push(Entry { index, dose, product }),
                Err(reason) => note(index, Finding::new(Verdict::NotValid, reason)),
            }
        }
        self.sort();
        self.drop_duplicates(note);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry<'a>> {
        let all = if self.many.is_empty() { &self.few[..] } else { &self.many };
        all.iter().take(self.len).flatten()
    }

    pub(super) fn products(&self) -> ProductSet {
        self.iter().map(|entry| entry.product).collect()
    }

    fn push(&mut self, entry: Entry<'a>) {
        match self.few.get_mut(self.len) {
            Some(place) => *place = Some(entry),
            None => {
                if self.many.is_empty() {
                    self.many.extend_from_slice(&self.few);
                }
                self.many.push(Some(entry));
            }
        }
        self.len += 1;
    }

    /// Most histories are in order already.
    fn sort(&mut self) {
        let order = |one: &Option<Entry<'_>>, other: &Option<Entry<'_>>| match (one, other) {
            (Some(one), Some(other)) => one.order(other),
            _ => one.is_some().cmp(&other.is_some()),
        };
        let entries = self.entries();
        if !entries.is_sorted_by(|one, other| order(one, other).is_le()) {
            entries.sort_unstable_by(order);
        }
    }

    /// Of several records of one product on one day the first in order stays.
    fn drop_duplicates(&mut self, mut note: impl FnMut(usize, Finding)) {
        let (mut kept, mut last) = (0, None::<Entry<'_>>);
        let entries = self.entries();
        for at in 0..entries.len() {
            let Some(entry) = entries.get(at).copied().flatten() else { continue };
            match last {
                Some(last) if last.is_same_dose(entry) => note(entry.index, entry.duplicate_of(last)),
                _ => {
                    entries.swap(kept, at);
                    kept += 1;
                    last = Some(entry);
                }
            }
        }
        self.len = kept;
    }

    fn entries(&mut self) -> &mut [Option<Entry<'a>>] {
        let all = if self.many.is_empty() { &mut self.few[..] } else { &mut self.many };
        all.get_mut(..self.len).unwrap_or_default()
    }
}

impl Entry<'_> {
    fn order(&self, other: &Self) -> Ordering {
        let by_day = self.dose.given_on.cmp(&other.dose.given_on);
        by_day.then_with(|| self.product.cmp(&other.product)).then_with(|| {
            let (one, other) = (self.dose, other.dose);
            (one.dose_number, one.batch).cmp(&(other.dose_number, other.batch))
        })
    }

    fn is_same_dose(self, other: Self) -> bool {
        self.dose.given_on == other.dose.given_on && self.product == other.product
    }

    fn duplicate_of(self, kept: Self) -> Finding {
        let finding = Finding::new(Verdict::Extraneous, Reason::Duplicate);
        match self.dose.batch.zip(kept.dose.batch) {
            Some((one, other)) if one != other => finding.remark(Reason::BatchConflict),
            _ => finding,
        }
    }
}

/// The product of a dose that may count, or why it cannot.
fn countable(dose: &Dose, policy: &Policy, birth: Option<BirthDate>, on: NaiveDate) -> Result<Product, Reason> {
    let product = dose.product.and_then(ProductCode::product);
    let product = product.filter(|product| policy.knows(*product)).ok_or(Reason::UnknownProduct)?;
    if dose.given_on > on {
        Err(Reason::FutureDate)
    } else if birth.is_some_and(|birth| dose.given_on < birth.first_day()) {
        Err(Reason::BeforeBirth)
    } else if product.first_use().is_some_and(|first| dose.given_on < first) {
        Err(Reason::BeforeFirstUse)
    } else {
        Ok(product)
    }
}
