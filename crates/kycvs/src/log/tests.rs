//! Hosts that share a log, lose their store's answers and die; witnesses that refuse a second tree; auditors.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use kycvs_log::{
    Checkpoint, Hash, Note, Resource, TileId, Tiles, VerifierKey, WitnessAnswer, WitnessRequest, cosigned, grow,
    hash_leaf, read_bundle, verify_consistency,
};
use kycvs_memory::MemoryStore;
use kycvs_store::{BoardStore, ConsentLedger, Day, Entry, Key};
use kycvs_token::{Algorithm, Signer, SigningKey};

use super::{
    Leaf, Log, LogState, Opening, PublicLog, PublicLogError, SampleError, Witness, WitnessUnavailable, leaf_of,
};
use crate::ServiceKey;
use crate::lists::tests::Flaky;

const ORIGIN: &str = "kycvs.example/log";
/// Nothing is forgotten.
pub(super) const FIRST: Day = Day::FIRST;

pub(super) fn start() -> DateTime<Utc> {
    "2026-11-28T10:00:00Z".parse().unwrap()
}

pub(super) fn after(hours: i64) -> DateTime<Utc> {
    start() + TimeDelta::hours(hours)
}

/// A witness as C2SP tlog-witness describes it.
struct TestWitness {
    key: VerifierKey,
    signer: SigningKey,
    log: VerifierKey,
    seen: Mutex<(u64, Hash)>,
    is_away: AtomicBool,
    /// It signs, and its answer is lost.
    is_mute: AtomicBool,
}

impl TestWitness {
    fn new(name: &str, log: &VerifierKey) -> Arc<Self> {
        let signer = SigningKey::generate(Algorithm::EdDsa).unwrap();
        let key = VerifierKey::witness(name, signer.public_key().as_bytes().try_into().unwrap()).unwrap();
        let seen = Mutex::new((0, kycvs_log::EMPTY_ROOT));
        Arc::new(Self { key, signer, log: log.clone(), seen, is_away: false.into(), is_mute: false.into() })
    }

    fn judge(&self, request: &WitnessRequest) -> Result<Checkpoint, WitnessAnswer> {
        assert!(self.log.verifies(&request.checkpoint), "a checkpoint that the log did not sign");
        let checkpoint = Checkpoint::parse(request.checkpoint.text()).unwrap();
        let mut seen = self.seen.lock().unwrap();
        if seen.0 != request.old_size {
            return Err(WitnessAnswer::Has(seen.0));
        }
        verify_consistency(seen.0, &seen.1, checkpoint.size, &checkpoint.root, &request.hashes)
            .map_err(|_| WitnessAnswer::Inconsistent)?;
        *seen = (checkpoint.size, checkpoint.root);
        Ok(checkpoint)
    }
}

#[async_trait]
impl Witness for TestWitness {
    fn key(&self) -> &VerifierKey {
        &self.key
    }

    async fn add_checkpoint(&self, request: &WitnessRequest) -> Result<WitnessAnswer, WitnessUnavailable> {
        // What travels is text.
        let request = WitnessRequest::parse(&request.to_string()).unwrap();
        if self.is_away.load(Ordering::Relaxed) {
            return Err(WitnessUnavailable("away".into()));
        }
        if let Err(answer) = self.judge(&request) {
            return Ok(answer);
        }
        let signature = self.signer.sign(cosigned(request.checkpoint.text(), 1_795_800_000).as_bytes()).await.unwrap();
        if self.is_mute.load(Ordering::Relaxed) {
            return Err(WitnessUnavailable("lost".into()));
        }
        let line = format!("{}\n", self.key.cosignature(1_795_800_000, signature));
        Ok(WitnessAnswer::read(200, &line))
    }
}

pub(super) struct Setup {
    signer: Arc<SigningKey>,
    key: VerifierKey,
    witnesses: Vec<Arc<TestWitness>>,
}

impl Setup {
    pub(super) fn new(witnesses: usize) -> Self {
        let signer = Arc::new(SigningKey::generate(Algorithm::EdDsa).unwrap());
        let key = VerifierKey::log(ORIGIN, signer.public_key().as_bytes().try_into().unwrap()).unwrap();
        let witnesses = (0..witnesses).map(|number| TestWitness::new(&format!("w{number}.example"), &key)).collect();
        Self { signer, key, witnesses }
    }

