use anyhow::{Context, Result, bail};
use kycvs_postgres::PostgresStore;

use crate::keys::Keys;

/// Under which name a database says which keys it is used with.
const NAME: &str = "fingerprints of keys";

/// Notes in a new database whose it is. Of several that do so at once, the first is right.
///
/// # Errors
/// Keys that are not those of the database.
pub(crate) async fn claim(store: &PostgresStore, keys: &Keys) -> Result<()> {
    store.claim_meta(NAME, &note(keys)).await?;
    check(store, keys).await
}

/// Compares the keys with those that the database is used with. A server with others would find nobody, and tell each
/// person that there is no record.
///
/// # Errors
/// Keys that are not those of the database.
pub(crate) async fn check(store: &PostgresStore, keys: &Keys) -> Result<()> {
    let noted = store.meta(NAME).await?.context("the database does not say whose it is: run kycvs migrate")?;
    if noted == note(keys) {
        return Ok(());
    }
    let known = noted.chunks(32);
    let others = keys.fingerprints().into_iter().zip(known).filter(|((_, print), known)| print.as_slice() != *known);
    let others: Vec<_> = others.map(|((name, _), _)| name).collect();
    bail!("these keys are not those of this database: it has another {}", others.join(", another "))
}

/// Makes a further key of this name unless the database has one, and notes it: servers that made one each would sign one log, or
/// a person's cards, by several.
///
/// # Errors
/// A key that is not that of the database, is missing, or cannot be made.
pub(crate) async fn claim_further(
    store: &PostgresStore,
    keys: &Keys,
    name: &str,
    make: impl FnOnce() -> Result<()>,
) -> Result<()> {
    if store.meta(name).await?.is_none() {
        make()?;
        store.claim_meta(name, &keys.fingerprint_of(name)?).await?;
    }
    check_further(store, keys, name).await
}

/// Compares a further key with that of the database.
///
/// # Errors
/// A key that is missing, or is not that of the database.
pub(crate) async fn check_further(store: &PostgresStore, keys: &Keys, name: &str) -> Result<()> {
    let noted = store.meta(name).await?;
    let noted = noted.with_context(|| format!("the database has no {name} yet: run kycvs migrate"))?;
    if noted != keys.fingerprint_of(name)? {
        bail!("these keys are not those of this database: it has another {name}");
    }
    Ok(())
}

/// The fingerprints, one after the other.
fn note(keys: &Keys) -> Vec<u8> {
    keys.fingerprints().into_iter().flat_map(|(_, print)| print).collect()
}
