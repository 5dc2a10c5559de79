//! Policies: COVID-19 as most questions ask it, a policy of twelve needs over thirty doses, and a change of policy over ten
//! thousand children.
#![allow(missing_docs)] // criterion's macros

use criterion::{Criterion, criterion_group, criterion_main};
use kycvs_benches::policies::Policies;

fn evaluate(criterion: &mut Criterion) {
    let policies = Policies::new();
    let mut group = criterion.benchmark_group("evaluate");
    group.bench_function("covid-19", |bencher| bencher.iter(|| policies.covid_19()));
    group.bench_function("covid-19, the status alone", |bencher| bencher.iter(|| policies.covid_19_status()));
    group.bench_function("12 needs, 30 doses", |bencher| bencher.iter(|| policies.twelve_needs()));
    group.sample_size(10);
    group.bench_function("diff over 10,000 children", |bencher| bencher.iter(|| policies.diff()));
}

criterion_group!(benches, evaluate);
criterion_main!(benches);