    /// A host that wants all witnesses.
    pub(super) fn host(&self, store: Arc<dyn BoardStore>) -> Log {
        let witnesses = self.witnesses.iter().map(|witness| witness.clone() as Arc<dyn Witness>).collect();
        let public = PublicLog::new(ORIGIN, self.signer.clone()).unwrap();
        let public = public.witnesses(witnesses, self.witnesses.len()).unwrap();
        Log { store, secret: ServiceKey::from_bytes([2; 32]).log_secret(), public, stated: Mutex::default() }
    }

    /// The published checkpoint, as a stranger reads it: signed by the log and by every witness.
    async fn checkpoint(&self, log: &Log) -> Option<Checkpoint> {
        let file = log.file("checkpoint").await.unwrap()?;
        let note = Note::parse(std::str::from_utf8(&file).unwrap()).unwrap();
        assert!(self.key.verifies(&note) && self.witnesses.iter().all(|witness| witness.key.verifies(&note)));
        Some(Checkpoint::parse(note.text()).unwrap())
    }
}

pub(super) fn entry(day: Day, number: u32, seq: u32) -> Entry {
    let mut name = [0; 14];
    name[..4].copy_from_slice(&number.to_be_bytes());
    Entry { id: Key::on_day(day, name), seq, body: format!("entry {seq} of consent {number}").into_bytes() }
}

pub(super) async fn record(store: &MemoryStore, at: DateTime<Utc>, number: u32) -> Leaf {
    let entry = entry(Day::of(at), number, 0);
    let leaf = Leaf::of(&entry);
    store.record(vec![entry], vec![leaf.posting(at)]).await.unwrap();
    leaf
}

/// Every entry of the published tree, read as a stranger reads them; the tiles and the root must be theirs.
async fn entries(log: &Log, checkpoint: &Checkpoint) -> Vec<[u8; 32]> {
    let mut entries = Vec::new();
    for index in 0..checkpoint.size / 256 {
        let path = Resource::Entries { index, width: 256 }.to_string();
        let bundle = log.file(&path).await.unwrap().unwrap();
        entries.extend(read_bundle(&bundle).unwrap().into_iter().map(|entry| <[u8; 32]>::try_from(entry).unwrap()));
    }
    let hashes: Vec<_> = entries.iter().map(|entry| hash_leaf(entry)).collect();
    let tiles = grow(0, &Tiles::default(), &hashes).unwrap();
    for (id, bytes) in tiles.bytes() {
        assert_eq!(log.file(&Resource::Tile(id).to_string()).await.unwrap(), Some(bytes), "{id:?}");
    }
    let root = kycvs_log::Plan::root(checkpoint.size).hashes(&tiles).unwrap()[0];
    assert_eq!(root, checkpoint.root);
    entries
}

/// Hosts race, lose answers and die before, in and after each write, while witnesses lose theirs: there is one tree, each entry has one leaf
/// in it, and each proof is good.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_entry_has_one_leaf_in_one_tree_whoever_dies() {
    let (memory, setup) = (Arc::new(MemoryStore::new()), Setup::new(2));
    let sound = setup.host(memory.clone());
    let flaky: Vec<Arc<Log>> = (0..4_u64)
        .map(|number| {
            Arc::new(setup.host(Arc::new(Flaky { inner: memory.clone(), calls: AtomicU64::new(number * 77) })))
        })
        .collect();
    let (mut leaves, mut before) = (Vec::new(), None::<Checkpoint>);
    for round in 0..30_u32 {
        let now = after(round.into());
        for number in 0..round * 37 % 120 {
            leaves.push((record(&memory, now, round * 1000 + number).await, now));
        }
        setup.witnesses[0].is_mute.store(round % 3 == 0, Ordering::Relaxed);
        let racing: Vec<_> =
            flaky.iter().cloned().map(|host| tokio::spawn(async move { host.keep(FIRST, now).await })).collect();
        racing[usize::try_from(round % 4).unwrap()].abort();
        for racer in racing {
            if let Ok(Ok(state)) = racer.await {
                assert_ne!(state, LogState::Halted);
            }
        }
        if let Some(checkpoint) = setup.checkpoint(&sound).await {
            if let Some(before) = &before {
                assert!(checkpoint.size >= before.size);
            }
            before = Some(checkpoint);
        }
    }
    setup.witnesses[0].is_mute.store(false, Ordering::Relaxed);
    let LogState::Published(size) = sound.keep(FIRST, after(31)).await.unwrap() else { panic!("not published") };
    let checkpoint = setup.checkpoint(&sound).await.unwrap();
    assert_eq!(checkpoint.size, size);
    let entries = entries(&sound, &checkpoint).await;
    let distinct: BTreeSet<_> = entries.iter().collect();
    assert_eq!(distinct.len(), entries.len(), "an entry is in it twice");
    for (number, (leaf, at)) in leaves.into_iter().enumerate() {
        let key = sound.secret.find(&*memory, leaf.consent.day().unwrap()).await.unwrap().unwrap();
        let salt = key.salt(&leaf.consent, leaf.number);
        let expected = leaf_of(&salt, leaf.number, &leaf.hash);
        assert!(distinct.contains(&expected), "an entry has no leaf");
        if number % 25 == 0 {
            let proof = sound.prove(leaf, at).await.unwrap().expect("a proof");
            assert_eq!(proof.extra.as_deref(), Some(&salt[..]));
            assert_eq!(proof.verify(&hash_leaf(&expected), &setup.key), Ok(checkpoint.clone()));
        }
    }
}

