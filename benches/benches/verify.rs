//! Verifying a request as a resource does, beside the strict verification that it rests on.
#![allow(missing_docs, reason = "the macros of criterion")]

use benches::{Floor, Request, Scheme};
use criterion::{Criterion, criterion_group, criterion_main};

fn verify(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("verify");
    for (name, scheme) in [("jwks_uri", Scheme::JwksUri), ("hwk", Scheme::Hwk), ("jwt", Scheme::Jwt)] {
        let request = Request::signed(scheme);
        group.bench_function(name, |bencher| bencher.iter(|| request.verify()));
    }
    let request = Request::signed(Scheme::JwksUri);
    group.bench_function("sign, jwks_uri", |bencher| bencher.iter(|| request.sign()));
    let raw = Floor::new(request.base());
    group.bench_function("raw, key ready", |bencher| bencher.iter(|| raw.verify()));
    group.bench_function("raw, key from bytes", |bencher| bencher.iter(|| raw.verify_from_bytes()));
    group.bench_function("raw sign", |bencher| bencher.iter(|| raw.sign()));
    group.finish();
}

criterion_group!(benches, verify);
criterion_main!(benches);
