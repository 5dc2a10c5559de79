use std::cmp::Ordering;

use chrono::NaiveDate;

use super::Finding;
use crate::{
    BirthDate, Dose, DoseHistory, Policy, Product, ProductCode,
    product::ProductSet,
    verdict::{Reason, Verdict},
};

/// The doses that may count, in the order they were given.
///
/// Doses of one day are ordered by product, recorded number and batch: the order of the records decides nothing.
pub(super) struct Timeline<'a> {
    entries: Vec<Entry<'a>>,
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
    /// Takes up the doses of a history in order, and notes in `found` what is found on those that cannot count or are
    /// recorded twice.
    pub(super) fn read(
        history: &'a DoseHistory,
        policy: &Policy,
        on: NaiveDate,
        found: &mut [Option<Finding>],
    ) -> Self {
        let mut entries = Vec::with_capacity(history.doses.len());
        for (index, (dose, found)) in history.doses.iter().zip(&mut *found).enumerate() {
            match countable(dose, policy, history.birth, on) {
                Ok(product) => entries.push(Entry { index, dose, product }),
                Err(reason) => *found = Some(Finding::new(Verdict::NotValid, reason)),
            }
        }
        entries.sort_unstable_by(Entry::order);
        let mut last = None::<Entry<'_>>;
        entries.retain(|entry| match last {
            Some(last) if last.is_same_dose(entry) => {
                if let Some(found) = found.get_mut(entry.index) {
                    *found = Some(entry.duplicate_of(&last));
                }
                false
            }
            _ => {
                last = Some(*entry);
                true
            }
        });
        Self { entries }
    }

    pub(super) fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// The products that were given.
    pub(super) fn products(&self) -> ProductSet {
        self.entries.iter().map(|entry| entry.product).collect()
    }
}

impl Entry<'_> {
    fn order(&self, other: &Self) -> Ordering {
        let by_day = self.dose.given_on.cmp(&other.dose.given_on);
        by_day.then_with(|| self.product.cmp(&other.product)).then_with(|| {
            let (one, other) = (self.dose, other.dose);
            let said = |dose: &Dose| (dose.dose_number, dose.series_doses, dose.batch, dose.source);
            said(one).cmp(&said(other))
        })
    }

    fn is_same_dose(&self, other: &Self) -> bool {
        self.dose.given_on == other.dose.given_on && self.product == other.product
    }

    fn duplicate_of(&self, kept: &Self) -> Finding {
        let finding = Finding::new(Verdict::Extraneous, Reason::Duplicate);
        match self.dose.batch.zip(kept.dose.batch) {
            Some((one, other)) if one != other => finding.remark(Reason::BatchConflict),
            _ => finding,
        }
    }
}

/// The product of a dose that may count, or why it cannot.
fn countable(dose: &Dose, policy: &Policy, birth: Option<BirthDate>, on: NaiveDate) -> Result<Product, Reason> {
    let product = dose.product.and_then(ProductCode::product).ok_or(Reason::UnknownProduct)?;
    if !policy.knows(product) {
        Err(Reason::NotInPolicy)
    } else if dose.given_on > on {
        Err(Reason::FutureDate)
    } else if birth.is_some_and(|birth| dose.given_on < birth.first_day()) {
        Err(Reason::BeforeBirth)
    } else if product.first_use().is_some_and(|first| dose.given_on < first) {
        Err(Reason::BeforeFirstUse)
    } else {
        Ok(product)
    }
}
