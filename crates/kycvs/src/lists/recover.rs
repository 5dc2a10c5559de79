use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Utc};
use kycvs_store::StoreError;
use kycvs_token::{Refusal, StatusListClaims, TokenVerifier};

use super::ListName;
use super::head::Head;
use super::publish::{Publisher, Step, invalid, tick_of};
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
    /// A list that the database knows is not among them: without it, what was withdrawn since the backup would be good again.
    #[error("the list {0} is not among them, and what it withdrew is known from nowhere else")]
    Missing(ListName),
    /// A list cannot be joined with the one that is kept, or nothing could be stored or signed.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl Publisher {
    /// Joins lists that were published with what is kept, and gives positions from fresh lists alone from now on. One list may come in
    /// several states, from a server, a CDN and a gate.
    pub(crate) async fn recover(
        &self,
        tokens: &[Vec<u8>],
        verifier: &TokenVerifier,
        now: DateTime<Utc>,
    ) -> Result<Recovered, RecoverError> {
        let mut known: BTreeMap<ListName, StatusListClaims> = BTreeMap::new();
        for token in tokens {
            self.join(&mut known, verifier.verify_status_list(token, now)?)?;
        }
        loop {
            let (head, expected) = self.head().await?;
            let given = known.keys().copied().chain(head.lists.iter().map(|list| list.name));
            let first_shard = given.map(|name| name.shard().saturating_add(1)).max().unwrap_or_default();
            let begun = Head { first_shard, ..head.clone() };
            let mut step = Step {
                head: Head { tick: tick_of(now), lists: Vec::new(), ..begun.clone() },
                pages: Vec::new(),
                stated: Vec::new(),
            };
            for name in self.alive(&begun, known.keys().copied(), now) {
                let known = known.get(&name);
                if known.is_none() && head.find(name).is_some() {
                    return Err(RecoverError::Missing(name));
                }
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

    fn join(
        &self,
        known: &mut BTreeMap<ListName, StatusListClaims>,
        claims: StatusListClaims,
    ) -> Result<(), RecoverError> {
        let name = ListName::from_uri(&claims.uri, self.issuer.issuer()).ok_or(RecoverError::Foreign)?;
        match known.entry(name) {
            Entry::Vacant(first) => {
                first.insert(claims);
            }
            Entry::Occupied(mut before) => {
                let before = before.get_mut();
                before.list.join(&claims.list).map_err(invalid)?;
                before.issued_at = before.issued_at.max(claims.issued_at);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::TimeDelta;
    use kycvs_memory::MemoryStore;
    use kycvs_store::{Advance, BoardStore, ConsentLedger, Day, Key, Page};
    use kycvs_token::TokenIssuer;

    use super::super::tests::{ISSUER, host, issuer, published, start};
    use super::super::{Flip, Lists, publish::page_of};
    use super::*;

    /// What is published, as a CDN has it.
    async fn copies(host: &Lists) -> Vec<Vec<u8>> {
        let mut copies = Vec::new();
        for (name, _) in host.publisher.published().await.unwrap() {
            copies.push(host.publisher.read(name).await.unwrap().unwrap().into_string().into_bytes());
        }
        copies
    }

    fn verifier(issuer: &TokenIssuer) -> TokenVerifier {
        TokenVerifier::new(ISSUER, issuer.published_keys(start()))
    }

    #[tokio::test]
    async fn of_several_states_of_a_list_every_bit_is_brought_back() {
        let (store, issuer) = (Arc::new(MemoryStore::new()), issuer());
        let before = host(store.clone(), &issuer);
        let (list, index) = before.positions.take(start()).await.unwrap();
        before.publisher.publish(start()).await.unwrap();
        let older = copies(&before).await;
        let flip = Flip { list, index, due: 0 }.posting(Key::on_day(Day::of(start()), [1; 14]));
        store.record(vec![], vec![flip]).await.unwrap();
        let now = start() + TimeDelta::minutes(5);
        before.publisher.publish(now).await.unwrap();
        let newer = copies(&before).await;
        for copies in [[older.clone(), newer.clone()].concat(), [newer, older].concat()] {
            let after = host(Arc::new(MemoryStore::new()), &issuer);
            after.publisher.recover(&copies, &verifier(&issuer), now).await.unwrap();
            let restored = published(&after.publisher, now).await;
            assert_eq!(restored[&list].1.has_risen(index), Some(true));
            assert!(restored[&list].0 > now, "later than what a gate has");
        }
    }

    #[tokio::test]
    async fn without_one_of_the_lists_nothing_is_brought_back() {
        let issuer = issuer();
        let host = host(Arc::new(MemoryStore::new()), &issuer);
        host.publisher.publish(start()).await.unwrap();
        let (mut copies, before) = (copies(&host).await, published(&host.publisher, start()).await);
        copies.remove(3);
        let name = *before.keys().nth(3).unwrap();
        let refused = host.publisher.recover(&copies, &verifier(&issuer), start()).await;
        assert!(matches!(refused, Err(RecoverError::Missing(missing)) if missing == name), "{refused:?}");
        assert_eq!(published(&host.publisher, start()).await, before, "nothing was written");
    }

    #[tokio::test]
    async fn a_list_that_is_over_or_has_no_name_of_ours_brings_nothing_back() {
        let issuer = issuer();
        let before = host(Arc::new(MemoryStore::new()), &issuer);
        before.publisher.publish(start()).await.unwrap();
        let copies = copies(&before).await;
        let signed = String::from_utf8(copies[0].clone()).unwrap();
        let claims = verifier(&issuer).verify_status_list(&signed, start()).unwrap();
        let unnamed = StatusListClaims { uri: format!("{ISSUER}/lists/0"), ..claims };
        let unnamed = issuer.issue_status_list(&unnamed).await.unwrap().into_string().into_bytes();

        let after = host(Arc::new(MemoryStore::new()), &issuer);
        let mixed = [copies.clone(), vec![unnamed]].concat();
        let foreign = after.publisher.recover(&mixed, &verifier(&issuer), start()).await;
        assert!(matches!(foreign, Err(RecoverError::Foreign)), "{foreign:?}");
        let two_days_later = start() + TimeDelta::days(2);
        let over = after.publisher.recover(&copies, &verifier(&issuer), two_days_later).await;
        assert!(matches!(over, Err(RecoverError::Refused(Refusal::Expired))), "{over:?}");
        assert!(after.publisher.published().await.unwrap().is_empty(), "nothing was written");
    }

    #[tokio::test]
    async fn a_page_that_is_lost_stops_publishing_until_its_list_is_brought_back() {
        let (store, issuer) = (Arc::new(MemoryStore::new()), issuer());
        let host = host(store.clone(), &issuer);
        host.publisher.publish(start()).await.unwrap();
        let (copies, before) = (copies(&host).await, published(&host.publisher, start()).await);
        let lost = Page { id: page_of(*before.keys().next().unwrap()), body: b"lost".to_vec() };
        let head = store.page(&Head::key()).await.unwrap().unwrap();
        let (expected, head) = (Some(head.version), Page { id: Head::key(), body: head.body });
        store.advance(Advance { head, expected, pages: vec![lost], settled: vec![] }).await.unwrap();
        let now = start() + TimeDelta::minutes(5);
        let damaged = host.publisher.publish(now).await;
        assert!(matches!(damaged, Err(Error::StoreUnavailable(StoreError::Damaged { .. }))), "{damaged:?}");
        host.publisher.recover(&copies, &verifier(&issuer), now).await.unwrap();
        let after = published(&host.publisher, now).await;
        assert!(before.iter().all(|(name, (_, list))| list.clone().join(&after[name].1) == Ok(0)), "a bit fell");
    }
}
