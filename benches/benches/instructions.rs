//! How many instructions reading the fields and building the base take, counted by valgrind: the same on every run.
//!
//! `.ci/instructions` compares them with `benches/instructions.txt`. What is verified or hashed is left out, because
//! the cryptography chooses its instructions by the processor.
#![allow(missing_docs, reason = "the macros of gungraun")]

use std::hint::black_box;

use benches::{Request, Scheme};
use gungraun::{library_benchmark, library_benchmark_group, main};

/// Made before the counting begins, and never dropped while it goes on.
fn request(scheme: Scheme) -> &'static Request {
    let request = Box::leak(Box::new(Request::signed(scheme)));
    // The first use of a field or a table may cost more than the others.
    request.check();
    request
}

#[library_benchmark(setup = request)]
#[bench::jwks_uri(Scheme::JwksUri)]
#[bench::jwt(Scheme::Jwt)]
fn parse(request: &'static Request) {
    drop(black_box(request.parse()));
}

#[library_benchmark(setup = request)]
#[bench::jwks_uri(Scheme::JwksUri)]
#[bench::jwt(Scheme::Jwt)]
fn parse_check_and_base(request: &'static Request) {
    black_box(request).check();
}

library_benchmark_group!(name = fields, benchmarks = [parse, parse_check_and_base]);
main!(library_benchmark_groups = fields);
