//! Two auth servers on one database act as one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::string_slice,
    clippy::disallowed_methods
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use support::agent::{Parties, jti};
use support::free_address;
use support::person::{Person, Told};
use support::process::Process;

/// Two instances behind one name, which is an address where nobody listens.
struct Pair {
    name: String,
    a: Process,
    b: Process,
    parties: Arc<Parties>,
}

impl Pair {
    async fn start(url: &str, folder: &std::path::Path) -> Self {
        let name = format!("http://{}", free_address());
        let secrets = folder.join("secrets");
        let flags = ["--id", &name, "--store", url, "--secrets", secrets.to_str().unwrap()];
        let (a, b) = tokio::join!(Process::start(&flags), Process::start(&flags));
        Self { name, a, b, parties: Arc::new(Parties::new().await) }
    }

    async fn token_request(&self, at: &Process, resource_token: &str) -> support::agent::Seen {
        let body = aauth_roles::access_body(resource_token, &aauth_roles::Hints::default());
        let url = format!("{}/token", self.name);
        self.parties.send_via(Some(at.address), Method::POST, &url, Some(body), None).await.unwrap()
    }

    async fn poll(&self, at: &Process, location: &str, wait: Option<u32>) -> support::agent::Seen {
        self.parties.send_via(Some(at.address), Method::GET, location, None, wait).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_instance_begins_the_other_goes_on_with() {
    let Ok(url) = std::env::var("AAUTH_TEST_POSTGRES_URL") else {
        println!("skipped: AAUTH_TEST_POSTGRES_URL is not set");
        return;
    };
    let folder = std::env::temp_dir().join(format!("aauth-instances-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut pair = Pair::start(&url, &folder).await;

    // Asked at A, consented at B; the poll that A holds ends with the token.
    let resource_token = pair.parties.resource_token(&pair.name);
    let opened = pair.token_request(&pair.a, &resource_token).await;
    assert_eq!(opened.status, StatusCode::ACCEPTED, "{opened:?}");
    let text = |member: &str| opened.body[member].as_str().unwrap().to_owned();
    let (location, code) = (text("location"), text("code"));
    let held = {
        let (parties, at, location) = (Arc::clone(&pair.parties), pair.a.address, location.clone());
        tokio::spawn(async move {
            parties.send_via(Some(at), Method::GET, &location, None, Some(45)).await.unwrap()
        })
    };
    let mut person = Person::via(&pair.name, &pair.b.origin());
    assert_eq!(person.decide(&code, "grant").await, Told::Recorded);
    // Far below the 45 s after which the poll would end by itself.
    let delivered = tokio::time::timeout(Duration::from_secs(20), held).await.unwrap().unwrap();
    assert_eq!(delivered.status, StatusCode::OK, "{delivered:?}");
    assert!(!jti(&delivered.body["auth_token"]).is_empty());
    assert_eq!(pair.poll(&pair.b, &location, None).await.status, StatusCode::NOT_FOUND);

    // Used at one, used at the other.
    let replayed = pair.token_request(&pair.b, &resource_token).await;
    assert_eq!(replayed.status, StatusCode::BAD_REQUEST);
    assert_eq!(replayed.body["error"], "invalid_resource_token");
    assert_eq!(Person::via(&pair.name, &pair.a.origin()).decide(&code, "grant").await, Told::NoSuchCode);

    // Either can go.
    pair.a.kill();
    let token = pair.parties.resource_token(&pair.name);
    assert_eq!(pair.token_request(&pair.b, &token).await.status, StatusCode::ACCEPTED);
    pair.a.restart().await;
    pair.b.kill();
    let token = pair.parties.resource_token(&pair.name);
    assert_eq!(pair.token_request(&pair.a, &token).await.status, StatusCode::ACCEPTED);
    std::fs::remove_dir_all(&folder).unwrap();
}
