//! An auth server. Sign in on its consent page as `testuser` with password `testpass`.
//!
//! Usage: `cargo run --bin auth-server -- [--listen 127.0.0.1:8003] [--policy consent|direct|refuse]`

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;

use aauth_http::listen;
use clap::Parser;
use examples::{Fault, Policy, auth_server, failed, new_key, resolver, server_at, stopped};

#[derive(Parser)]
#[command(about = "An auth server; sign in as testuser with password testpass")]
struct Flags {
    /// Where to listen, on loopback; its identifier is http:// and this address
    #[arg(long, default_value = "127.0.0.1:8003")]
    listen: SocketAddr,
    /// What it decides about every request
    #[arg(long, default_value = "consent")]
    policy: Policy,
    /// How long a request waits for a decision, in seconds
    #[arg(long, default_value_t = 600)]
    life: u32,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Flags::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => failed(&fault),
    }
}

async fn run(flags: Flags) -> Result<(), Fault> {
    let server = listen(flags.listen).await?;
    let id = server_at(server.address())?;
    writeln!(std::io::stdout(), "auth server {id}; test user \"testuser\", password \"testpass\"")?;
    let router = auth_server(id, flags.policy, flags.life, new_key("auth-key-1")?, resolver()?)?;
    server.serve(router, stopped()).await;
    Ok(())
}
