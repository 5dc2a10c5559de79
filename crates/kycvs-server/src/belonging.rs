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

/// The fingerprints, one after the other.
fn note(keys: &Keys) -> Vec<u8> {
    keys.fingerprints().into_iter().flat_map(|(_, print)| print).collect()
}
