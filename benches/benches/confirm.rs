//! From the request to the token through the whole service, one person at a time and 64 at once.
#![allow(missing_docs, clippy::unwrap_used)] // criterion's macros; a benchmark that cannot go on ends by panicking

use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use kycvs_benches::host::{ConfirmRows, Host};
use kycvs_memory::MemoryStore;
use kycvs_redb::RedbStore;

fn confirm(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let redb = Arc::new(RedbStore::open(folder.path().join("kycvs.redb")).unwrap());
    let host = Arc::new(Host::over(redb.clone()));
    let rows = ConfirmRows::of(&host, &*redb);
    measure(criterion, "redb", &host);
    measure(criterion, "memory", &Arc::new(Host::over(Arc::new(MemoryStore::new()))));
    criterion.bench_function("confirm/redb/one commit per confirm, raw", |bencher| {
        let path = folder.path().join("raw.redb");
        bencher.iter_custom(|count| rows.one_commit_each(&path, count));
    });
}

fn measure(criterion: &mut Criterion, store: &str, host: &Arc<Host>) {
    let mut group = criterion.benchmark_group(format!("confirm/{store}"));
    for at_once in [1, 64] {
        let count = |count| usize::try_from(count).unwrap();
        group.bench_function(BenchmarkId::new("request to token", at_once), |bencher| {
            bencher.iter_custom(|iterations| host.answer_many(count(iterations), at_once));
        });
        group.bench_function(BenchmarkId::new("confirm", at_once), |bencher| {
            bencher.iter_custom(|iterations| host.confirm_many(count(iterations), at_once));
        });
    }
}

criterion_group!(benches, confirm);
criterion_main!(benches);
