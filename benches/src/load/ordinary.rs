//! Open, poll, hold, decide, deliver; each beside a request that is only verified.

use std::sync::atomic::AtomicUsize;

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::held::held;
use super::timed;
use crate::chaos::{Agents, Open, Person, Process, Told};

/// Half of the limit of open requests of one agent, so that there is room for those opened beside.
const EACH: usize = 500;
/// How many persons decide at a time.
const PERSONS: usize = 8;

/// How much of everything.
#[derive(Debug, Clone, Copy)]
pub struct Amounts {
    /// Requests that are opened and polled.
    pub open: usize,
    /// Polls that are held at a time.
    pub held: usize,
    /// Requests that are granted and delivered.
    pub decided: usize,
    /// Requests under way at a time.
    pub at_once: usize,
}

/// Opens requests at `server`, polls them, holds polls, has some granted and collects their tokens. One object, one member
/// a measurement.
pub async fn ordinary(server: &Process, amounts: Amounts) -> Value {
    let Amounts { open, held: hold, decided, at_once } = amounts;
    // One more is polled than held.
    let open = open.max(hold.saturating_add(1));
    let (agents, origin) = (Agents::new(open.div_ceil(EACH).max(2)).await, server.origin());
    let unknown = format!("{origin}/pending/none");
    let verified = async |index: usize| {
        let seen = agents.send(index % agents.count(), Method::GET, &unknown, None, None).await;
        seen.is_some_and(|seen| seen.status == StatusCode::NOT_FOUND)
    };
    timed(1_000, at_once, &verified).await;
    let baseline = timed(open, at_once, &verified).await;

    let opened = Mutex::new(Vec::with_capacity(open));
    let before = server.resident();
    let opens = timed(open, at_once, async |index| match agents.open(index / EACH, &origin).await {
        Ok((open, _)) => {
            opened.lock().await.push(open);
            true
        }
        Err(_) => false,
    });
    let opens = opens.await;
    let grown = server.resident().saturating_sub(before);
    let opened = opened.into_inner();
    let is = async |open: &Open, status: StatusCode| {
        agents.poll(open, None).await.is_some_and(|seen| seen.status == status)
    };
    let polls = timed(opened.len(), at_once, async |index| is(&opened[index], StatusCode::ACCEPTED).await);
    let polls = polls.await;
    let held = held(server, &agents, &opened[..opened.len().min(hold + 1)], &AtomicUsize::new(0)).await;

    let granted = &opened[..decided.min(opened.len())];
    let persons: Vec<_> = (0..PERSONS).map(|_| Mutex::new(Person::new(&origin))).collect();
    let decisions = timed(granted.len(), PERSONS, async |index| {
        let mut person = persons[index % PERSONS].lock().await;
        person.decide(&granted[index].code, "grant").await == Told::Recorded
    });
    let decisions = decisions.await;
    let deliveries = timed(granted.len(), at_once, async |index| is(&granted[index], StatusCode::OK).await);
    let deliveries = deliveries.await;
    let kinds = [
        ("verification only", &baseline),
        ("open", &opens),
        ("poll", &polls),
        ("decide through the page", &decisions),
        ("deliver", &deliveries),
    ];
    json!({
        "requests": kinds.map(|(kind, timed)| timed.beside(kind, &baseline)),
        "resident_bytes_a_pending_request": grown / (opened.len().max(1) as u64),
        "long_polls": held,
    })
}
