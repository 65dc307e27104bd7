//! How cost grows with what is kept and with what is sent.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aauth_jose::{Jwks, VerifyingKey};
use aauth_roles::VerifiedTokens;
use aauth_signature::{DRAFT_11, RequestHead, SignedHead, UriScheme};
use aauth_store::{Key, Limits, Memory, Space, Store as _};
use aauth_types::{Network, UnixTime};
use futures_util::FutureExt as _;
use http::{HeaderMap, HeaderValue, Method};

use crate::request::{NOW, signer};
use crate::{Request, Scheme};

/// One line of a table: how much there is, and what one operation takes then.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Bytes, labels, keys, tokens or requests.
    pub size: usize,
    /// Nanoseconds, the best of several rounds.
    pub ns: f64,
}

/// Reading the three fields and building the base, by the bytes of one more field, which the signature leaves alone.
#[must_use]
pub fn header_bytes() -> Vec<Step> {
    let step = |size: usize| {
        let request = Request::signed(Scheme::JwksUri).with_filler(size);
        Step { size, ns: best(|| request.check()) }
    };
    [0, 1_000, 2_000, 4_000, 8_000, 16_000].map(step).to_vec()
}

/// Reading the three fields, by the bytes of the token in one of them.
#[must_use]
pub fn token_bytes() -> Vec<Step> {
    let step = |size: usize| {
        let token = ["e30", &"A".repeat(size), "AAAA"].join(".");
        let fields = fields(1, &format!("jwt;jwt=\"{token}\""));
        Step { size, ns: best(|| drop(black_box(parse(&fields)))) }
    };
    [500, 1_000, 2_000, 4_000, 8_000].map(step).to_vec()
}

/// Reading the first label of several, each with all three fields; there are at most four.
#[must_use]
pub fn labels() -> Vec<Step> {
    let step = |size: usize| {
        let fields = fields(size, r#"jwks_uri;id="https://a.example";dwk="aauth-agent.json";kid="k""#);
        Step { size, ns: best(|| drop(black_box(parse(&fields)))) }
    };
    (1..=4).map(step).collect()
}

/// Selecting a key by its `kid` from a set that was read before.
#[must_use]
pub fn key_set() -> Vec<Step> {
    let key: VerifyingKey = signer().verifying_key().clone();
    let step = |size: usize| {
        let keys = Jwks::from_keys((0..size).map(|index| key.to_jwk(Some(&format!("key-{index}")))));
        let wanted = format!("key-{}", size / 2);
        Step { size, ns: best(|| _ = black_box(keys.key(&wanted))) }
    };
    [1, 10, 100, 1_000, 10_000].map(step).to_vec()
}

/// A request with a token that is remembered, by how many are.
///
/// `most`: the last step; the steps before are powers of ten from 1,000.
#[must_use]
pub fn remembered_tokens(most: usize) -> Vec<Step> {
    // A shard that is full would drop its oldest, and not all shards fill alike.
    let tokens = Arc::new(VerifiedTokens::new(most.saturating_mul(2)));
    let mut remembered = 0;
    let mut steps = Vec::new();
    for size in powers_of_ten(most) {
        let mut kept = Vec::new();
        while remembered < size {
            let request = Request::with_token(remembered, tokens.clone());
            drop(request.verify_again());
            remembered = remembered.saturating_add(1);
            // The last ones, which are anywhere in the order of their hashes.
            if size.saturating_sub(remembered) < 64 {
                kept.push(request);
            }
        }
        assert_eq!(tokens.len(), size, "every token is remembered");
        let each = best(|| kept.iter().for_each(|request| drop(black_box(request.verify_again()))));
        steps.push(Step { size, ns: each / 64.0 });
    }
    steps
}

/// Reading a pending request's row and writing it back, by how many are kept in memory.
///
/// `most`: as for [`remembered_tokens`].
#[must_use]
pub fn pending_requests(most: usize) -> Vec<Step> {
    let store = Memory::new(Limits { rows: most, bytes: usize::MAX });
    let expires = NOW.saturating_add(Duration::from_secs(600));
    let value = [b'x'; 400];
    let mut kept = 0_usize;
    let mut steps = Vec::new();
    for size in powers_of_ten(most) {
        while kept < size {
            at_once(store.insert(&pending(kept), &value, expires, NOW));
            kept = kept.saturating_add(1);
        }
        let step = size / 64;
        let keys: Vec<Key> = (0..64_usize).map(|index| pending(index.saturating_mul(step))).collect();
        let each = best(|| keys.iter().for_each(|key| poll(&store, key, expires)));
        steps.push(Step { size, ns: each / 64.0 });
    }
    steps
}

fn poll(store: &Memory, key: &Key, expires: UnixTime) {
    let row = at_once(store.get(key, NOW)).expect("the row is kept");
    black_box(at_once(store.swap(key, row.version, &row.value, expires, NOW)));
}

fn pending(index: usize) -> Key {
    Key::new(Space::Pending, format!("request-{index:012}")).expect("a short name")
}

/// The store in memory has nothing to wait for.
fn at_once<T>(future: impl Future<Output = Result<T, aauth_store::StoreError>>) -> T {
    future.now_or_never().expect("ready at once").expect("the store works")
}

fn powers_of_ten(most: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(1_000_usize), |size| size.checked_mul(10))
        .take_while(move |size| *size <= most)
}

fn parse(fields: &HeaderMap) -> SignedHead<'_> {
    let head = RequestHead {
        method: &Method::GET,
        scheme: UriScheme::Https,
        authority: "important.resource.com",
        target: "/data-auth",
        fields,
    };
    SignedHead::parse(&head, &DRAFT_11, Network::Public).expect("the fields are well formed")
}

/// The three fields with so many labels; no signature verifies.
fn fields(labels: usize, key: &str) -> HeaderMap {
    let members = |value: &str| {
        let members: Vec<String> = (0..labels).map(|label| format!("sig{label}={value}")).collect();
        HeaderValue::try_from(members.join(", ")).expect("a field")
    };
    let signature = format!(":{}==:", "A".repeat(86));
    HeaderMap::from_iter([
        (http::HeaderName::from_static("signature-key"), members(key)),
        (
            http::HeaderName::from_static("signature-input"),
            members(r#"("@method" "@authority" "@path" "signature-key");created=1774923811"#),
        ),
        (http::HeaderName::from_static("signature"), members(&signature)),
    ])
}

/// Nanoseconds of one run: the best of some rounds, for a slow round says something about the machine only.
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn best(run: impl Fn()) -> f64 {
    const ROUNDS: usize = 31;
    const RUNS: u32 = 100;
    let round = |_| {
        let start = Instant::now();
        (0..RUNS).for_each(|_| run());
        start.elapsed().as_secs_f64() * 1e9 / f64::from(RUNS)
    };
    (0..ROUNDS).map(round).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_its_steps() {
        let sizes = |steps: Vec<Step>| steps.iter().map(|step| step.size).collect::<Vec<_>>();
        assert_eq!(sizes(labels()), [1, 2, 3, 4]);
        assert_eq!(sizes(remembered_tokens(1_000)), [1_000]);
        assert_eq!(sizes(pending_requests(10_000)), [1_000, 10_000]);
    }
}
