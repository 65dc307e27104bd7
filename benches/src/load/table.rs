//! What a run showed, for people.

use std::fmt::Write as _;

use serde_json::Value;

/// One table of all stores, from what [`super::ordinary`] gave for each of them, its store in the member `store`.
#[must_use]
pub fn table(runs: &[Value]) -> String {
    let mut text = String::new();
    let mut line = |cells: &[String]| {
        let [first, second, rest @ ..] = cells else { return };
        let _never = write!(text, "{first:<10} {second:<38}");
        for cell in rest {
            let _never = write!(text, " {cell:>12}");
        }
        text.push('\n');
    };
    line(&["store", "request", "a second", "of floor", "p50 ms", "p99 ms", "unexpected"].map(str::to_owned));
    for run in runs {
        for request in run["requests"].as_array().into_iter().flatten() {
            let members = ["a_second", "of_verification_only", "p50_ms", "p99_ms", "unexpected"];
            let mut cells = vec![word(&run["store"]), word(&request["request"])];
            cells.extend(members.map(|member| word(&request[member])));
            line(&cells);
        }
    }
    for run in runs {
        let held = &run["long_polls"];
        let facts = [
            ("bytes a pending request", &run["resident_bytes_a_pending_request"]),
            ("long polls asked for", &held["asked_for"]),
            ("long polls held at a time", &held["held"]),
            ("bytes a held poll", &held["resident_bytes_each"]),
            ("one poll more: status", &held["one_more"]["status"]),
            ("one poll more: ms", &held["one_more"]["ms"]),
            ("open beside none, p99 ms", &held["opens_without"]["p99_ms"]),
            ("open beside held polls, p99 ms", &held["opens_with"]["p99_ms"]),
        ];
        for (fact, value) in facts {
            line(&[word(&run["store"]), fact.to_owned(), word(value)]);
        }
    }
    text
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
