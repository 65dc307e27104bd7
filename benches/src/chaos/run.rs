//! One run: open, disturb while persons decide and agents poll, judge.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream;
use http::StatusCode;
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::person::{Person, Told};
use super::story::Story;
use super::{Agents, Dice, Fault, Open, Place, Process, Seen, Summary};

/// What to do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The auth server.
    pub server: PathBuf,
    /// `sqlite` or `postgres:…`.
    pub store: String,
    /// How often it is killed.
    pub rounds: u32,
    /// How many requests wait for a person at the beginning.
    pub open: usize,
    /// Whether a token is delivered again for 60 s.
    pub redelivery: bool,
    /// A fault in place of the kills, and how long it lasts.
    pub fault: Option<(Fault, Duration)>,
    /// Decides when it is killed.
    pub seed: u64,
}

struct Shared {
    agents: Agents,
    origin: String,
    open: Vec<Open>,
    stories: Vec<Mutex<Story>>,
    /// How many requests persons may decide about by now.
    released: AtomicUsize,
    redelivery: bool,
}

/// Persons and agents at work at a time, each.
const WORKERS: usize = 8;
/// Below the limit of open requests of one agent.
const EACH: usize = 800;
/// Codes tried again at the end; wrong codes are limited to 10,000 in all.
const CODES: usize = 5_000;

/// Runs `plan`.
pub async fn run(plan: &Plan) -> Summary {
    let begin = Instant::now();
    let small = matches!(plan.fault, Some((Fault::FullDisk, _))).then_some(96);
    let place = Place::new(&plan.store, small).await;
    let mut flags = place.flags();
    flags.extend(["--life", "3600"].map(str::to_owned));
    if plan.redelivery {
        flags.extend(["--redelivery", "60"].map(str::to_owned));
    }
    let mut server = Process::start(&plan.server, &flags).await;
    let shared = Arc::new(prepare(plan, server.origin()).await);
    let mut summary = Summary { open: shared.open.len(), ..Summary::default() };

    let (person, agent) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut workers = Vec::new();
    for _ in 0..WORKERS {
        workers.push(tokio::spawn(decide(Arc::clone(&shared), Arc::clone(&person))));
        workers.push(tokio::spawn(collect(Arc::clone(&shared), Arc::clone(&agent))));
    }
    match plan.fault {
        None => kill(plan, &mut server, &shared, &mut summary).await,
        Some((fault, lasts)) => disturb(fault, lasts, &place, &shared, &mut summary).await,
    }
    shared.released.store(shared.open.len(), Ordering::SeqCst);
    for worker in workers {
        worker.await.expect("a worker that ends by itself");
    }
    if !server.runs() {
        summary.violation("the server ended by itself");
    }
    judge(&shared, &mut summary).await;
    drop(server);
    drop(place);
    summary.took = begin.elapsed();
    summary
}

async fn prepare(plan: &Plan, origin: String) -> Shared {
    let agents = Agents::new(plan.open.div_ceil(EACH) + 1).await;
    let (all, origin_of) = (&agents, &origin);
    let open = stream::iter(0..plan.open)
        .map(|index| async move {
            let opened = all.open(index / EACH, origin_of).await;
            opened.unwrap_or_else(|seen| panic!("a request cannot be opened: {seen:?}")).0
        })
        .buffered(WORKERS * 2)
        .collect::<Vec<_>>()
        .await;
    let stories = open.iter().map(|_| Mutex::default()).collect();
    Shared { agents, origin, open, stories, released: AtomicUsize::new(0), redelivery: plan.redelivery }
}

/// Each round gives the persons something to do and kills the server in the middle of it.
async fn kill(plan: &Plan, server: &mut Process, shared: &Shared, summary: &mut Summary) {
    let mut dice = Dice::new(plan.seed);
    let each = shared.open.len().div_ceil(plan.rounds.max(1) as usize);
    for _ in 0..plan.rounds {
        shared.released.fetch_add(each, Ordering::SeqCst);
        sleep(Duration::from_millis(50 + dice.below(750))).await;
        if !server.runs() {
            summary.violation("the server ended by itself");
        }
        server.kill();
        let back = server.restart().await;
        summary.kills += 1;
        summary.slowest_back = summary.slowest_back.max(back);
        if back > Duration::from_secs(5) {
            summary.violation("back after more than 5 s");
        }
    }
}

/// A third before the fault, a third during it, the rest afterwards; and what is answered meanwhile.
async fn disturb(fault: Fault, lasts: Duration, place: &Place, shared: &Shared, summary: &mut Summary) {
    let third = shared.open.len() / 3;
    shared.released.store(third, Ordering::SeqCst);
    sleep(Duration::from_secs(2)).await;
    fault.set(place, true);
    shared.released.store(2 * third, Ordering::SeqCst);
    let begin = Instant::now();
    let mut acknowledged = Vec::new();
    let last = shared.open.last().expect("an open request");
    let prober = shared.agents.count() - 1;
    while begin.elapsed() < lasts {
        match shared.agents.open(prober, &shared.origin).await {
            Ok((open, seen)) => {
                acknowledged.push(open);
                note(summary, Some(&seen));
            }
            Err(seen) => note(summary, seen.as_ref()),
        }
        note(summary, shared.agents.poll(last, None).await.as_ref());
        sleep(Duration::from_millis(100)).await;
    }
    fault.set(place, false);
    let begin = Instant::now();
    while shared.agents.open(prober, &shared.origin).await.is_err() {
        sleep(Duration::from_millis(20)).await;
        if begin.elapsed() > Duration::from_secs(60) {
            summary.violation("no service 60 s after the fault");
            return;
        }
    }
    summary.recovered = begin.elapsed();
    for open in acknowledged {
        let seen = shared.agents.poll(&open, None).await;
        if seen.is_none_or(|seen| seen.status != StatusCode::ACCEPTED) {
            summary.violation("a request opened during the fault was lost");
        }
    }
}

