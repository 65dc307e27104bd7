//! `cargo run --release -p benches --bin growth`: how cost grows with what is sent and with what is kept.

use std::io::{self, Write as _};

use benches::growth::{self, Step};
use clap::Parser;

/// Measures single operations beside more and more of what they work among.
#[derive(Parser)]
struct Args {
    /// How many tokens are remembered in the end; some 2 KiB each.
    #[arg(long, default_value_t = 1_000_000)]
    tokens: usize,
    /// How many pending requests are kept in the end.
    #[arg(long, default_value_t = 1_000_000)]
    pending: usize,
}

fn main() -> io::Result<()> {
    let args = Args::parse();
    if let Some(core) = core_affinity::get_core_ids().and_then(|cores| cores.last().copied()) {
        core_affinity::set_for_current(core);
    }
    table("parse, check, base: bytes of another field", &growth::header_bytes())?;
    table("parse: bytes of the token", &growth::token_bytes())?;
    table("parse: labels", &growth::labels())?;
    table("select by kid: keys", &growth::key_set())?;
    table("verify jwt, seen before: tokens remembered", &growth::remembered_tokens(args.tokens))?;
    table("read and swap: pending requests", &growth::pending_requests(args.pending))
}

/// One table; the last column compares with the line before: the size, the time.
fn table(title: &str, steps: &[Step]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{title}")?;
    let mut before: Option<&Step> = None;
    for step in steps {
        let grown = before.map_or_else(String::new, |before| format!("{:>8.2} × time", step.ns / before.ns));
        writeln!(out, "{:>12} {:>10.0} ns {grown}", step.size, step.ns)?;
        before = Some(step);
    }
    writeln!(out)
}
