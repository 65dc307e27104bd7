//! The auth server is killed in the middle of everything, time and again, and comes back without having lost a word.
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

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use support::Dice;
use support::agent::{Open, Parties, jti};
use support::person::{Person, Told};
use support::process::Process;
use tokio::sync::Mutex;

/// How many requests are open while the server dies.
const REQUESTS: usize = 200;
/// How often it dies.
const KILLS: u64 = 4;

/// What one agent and one person saw of one request.
#[derive(Debug, Default)]
struct Story {
    approved: bool,
    denied: bool,
    tokens: Vec<String>,
    refused: Option<StatusCode>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_survives_being_killed() {
    let folder = std::env::temp_dir().join(format!("aauth-crash-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("store.sqlite");
    survives(&["--store", file.to_str().unwrap(), "--redelivery", "60"]).await;
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_survives_being_killed() {
    let Ok(url) = std::env::var("AAUTH_TEST_POSTGRES_URL") else {
        println!("skipped: AAUTH_TEST_POSTGRES_URL is not set");
        return;
    };
    let folder = std::env::temp_dir().join(format!("aauth-crash-pg-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    survives(&["--store", &url, "--secrets", folder.join("secrets").to_str().unwrap(), "--redelivery", "60"])
        .await;
    std::fs::remove_dir_all(&folder).unwrap();
}

async fn survives(flags: &[&str]) {
    let mut server = Process::start(flags).await;
    let origin = server.origin();
    let parties = Arc::new(Parties::new().await);
    let mut open = Vec::new();
    for _ in 0..REQUESTS {
        open.push(parties.open(&origin).await.unwrap());
    }

    let stories = Arc::new(Mutex::new(BTreeMap::new()));
    let persons: Vec<_> = open
        .chunks(REQUESTS / 8)
        .map(|share| tokio::spawn(decide_all(origin.clone(), share.to_vec(), Arc::clone(&stories))))
        .collect();
    let agents: Vec<_> = open
        .chunks(REQUESTS / 8)
        .map(|share| tokio::spawn(collect_all(Arc::clone(&parties), share.to_vec(), Arc::clone(&stories))))
        .collect();

    let mut dice = Dice::new(u64::from(std::process::id()));
    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(200 + dice.below(600))).await;
        server.kill();
        let back = server.restart().await;
        assert!(back < Duration::from_secs(5), "back after {back:?}");
    }
    for task in persons.into_iter().chain(agents) {
        task.await.unwrap();
    }
    judge(&parties, &origin, &open, &*stories.lock().await).await;
}

/// Every second request is approved, the others denied, each until the answer has come.
async fn decide_all(origin: String, share: Vec<Open>, stories: Arc<Mutex<BTreeMap<String, Story>>>) {
    let mut person = Person::new(&origin);
    for (index, request) in share.iter().enumerate() {
        let consent = if index % 2 == 0 { "grant" } else { "deny" };
        // A consumed code is as good as the last page: the page was lost after the decision had been recorded.
        while person.decide(&request.code, consent).await == Told::Nothing {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut stories = stories.lock().await;
        let story = stories.entry(request.location.clone()).or_default();
        story.approved = consent == "grant";
        story.denied = consent == "deny";
    }
}

/// Polls each request until its last answer, and once more.
async fn collect_all(parties: Arc<Parties>, share: Vec<Open>, stories: Arc<Mutex<BTreeMap<String, Story>>>) {
    for request in &share {
        loop {
            let Some(seen) = parties.poll(&request.location).await else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            let mut stories = stories.lock().await;
            let story = stories.entry(request.location.clone()).or_default();
            match seen.status {
                StatusCode::OK => story.tokens.push(seen.body["auth_token"].as_str().unwrap().to_owned()),
                StatusCode::FORBIDDEN => story.refused = Some(seen.status),
                // The 403 was answered and its response lost.
                StatusCode::NOT_FOUND if story.refused.is_none() => story.refused = Some(seen.status),
                StatusCode::ACCEPTED | StatusCode::TOO_MANY_REQUESTS => {
                    drop(stories);
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
                other => panic!("{other}: {}", seen.body),
            }
            break;
        }
    }
}

async fn judge(parties: &Parties, origin: &str, open: &[Open], stories: &BTreeMap<String, Story>) {
    let mut ids = BTreeSet::new();
    for request in open {
        let story = &stories[&request.location];
        if story.approved {
            // Redelivery gives the very same token, byte for byte.
            let again = parties.poll(&request.location).await.unwrap();
            assert_eq!(story.tokens.len(), 1, "an acknowledged approval was lost: {story:?}");
            assert_eq!(again.body["auth_token"], story.tokens[0].as_str());
            assert!(ids.insert(jti(&again.body["auth_token"])), "one jti twice");
        } else {
            assert!(story.denied && story.tokens.is_empty(), "{story:?}");
            assert_eq!(parties.poll(&request.location).await.unwrap().status, StatusCode::NOT_FOUND);
        }
    }
    for request in open.iter().step_by(20) {
        let replayed = parties.token_request(origin, &request.resource_token).await.unwrap();
        assert_eq!(replayed.status, StatusCode::BAD_REQUEST);
        assert_eq!(replayed.body["error"], "invalid_resource_token");
        assert_eq!(Person::new(origin).decide(&request.code, "grant").await, Told::NoSuchCode);
    }
}
