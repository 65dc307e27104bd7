//! How long an answer may be kept.

use core::time::Duration;
use std::time::UNIX_EPOCH;

use aauth_types::UnixTime;
use http::HeaderMap;
use http::header::{AGE, CACHE_CONTROL, DATE, EXPIRES};

use crate::{CEILING, FLOOR};

/// How long an answer with these header fields may be kept: between [`FLOOR`] and [`CEILING`].
///
/// `fields`: of the response. `now`: when it arrived. `default`: what holds without `Cache-Control` and `Expires`.
///
/// `max-age`, less `Age`, goes before `Expires`, less `Date`. `no-store`, `no-cache`, an unreadable number and an
/// unreadable date all mean the shortest time, never the longest. Too short a life costs a fetch a minute; too long a
/// one keeps a revoked key alive.
///
/// Source: RFC 9111 sections 4.2.1, 4.2.3 and 5.2.2.
#[must_use]
pub fn lifetime(fields: &HeaderMap, now: UnixTime, default: Duration) -> Duration {
    let life = match max_age(fields) {
        Some(age) => age.saturating_sub(Duration::from_secs(number(fields, AGE.as_str()).unwrap_or(0))),
        None => expires(fields, now).unwrap_or(default),
    };
    life.clamp(FLOOR, CEILING)
}

/// The shortest time that any `Cache-Control` line asks for; `None` when none says anything about it.
fn max_age(fields: &HeaderMap) -> Option<Duration> {
    let lines = fields.get_all(CACHE_CONTROL).iter();
    lines.flat_map(|line| directives(line.as_bytes())).filter_map(asked).min()
}

/// The directives of one line: commas within quotes do not part them.
fn directives(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    line.split(move |byte| {
        quoted ^= *byte == b'"';
        *byte == b',' && !quoted
    })
}

fn asked(directive: &[u8]) -> Option<Duration> {
    let text = String::from_utf8_lossy(directive).trim().to_ascii_lowercase();
    let (name, value) = text.split_once('=').unwrap_or((&text, ""));
    match name.trim_end() {
        "no-store" | "no-cache" => Some(Duration::ZERO),
        "max-age" => Some(Duration::from_secs(seconds(value.trim().trim_matches('"')).unwrap_or(0))),
        _ => None,
    }
}

fn expires(fields: &HeaderMap, now: UnixTime) -> Option<Duration> {
    let expires = fields.get(EXPIRES)?;
    let Some(expires) = date(expires.to_str().ok()) else { return Some(Duration::ZERO) };
    let sent = date(fields.get(DATE).and_then(|value| value.to_str().ok())).unwrap_or(now);
    Some(expires.saturating_duration_since(sent))
}

fn date(text: Option<&str>) -> Option<UnixTime> {
    let at = httpdate::parse_http_date(text?).ok()?;
    let since = at.duration_since(UNIX_EPOCH).ok()?;
    Some(UnixTime::EPOCH.saturating_add(since))
}

fn number(fields: &HeaderMap, name: &str) -> Option<u64> {
    seconds(fields.get(name)?.to_str().ok()?.trim())
}

/// Digits and nothing else; a number too large to count is as large as can be.
fn seconds(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}
