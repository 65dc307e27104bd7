//! What is counted and measured, through the `metrics` facade: nothing happens unless a recorder is installed.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use metrics::{Unit, counter, histogram};
use tokio::time::Instant;
use tracing::Instrument as _;

/// One metric. No label holds what a peer chose: an agent, a resource, a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What kind it is.
    pub kind: MetricKind,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
}

/// The kind of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Only goes up.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Durations in seconds.
    Seconds,
}

/// Every metric of the auth server.
pub const METRICS: [Metric; 8] = [
    Metric {
        name: REQUESTS,
        kind: MetricKind::Counter,
        labels: &["route", "status"],
        help: "requests that were answered, by route (token, pending, interact) and status code",
    },
    Metric {
        name: REQUEST_SECONDS,
        kind: MetricKind::Seconds,
        labels: &["route"],
        help: "time from request to answer; held polls count with the time that they are held",
    },
    Metric {
        name: EVENTS,
        kind: MetricKind::Counter,
        labels: &["event"],
        help: "audit events by name: decisions, deliveries, refusals, what persons do",
    },
    Metric {
        name: REFUSALS,
        kind: MetricKind::Counter,
        labels: &["endpoint", "kind"],
        help: "refused requests by endpoint and kind",
    },
    Metric {
        name: "aauth_pending_open",
        kind: MetricKind::Gauge,
        labels: &[],
        help: "requests that wait for a decision and were opened by this process; abandoned ones leave within two minutes of the next one",
    },
    Metric {
        name: "aauth_polls_held",
        kind: MetricKind::Gauge,
        labels: &[],
        help: "polls that are held open by this process",
    },
    Metric {
        name: STORE_SECONDS,
        kind: MetricKind::Seconds,
        labels: &["operation"],
        help: "time that the store took, by operation (insert, get, swap, take, purge)",
    },
    Metric {
        name: STORE_ERRORS,
        kind: MetricKind::Counter,
        labels: &["operation", "kind"],
        help: "what the store did not do, by operation and kind",
    },
];

const REQUESTS: &str = "aauth_requests_total";
const REQUEST_SECONDS: &str = "aauth_request_seconds";
const EVENTS: &str = "aauth_events_total";
const REFUSALS: &str = "aauth_refusals_total";
const STORE_SECONDS: &str = "aauth_store_seconds";
const STORE_ERRORS: &str = "aauth_store_errors_total";

/// Tells the installed recorder what the metrics mean. Call it once, after installing it.
pub fn describe_metrics() {
    for metric in METRICS {
        match metric.kind {
            MetricKind::Counter => metrics::describe_counter!(metric.name, Unit::Count, metric.help),
            MetricKind::Gauge => metrics::describe_gauge!(metric.name, Unit::Count, metric.help),
            MetricKind::Seconds => metrics::describe_histogram!(metric.name, Unit::Seconds, metric.help),
        }
    }
}

/// Runs a request of `route` in a span of its own and counts its answer. The span names no path: a pending URL is one.
pub(crate) async fn measured(route: &'static str, request: Request, next: Next) -> Response {
    let span =
        tracing::info_span!("aauth", route, method = %request.method(), status = tracing::field::Empty);
    let begun = Instant::now();
    let answer = next.run(request).instrument(span.clone()).await;
    span.record("status", answer.status().as_u16());
    let status = answer.status().as_str().to_owned();
    counter!(REQUESTS, "route" => route, "status" => status).increment(1);
    histogram!(REQUEST_SECONDS, "route" => route).record(begun.elapsed());
    answer
}

pub(crate) fn event(name: &'static str) {
    counter!(EVENTS, "event" => name).increment(1);
}

pub(crate) fn refused(endpoint: &'static str, kind: &'static str) {
    counter!(REFUSALS, "endpoint" => endpoint, "kind" => kind).increment(1);
}

pub(crate) fn store_took(operation: &'static str, time: Duration) {
    histogram!(STORE_SECONDS, "operation" => operation).record(time);
}

pub(crate) fn store_failed(operation: &'static str, kind: &'static str) {
    counter!(STORE_ERRORS, "operation" => operation, "kind" => kind).increment(1);
}
