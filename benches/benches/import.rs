//! A CSV of a million people into the stores, and into SQLite; rows a second.
#![allow(missing_docs, clippy::unwrap_used)] // criterion's macros; a benchmark that cannot go on ends by panicking

use std::fs::{self, File};
use std::sync::Arc;

use criterion::{BatchSize, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use kycvs::registry::SealedRegistry;
use kycvs_benches::footprint::import_into_redb;
use kycvs_benches::people::{self, sample};
use kycvs_benches::process::on_one_core;
use kycvs_benches::rivals::Sqlite;
use kycvs_benches::scale::Scale;
use kycvs_memory::MemoryStore;

fn import(criterion: &mut Criterion) {
    let people = Scale::of_this_run().people.min(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let [csv, redb, sqlite] = ["registry.csv", "kycvs.redb", "sqlite.db"].map(|name| folder.path().join(name));
    let rows = sample(people).write_csv(File::create(&csv).unwrap()).unwrap();
    let open = || File::open(&csv).unwrap();

    let mut group = criterion.benchmark_group("import");
    group.throughput(Throughput::Elements(rows)).sampling_mode(SamplingMode::Flat).sample_size(10);
    let into_redb = || on_one_core(|| import_into_redb(&csv, &redb));
    let forget = |path| drop(fs::remove_file(path));
    group.bench_function("redb, one core", |bencher| {
        bencher.iter_batched(|| forget(&redb), |()| into_redb(), BatchSize::PerIteration);
    });
    group.bench_function("memory, one core", |bencher| {
        bencher.iter(|| {
            on_one_core(|| {
                let store = Arc::new(MemoryStore::new());
                let registry =
                    people::one_thread().block_on(SealedRegistry::open(&people::registry_key(), store)).unwrap();
                people::import(&registry, open())
            })
        });
    });
    group.bench_function("SQLite, one core, one transaction", |bencher| {
        let into_sqlite = || on_one_core(|| Sqlite::create(&sqlite).import(open()));
        bencher.iter_batched(|| forget(&sqlite), |()| into_sqlite(), BatchSize::PerIteration);
    });
    group.bench_function("csv crate, reading alone", |bencher| {
        bencher.iter(|| {
            let mut row = csv::StringRecord::new();
            let mut reader = csv::Reader::from_reader(open());
            let mut rows = 0;
            while reader.read_record(&mut row).unwrap() {
                rows += 1;
            }
            rows
        });
    });
}

criterion_group!(benches, import);
criterion_main!(benches);