/// Whoever compares two checkpoints learns how many entries there were to 256, and nothing of their order.
#[tokio::test]
async fn a_batch_hides_how_many_and_in_which_order() {
    for (count, size) in [(0, 256), (1, 256), (256, 256), (257, 512)] {
        let (memory, setup) = (Arc::new(MemoryStore::new()), Setup::new(0));
        let log = setup.host(memory.clone());
        for number in 0..count {
            record(&memory, start(), number).await;
        }
        assert_eq!(log.keep(FIRST, start()).await.unwrap(), LogState::Published(size));
        let checkpoint = setup.checkpoint(&log).await.unwrap();
        assert!(entries(&log, &checkpoint).await.is_sorted());
        assert_eq!(
            log.keep(FIRST, start() + TimeDelta::minutes(59)).await.unwrap(),
            LogState::Published(size),
            "once a tick"
        );
        assert_eq!(log.keep(FIRST, after(1)).await.unwrap(), LogState::Published(size + 256));
    }
}

/// What one step does not take, the next call takes.
#[tokio::test]
async fn a_crowd_is_logged_in_several_steps() {
    let (memory, setup) = (Arc::new(MemoryStore::new()), Setup::new(0));
    let log = setup.host(memory.clone());
    let postings = (0..20_000).map(|number| Leaf::of(&entry(Day::of(start()), number, 0)).posting(start())).collect();
    memory.record(vec![], postings).await.unwrap();
    assert_eq!(log.keep(FIRST, start()).await.unwrap(), LogState::Published(16_384));
    assert_eq!(log.keep(FIRST, start()).await.unwrap(), LogState::Published(16_384 + 3_840));
    assert_eq!(log.keep(FIRST, start()).await.unwrap(), LogState::Published(20_224));
}

#[tokio::test]
async fn too_few_witnesses_keep_the_old_checkpoint_until_they_are_back() {
    let (memory, setup) = (Arc::new(MemoryStore::new()), Setup::new(2));
    let log = setup.host(memory.clone());
    assert_eq!(log.keep(FIRST, start()).await.unwrap(), LogState::Published(256));
    setup.witnesses[1].is_away.store(true, Ordering::Relaxed);
    let leaf = record(&memory, after(1), 1).await;
    for _ in 0..2 {
        assert_eq!(log.keep(FIRST, after(1)).await.unwrap(), LogState::Unwitnessed);
    }
    assert_eq!(setup.checkpoint(&log).await.unwrap().size, 256);
    let path = Resource::Entries { index: 1, width: 256 }.to_string();
    assert_eq!(log.file(&path).await.unwrap(), None, "what is not signed is not served");
    assert_eq!(log.prove(leaf, after(1)).await.unwrap(), None);
    setup.witnesses[1].is_away.store(false, Ordering::Relaxed);
    assert_eq!(log.keep(FIRST, after(1)).await.unwrap(), LogState::Published(512));
    assert!(log.prove(leaf, after(1)).await.unwrap().is_some());
}

