//! What is counted, under the names that the documentation gives.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use aauth_auth_server::{METRICS, MetricKind, describe_metrics};
use common::*;
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};

/// What was recorded: sums by name and labels.
#[derive(Clone, Default)]
struct Recorded {
    values: Arc<Mutex<BTreeMap<String, f64>>>,
    described: Arc<Mutex<BTreeSet<String>>>,
}

struct Cell {
    name: String,
    values: Arc<Mutex<BTreeMap<String, f64>>>,
}

impl Cell {
    fn add(&self, value: f64) {
        *self.values.lock().unwrap().entry(self.name.clone()).or_default() += value;
    }
}

impl CounterFn for Cell {
    fn increment(&self, value: u64) {
        self.add(value as f64);
    }
    fn absolute(&self, _: u64) {}
}

impl GaugeFn for Cell {
    fn increment(&self, value: f64) {
        self.add(value);
    }
    fn decrement(&self, value: f64) {
        self.add(-value);
    }
    fn set(&self, _: f64) {}
}

impl HistogramFn for Cell {
    fn record(&self, value: f64) {
        assert!(value >= 0.0);
        self.add(1.0);
    }
}

impl Recorded {
    fn cell(&self, key: &Key) -> Arc<Cell> {
        let mut labels: Vec<_> =
            key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        labels.sort();
        Arc::new(Cell {
            name: format!("{}{{{}}}", key.name(), labels.join(",")),
            values: self.values.clone(),
        })
    }

    fn value(&self, name: &str) -> f64 {
        self.values.lock().unwrap().get(name).copied().unwrap_or(0.0)
    }

    /// Names with the names of their labels.
    fn shapes(&self) -> BTreeSet<(String, Vec<String>)> {
        let shape = |line: &String| {
            let (name, labels) = line.trim_end_matches('}').split_once('{').unwrap();
            let labels = labels.split(',').filter_map(|pair| Some(pair.split_once('=')?.0.to_owned()));
            (name.to_owned(), labels.collect())
        };
        self.values.lock().unwrap().keys().map(shape).collect()
    }

    fn describe(&self, name: &KeyName) {
        self.described.lock().unwrap().insert(name.as_str().to_owned());
    }
}

impl Recorder for Recorded {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.describe(&name);
    }
    fn describe_gauge(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.describe(&name);
    }
    fn describe_histogram(&self, name: KeyName, _: Option<Unit>, _: SharedString) {
        self.describe(&name);
    }
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.cell(key))
    }
    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.cell(key))
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.cell(key))
    }
}

#[tokio::test]
async fn a_flow_counts_what_it_does_and_nothing_that_is_not_documented() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let world = World::new();
    let open = world.open().await;
    assert_eq!(recorded.value("aauth_pending_open{}"), 1.0);
    world.poll(&open).await;
    Browser::new(&world).decide(&open.code, "grant").await;
    assert_eq!(recorded.value("aauth_pending_open{}"), 0.0);
    world.poll(&open).await;
    world.poll(&open).await;
    world.send(Peer::agent().post(AUTH, "/token", "{}").unsigned()).await;

    assert_eq!(recorded.value("aauth_requests_total{route=token,status=202}"), 1.0);
    assert_eq!(recorded.value("aauth_requests_total{route=token,status=401}"), 1.0);
    assert_eq!(recorded.value("aauth_requests_total{route=pending,status=202}"), 1.0);
    assert_eq!(recorded.value("aauth_requests_total{route=pending,status=200}"), 1.0);
    assert_eq!(recorded.value("aauth_requests_total{route=pending,status=404}"), 1.0);
    assert_eq!(recorded.value("aauth_requests_total{route=interact,status=303}"), 1.0);
    assert_eq!(recorded.value("aauth_request_seconds{route=pending}"), 3.0);
    for (event, count) in
        [("policy_decided", 1.0), ("deferred", 1.0), ("approved", 1.0), ("delivered", 1.0), ("refused", 2.0)]
    {
        assert_eq!(recorded.value(&format!("aauth_events_total{{event={event}}}")), count, "{event}");
    }
    assert_eq!(recorded.value("aauth_refusals_total{endpoint=pending,kind=gone}"), 1.0);
    assert!(recorded.value("aauth_store_seconds{operation=swap}") >= 3.0);

    for (name, labels) in recorded.shapes() {
        let metric = METRICS.iter().find(|metric| metric.name == name).unwrap();
        assert_eq!(metric.labels, labels, "{name}");
    }
    let values = recorded.values.lock().unwrap();
    for peer in [AGENT, RESOURCE, "testuser", &open.code] {
        assert!(values.keys().all(|line| !line.contains(peer)), "{peer}");
    }
}

#[tokio::test(start_paused = true)]
async fn held_polls_are_counted_while_they_are_held() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let world = World::new();
    let open = world.open().await;
    let poll = world.send(world.on(&open, "GET").field("prefer", "wait=30").signed());
    let mut poll = std::pin::pin!(poll);
    tokio::select! {
        biased;
        _ = &mut poll => panic!("answered at once"),
        () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {}
    }
    assert_eq!(recorded.value("aauth_polls_held{}"), 1.0);
    assert_eq!(poll.await.status, 202);
    assert_eq!(recorded.value("aauth_polls_held{}"), 0.0);
}

#[test]
fn every_metric_stands_in_the_documentation_with_its_labels() {
    let text = include_str!("../../../docs/OPERATIONS.md");
    for metric in METRICS {
        let line = text.lines().find(|line| line.starts_with(&format!("| `{}` |", metric.name))).unwrap();
        let labels: Vec<_> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
        let cell = line.split('|').nth(3).unwrap().trim();
        assert_eq!(cell, labels.join(", "), "{}", metric.name);
    }
}

#[test]
fn every_metric_is_described() {
    let recorded = Recorded::default();
    metrics::with_local_recorder(&recorded, describe_metrics);
    let names: BTreeSet<String> = METRICS.iter().map(|metric| metric.name.to_owned()).collect();
    assert_eq!(*recorded.described.lock().unwrap(), names);
    let seconds = METRICS.iter().filter(|metric| metric.kind == MetricKind::Seconds);
    assert!(seconds.clone().all(|metric| metric.name.ends_with("_seconds")) && seconds.count() == 2);
}
