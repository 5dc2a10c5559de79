//! How well an unknown number can be told from a wrong name by the time of the answer alone: 10,000 lookups of each, one after
//! the other, and the area under the curve (AUC) of who guesses by the time. A half is a coin.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)] // a benchmark that cannot go on ends by panicking

use std::sync::Arc;
use std::time::{Duration, Instant};

use kycvs::domain::{Mobile, PersonName};
use kycvs::registry::{Lookup, Registry, SealedRegistry};
use kycvs_benches::people::{self, one_thread, sample};
use kycvs_benches::postgres::Database;
use kycvs_memory::MemoryStore;
use kycvs_postgres::PostgresStore;
use kycvs_redb::RedbStore;
use tokio::runtime::Runtime;

const PEOPLE: u64 = 100_000;
const LOOKUPS: u64 = 10_000;
const ROUNDS: usize = 5;

fn main() {
    let (folder, runtime) = (tempfile::tempdir().unwrap(), one_thread());
    let redb = Arc::new(RedbStore::open(folder.path().join("kycvs.redb")).unwrap());
    tell("memory", &runtime, &people::filled(Arc::new(MemoryStore::new()), PEOPLE));
    tell("redb", &runtime, &people::filled(redb, PEOPLE));
    let database = Database::start();
    let builder = PostgresStore::builder(&database.url()).unwrap();
    let postgres = Arc::new(runtime.block_on(builder.open()).unwrap());
    tell("PostgreSQL", &runtime, &people::filled_on(&runtime, postgres, PEOPLE));
}

fn tell(store: &str, runtime: &Runtime, registry: &SealedRegistry) {
    for _ in 0..ROUNDS {
        let (mut wrong_name, mut unknown) = times(runtime, registry);
        wrong_name.sort_unstable();
        unknown.sort_unstable();
        let middle = wrong_name.len() / 2;
        println!(
            "{store:10} wrong name {:?}, unknown number {:?}, AUC {:.3}",
            wrong_name[middle],
            unknown[middle],
            area(&wrong_name, &unknown)
        );
    }
}

fn times(runtime: &Runtime, registry: &SealedRegistry) -> (Vec<Duration>, Vec<Duration>) {
    let sample = sample(PEOPLE);
    let asked = PersonName::parse("Zubin Quillfeather").unwrap();
    let time = |number: &str| {
        let mobile = Mobile::parse(number).unwrap();
        let begin = Instant::now();
        let lookup = runtime.block_on(registry.find(&mobile, &asked, None)).unwrap();
        let taken = begin.elapsed();
        assert_eq!(lookup, Lookup::NotFound);
        taken
    };
    let (mut wrong_name, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..LOOKUPS {
        let known = sample.household(number * 7 % sample.households()).unwrap().mobile;
        let nobodys = sample.unknown_mobile(number).unwrap();
        // The order changes, since who comes second finds more in the processor's caches.
        if number % 2 == 0 {
            wrong_name.push(time(&known));
            unknown.push(time(&nobodys));
        } else {
            unknown.push(time(&nobodys));
            wrong_name.push(time(&known));
        }
    }
    (wrong_name, unknown)
}

/// How often one of `b` takes longer than one of `a`; both are sorted.
fn area(a: &[Duration], b: &[Duration]) -> f64 {
    let longer = |b: &Duration| (a.partition_point(|a| a < b) + a.partition_point(|a| a <= b)) as f64 / 2.0;
    b.iter().map(longer).sum::<f64>() / (a.len() * b.len()) as f64
}
