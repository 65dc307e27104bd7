//! `docs/DIFFERENTIAL.md`, written from the table.

use std::fmt::Write as _;

use crate::Tally;
use crate::class::Class;
use crate::expected::ROWS;

const HEAD: &str = "\
# Three verifiers, the same requests

This workspace's verifier (draft -11, inline keys) and two published ones, `aauth-core` 0.1.2 and `httpsig` 0.0.26, judge requests
that `differential/tests/verdicts` makes, and signs over a signature base that none of the three wrote. Each request is like an ordinary one but for one change. The requests are the same on every run.

A disagreement that is not in the tables below, in kind or in number, fails the test; the test writes this page.
";

pub(crate) fn page(tally: &Tally) -> String {
    let mut page = HEAD.to_owned();
    let requests: usize = tally.requests();
    writeln!(page, "\n| verdicts | requests |\n|---|---|").unwrap();
    for (said, count) in [
        ("all three accept", tally.accepted),
        ("all three refuse", tally.refused),
        ("one peer or both differ", tally.split),
        ("in all", requests),
    ] {
        writeln!(page, "| {said} | {count} |").unwrap();
    }
    writeln!(page, "\n## Why they differ\n\n| class | requests | what each does |\n|---|---|---|").unwrap();
    for class in Class::ALL {
        let (name, words) = class.words();
        let count: usize = ROWS.iter().filter(|row| row.4 == class).map(|row| row.3).sum();
        writeln!(page, "| {name} | {count} | {words} |").unwrap();
    }
    writeln!(page, "\nA request that both peers judge otherwise counts once for each.\n").unwrap();
    writeln!(
        page,
        "## Where\n\n| change | requests | peer | here | there | class |\n|---|---|---|---|---|---|"
    )
    .unwrap();
    for (change, peer, ours, count, class) in ROWS {
        let (here, there) = match ours {
            Some(kind) => (format!("refused: `{kind}`"), "accepted"),
            None => ("accepted".to_owned(), "refused"),
        };
        let peer = peer.name();
        writeln!(page, "| {change} | {count} | `{peer}` | {here} | {there} | {} |", class.words().0).unwrap();
    }
    page
}
