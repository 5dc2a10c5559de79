//! From the two strings to the status, at 10,000 to ten million people, in memory and in redb.
#![allow(missing_docs, clippy::unwrap_used)] // criterion's macros; a benchmark that cannot go on ends by panicking

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use kycvs::token::Algorithm;
use kycvs_benches::lookup::Lookup;
use kycvs_benches::scale::Scale;
use kycvs_benches::token::Tokens;

fn status_lookup(criterion: &mut Criterion) {
    let scale = Scale::of_this_run();
    for people in scale.sizes() {
        measure(criterion, "memory", people, &Lookup::in_memory(people, &scale));
        let folder = tempfile::tempdir().unwrap();
        measure(criterion, "redb", people, &Lookup::in_redb(folder.path(), people, &scale));
    }
}

fn measure(criterion: &mut Criterion, store: &str, people: u64, lookup: &Lookup) {
    let tokens = Tokens::new(Algorithm::Es256);
    let mut group = criterion.benchmark_group(format!("status_lookup/{store}"));
    for (name, mut operation) in lookup.ways().into_iter().chain(lookup.answer(&tokens)) {
        let mut number = 0;
        group.bench_function(BenchmarkId::new(name, people), |bencher| {
            bencher.iter(|| {
                operation(number);
                number += 1;
            });
        });
    }
}

criterion_group!(benches, status_lookup);
criterion_main!(benches);
