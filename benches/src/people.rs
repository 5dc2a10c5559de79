//! Registries of sample people, and random questions about them.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use kycvs::domain::{Mobile, PersonName, Policy, VaccinationStatus, status_of};
use kycvs::registry::{ImportOptions, ImportSummary, Registry, RegistryCsv, RegistryKey, SealedRegistry};
use kycvs::store::HouseholdStore;
use kycvs_memory::MemoryStore;
use kycvs_redb::RedbStore;
use kycvs_sample::SampleRegistry;
use tokio::runtime::{Builder, Runtime};

/// The people of all benchmarks, by how many there are.
pub fn sample(people: u64) -> SampleRegistry {
    SampleRegistry::new(2021, people)
}

/// The key that all benchmarks seal with.
pub fn registry_key() -> RegistryKey {
    RegistryKey::from_bytes([7; 32])
}

/// A registry in memory, and its store.
pub fn in_memory(people: u64) -> (SealedRegistry, Arc<MemoryStore>) {
    let store = Arc::new(MemoryStore::new());
    (filled(store.clone(), people), store)
}

/// Fills a redb file, and gives back its free pages as an operator does after an import.
pub fn fill_redb(path: &Path, people: u64) {
    drop(filled(Arc::new(RedbStore::open(path).unwrap()), people));
    RedbStore::compact(path).unwrap();
}

/// How much of a file redb and SQLite keep in memory: all of it, as an operator sets it who has that memory. By default
/// [`RedbStore`] takes 256 MiB, which is enough for two million people.
pub const CACHE_BYTES: usize = 2 << 30;

/// A registry over a redb file.
pub fn in_redb(path: &Path) -> SealedRegistry {
    let store = RedbStore::builder().cache_bytes(CACHE_BYTES).open(path).unwrap();
    one_thread().block_on(SealedRegistry::open(&registry_key(), Arc::new(store))).unwrap()
}

/// A registry of all people of the sample over a store.
pub fn filled(store: Arc<dyn HouseholdStore>, people: u64) -> SealedRegistry {
    filled_on(&one_thread(), store, people)
}

/// The same over a store whose connections live on a runtime.
pub fn filled_on(runtime: &Runtime, store: Arc<dyn HouseholdStore>, people: u64) -> SealedRegistry {
    let registry = runtime.block_on(SealedRegistry::open(&registry_key(), store)).unwrap();
    let summary = import_on(runtime, &registry, csv(people));
    assert_eq!((summary.people_added, summary.bad_rows), (people, 0));
    registry
}

/// The sample as its CSV, which another thread writes meanwhile.
pub fn csv(people: u64) -> io::PipeReader {
    let (reader, writer) = io::pipe().unwrap();
    thread::spawn(move || sample(people).write_csv(writer).unwrap());
    reader
}

/// Imports a CSV on this thread.
pub fn import(registry: &SealedRegistry, csv: impl io::Read + Send) -> ImportSummary {
    import_on(&one_thread(), registry, csv)
}

/// The same over a store whose connections live on a runtime.
pub fn import_on(runtime: &Runtime, registry: &SealedRegistry, csv: impl io::Read + Send) -> ImportSummary {
    // The sample's doses go on after the day that the benchmarks ask about; an import refuses doses of the future.
    let on = chrono::NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
    let (csv, options) = (RegistryCsv::open(csv).unwrap(), ImportOptions::new(on));
    runtime.block_on(registry.import_csv(csv, &options, &mut |_| {})).unwrap()
}

/// Questions about random people, as they are typed: a mobile and a name. They are so many, and each is asked once, that
/// a lookup finds little of what it needs in the processor's caches, as in a real day's traffic.
pub struct Questions {
    text: String,
    /// Where in the text a mobile begins, and a name, and where that ends.
    places: Vec<(usize, usize, usize)>,
}

impl Questions {
    /// That many questions about people of the sample.
    pub fn about(people: u64, count: usize) -> Self {
        let sample = sample(people);
        let (mut text, mut places) = (String::new(), Vec::with_capacity(count));
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        for number in 0..count {
            // Xorshift64 (Marsaglia 2003).
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let (mobile, person) = sample.person_at(random % people).unwrap();
            let begin = text.len();
            // One in four writes the country code and a space.
            match number % 4 {
                0 => text.extend(["+91 ", &mobile[..5], " ", &mobile[5..]]),
                _ => text.push_str(&mobile),
            }
            let middle = text.len();
            text.push_str(&person.name);
            places.push((begin, middle, text.len()));
        }
        Self { text, places }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The mobile and the name of a question; after the last comes the first again.
    pub fn get(&self, number: usize) -> (&str, &str) {
        let (begin, middle, end) = self.places[number % self.places.len()];
        (&self.text[begin..middle], &self.text[middle..end])
    }
}

/// The job: from the two strings to the status, or nothing where nobody or more than one matches.
pub fn status(registry: &SealedRegistry, policy: &Policy, question: (&str, &str)) -> Option<VaccinationStatus> {
    at_once(status_from_afar(registry, policy, question))
}

/// The same where the store is a server.
pub async fn status_from_afar(
    registry: &SealedRegistry,
    policy: &Policy,
    (mobile, name): (&str, &str),
) -> Option<VaccinationStatus> {
    let (mobile, name) = (Mobile::parse(mobile).unwrap(), PersonName::parse(name).unwrap());
    let found = registry.find(&mobile, &name, None).await.unwrap().found()?;
    Some(status_of(&found.history, policy, today()))
}

/// A runtime on the thread that calls it, with sockets and timers.
pub fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The policy of all benchmarks.
pub fn policy() -> Policy {
    Policy::builtin("in-kyc-vs").unwrap()
}

/// The day on which all benchmarks ask.
pub fn today() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2022, 6, 1).unwrap()
}

/// The outcome of a future that never waits, as both stores' lookups never do. So it costs what an `.await` in a task that
/// runs already costs, and no scheduler is measured along.
pub fn at_once<T>(future: impl Future<Output = T>) -> T {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => unreachable!("this future waits for nothing"),
    }
}
