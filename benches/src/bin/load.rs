//! `cargo run --release -p benches --bin load [-- --store memory,sqlite,postgres:URL] [--hostile]`: what an auth server does.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use benches::chaos::{Place, Process, locate};
use benches::load::{Amounts, hostile, ordinary, table};
use clap::Parser;
use serde_json::{Value, json};

/// Drives an auth server in another process, one for each store, and prints one table.
#[derive(Parser)]
struct Args {
    /// `memory`, `sqlite`, or `postgres:` and the rest of the address of a server whose role may create a database (needs psql)
    #[arg(long, value_delimiter = ',', default_value = "memory,sqlite")]
    store: Vec<String>,
    /// How many requests are opened, one more than polls are held at least
    #[arg(long, default_value_t = 10_001)]
    open: usize,
    /// How many of them a poll is held for
    #[arg(long, default_value_t = 10_000)]
    held: usize,
    /// How many of them are granted and delivered
    #[arg(long, default_value_t = 2_000)]
    decided: usize,
    /// How many requests are under way at a time
    #[arg(long, default_value_t = 32)]
    at_once: usize,
    /// Requests that must leave nothing behind, in place of ordinary ones
    #[arg(long)]
    hostile: bool,
    /// How many of those
    #[arg(long, default_value_t = 1_000_000)]
    requests: usize,
    /// The auth server [default: beside this program, built if it is missing]
    #[arg(long)]
    server: Option<PathBuf>,
    /// One JSON object for each store, one a line, in place of the table
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> io::Result<ExitCode> {
    let args = Args::parse();
    let needed = args.held.max(args.at_once).saturating_add(512);
    if !args.hostile && descriptors().is_some_and(|limit| limit < needed) {
        writeln!(
            io::stderr(),
            "too few descriptors for {} polls: run `ulimit -n {needed}` first",
            args.held
        )?;
        return Ok(ExitCode::from(2));
    }
    let program = locate(args.server.clone());
    let mut runs = Vec::new();
    for store in &args.store {
        // Of an address, which may hold a password, only the scheme.
        let mut seen = json!({ "store": store.split(':').next() });
        merge(&mut seen, run(&args, store, &program).await);
        if args.json || args.hostile {
            writeln!(io::stdout(), "{seen}")?;
        }
        runs.push(seen);
    }
    if !(args.json || args.hostile) {
        write!(io::stdout(), "{}", table(&runs))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn run(args: &Args, store: &str, program: &Path) -> Value {
    let place = Place::new(store, None).await;
    let mut flags = place.flags();
    flags.extend(["--life", "3600", "--held", &args.held.to_string()].map(str::to_owned));
    let server = Process::start(program, &flags).await;
    let Args { open, held, decided, at_once, .. } = *args;
    match args.hostile {
        true => hostile(&server, args.requests, at_once).await,
        false => ordinary(&server, Amounts { open, held, decided, at_once }).await,
    }
}

fn merge(into: &mut Value, from: Value) {
    if let (Some(into), Value::Object(from)) = (into.as_object_mut(), from) {
        into.extend(from);
    }
}

/// The soft limit on open descriptors of this process, which its children inherit.
fn descriptors() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}
