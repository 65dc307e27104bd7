#![doc = include_str!("../README.md")]

mod args;
mod check;
mod dialect;
mod failure;
mod fetch;
mod input;
mod inspect;
mod jwks;
mod keygen;
mod keys;
mod output;
mod request;
mod serve_agent;
mod sign;
mod thumbprint;
mod verify;
mod view;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Cli, Command};
use crate::failure::Failure;
use crate::output::{Report, Shape};

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => {
            let shape = cli.command.shape();
            match cli.command {
                Command::Fetch(args) => fetch::run(&args),
                command => output::finish(run(command), shape),
            }
        }
        Err(error) => output::usage(&error),
    }
}

fn run(command: Command) -> Result<Report, Failure> {
    match command {
        // It writes what comes while it comes, and has statuses of its own.
        Command::Fetch(_) => Err(Failure::usage("usage", "fetch has no report")),
        Command::ServeAgent(args) => serve_agent::run(&args),
        Command::Keygen(args) => keygen::run(&args),
        Command::Jwks(args) => jwks::run(&args),
        Command::Thumbprint(args) => thumbprint::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Sign(args) => sign::run(&args),
    }
}

impl Command {
    fn shape(&self) -> Shape {
        match self {
            Self::Check(_) | Self::Verify(_) => Shape::Json,
            Self::Fetch(args) => args.form.shape(),
            Self::ServeAgent(args) => args.form.shape(),
            Self::Keygen(args) => args.form.shape(),
            Self::Jwks(args) => args.form.shape(),
            Self::Thumbprint(args) => args.source.shape(),
            Self::Inspect(args) => args.source.shape(),
            Self::Sign(args) => args.source.shape(),
        }
    }
}
