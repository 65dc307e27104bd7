//! As many polls as a server holds, and what the others notice of it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::timed;
use crate::chaos::{Agents, Open, Process};

/// How many requests are opened beside the held polls, and how many of them at a time.
const BESIDE: (usize, usize) = (400, 4);
/// Between two polls, so that nobody's connection waits in a queue of the operating system that is full.
const BETWEEN: Duration = Duration::from_micros(500);
/// What is asked for; a server grants 45 s at most.
const WAIT: u32 = 45;

/// Holds a poll of each of `open` but the last, polls the last, and opens requests meanwhile as it did before.
///
/// Looks once every poll has come. A poll counts as held when its answer came after that.
pub(crate) async fn held(server: &Process, agents: &Agents, open: &[Open], next: &AtomicUsize) -> Value {
    let Some((last, open)) = open.split_last().filter(|(_, open)| !open.is_empty()) else {
        return Value::Null;
    };
    let tokens = async || {
        let opens = timed(BESIDE.0, BESIDE.1, async |_| {
            let agent = next.fetch_add(1, Ordering::Relaxed) % agents.count();
            agents.open(agent, &server.origin()).await.is_ok()
        });
        opens.await.to_json()
    };
    let without = tokens().await;
    let (before, descriptors) = (server.resident(), server.descriptors());
    let (begin, looked) = (Instant::now(), AtomicBool::new(false));
    let others = Mutex::new(BTreeMap::new());
    let polls = timed(open.len(), open.len(), async |index| {
        sleep(BETWEEN * u32::try_from(index).unwrap_or(u32::MAX)).await;
        let seen = agents.poll(&open[index], Some(WAIT)).await.map(|seen| seen.status);
        let in_time = looked.load(Ordering::SeqCst);
        if in_time && seen == Some(StatusCode::ACCEPTED) {
            return true;
        }
        let status = seen.map_or("no answer".to_owned(), |status| status.as_u16().to_string());
        let when = if in_time { "after the look" } else { "before" };
        *others.lock().await.entry(format!("{status} {when}")).or_insert(0_usize) += 1;
        false
    });
    let look = async {
        settled(server, descriptors + open.len() / 10 * 9).await;
        let (after, during) = (begin.elapsed(), server.resident());
        let one_more = agents.poll(last, Some(WAIT)).await;
        let with = tokens().await;
        looked.store(true, Ordering::SeqCst);
        (after, during, one_more, with)
    };
    let (polls, (after, during, one_more, with)) = tokio::join!(polls, look);
    json!({
        "asked_for": open.len(),
        "held": polls.expected(),
        "others": others.into_inner(),
        "resident_bytes_each": during.saturating_sub(before) / open.len() as u64,
        "resident_bytes": during,
        "all_connected_after_ms": after.as_millis() as u64,
        "one_more": one_more.map(|seen| json!({ "status": seen.status.as_u16(), "ms": seen.took.as_millis() as u64 })),
        "opens_without": without,
        "opens_with": with,
    })
}

/// Until `server` has `least` descriptors and hardly works any more: every poll has been verified and waits.
async fn settled(server: &Process, least: usize) {
    let begin = Instant::now();
    let (mut worked, mut quiet) = (server.worked(), 0);
    while begin.elapsed() < PATIENCE && quiet < 2 {
        sleep(Duration::from_secs(1)).await;
        let now = server.worked();
        let idle = now.saturating_sub(worked) < Duration::from_millis(100);
        quiet = if idle && server.descriptors() >= least { quiet + 1 } else { 0 };
        worked = now;
    }
}

/// After which the look is taken however many have connected, so that it lies within the wait.
const PATIENCE: Duration = Duration::from_secs(30);
