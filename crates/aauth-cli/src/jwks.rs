//! `aauth jwks`

use std::path::{Path, PathBuf};

use aauth_jose::{Jwks, PublicJwk};
use clap::Args;

use crate::args::Form;
use crate::dialect::DialectName;
use crate::failure::Failure;
use crate::output::Report;
use crate::{input, keys};

/// Options of `jwks`.
#[derive(Debug, Args)]
pub(crate) struct JwksArgs {
    /// Files with one private or public JWK each; standard input without any
    files: Vec<PathBuf>,
    /// Name the algorithm in each key as this dialect does; draft-11 requires it
    #[arg(long, value_enum)]
    dialect: Option<DialectName>,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Makes the public set.
pub(crate) fn run(args: &JwksArgs) -> Result<Report, Failure> {
    let set = match args.files.as_slice() {
        [] => vec![key(None, args.dialect)?],
        files => files.iter().map(|file| key(Some(file), args.dialect)).collect::<Result<_, _>>()?,
    };
    Ok(Report::Document(Jwks::from_keys(set).to_json()))
}

fn key(file: Option<&Path>, dialect: Option<DialectName>) -> Result<PublicJwk, Failure> {
    let key = keys::public_half(&input::read(file)?)?;
    match dialect {
        Some(dialect) => Ok(key.with_alg(dialect.tables().tokens.algs)?),
        None => Ok(key),
    }
}
