//! Races on stores that outlive the process, and an older copy that is put back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use aauth_auth_server::ReplayGuard;
use aauth_runtime::Clock;
use aauth_store::Store;
use aauth_store_sql::{DatabaseUrl, PostgresSettings, PostgresStore, SqliteSettings, SqliteStore};
use aauth_testkit::FakeClock;
use common::*;

/// A directory that is gone after the test.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("aauth_auth_server_{}_{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    async fn sqlite(&self) -> Arc<SqliteStore> {
        let path = self.0.join("store.sqlite");
        Arc::new(SqliteStore::open(path, SqliteSettings::default()).await.unwrap())
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The database that the tests may use, each row under identifiers of this process.
#[expect(clippy::disallowed_methods, reason = "the variable is how these tests are switched on")]
async fn postgres() -> Option<Arc<PostgresStore>> {
    let Ok(url) = std::env::var("AAUTH_TEST_POSTGRES_URL") else {
        use std::io::Write as _;
        std::io::stderr()
            .write_all(b"SKIPPED races on PostgreSQL: AAUTH_TEST_POSTGRES_URL is not set\n")
            .unwrap();
        return None;
    };
    let settings = PostgresSettings::new(DatabaseUrl::parse(&url).unwrap());
    Some(Arc::new(PostgresStore::connect(settings).await.unwrap()))
}

/// Entropy of its own for each run: rows of an earlier one may still be there.
fn world(store: Arc<dyn Store>) -> World {
    World::with(|settings| {
        settings.required.store = store;
        settings.entropy = Arc::new(aauth_runtime::SystemEntropy);
    })
}

fn guarded(store: Arc<SqliteStore>) -> World {
    World::with(|settings| {
        settings.replay_guard = Some(ReplayGuard::new(store.clone()));
        settings.required.store = store;
    })
}

async fn open(world: &World) -> Open {
    let claims = resource_claims(&unique());
    let answer = world.ask(&claims).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let location = answer.field("location").unwrap().to_owned();
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    Open { path: location.strip_prefix(AUTH).unwrap().to_owned(), location, code }
}

fn unique() -> String {
    let bytes: [u8; 8] = aauth_runtime::random(&aauth_runtime::SystemEntropy).unwrap();
    format!("durable-{}", u64::from_be_bytes(bytes))
}

async fn polls_at_once(world: &World) {
    let open = open(world).await;
    assert_eq!(Browser::new(world).decide(&open.code, "grant").await.status, 200);
    let mut polls = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (router, request) = (world.router.clone(), world.on(&open, "GET").signed());
        polls.spawn(async move { Answer::of(&router, request).await });
    }
    let mut statuses = BTreeMap::new();
    for answer in polls.join_all().await {
        *statuses.entry(answer.status.as_u16()).or_insert(0) += 1;
    }
    assert_eq!(statuses, BTreeMap::from([(200, 1), (404, 99)]));
}

async fn decisions_at_once(world: &World) {
    for _ in 0..5 {
        let open = open(world).await;
        let (mut one, mut other) = (Browser::new(world), Browser::new(world));
        let (yes, no) = (one.sign_in(&open.code).await, other.sign_in(&open.code).await);
        let granting = one.submit(&yes, &[("consent", "grant")]);
        let denying = other.submit(&no, &[("consent", "deny")]);
        let (granting, denying) = tokio::join!(granting, denying);
        let granted = world.poll(&open).await.status.as_u16();
        assert!([200, 403].contains(&granted), "{granted}");
        assert_eq!(world.poll(&open).await.status, 404, "told once");
        // Whoever was second is told that it had been decided.
        let told = (granting.status.as_u16(), denying.status.as_u16());
        assert_eq!(told, if granted == 200 { (200, 409) } else { (409, 200) });
    }
}

