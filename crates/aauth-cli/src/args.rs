//! What the command line can hold, apart from the options of one subcommand.

use std::path::PathBuf;

use aauth_types::{Network, UnixTime};
use clap::{Args, Parser, Subcommand};

use crate::output::Shape;
use crate::{check, fetch, inspect, jwks, keygen, serve_agent, sign, thumbprint, verify};

/// Call resources as an AAuth agent; make keys; inspect, check, sign and verify messages.
#[derive(Debug, Parser)]
#[command(name = "aauth", version, about, after_help = EXIT_STATUS)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_STATUS: &str = "\
Exit status: 0 when it is as it should be, 1 when it is refused, 2 when the command itself is wrong.
Input is a file or standard input, at most 1 MiB. Only `fetch` calls anybody, and only `serve-agent --listen` is called.";

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Call a resource: sign, get the token that it asks for, show where to consent, wait
    Fetch(Box<fetch::FetchArgs>),
    /// Publish an agent's metadata and public keys
    ServeAgent(serve_agent::ServeAgentArgs),
    /// Make a private key
    Keygen(keygen::KeygenArgs),
    /// Make the public key set of one or more keys
    Jwks(jwks::JwksArgs),
    /// Print the RFC 7638 thumbprint of a key
    Thumbprint(thumbprint::ThumbprintArgs),
    /// Explain a header value, token, key or body in plain words
    Inspect(inspect::InspectArgs),
    /// Parse and validate one value exactly as the crates do
    Check(check::CheckArgs),
    /// Verify a signed request whole
    Verify(verify::VerifyArgs),
    /// Sign a request
    Sign(sign::SignArgs),
}

/// Where the input comes from.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// The file to read; standard input without it, or with `-`
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// How the answer is written.
#[derive(Debug, Args)]
pub(crate) struct Form {
    /// Answer with one JSON object, failures too
    #[arg(long)]
    pub(crate) json: bool,
}

impl Source {
    pub(crate) fn shape(&self) -> Shape {
        self.form.shape()
    }
}

impl Form {
    pub(crate) fn shape(&self) -> Shape {
        if self.json { Shape::Json } else { Shape::Text }
    }
}

/// Which identifiers are admitted.
#[derive(Debug, Args)]
pub(crate) struct Reach {
    /// Admit loopback identifiers such as http://127.0.0.1:8001, for local use only
    #[arg(long = "allow-loopback")]
    pub(crate) loopback: bool,
}

impl Reach {
    pub(crate) fn network(&self) -> Network {
        if self.loopback { Network::InsecureLoopback } else { Network::Public }
    }
}

/// Reads a time given as seconds since 1970.
pub(crate) fn unix_time(text: &str) -> Result<UnixTime, String> {
    match text.parse::<i64>() {
        Ok(seconds @ 0..) => Ok(UnixTime::from_secs(seconds)),
        _ => Err(String::from("expected whole seconds since 1970")),
    }
}
