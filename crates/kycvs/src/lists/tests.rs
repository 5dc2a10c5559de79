//! Hosts that share a board, that lose its answers and that die: what they give and what they publish all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use kycvs_memory::MemoryStore;
use kycvs_store::{Advance, BoardStore, ConsentLedger, Day, Entry, Key, Posting, StoreError, Topic, Versioned};
use kycvs_token::{Algorithm, SigningKey, StatusList, TokenIssuer, TokenVerifier};

use super::permutation::Permutation;
use super::{Flip, ListName, Lists, Positions, Publisher, RecoverError, Trust};
use crate::{Error, ServiceKey, SystemRandomness};

pub(super) const ISSUER: &str = "https://kycvs.example";
/// Two lists a day with 3,584 places each, in blocks of 8.
const TINY: Trust = Trust { shards: 2, positions: 1 << 12 };

/// A board that fails one call in four: half of those before it was done, half of them after.
pub(crate) struct Flaky {
    pub(crate) inner: Arc<MemoryStore>,
    pub(crate) calls: AtomicU64,
}

impl Flaky {
    async fn run<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let mixed = self.calls.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 61;
        match mixed {
            0 => {}
            1 => drop(call.await),
            _ => return call.await,
        }
        Err(StoreError::unavailable("the connection broke"))
    }
}

#[async_trait]
impl ConsentLedger for Flaky {
    async fn record(&self, entries: Vec<Entry>, postings: Vec<Posting>) -> Result<(), StoreError> {
        self.run(self.inner.record(entries, postings)).await
    }
    async fn read(&self, id: &Key) -> Result<Vec<Vec<u8>>, StoreError> {
        self.run(self.inner.read(id)).await
    }
    async fn read_many(&self, ids: &[Key]) -> Result<Vec<Vec<Vec<u8>>>, StoreError> {
        self.run(self.inner.read_many(ids)).await
    }
    async fn forget(&self, ids: &[Key]) -> Result<(), StoreError> {
        self.run(self.inner.forget(ids)).await
    }
    async fn forget_before(&self, before: Day) -> Result<(), StoreError> {
        self.run(self.inner.forget_before(before)).await
    }
    async fn check_writable(&self) -> Result<(), StoreError> {
        self.run(self.inner.check_writable()).await
    }
}

#[async_trait]
impl BoardStore for Flaky {
    async fn pending(&self, topic: Topic, limit: u32) -> Result<Vec<Posting>, StoreError> {
        self.run(self.inner.pending(topic, limit)).await
    }
    async fn page(&self, id: &Key) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        self.run(self.inner.page(id)).await
    }
    async fn advance(&self, advance: Advance) -> Result<(), StoreError> {
        self.run(self.inner.advance(advance)).await
    }
}

pub(super) fn start() -> DateTime<Utc> {
    "2026-11-28T10:00:00Z".parse().unwrap()
}

pub(super) fn issuer() -> TokenIssuer {
    TokenIssuer::new(ISSUER, Arc::new(SigningKey::generate(Algorithm::EdDsa).unwrap())).unwrap()
}

pub(super) fn host(store: Arc<dyn BoardStore>, issuer: &TokenIssuer) -> Lists {
    let key = || ServiceKey::from_bytes([2; 32]).list_key();
    Lists {
        positions: Positions::new(store.clone(), key(), Arc::new(SystemRandomness), TINY),
        publisher: Publisher {
            is_logged: false,
            store,
            issuer: issuer.clone(),
            key: key(),
            trust: TINY,
            token_lifetime: TimeDelta::hours(24),
        },
    }
}

fn decoys(name: ListName) -> BTreeSet<u32> {
    let order = Permutation::new(ServiceKey::from_bytes([2; 32]).list_key().order_of(name), TINY.positions);
    (Trust::allocatable(TINY.positions)..TINY.positions).map(|place| order.at(place)).collect()
}

/// Every list as a gate that trusts the issuer reads it.
pub(super) async fn published(
    publisher: &Publisher,
    now: DateTime<Utc>,
) -> BTreeMap<ListName, (DateTime<Utc>, StatusList)> {
    let verifier = TokenVerifier::new(ISSUER, publisher.issuer.published_keys(now));
    let mut lists = BTreeMap::new();
    for (name, issued_at) in publisher.published().await.unwrap() {
        let token = publisher.read(name).await.unwrap().unwrap();
        let claims = verifier.verify_status_list(&token, now).unwrap();
        assert_eq!((claims.uri.as_str(), claims.issued_at), (&name.uri(ISSUER)[..], issued_at));
        lists.insert(name, (issued_at, claims.list));
    }
    lists
}