/// A database from before what a witness has signed: the log stops, on every host and for good, and signs no second tree.
#[tokio::test]
async fn a_restored_database_stops_the_log() {
    let setup = Setup::new(1);
    let before = setup.host(Arc::new(MemoryStore::new()));
    for hour in 0..3 {
        before.keep(FIRST, after(hour)).await.unwrap();
    }
    assert_eq!(setup.witnesses[0].seen.lock().unwrap().0, 768);
    let restored = Arc::new(MemoryStore::new());
    let log = setup.host(restored.clone());
    assert_eq!(log.keep(FIRST, after(3)).await.unwrap(), LogState::Halted, "the witness has 768, and this log 256");
    assert_eq!(log.file("checkpoint").await.unwrap(), None);
    setup.witnesses[0].is_away.store(true, Ordering::Relaxed);
    assert_eq!(setup.host(restored.clone()).keep(FIRST, after(9)).await.unwrap(), LogState::Halted, "another host");
    assert_eq!(setup.witnesses[0].seen.lock().unwrap().0, 768);
}

/// It has grown past what the witness signed before the witness was asked: the proof does not lead there.
#[tokio::test]
async fn a_second_tree_that_is_larger_stops_the_log() {
    let setup = Setup::new(1);
    let before = setup.host(Arc::new(MemoryStore::new()));
    before.keep(FIRST, start()).await.unwrap();
    let log = setup.host(Arc::new(MemoryStore::new()));
    setup.witnesses[0].is_away.store(true, Ordering::Relaxed);
    for hour in 1..4 {
        assert_eq!(log.keep(FIRST, after(hour)).await.unwrap(), LogState::Unwitnessed);
    }
    setup.witnesses[0].is_away.store(false, Ordering::Relaxed);
    assert_eq!(log.keep(FIRST, after(4)).await.unwrap(), LogState::Halted);
    assert_eq!(log.file("checkpoint").await.unwrap(), None);
}

#[tokio::test]
async fn a_sample_opens_what_the_seed_picks_and_a_spoilt_one_does_not() {
    let (memory, setup) = (Arc::new(MemoryStore::new()), Setup::new(0));
    let log = setup.host(memory.clone());
    for number in 0..300 {
        record(&memory, start(), number).await;
    }
    log.keep(FIRST, start()).await.unwrap();
    log.keep(FIRST, after(1)).await.unwrap();
    let (sample, _) = log.sample(b"dice 4 2 6", 60).await.unwrap();
    assert_eq!((sample.leaves.len(), sample.first, sample.size), (60, 0, 768));
    assert_eq!(sample.check(b"dice 4 2 6", &setup.key), Ok(()));
    let entries = sample.leaves.iter().filter(|leaf| matches!(leaf.opening, Opening::Entry { .. })).count();
    let padding = sample.leaves.iter().filter(|leaf| matches!(leaf.opening, Opening::Padding { .. })).count();
    assert!(entries > 5 && padding > 5 && entries + padding == 60, "{entries} {padding}");

    assert_eq!(sample.check(b"dice 4 2 7", &setup.key), Err(SampleError::NotPicked(0)));
    let other = VerifierKey::log(ORIGIN, [7; 32]).unwrap();
    assert_eq!(sample.check(b"dice 4 2 6", &other), Err(SampleError::NotInLog(0)));
    let place = sample.leaves.iter().position(|leaf| matches!(leaf.opening, Opening::Entry { .. })).unwrap();
    let mut spoilt = sample.clone();
    if let Opening::Entry { entry, .. } = &mut spoilt.leaves[place].opening {
        entry[0] ^= 1;
    }
    assert_eq!(spoilt.check(b"dice 4 2 6", &setup.key), Err(SampleError::NotInLog(place)));
    let mut swapped = sample;
    swapped.leaves.swap(0, 1);
    assert_eq!(swapped.check(b"dice 4 2 6", &setup.key), Err(SampleError::NotPicked(0)));
}

