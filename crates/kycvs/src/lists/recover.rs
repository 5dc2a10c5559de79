use chrono::{DateTime, Utc};
use kycvs_store::StoreError;
use kycvs_token::{Refusal, StatusListClaims, TokenVerifier};

use super::ListName;
use super::head::Head;
use super::publish::{Publisher, Step, tick_of};
use crate::Error;

/// What was brought back from published lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// How many lists were published again.
    pub lists: usize,
    /// The first shard from which positions are given now: none of those that were given and forgotten is in it.
    pub first_shard: u16,
}

/// Why nothing was brought back. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecoverError {
    /// A list does not verify with the issuer's own keys.
    #[error("a list does not verify")]
    Refused(#[from] Refusal),
    /// A list has another name than this issuer gives.
    #[error("a list has another name than this issuer gives")]
    Foreign,
    /// A list cannot be joined with the one that is kept, or nothing could be stored or signed.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl Publisher {
    /// Joins lists that were published with what is kept, and gives positions from fresh lists alone from now on.
    pub(crate) async fn recover(
        &self,
        tokens: &[Vec<u8>],
        verifier: &TokenVerifier,
        now: DateTime<Utc>,
    ) -> Result<Recovered, RecoverError> {
        let known = tokens.iter().map(|token| self.known(verifier.verify_status_list(token, now)?));
        let known: Vec<(ListName, StatusListClaims)> = known.collect::<Result<_, RecoverError>>()?;
        loop {
            let (head, expected) = self.head().await?;
            let given = known.iter().map(|(name, _)| *name).chain(head.lists.iter().map(|list| list.name));
            let first_shard = given.map(|name| name.shard().saturating_add(1)).max().unwrap_or_default();
            let begun = Head { first_shard, ..head.clone() };
            let mut step = Step {
                head: Head { tick: tick_of(now), lists: Vec::new(), ..begun.clone() },
                pages: Vec::new(),
                stated: Vec::new(),
            };
            for name in self.alive(&begun, known.iter().map(|(name, _)| *name), now) {
                let known = known.iter().find(|(known, _)| *known == name).map(|(_, claims)| claims);
                self.raise(&mut step, &head, name, &[], known, now).await?;
            }
            let lists = step.pages.len();
            self.state(&mut step).await?;
            match self.store.advance(step.advance(expected, Vec::new())).await {
                Ok(()) => return Ok(Recovered { lists, first_shard }),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(Error::from(error).into()),
            }
        }
    }

    fn known(&self, claims: StatusListClaims) -> Result<(ListName, StatusListClaims), RecoverError> {
        let name = ListName::from_uri(&claims.uri, self.issuer.issuer()).ok_or(RecoverError::Foreign)?;
        Ok((name, claims))
    }
}
