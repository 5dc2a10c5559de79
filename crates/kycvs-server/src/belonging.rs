use crate::keys::Keys;
use anyhow::{Context, Result, bail};
use kycvs::store::{HouseholdStore, HouseholdWrite, Key, StoreError};

/// Where a database says which keys it is used with. The keys of households are keyed hashes, so none is this one.
const PLACE: [u8; 16] = *b"kycvs server key";

/// Notes in a new database whose it is. Of several that do so at once, the first is right.
///
/// # Errors
/// Keys that are not those of the database.
pub(crate) async fn claim(store: &dyn HouseholdStore, keys: &Keys) -> Result<()> {
    let write = HouseholdWrite { key: Key::from(PLACE), expected: None, body: note(keys) };
    match store.write(vec![write]).await {
        Err(StoreError::Conflict) => check(store, keys).await,
        written => Ok(written?),
    }
}

/// Compares the keys with those that the database is used with. A server with others would find nobody, and tell each
/// person that there is no record.
///
/// # Errors
/// Keys that are not those of the database.
pub(crate) async fn check(store: &dyn HouseholdStore, keys: &Keys) -> Result<()> {
    let noted =
        store.get(&Key::from(PLACE)).await?.context("the database does not say whose it is: run kycvs migrate")?;
    if noted.body == note(keys) {
        return Ok(());
    }
    let known = noted.body.chunks(32);
    let others = keys.fingerprints().into_iter().zip(known).filter(|((_, print), known)| print.as_slice() != *known);
    let others: Vec<_> = others.map(|((name, _), _)| name).collect();
    bail!("these keys are not those of this database: it has another {}", others.join(", another "))
}

/// The fingerprints, one after the other.
fn note(keys: &Keys) -> Vec<u8> {
    keys.fingerprints().into_iter().flat_map(|(_, print)| print).collect()
}
