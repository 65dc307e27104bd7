#![doc = include_str!("../README.md")]

mod args;
mod check;
mod dialect;
mod failure;
mod input;
mod inspect;
mod jwks;
mod keygen;
mod keys;
mod output;
mod request;
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
            output::finish(run(cli.command), shape)
        }
        Err(error) => output::usage(&error),
    }
}

fn run(command: Command) -> Result<Report, Failure> {
    match command {
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
            Self::Keygen(args) => args.form.shape(),
            Self::Jwks(args) => args.form.shape(),
            Self::Thumbprint(args) => args.source.shape(),
            Self::Inspect(args) => args.source.shape(),
            Self::Sign(args) => args.source.shape(),
        }
    }
}
