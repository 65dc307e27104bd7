//! `cargo run --release -p benches --bin ratios [-- --json]`: what each operation costs beside its floor.

use std::alloc::System;
use std::io::{self, Write as _};

use benches::{Goal, Measured, Operation, measure, operations};
use clap::Parser;
use serde_json::{Map, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The goal for the allocations of any verification.
const ALLOCATIONS: usize = 10;

/// Measures every operation beside the cryptography that it cannot do without.
#[derive(Parser)]
struct Args {
    /// One JSON object a line in place of the table.
    #[arg(long)]
    json: bool,
    /// How many rounds the medians are taken over.
    #[arg(long, default_value_t = 101)]
    rounds: usize,
}

fn main() -> io::Result<()> {
    let args = Args::parse();
    // A measurement that moves between cores finds cold caches there.
    if let Some(core) = core_affinity::get_core_ids().and_then(|cores| cores.last().copied()) {
        core_affinity::set_for_current(core);
    }
    let rows = operations();
    let allocations: Vec<usize> = rows.iter().map(allocations).collect();
    let measured = measure(&rows, args.rounds);
    let mut out = io::stdout().lock();
    if !args.json {
        writeln!(
            out,
            "{:<38} {:>10} {:>10} {:>7} {:>9} {:>6}",
            "operation", "ours ns", "floor ns", "ratio", "goal", "allocs"
        )?;
    }
    for ((row, measured), allocations) in rows.iter().zip(&measured).zip(&allocations) {
        let line = match args.json {
            true => as_json(row, measured, *allocations),
            false => as_text(row, measured, *allocations),
        };
        writeln!(out, "{line}")?;
        for (name, ns) in peers(row, measured).filter(|_| !args.json) {
            writeln!(out, "  {name:<36} {ns:>10.0} {:>18.1} × ours", ns / measured.ours)?;
        }
    }
    let most = rows.iter().zip(&allocations).filter(|(row, _)| row.name.starts_with("verify"));
    let most = most.map(|(_, allocations)| *allocations).max().unwrap_or(0);
    let line = match args.json {
        true => json!({
            "operation": "any verify, heap allocations", "ours_ns": null, "floor_ns": null, "ratio": null,
            "goal": ALLOCATIONS, "allocations": most, "peers": {},
        })
        .to_string(),
        false => {
            let mark = mark(Some(most <= ALLOCATIONS));
            format!(
                "{:<38} {:>37}{mark} {most:>6}",
                "any verify, heap allocations",
                format!("≤ {ALLOCATIONS}")
            )
        }
    };
    writeln!(out, "{line}")
}

/// How often one run asks the allocator for memory, growing included.
fn allocations(row: &Operation) -> usize {
    (row.ours)();
    let region = Region::new(ALLOCATOR);
    (row.ours)();
    let change = region.change();
    change.allocations.saturating_add(change.reallocations)
}

fn as_json(row: &Operation, measured: &Measured, allocations: usize) -> String {
    let goal = match row.goal {
        Goal::Ratio(most) | Goal::Nanoseconds(most) => Some(most),
        Goal::None => None,
    };
    let rounded = |ns: f64| (ns * 10.0).round() / 10.0;
    json!({
        "operation": row.name,
        "ours_ns": rounded(measured.ours),
        "floor_ns": measured.floor.map(rounded),
        "ratio": measured.ratio.map(|ratio| (ratio * 1000.0).round() / 1000.0),
        "goal": goal,
        "allocations": allocations,
        "peers": peers(row, measured).map(|(name, ns)| (name.to_owned(), rounded(ns).into())).collect::<Map<_, _>>(),
    })
    .to_string()
}

/// The peers of a row with what they take.
fn peers(row: &Operation, measured: &Measured) -> impl Iterator<Item = (&'static str, f64)> {
    row.peers.iter().map(|peer| peer.name).zip(measured.peers.clone())
}

fn as_text(row: &Operation, measured: &Measured, allocations: usize) -> String {
    let dash = || "–".to_owned();
    let goal = match row.goal {
        Goal::Ratio(most) => format!("≤ {most:.2}"),
        Goal::Nanoseconds(most) => format!("≤ {most:.0} ns"),
        Goal::None => dash(),
    };
    format!(
        "{:<38} {:>10.0} {:>10} {:>7} {goal:>9}{} {allocations:>6}",
        row.name,
        measured.ours,
        measured.floor.map_or_else(dash, |ns| format!("{ns:.0}")),
        measured.ratio.map_or_else(dash, |ratio| format!("{ratio:.3}")),
        mark(measured.meets(row.goal)),
    )
}

/// A missed goal is marked, and is no failure: the machine decides, and the reader.
const fn mark(met: Option<bool>) -> char {
    match met {
        Some(false) => '!',
        Some(true) | None => ' ',
    }
}
