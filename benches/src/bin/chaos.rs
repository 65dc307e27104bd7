//! `cargo run --release -p benches --bin chaos [-- --store sqlite|postgres:URL] [--fault …]`: what survives kills and faults.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use benches::chaos::{Fault, Plan, locate, run};
use clap::Parser;

/// Kills the auth server, or what it stands on, while people decide and agents poll, and judges every request at the end.
#[derive(Parser)]
struct Args {
    /// `sqlite`, or `postgres:` and the rest of the address of a server whose role may create a database (needs psql)
    #[arg(long, default_value = "sqlite")]
    store: String,
    /// How often the server is killed
    #[arg(long, default_value_t = 100)]
    rounds: u32,
    /// How many requests are open at the beginning
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(3..))]
    open: u32,
    /// Each token is delivered once only
    #[arg(long)]
    no_redelivery: bool,
    /// A fault in place of the kills; full-disk and read-only on SQLite need root
    #[arg(long)]
    fault: Option<Fault>,
    /// How long the fault lasts, in seconds
    #[arg(long, default_value_t = 15)]
    fault_seconds: u64,
    /// Decides when the server is killed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The auth server [default: beside this program, built if it is missing]
    #[arg(long)]
    server: Option<PathBuf>,
    /// One JSON object in place of the table
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> io::Result<ExitCode> {
    let args = Args::parse();
    let sqlite = args.store == "sqlite";
    if args.fault.is_some_and(|fault| !fault.fits(sqlite)) || !(sqlite || args.store.starts_with("postgres:"))
    {
        writeln!(
            io::stderr(),
            "this fault needs the other store, or the store is neither sqlite nor postgres:…"
        )?;
        return Ok(ExitCode::from(2));
    }
    let plan = Plan {
        server: locate(args.server),
        store: args.store,
        rounds: args.rounds,
        open: usize::try_from(args.open).unwrap_or(usize::MAX),
        redelivery: !args.no_redelivery,
        fault: args.fault.map(|fault| (fault, Duration::from_secs(args.fault_seconds))),
        seed: args.seed,
    };
    let summary = run(&plan).await;
    match args.json {
        true => writeln!(io::stdout(), "{}", summary.to_json())?,
        false => write!(io::stdout(), "{}", summary.to_table())?,
    }
    Ok(if summary.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
