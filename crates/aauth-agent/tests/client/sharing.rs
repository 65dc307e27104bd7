//! Calls at the same time, and calls that are given up.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use aauth_agent::{AgentError, Client};
use http::StatusCode;
use tokio::task::JoinSet;

use crate::parties::{Parties, Running, World};
use crate::peer::{Reply, answer};
use crate::person::Event;

/// A world whose polls are held until the sender lets them go or is dropped.
fn held(poll: impl Fn(&Parties) -> Reply + Send + Sync + 'static) -> (World, Sender<()>) {
    let mut world = World::new();
    world.ordinary_resource();
    let (release, gate): (Sender<()>, Receiver<()>) = channel();
    let gate = Mutex::new(gate);
    world.auth_server(move |parties, seen| match seen.method.as_str() {
        "POST" => parties.defer(),
        "GET" => {
            let _released = gate.lock().unwrap().recv();
            poll(parties)
        }
        _ => answer(204, &[], ""),
    });
    (world, release)
}

fn granting(parties: &Parties) -> Reply {
    parties.deliver(&parties.token("data.read"))
}

async fn many(client: &Client, running: &Running, count: usize) -> JoinSet<Result<StatusCode, AgentError>> {
    let mut calls = JoinSet::new();
    for _ in 0..count {
        let (client, url) = (client.clone(), running.url("/read"));
        calls.spawn(async move { client.get(&url).await.map(|answer| answer.status()) });
    }
    let log = running.resource.clone();
    tokio::task::spawn_blocking(move || log.wait_for(count)).await.unwrap();
    calls
}

async fn shown(running: &mut Running) {
    assert!(matches!(running.events.recv().await, Some(Event::Shown(_))));
}

async fn dismissed(running: &mut Running) {
    assert!(matches!(running.events.recv().await, Some(Event::Dismissed(_))));
}

/// Waits until the auth server has seen this request.
async fn told(running: &Running, line: &'static str) {
    let log = running.auth_server.clone();
    tokio::task::spawn_blocking(move || log.wait_for_line(line)).await.unwrap();
}

#[tokio::test]
async fn fifty_calls_share_one_exchange_and_one_prompt() {
    let (world, release) = held(granting);
    let (client, mut running) = world.client();
    let calls = many(&client, &running, 50).await;
    release.send(()).unwrap();
    assert_eq!(calls.join_all().await, vec![Ok(StatusCode::OK); 50]);
    assert_eq!(running.auth_server.lines(), ["POST /token", "GET /pending/1"]);
    assert_eq!(running.events().len(), 2);
}

#[tokio::test]
async fn a_denial_reaches_all_who_wait() {
    let (world, release) = held(|_| answer(403, &[], r#"{"error":"denied"}"#));
    let (client, running) = world.client();
    let (first, second) = (client.clone(), client.clone());
    let url = running.url("/read");
    let calls = async { tokio::join!(first.get(&url), second.get(&url)) };
    let both = running.resource.clone();
    let let_go = async {
        tokio::task::spawn_blocking(move || both.wait_for(2)).await.unwrap();
        told(&running, "GET /pending/1").await;
        // Each release serves one poll: one exchange, or at worst two.
        release.send(()).unwrap();
        release.send(()).ok();
    };
    let ((one, other), ()) = tokio::join!(calls, let_go);
    assert_eq!((one.unwrap_err(), other.unwrap_err()), (AgentError::Denied, AgentError::Denied));
}

#[tokio::test]
async fn a_dropped_call_takes_its_prompt_and_its_request_down() {
    let (world, _release) = held(granting);
    let (client, mut running) = world.client();
    let url = running.url("/read");
    tokio::select! {
        _ = client.get(&url) => panic!("nobody has consented"),
        () = shown(&mut running) => {}
    }
    dismissed(&mut running).await;
    told(&running, "DELETE /pending/1").await;
    assert_eq!(running.events(), []);
}

#[tokio::test]
async fn a_dropped_call_leaves_the_exchange_to_the_others() {
    let (world, release) = held(granting);
    let (client, mut running) = world.client();
    let mut calls = many(&client, &running, 2).await;
    shown(&mut running).await;
    let dropped = client.clone();
    let url = running.url("/read");
    let both = running.resource.clone();
    tokio::select! {
        biased;
        _ = dropped.get(&url) => panic!("nobody has consented"),
        _ = tokio::task::spawn_blocking(move || both.wait_for(3)) => {}
    }
    release.send(()).unwrap();
    assert_eq!(calls.join_next().await.unwrap().unwrap(), Ok(StatusCode::OK));
    assert_eq!(calls.join_next().await.unwrap().unwrap(), Ok(StatusCode::OK));
    assert_eq!(running.auth_server.lines(), ["POST /token", "GET /pending/1"]);
}

#[tokio::test]
async fn cancel_tells_the_server_before_it_returns() {
    let (world, _release) = held(granting);
    let (client, mut running) = world.client();
    // One call: a second might not have its seat yet, and would then begin an exchange of its own.
    let calls = many(&client, &running, 1).await;
    shown(&mut running).await;
    told(&running, "GET /pending/1").await;
    client.cancel().await;
    assert_eq!(running.auth_server.lines(), ["POST /token", "GET /pending/1", "DELETE /pending/1"]);
    assert!(running.auth_server.all()[2].field("signature-key").contains("scheme=jwks_uri"));
    assert!(matches!(running.events()[..], [Event::Dismissed(_)]));
    for ended in calls.join_all().await {
        assert_eq!(ended, Err(AgentError::Cancelled));
    }
}

#[tokio::test]
async fn cancel_waits_for_calls_that_were_dropped() {
    let (world, _release) = held(granting);
    let (client, mut running) = world.client();
    let url = running.url("/read");
    tokio::select! {
        _ = client.get(&url) => panic!("nobody has consented"),
        () = shown(&mut running) => {}
    }
    client.cancel().await;
    assert!(running.auth_server.lines().contains(&"DELETE /pending/1".to_owned()));
}

#[tokio::test]
async fn the_prompt_goes_with_the_runtime() {
    let (world, _release) = held(granting);
    let (client, mut running) = world.client();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let url = running.url("/read");
        runtime.block_on(async {
            tokio::select! {
                _ = client.get(&url) => panic!("nobody has consented"),
                () = shown(&mut running) => {}
            }
        });
        drop(runtime);
        assert!(matches!(running.events()[..], [Event::Dismissed(_)]));
    })
    .join()
    .unwrap();
}

#[tokio::test]
async fn nothing_is_cancelled_where_nothing_waits() {
    let (world, _release) = held(granting);
    let (client, running) = world.client();
    client.cancel().await;
    assert_eq!(running.auth_server.lines().len(), 0);
}
