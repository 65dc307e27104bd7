//! `cargo run --release -p benches --bin load [-- --store sqlite|postgres:URL] [--hostile]`: what an auth server does in a second.

use std::io::{self, Write as _};
use std::path::PathBuf;

use benches::chaos::{Place, Process, locate};
use benches::load::{hostile, ordinary};
use clap::Parser;

/// Drives an auth server in another process and prints one JSON object.
#[derive(Parser)]
struct Args {
    /// `sqlite`, or `postgres:` and the rest of the address of a server whose role may create a database (needs psql)
    #[arg(long, default_value = "sqlite")]
    store: String,
    /// How many requests are opened
    #[arg(long, default_value_t = 10_000)]
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
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let args = Args::parse();
    let program = locate(args.server);
    let place = Place::new(&args.store, None).await;
    let mut flags = place.flags();
    flags.extend(["--life", "3600"].map(str::to_owned));
    let server = Process::start(&program, &flags).await;
    let seen = match args.hostile {
        true => hostile(&server, args.requests, args.at_once).await,
        false => ordinary(&server, args.open, args.held, args.decided, args.at_once).await,
    };
    drop(server);
    writeln!(io::stdout(), "{seen:#}")
}