async fn take(lists: &Lists, now: DateTime<Utc>) -> (ListName, u32) {
    loop {
        match lists.positions.take(now).await {
            Ok(position) => return position,
            Err(Error::StoreUnavailable(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// Eight hosts give more positions than the day's lists have, while answers are lost, hosts die with what they hold, and lists
/// are published: no position is given twice, none is a decoy, and lists that were opened are published.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_position_is_given_twice_and_no_decoy_at_all() {
    let (memory, issuer) = (Arc::new(MemoryStore::new()), issuer());
    let mut hosts = Vec::new();
    for number in 0..8_u64 {
        let (memory, issuer) = (memory.clone(), issuer.clone());
        hosts.push(tokio::spawn(async move {
            let (mut given, calls) = (Vec::new(), AtomicU64::new(number * 1_000));
            let store = Arc::new(Flaky { inner: memory, calls });
            let mut lists = host(store.clone(), &issuer);
            for round in 0..1_000_u64 {
                if round % 97 == number {
                    lists = host(store.clone(), &issuer); // it died, and what it held is lost
                }
                if round % 50 == 0 {
                    let _ = lists.positions.stock(start()).await;
                    let _ = lists.publisher.publish(start()).await;
                }
                given.push(take(&lists, start()).await);
            }
            given
        }));
    }
    let mut all = Vec::new();
    for host in hosts {
        all.extend(host.await.unwrap());
    }
    let distinct: BTreeSet<_> = all.iter().copied().collect();
    assert_eq!(distinct.len(), 8 * 1_000, "a position was given twice");
    let names: BTreeSet<ListName> = distinct.iter().map(|(name, _)| *name).collect();
    assert!(names.len() > 2, "the lists that the day began with were full");
    for name in &names {
        let decoys = decoys(*name);
        assert!(!distinct.iter().any(|(list, index)| list == name && decoys.contains(index)), "a decoy was given");
    }
    let publisher = host(memory, &issuer).publisher;
    publisher.publish(start() + TimeDelta::minutes(5)).await.unwrap();
    let published = published(&publisher, start() + TimeDelta::minutes(5)).await;
    assert!(
        names.iter().all(|name| published.contains_key(name)),
        "a list that positions were given from is not there"
    );
}

/// While bits are posted, hosts publish and lose answers, die before, in or after their write: no public bit falls, each `iat` is later
/// than the one before, what was posted rises within a tick of a publisher that lives, and nothing else rises but decoys.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_public_bit_ever_falls_and_none_that_is_due_is_lost() {
    let (memory, issuer) = (Arc::new(MemoryStore::new()), issuer());
    let sound = host(memory.clone(), &issuer);
    let flaky: Vec<Arc<Lists>> = (0..4)
        .map(|number| {
            let store = Flaky { inner: memory.clone(), calls: AtomicU64::new(number * 77) };
            Arc::new(host(Arc::new(store), &issuer))
        })
        .collect();
    let (mut due, mut before) = (BTreeSet::new(), BTreeMap::new());
    for round in 0..40_u32 {
        let now = start() + TimeDelta::seconds(i64::from(round) * 300);
        for number in 0..round % 7 {
            let (list, index) = sound.positions.take(now).await.unwrap();
            let mut name = [0; 14];
            name[..4].copy_from_slice(&(round * 7 + number).to_be_bytes());
            let consent = Key::on_day(Day::of(now), name);
            memory.record(vec![], vec![Flip { list, index, due: 0 }.posting(consent)]).await.unwrap();
            due.insert((list, index));
        }
        let racing: Vec<_> =
            flaky.iter().cloned().map(|host| tokio::spawn(async move { host.publisher.publish(now).await })).collect();
        racing[0].abort();
        for racer in racing {
            let _ = racer.await;
        }
        let lists = published(&sound.publisher, now).await;
        for (name, (issued_at, list)) in &lists {
            if let Some((earlier, old)) = before.get(name) {
                assert!(issued_at == earlier && list == old || issued_at > earlier, "an older list was published");
                assert_eq!(list.clone().join(old), Ok(0), "the newer list has a bit less");
                assert!(old.clone().join(list).is_ok());
                assert_eq!(
                    {
                        let mut old = old.clone();
                        old.join(list).unwrap();
                        old.risen()
                    },
                    list.risen(),
                    "a bit fell"
                );
            }
        }
        before = lists;
    }
    let now = start() + TimeDelta::hours(5);
    assert!(sound.publisher.publish(now).await.unwrap() > 0);
    for (name, (_, list)) in published(&sound.publisher, now).await {
        let decoys = decoys(name);
        for index in 0..list.positions() {
            match list.has_risen(index) {
                Some(false) => assert!(!due.contains(&(name, index)), "a bit that is due did not rise"),
                _ => assert!(due.contains(&(name, index)) || decoys.contains(&index), "a bit rose that nobody raised"),
            }
        }
    }
}

/// Two hosts at once publish a tick once, and a third finds nothing to do until the next.
#[tokio::test]
async fn a_tick_is_published_once() {
    let (memory, issuer) = (Arc::new(MemoryStore::new()), issuer());
    let hosts = [host(memory.clone(), &issuer), host(memory, &issuer)];
    let (first, second) = tokio::join!(hosts[0].publisher.publish(start()), hosts[1].publisher.publish(start()));
    let mut both = [first.unwrap(), second.unwrap()];
    both.sort_unstable();
    assert_eq!(both, [0, 8], "two lists of four days: two that have tokens that live, today and tomorrow");
    assert_eq!(hosts[0].publisher.publish(start() + TimeDelta::seconds(299)).await.unwrap(), 0);
    assert_eq!(hosts[1].publisher.publish(start() + TimeDelta::seconds(300)).await.unwrap(), 8);
}

/// A host of another URL writes it into the lists at the next tick and not before: two such hosts would publish without end, and
/// use up the cover.
#[tokio::test]
async fn a_list_has_the_issuers_new_url_from_the_next_tick_on() {
    let (memory, key) = (Arc::new(MemoryStore::new()), Arc::new(SigningKey::generate(Algorithm::EdDsa).unwrap()));
    let of = |url: &str| host(memory.clone(), &TokenIssuer::new(url, key.clone()).unwrap()).publisher;
    let (before, after) = (of(ISSUER), of("https://kycvs.example:8443"));
    let name = ListName::new(Day::of(start()), 0).unwrap();
    let uri = async || after.read(name).await.unwrap().unwrap().claims_unverified().unwrap().uri;
    before.publish(start()).await.unwrap();
    assert_eq!(after.publish(start() + TimeDelta::seconds(299)).await.unwrap(), 0);
    assert_eq!(uri().await, name.uri(ISSUER));
    after.publish(start() + TimeDelta::seconds(300)).await.unwrap();
    assert_eq!(uri().await, name.uri("https://kycvs.example:8443"));
}

/// A day has its lists a day before it begins and until a day after its last token ended, and not longer.
#[tokio::test]
async fn a_list_lives_from_the_day_before_until_a_day_after_its_last_token() {
    let Lists { publisher, .. } = host(Arc::new(MemoryStore::new()), &issuer());
    let day = Day::of(start());
    let name = ListName::new(day, 0).unwrap();
    for (offset, alive) in [(-25, false), (-24, true), (0, true), (23, true), (71, true), (72, false), (100, false)] {
        let now = day.start() + TimeDelta::hours(offset);
        publisher.publish(now).await.unwrap();
        let names: Vec<ListName> = publisher.published().await.unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names.contains(&name), alive, "{offset} hours after the day began");
    }
}

/// A clock that goes back gives no older list; one that was far ahead for a moment stops nothing.
#[tokio::test]
async fn a_clock_that_is_set_stops_no_list() {
    let Lists { publisher, .. } = host(Arc::new(MemoryStore::new()), &issuer());
    let issued = async |now: DateTime<Utc>| {
        publisher.publish(now).await.unwrap();
        let name = ListName::new(Day::of(start()), 0).unwrap();
        publisher.published().await.unwrap().into_iter().find(|(listed, _)| *listed == name).unwrap().1
    };
    assert_eq!(issued(start() + TimeDelta::seconds(30)).await, start() + TimeDelta::seconds(30));
    assert_eq!(issued(start() - TimeDelta::seconds(5)).await, start() + TimeDelta::seconds(31), "a little back");
    assert_eq!(issued(start() + TimeDelta::hours(20)).await, start() + TimeDelta::hours(20), "far ahead");
    assert_eq!(issued(start() + TimeDelta::minutes(5)).await, start() + TimeDelta::minutes(5), "right again");
}

/// As many bits rise in a busy hour, with up to four withdrawals a tick, as in a quiet one, in every list at every tick.
#[tokio::test]
async fn a_quiet_hour_looks_like_a_busy_one() {
    let issuer = issuer();
    let mut traces = Vec::new();
    for busy in [false, true] {
        let store = Arc::new(MemoryStore::new());
        let lists = host(store.clone(), &issuer);
        let mut trace = Vec::new();
        for tick in 0..12_u8 {
            let now = start() + TimeDelta::seconds(i64::from(tick) * 300);
            for number in 0..if busy { tick % 5 } else { 0 } {
                let (list, index) = lists.positions.take(now).await.unwrap();
                let consent = Key::on_day(Day::of(now), [tick * 5 + number; 14]);
                store.record(vec![], vec![Flip { list, index, due: 0 }.posting(consent)]).await.unwrap();
            }
            lists.publisher.publish(now).await.unwrap();
            let lists = published(&lists.publisher, now).await;
            trace.push(lists.into_iter().map(|(name, (_, list))| (name, list.risen())).collect::<Vec<_>>());
        }
        traces.push(trace);
    }
    assert_eq!(traces[0], traces[1]);
}

/// A database that is restored from before everything: with the public lists no withdrawn bit is lost, and no position that was given
/// is given again, though the record of leases is gone.
#[tokio::test]
async fn a_restored_database_takes_back_no_withdrawal_and_gives_no_position_again() {
    let issuer = issuer();
    let store = Arc::new(MemoryStore::new());
    let before = host(store.clone(), &issuer);
    let mut given = BTreeSet::new();
    for number in 0..200_u8 {
        let (list, index) = before.positions.take(start()).await.unwrap();
        given.insert((list, index));
        let posting = Flip { list, index, due: 0 }.posting(Key::on_day(Day::of(start()), [number; 14]));
        store.record(vec![], vec![posting]).await.unwrap();
    }
    before.publisher.publish(start()).await.unwrap();
    let public = published(&before.publisher, start()).await;
    let mut tokens = Vec::new();
    for name in public.keys() {
        tokens.push(before.publisher.read(*name).await.unwrap().unwrap().into_string().into_bytes());
    }

    let later = start() + TimeDelta::minutes(7);
    let after = host(Arc::new(MemoryStore::new()), &issuer);
    let verifier = TokenVerifier::new(ISSUER, issuer.published_keys(later));
    let recovered = after.publisher.recover(&tokens, &verifier, later).await.unwrap();
    assert_eq!((recovered.first_shard, recovered.lists), (2, 16), "fresh lists beside those of before");
    let restored = published(&after.publisher, later).await;
    for (name, (issued_at, list)) in &public {
        assert!(restored[name].0 > *issued_at);
        assert_eq!(list.clone().join(&restored[name].1), Ok(0), "a bit of {name} is lost");
    }
    for _ in 0..200 {
        let position = after.positions.take(later).await.unwrap();
        assert!(position.0.shard() >= 2 && !given.contains(&position));
    }
    let next = later + TimeDelta::minutes(5);
    assert_eq!(after.publisher.publish(next).await.unwrap(), 16, "and it goes on with all of them");
}

/// What is brought back must be the issuer's own: nothing is written otherwise.
#[tokio::test]
async fn a_list_of_another_issuer_or_a_spoilt_one_is_not_brought_back() {
    let issuer = issuer();
    let before = host(Arc::new(MemoryStore::new()), &issuer);
    before.publisher.publish(start()).await.unwrap();
    let name = ListName::new(Day::of(start()), 0).unwrap();
    let good = before.publisher.read(name).await.unwrap().unwrap().into_string().into_bytes();
    let foreign = TokenIssuer::new(ISSUER, Arc::new(SigningKey::generate(Algorithm::Es256).unwrap())).unwrap();
    let foreign = host(Arc::new(MemoryStore::new()), &foreign);
    foreign.publisher.publish(start()).await.unwrap();
    let foreign = foreign.publisher.read(name).await.unwrap().unwrap().into_string().into_bytes();

    let after = host(Arc::new(MemoryStore::new()), &issuer);
    let verifier = TokenVerifier::new(ISSUER, issuer.published_keys(start()));
    for spoilt in [foreign, good[..good.len() - 1].to_vec(), b"not a list".to_vec()] {
        let refused = after.publisher.recover(&[good.clone(), spoilt], &verifier, start()).await;
        assert!(matches!(refused, Err(RecoverError::Refused(_))), "{refused:?}");
        assert!(after.publisher.published().await.unwrap().is_empty(), "nothing was written");
    }
}
