//! Open, poll, hold, decide, deliver; each beside a request that is only verified.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::timed;
use crate::chaos::{Agents, Open, Person, Process, Told};

/// Below the limit of open requests of one agent.
const EACH: usize = 800;
/// How many persons decide at a time.
const PERSONS: usize = 8;

/// Opens `open` requests at `server`, `at_once` at a time, polls them, holds a poll of each of the first `held`, has the
/// first `decided` granted, and collects their tokens. One object, one member a measurement.
pub async fn ordinary(server: &Process, open: usize, held: usize, decided: usize, at_once: usize) -> Value {
    let (agents, origin) = (Agents::new(open.div_ceil(EACH)).await, server.origin());
    let unknown = format!("{origin}/pending/none");
    let verified = async |index: usize| {
        let seen = agents.send(index % agents.count(), Method::GET, &unknown, None, None).await;
        seen.is_some_and(|seen| seen.status == StatusCode::NOT_FOUND)
    };
    timed(1_000, at_once, &verified).await;
    let baseline = timed(open, at_once, &verified).await.to_json();

    let opened = Mutex::new(Vec::with_capacity(open));
    let before = server.resident();
    let opens = timed(open, at_once, async |index| match agents.open(index / EACH, &origin).await {
        Ok((open, _)) => {
            opened.lock().await.push(open);
            true
        }
        Err(_) => false,
    });
    let opens = opens.await.to_json();
    let grown = server.resident().saturating_sub(before);
    let opened = opened.into_inner();
    let is = async |open: &Open, status: StatusCode, wait: Option<u32>| {
        agents.poll(open, wait).await.is_some_and(|seen| seen.status == status)
    };
    let polls =
        timed(opened.len(), at_once, async |index| is(&opened[index], StatusCode::ACCEPTED, None).await);
    let polls = polls.await.to_json();
    let holding = hold(server, &agents, &opened[..held.min(opened.len())]).await;

    let decided = &opened[..decided.min(opened.len())];
    let persons: Vec<_> = (0..PERSONS).map(|_| Mutex::new(Person::new(&origin))).collect();
    let decisions = timed(decided.len(), PERSONS, async |index| {
        let mut person = persons[index % PERSONS].lock().await;
        person.decide(&decided[index].code, "grant").await == Told::Recorded
    });
    let decisions = decisions.await.to_json();
    let deliveries =
        timed(decided.len(), at_once, async |index| is(&decided[index], StatusCode::OK, None).await);
    json!({
        "verification_only": baseline,
        "opens": opens,
        "polls": polls,
        "decisions_by_page": decisions,
        "deliveries": deliveries.await.to_json(),
        "resident_bytes_a_pending_request": grown / (opened.len().max(1) as u64),
        "long_polls": holding,
    })
}

/// Holds a poll of each for 40 s and looks on in the middle of it.
async fn hold(server: &Process, agents: &Agents, open: &[Open]) -> Value {
    let before = server.resident();
    let polls = timed(open.len(), open.len().max(1), async |index| {
        agents.poll(&open[index], Some(40)).await.is_some_and(|seen| seen.took > Duration::from_secs(30))
    });
    let look = async {
        tokio::time::sleep(Duration::from_secs(25)).await;
        server.resident()
    };
    let (polls, during) = tokio::join!(polls, look);
    json!({
        "asked_for": open.len(),
        "held": polls.expected(),
        "resident_bytes_each": during.saturating_sub(before) / (open.len().max(1) as u64),
    })
}
