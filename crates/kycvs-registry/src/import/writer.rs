use std::collections::{HashMap, HashSet};

use kycvs_store::{HouseholdWrite, Key, StoreError, Version, Versioned};

use super::correction::{Corrected, OnCorrection};
use super::household::{Household, Rules};
use super::report::{ImportEvent, Outcome, Report};
use super::run::{Entry, Run};
use crate::seal::Seal;
use crate::sealed::ATTEMPTS;
use crate::{BeneficiaryId, ImportOptions, PersonRecord, RegistryError, SealedRegistry};

/// Brings households of the registry up to what a file says; or, on a dry run, only finds out what that would do.
pub(crate) struct Writer<'a> {
    registry: &'a SealedRegistry,
    rules: Rules,
    on_correction: Option<&'a dyn OnCorrection>,
    /// On a dry run, the households that moves would have changed.
    not_written: Option<HashMap<Key, Versioned<Vec<u8>>>>,
}

/// A household as it was read.
pub(crate) struct Read {
    pub(crate) key: Key,
    expected: Option<Version>,
    pub(crate) people: Vec<PersonRecord>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(registry: &'a SealedRegistry, rules: Rules, options: &'a ImportOptions) -> Self {
        let on_correction = options.on_correction.as_deref().filter(|_| !options.dry_run);
        Self { registry, rules, on_correction, not_written: options.dry_run.then(HashMap::new) }
    }

    pub(crate) fn seal(&self) -> &'a Seal {
        &self.registry.seal
    }

    pub(crate) async fn read<const N: usize>(&self, keys: [Key; N]) -> Result<[Read; N], RegistryError> {
        let records = self.registry.store.get_many(&keys).await?;
        let opened: Result<Vec<Read>, _> =
            keys.into_iter().zip(records).map(|(key, record)| self.open(key, record)).collect();
        opened?.try_into().map_err(|_| RegistryError::Damaged)
    }

    fn open(&self, key: Key, record: Option<Versioned<Vec<u8>>>) -> Result<Read, RegistryError> {
        let changed = self.not_written.as_ref().and_then(|not_written| not_written.get(&key)).cloned();
        let record = changed.or(record);
        let expected = record.as_ref().map(|record| record.version);
        Ok(Read { key, expected, people: self.registry.open_people(&key, record)? })
    }

    /// Writes the two households of a move, both or neither.
    pub(crate) async fn write_moved(&mut self, changed: [Read; 2]) -> Result<(), StoreError> {
        let mut writes = Vec::with_capacity(changed.len());
        for read in changed {
            writes.push(self.sealed(read).map_err(StoreError::unavailable)?);
        }
        let Some(not_written) = &mut self.not_written else { return self.registry.store.write(writes).await };
        for HouseholdWrite { key, expected, body } in writes {
            not_written.insert(key, Versioned { body, version: Version::after(expected) });
        }
        Ok(())
    }

    /// Puts the statements of whole households into what the store has, and writes all of it at once; again when another
    /// writer was first.
    pub(crate) async fn put(
        &self,
        batch: &Run,
        moved_away: &HashSet<(Key, BeneficiaryId)>,
        report: &mut Report<'_>,
    ) -> Result<(), RegistryError> {
        let households = batch.households();
        let keys: Vec<Key> = households.iter().filter_map(|entries| entries.first()).map(|entry| entry.key).collect();
        for _ in 0..ATTEMPTS {
            let mut outcome = Outcome::default();
            let records = self.registry.store.get_many(&keys).await?;
            let nonces = self.seal().nonces(keys.len())?;
            let mut writes = Vec::with_capacity(keys.len());
            // One household after the other, so that the memory of one serves the next.
            for (((key, entries), record), nonce) in keys.iter().zip(&households).zip(records).zip(nonces) {
                let Read { key, expected, people } = self.open(*key, record)?;
                if let Some(people) = self.apply(batch, entries, people, moved_away, &mut outcome)? {
                    outcome.households_written += 1;
                    if self.not_written.is_none() {
                        writes.push(HouseholdWrite { key, expected, body: self.seal().seal(&key, &people, nonce)? });
                    }
                }
            }
            let corrected = self.corrected(&outcome);
            self.tell(&corrected).await?;
            match self.write(writes).await {
                Ok(()) => {
                    self.tell(&corrected).await?;
                    report.add(outcome);
                    return Ok(());
                }
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// What may make answers wrong.
    fn corrected(&self, outcome: &Outcome) -> Vec<Corrected> {
        let corrected = outcome.events.iter().filter_map(|event| match event {
            ImportEvent::Corrected { mobile, erased } => {
                let erased = erased.iter().map(|id| self.registry.tag_of(id)).collect();
                Some(Corrected { mobile: *mobile, erased })
            }
            _ => None,
        });
        corrected.collect()
    }

    async fn tell(&self, corrected: &[Corrected]) -> Result<(), RegistryError> {
        match self.on_correction.filter(|_| !corrected.is_empty()) {
            Some(told) => Ok(told.corrected(corrected).await?),
            None => Ok(()),
        }
    }

    fn apply(
        &self,
        batch: &Run,
        entries: &[Entry],
        people: Vec<PersonRecord>,
        moved_away: &HashSet<(Key, BeneficiaryId)>,
        outcome: &mut Outcome,
    ) -> Result<Option<Vec<PersonRecord>>, RegistryError> {
        let household = Household::new(people, self.rules, outcome);
        let key = entries.first().map(|entry| entry.key);
        let statements = entries.iter().map(|entry| batch.statement(entry));
        Ok(household.apply(statements, |id| key.is_some_and(|key| moved_away.contains(&(key, *id))))?)
    }

    async fn write(&self, writes: Vec<HouseholdWrite>) -> Result<(), StoreError> {
        if writes.is_empty() { Ok(()) } else { self.registry.store.write(writes).await }
    }

    fn sealed(&self, Read { key, expected, people }: Read) -> Result<HouseholdWrite, RegistryError> {
        Ok(HouseholdWrite { key, expected, body: self.seal().seal(&key, &people, self.seal().nonce()?)? })
    }
}
