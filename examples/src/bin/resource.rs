//! A resource with three protected routes: `/data-hwk`, `/data-jwks` and `/data-auth`.
//!
//! Usage: `cargo run --bin resource -- [--listen 127.0.0.1:8002] [--auth-server http://127.0.0.1:8003]
//! [--tls-cert cert.pem --tls-key key.pem]`

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;

use aauth_http::listen;
use aauth_types::{Scope, ServerId};
use clap::Parser;
use examples::{Fault, TlsFiles, failed, new_key, resolver, resource, server_id, stopped};

#[derive(Parser)]
#[command(
    about = "A resource whose routes want a signature (/data-hwk), an identity (/data-jwks), a token (/data-auth)"
)]
struct Flags {
    /// Where to listen, on loopback; its identifier is http:// and this address
    #[arg(long, default_value = "127.0.0.1:8002")]
    listen: SocketAddr,
    /// The auth server that it sends agents to and trusts
    #[arg(long, default_value = "http://127.0.0.1:8003", value_parser = server_id)]
    auth_server: ServerId,
    /// What a token must allow at /data-auth
    #[arg(long, default_value = "data.read data.write", value_parser = Scope::parse)]
    scope: Scope,
    #[command(flatten)]
    tls: TlsFiles,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Flags::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => failed(&fault),
    }
}

async fn run(flags: Flags) -> Result<(), Fault> {
    let server = flags.tls.on(listen(flags.listen).await?)?;
    let id = server_id(&format!("{}://{}", flags.tls.scheme(), server.address()))?;
    writeln!(std::io::stdout(), "resource {id}, auth server {}", flags.auth_server)?;
    let key = new_key("resource-key-1")?;
    let router = resource(id, flags.auth_server, flags.scope, key, resolver()?);
    server.serve(router, stopped()).await;
    Ok(())
}
