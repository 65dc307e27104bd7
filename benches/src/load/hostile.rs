//! Requests that must leave nothing behind.

use serde_json::{Value, json};

use super::timed;
use crate::chaos::Process;

/// Sends `count` requests to `server`, `at_once` at a time, no two the same: unsigned ones, ones with unknown kids, labels,
/// codes and pending URLs. Resident memory before and after, in bytes, once the server is warm.
pub async fn hostile(server: &Process, count: usize, at_once: usize) -> Value {
    let http = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
    let origin = server.origin();
    let send = async |index: usize| {
        let request = one(&http, &origin, index).send().await;
        match request {
            Ok(answer) => {
                let refused = answer.status().is_client_error();
                answer.bytes().await.is_ok() && refused
            }
            Err(_) => false,
        }
    };
    // Buffers of connections and of the allocator are there afterwards.
    timed(count.div_ceil(10), at_once, async |index| send(count + index).await).await;
    let before = server.resident();
    let sent = timed(count, at_once, send).await;
    json!({ "requests": count, "answers": sent.to_json(), "resident_before": before, "resident_after": server.resident() })
}

fn one(http: &reqwest::Client, origin: &str, index: usize) -> reqwest::RequestBuilder {
    let unsigned = || http.get(format!("{origin}/pending/{index:0>22}"));
    let signed = |label: &str, kid: &str| {
        let covered = "(\"@method\" \"@authority\" \"@path\" \"signature-key\")";
        let signature = "A".repeat(86);
        unsigned()
            .header("signature-input", format!("{label}={covered};created={}", now()))
            .header("signature", format!("{label}=:{signature}==:"))
            .header("signature-key", format!("{label}=jwks_uri;id=\"http://127.0.0.1:9\";kid=\"{kid}\""))
    };
    match index % 5 {
        0 => unsigned(),
        1 => http.post(format!("{origin}/token")).body(format!("{{\"resource_token\":\"{index}\"}}")),
        2 => signed("sig", &format!("kid-{index}")),
        3 => signed(&format!("label{index}"), "key-1"),
        _ => http.get(format!("{origin}/interact?code={index:0>8}")),
    }
}

fn now() -> i64 {
    use aauth_runtime::Clock as _;
    aauth_runtime::SystemClock.now().as_secs()
}