/// A consent that is erased cannot be opened, and its leaf still fits the root; with the day, its salt is gone for the operator, too.
#[tokio::test]
async fn what_is_erased_opens_no_more_and_the_tree_stays() {
    let (memory, setup) = (Arc::new(MemoryStore::new()), Setup::new(0));
    let log = setup.host(memory.clone());
    let leaf = record(&memory, start(), 1).await;
    log.keep(FIRST, start()).await.unwrap();
    let index = log.prove(leaf, start()).await.unwrap().unwrap().index;
    memory.forget(&[leaf.consent]).await.unwrap();
    let (sample, consents) = log.sample(b"seed", 2_000).await.unwrap();
    assert!(consents.is_empty(), "nobody's was opened");
    assert_eq!(sample.check(b"seed", &setup.key), Ok(()), "the leaf is where it was");
    let opened = sample.leaves.iter().find(|sampled| sampled.proof.index == index).unwrap();
    assert!(matches!(opened.opening, Opening::Forgotten { .. }));

    // The key goes with its day, not later, and then no secret opens anything.
    memory.forget_before(Day::of(start())).await.unwrap();
    assert!(log.secret.find(&*memory, Day::of(start())).await.unwrap().is_some());
    let today = Day::of(start()).after(1);
    memory.forget_before(today).await.unwrap();
    assert!(log.secret.find(&*memory, Day::of(start())).await.unwrap().is_none());
    let today = Day::of(after(24 * 400));
    memory.forget_before(today).await.unwrap();
    assert!(log.secret.find(&*memory, Day::of(start())).await.unwrap().is_none());
    assert_eq!(log.prove(leaf, start()).await.unwrap(), None);
    let now = after(24 * 400);
    assert_eq!(log.keep(today, now).await.unwrap(), LogState::Published(512), "and the log goes on");
    assert_eq!(log.sample(b"seed", 5).await.unwrap().0.first, 256);
    assert_eq!(log.file("tile/entries/000").await.unwrap(), None);
    assert!(log.file("tile/1/000.p/1").await.unwrap().is_some(), "what lies above entries lasts");
    assert_eq!(log.keep(today, now + TimeDelta::hours(1)).await.unwrap(), LogState::Published(768));
}

#[tokio::test]
async fn only_what_is_published_is_served() {
    let (memory, setup) = (Arc::new(MemoryStore::new()), Setup::new(0));
    let log = setup.host(memory.clone());
    assert_eq!(log.file("checkpoint").await.unwrap(), None);
    for hour in 0..3 {
        log.keep(FIRST, after(hour)).await.unwrap();
    }
    for path in ["tile/0/000", "tile/0/002", "tile/1/000.p/3", "tile/1/000.p/2", "tile/entries/002", "checkpoint"] {
        assert!(log.file(path).await.unwrap().is_some(), "{path}");
    }
    for path in [
        "tile/0/003",
        "tile/1/000",
        "tile/1/000.p/4",
        "tile/2/000.p/1",
        "tile/entries/000.p/7",
        "../checkpoint",
        "",
        "x",
    ] {
        assert_eq!(log.file(path).await.unwrap(), None, "{path}");
    }
    let wide = log.file("tile/1/000.p/3").await.unwrap().unwrap();
    assert_eq!(log.file("tile/1/000.p/2").await.unwrap().unwrap(), wide[..64], "an older tree's tile is its beginning");
    assert_eq!(TileId::in_tree(1, 0, 768).map(|tile| tile.width), Some(3));
}

#[test]
fn a_log_that_cannot_be_is_refused() {
    let ed25519 = || Arc::new(SigningKey::generate(Algorithm::EdDsa).unwrap());
    let es256 = Arc::new(SigningKey::generate(Algorithm::Es256).unwrap());
    assert!(matches!(PublicLog::new("two words", ed25519()), Err(PublicLogError::Origin(_))));
    assert!(matches!(PublicLog::new(ORIGIN, es256), Err(PublicLogError::Algorithm)));
    let log = || PublicLog::new(ORIGIN, ed25519()).unwrap();
    assert!(matches!(log().witnesses(vec![], 1), Err(PublicLogError::Witnesses)));
    assert!(matches!(log().every(TimeDelta::seconds(59)), Err(PublicLogError::Tick)));
    assert!(matches!(log().every(TimeDelta::hours(25)), Err(PublicLogError::Tick)));
    assert_eq!(log().every(TimeDelta::seconds(300)).unwrap().verifier_key().name(), ORIGIN);
}