async fn one_token_at_once(world: &World) {
    let token = resource_token(&resource_claims(&unique()));
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (router, request) = (world.router.clone(), token_call(&Peer::agent(), &token).signed());
        requests.spawn(async move { Answer::of(&router, request).await });
    }
    let mut statuses = BTreeMap::new();
    for answer in requests.join_all().await {
        *statuses.entry(answer.status.as_u16()).or_insert(0) += 1;
    }
    assert_eq!(statuses, BTreeMap::from([(202, 1), (400, 63)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_on_sqlite_one_wins() {
    let directory = Directory::new("races");
    let world = world(directory.sqlite().await);
    polls_at_once(&world).await;
    decisions_at_once(&world).await;
    one_token_at_once(&world).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_on_postgresql_one_wins() {
    let Some(store) = postgres().await else { return };
    let world = world(store);
    polls_at_once(&world).await;
    decisions_at_once(&world).await;
    one_token_at_once(&world).await;
}

#[tokio::test]
async fn a_token_and_a_request_are_not_accepted_again_after_a_restart() {
    let directory = Directory::new("restart");
    let store = directory.sqlite().await;
    let before = guarded(store.clone());
    let call = token_call(&Peer::agent(), &resource_token(&resource_claims("once")));
    assert_eq!(before.send(call.signed()).await.status, 202);
    store.close().await;

    let after = guarded(directory.sqlite().await);
    let again = after.send(call.signed()).await;
    assert_error(&again, 401, "invalid_signature", "Request was seen before");
    let again = after.send(call.at(NOW + 1).signed()).await;
    assert_error(&again, 400, "invalid_resource_token", "The resource token was used before");
}

#[tokio::test]
async fn nothing_of_an_older_copy_is_accepted() {
    let directory = Directory::new("restored");
    let (file, copy) = (directory.0.join("store.sqlite"), directory.0.join("copy"));
    let store = directory.sqlite().await;
    let first = world(store.clone());
    let open = open(&first).await;
    let mut browser = Browser::new(&first);
    assert!(browser.sign_in(&open.code).await.text.contains("Allow this access?"));
    let cookie = browser.cookie().unwrap().to_owned();
    store.close().await;
    std::fs::copy(&file, &copy).unwrap();

    // After the copy was made, a token is used and the request decided and fetched.
    let store = directory.sqlite().await;
    let second = world(store.clone());
    assert_eq!(second.ask(&resource_claims("since the copy")).await.status, 202);
    assert_eq!(Browser::new(&second).decide(&open.code, "grant").await.status, 200);
    assert_eq!(second.poll(&open).await.status, 200);
    store.close().await;

    std::fs::copy(&copy, &file).unwrap();
    let clock = FakeClock::at(FakeClock::TRACE);
    clock.advance(std::time::Duration::from_secs(10));
    let store = directory.sqlite().await;
    store.restored(clock.now()).await.unwrap();
    store.close().await;
    let third = world(directory.sqlite().await);
    third.pass(12);

    let again = third.ask(&resource_claims("since the copy")).await;
    assert_error(&again, 400, "invalid_resource_token", "The resource token is too old here");
    assert_not_found(&third.poll(&open).await);
    let mut browser = Browser::with_cookie(&third, &cookie);
    let page = browser.visit(&open.code).await;
    assert_eq!(page.status, 400);
    assert!(page.text.contains("does not work"));

    let issued = |at: i64| {
        let claims = with(resource_claims(&format!("issued {at}")), "iat", (NOW + at).into());
        with(claims, "exp", (NOW + 300).into())
    };
    let before = third.ask(&issued(9)).await;
    assert_error(&before, 400, "invalid_resource_token", "The resource token is too old here");
    let since = third.ask(&issued(10)).await;
    assert_eq!(since.status, 202, "{}", since.text);
    let code = since.json()["code"].as_str().unwrap().to_owned();
    let page = browser.visit(&code).await;
    assert!(page.text.contains("name=\"password\""), "the session of the copy is nobody's");
}

#[tokio::test]
async fn a_guarded_request_signed_before_a_restore_counts_as_seen() {
    let directory = Directory::new("guard");
    let store = directory.sqlite().await;
    store.restored(FakeClock::TRACE).await.unwrap();
    let world = guarded(store);
    let post = |at: i64| Peer::agent().post(AUTH, "/token", "{}").at(NOW + at).signed();
    let before = world.send(post(-1)).await;
    assert_error(&before, 401, "invalid_signature", "Request was seen before");
    let since = world.send(post(0)).await;
    assert_eq!((since.status.as_u16(), since.json()["error"].as_str()), (400, Some("invalid_request")));
}