fn note(summary: &mut Summary, seen: Option<&Seen>) {
    let kind = match seen {
        None => "no answer".to_owned(),
        Some(seen) => {
            [seen.status.as_str(), seen.error().unwrap_or_default()].join(" ").trim_end().to_owned()
        }
    };
    *summary.answers.entry(kind).or_default() += 1;
    match seen {
        None => summary.violation("no answer during the fault"),
        Some(seen) => {
            if !seen.status.is_success() && seen.error().is_none() {
                summary.violation("an untyped error during the fault");
            }
            summary.slowest_answer = summary.slowest_answer.max(seen.took);
        }
    }
}

/// A person: every second request is granted, the others denied, each until the answer has come.
async fn decide(shared: Arc<Shared>, next: Arc<AtomicUsize>) {
    let mut person = Person::new(&shared.origin);
    loop {
        let index = next.fetch_add(1, Ordering::SeqCst);
        let Some(open) = shared.open.get(index) else { return };
        while index >= shared.released.load(Ordering::SeqCst) {
            sleep(Duration::from_millis(5)).await;
        }
        let grant = index.is_multiple_of(2);
        let mut told = Told::Nothing;
        while told == Told::Nothing {
            told = person.decide(&open.code, if grant { "grant" } else { "deny" }).await;
            if told == Told::Nothing {
                sleep(Duration::from_millis(20)).await;
            }
        }
        shared.stories[index].lock().await.told = Some(told);
    }
}

/// An agent: polls each request until its end, once more, and sends the resource token again.
async fn collect(shared: Arc<Shared>, next: Arc<AtomicUsize>) {
    loop {
        let index = next.fetch_add(1, Ordering::SeqCst);
        let Some(open) = shared.open.get(index) else { return };
        let mut story = Story { grant: index.is_multiple_of(2), ..Story::default() };
        // Every third poll is held by the server, so that the decision wakes it.
        let wait = index.is_multiple_of(3).then_some(5);
        story.ended = poll(&shared, open, wait, &mut story).await;
        story.after = poll(&shared, open, None, &mut story).await;
        story.replayed = replay(&shared, open).await;
        let mut kept = shared.stories[index].lock().await;
        *kept = Story { told: kept.told, ..story };
    }
}

/// Until a status that is final.
async fn poll(shared: &Shared, open: &Open, wait: Option<u32>, story: &mut Story) -> Option<StatusCode> {
    loop {
        let Some(seen) = shared.agents.poll(open, wait).await.filter(|seen| !seen.status.is_server_error())
        else {
            story.lost += 1;
            sleep(Duration::from_millis(20)).await;
            continue;
        };
        story.tokens.extend(seen.token().map(str::to_owned));
        match seen.status {
            StatusCode::ACCEPTED | StatusCode::TOO_MANY_REQUESTS => sleep(Duration::from_millis(30)).await,
            StatusCode::OK | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => return Some(seen.status),
            _ => {
                story.odd = Some(format!("{seen:?}"));
                return Some(seen.status);
            }
        }
    }
}

async fn replay(shared: &Shared, open: &Open) -> Option<StatusCode> {
    loop {
        let seen = shared.agents.ask(open.agent, &shared.origin, &open.resource_token).await;
        match seen.filter(|seen| !seen.status.is_server_error()) {
            Some(seen) => return Some(seen.status),
            None => sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn judge(shared: &Shared, summary: &mut Summary) {
    let mut ids = BTreeSet::new();
    for story in &shared.stories {
        let story = story.lock().await;
        if let Some(fault) = story.fault(shared.redelivery) {
            summary.violation(&format!(
                "{fault}{}",
                story.odd.as_ref().map(|odd| format!(": {odd}")).unwrap_or_default()
            ));
        }
        summary.lost_polls += u64::from(story.lost);
        summary.unconfirmed += usize::from(story.told == Some(Told::NoSuchCode));
        summary.denied += usize::from(!story.grant);
        summary.lost_to_a_response += usize::from(story.lost_to_a_response());
        summary.replays += usize::from(story.replayed.is_some());
        if let Some(token) = story.tokens.first() {
            summary.delivered += 1;
            if !ids.insert(jti(token)) {
                summary.violation("one jti in two tokens");
            }
        }
    }
    let mut person = Person::new(&shared.origin);
    for (index, open) in shared.open.iter().step_by(shared.open.len().div_ceil(CODES)).enumerate() {
        if index % 20 == 19 {
            person = Person::new(&shared.origin);
        }
        summary.codes += 1;
        if person.leads(&open.code).await != Some(false) {
            summary.violation("a code that leads somewhere again");
        }
    }
}

fn jti(token: &str) -> Option<String> {
    let payload = aauth_jose::b64::decode(token.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    Some(claims["jti"].as_str()?.to_owned())
}
