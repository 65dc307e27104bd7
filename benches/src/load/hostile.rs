//! Requests that must leave nothing behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::{Timed, timed};
use crate::chaos::{Agents, Party, Process};

/// Sends `count` requests to `server`, `at_once` at a time, no two the same: unsigned and badly signed ones, and ones with
/// unknown issuers, kids, labels, codes and pending URLs. Resident memory before, halfway and after, in bytes, once the server
/// is warm; the most descriptors open at a time; how long a good agent's requests took without them and beside them; and how
/// long they took when all of `at_once` requests at a time were good, and when half of them were; how often the issuer was
/// asked whose kids and labels never came twice. No connection at all would mean that the requests were refused too early.
pub async fn hostile(server: &Process, count: usize, at_once: usize) -> Value {
    let http = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
    let (agents, origin) = (Agents::new(1).await, server.origin());
    let known = agents.id(0);
    let (closing, connections) = closing().await;
    let send = async |index: usize| {
        let request = one(&http, &origin, [&known, &closing], index).send().await;
        match request {
            Ok(answer) => {
                let refused = answer.status().is_client_error();
                answer.bytes().await.is_ok() && refused
            }
            Err(_) => false,
        }
    };
    let unknown = format!("{origin}/pending/none");
    let well = async |_| {
        let seen = agents.send(0, Method::GET, &unknown, None, None).await;
        seen.is_some_and(|seen| seen.status == StatusCode::NOT_FOUND)
    };
    let alone = good(&agents, &origin, |count| count >= 500).await;
    // Buffers of connections and of the allocator, and as many cache entries as there may be, are there afterwards.
    timed(count.div_ceil(10), at_once, async |index| send(count + index).await).await;
    let all_good = timed(HALF, at_once, well).await;
    let (half_good, _) = tokio::join!(
        timed(HALF, at_once.div_ceil(2), well),
        timed(HALF, at_once.div_ceil(2), async |index| send(2 * count + index).await)
    );
    let before = server.resident();
    let over = AtomicBool::new(false);
    let attack = async {
        let first = timed(count / 2, at_once, &send).await;
        let halfway = server.resident();
        let second = timed(count - count / 2, at_once, async |index| send(count / 2 + index).await).await;
        over.store(true, Ordering::SeqCst);
        (first, halfway, second)
    };
    let ((first, halfway, second), beside, descriptors) = tokio::join!(
        attack,
        good(&agents, &origin, |_| over.load(Ordering::SeqCst)),
        most_descriptors(server, &over)
    );
    json!({
        "requests": count,
        "halves": [first.to_json(), second.to_json()],
        "resident_before": before,
        "resident_halfway": halfway,
        "resident_after": server.resident(),
        "descriptors_at_most": descriptors,
        "asked_for_unknown_kids": connections.load(Ordering::SeqCst),
        "good_without": alone.to_json(),
        "good_beside": beside.to_json(),
        "all_good": all_good.to_json(),
        "half_good": half_good.to_json(),
    })
}

/// How many good requests are sent while all are good, and while half of them are.
const HALF: usize = 20_000;

/// A known agent's requests, one every 10 ms, until it is enough for `enough`, which is told how many there were.
async fn good(agents: &Agents, origin: &str, enough: impl Fn(usize) -> bool) -> Timed {
    let mut pace = interval(Duration::from_millis(10));
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let unknown = format!("{origin}/pending/none");
    let (begin, mut each, mut expected) = (Instant::now(), Vec::new(), 0);
    while !enough(each.len()) {
        pace.tick().await;
        let begin = Instant::now();
        let seen = agents.send(0, Method::GET, &unknown, None, None).await;
        expected += usize::from(seen.is_some_and(|seen| seen.status == StatusCode::NOT_FOUND));
        each.push(begin.elapsed());
    }
    Timed::new(begin.elapsed(), each, expected)
}

async fn most_descriptors(server: &Process, over: &AtomicBool) -> usize {
    let mut most = 0;
    while !over.load(Ordering::SeqCst) {
        most = most.max(server.descriptors());
        sleep(Duration::from_millis(200)).await;
    }
    most
}

/// An issuer that closes every connection, and how many there were.
async fn closing() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (format!("http://{address}"), connections)
}

fn one(
    http: &reqwest::Client,
    origin: &str,
    [known, closing]: [&str; 2],
    index: usize,
) -> reqwest::RequestBuilder {
    let unsigned = || http.get(format!("{origin}/pending/{index:0>22}"));
    let signed = |label: &str, issuer: &str, kid: &str| {
        let covered = "(\"@method\" \"@authority\" \"@path\" \"signature-key\")";
        // 64 bytes: two digits of padding, before which four bits are zero.
        let signature = format!("{index:0>85}A==");
        unsigned()
            .header("signature-input", format!("{label}={covered};created={}", now()))
            .header("signature", format!("{label}=:{signature}:"))
            .header("signature-key", format!("{label}=(scheme=jwks_uri id=\"{issuer}\" kid=\"{kid}\")"))
    };
    match index % KINDS {
        0 => unsigned(),
        1 => http.post(format!("{origin}/token")).body(format!("{{\"resource_token\":\"{index}\"}}")),
        2 => signed("sig", closing, &format!("kid-{index}")),
        3 => signed(&format!("label{index}"), closing, Party::KID),
        4 => signed("sig", &issuer(index, closing), Party::KID),
        5 => signed("sig", known, Party::KID),
        _ => http.get(format!("{origin}/interact?code={index:0>8}")),
    }
}

/// One of 260,000 issuers at which nobody is expected: a connection to it is tried, and refused. None is on the port of
/// `closing`, whose connections are counted.
fn issuer(index: usize, closing: &str) -> String {
    let each = index / KINDS;
    let scheme = if each.is_multiple_of(2) { "http" } else { "https" };
    let host = if (each / 2).is_multiple_of(2) { "[::1]" } else { "localhost" };
    let port = 1 + each / 4 % 65_535;
    let port = if closing.ends_with(&format!(":{port}")) { 1 } else { port };
    format!("{scheme}://{host}:{port}")
}

/// How many kinds of hostile requests there are.
const KINDS: usize = 7;

fn now() -> i64 {
    use aauth_runtime::Clock as _;
    aauth_runtime::SystemClock.now().as_secs()
}
