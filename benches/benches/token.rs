//! Tokens, beside ring's bare signature and beside jsonwebtoken.
#![allow(missing_docs)] // criterion's macros

use criterion::{Criterion, criterion_group, criterion_main};
use kycvs::token::Algorithm;
use kycvs_benches::token::Tokens;

fn token(criterion: &mut Criterion) {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let tokens = Tokens::new(algorithm);
        let mut group = criterion.benchmark_group(format!("token/{}", algorithm.name()));
        for (name, mut operation) in tokens.ways() {
            group.bench_function(name, |bencher| bencher.iter(|| operation(0)));
        }
    }
}

criterion_group!(benches, token);
criterion_main!(benches);
