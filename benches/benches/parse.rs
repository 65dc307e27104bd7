//! Reading what a peer sends: the three signature fields, a compact token, a challenge.
#![allow(missing_docs, reason = "the macros of criterion")]

use std::hint::black_box;

use aauth_challenge::{Challenge, SEED};
use aauth_jose::Jws;
use aauth_types::Network;
use benches::{Request, Scheme};
use criterion::{Criterion, criterion_group, criterion_main};

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    for (name, scheme) in [("jwks_uri", Scheme::JwksUri), ("hwk", Scheme::Hwk), ("jwt", Scheme::Jwt)] {
        let request = Request::signed(scheme);
        group.bench_function(format!("three fields, {name}"), |bencher| {
            bencher.iter(|| request.parse().input().created())
        });
    }
    let request = Request::signed(Scheme::Jwt);
    let token = request.token().unwrap_or_default();
    group.bench_function("jws", |bencher| bencher.iter(|| Jws::parse(black_box(token))));
    let challenge =
        format!("require=auth-token; resource-token=\"{token}\"; auth-server=\"https://auth-server.com\"");
    group.bench_function("challenge", |bencher| {
        bencher.iter(|| Challenge::parse(black_box(challenge.as_bytes()), &SEED, Network::Public));
    });
    group.finish();
}

criterion_group!(benches, parse);
criterion_main!(benches);
