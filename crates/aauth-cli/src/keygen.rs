//! `aauth keygen`

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use aauth_jose::{Algorithm, Signer as _, SigningKey};
use aauth_runtime::{SystemEntropy, random};
use aauth_types::Secret;
use clap::{Args, ValueEnum};

use crate::args::Form;
use crate::dialect::DialectName;
use crate::failure::Failure;
use crate::output::Report;

/// Options of `keygen`.
#[derive(Debug, Args)]
pub(crate) struct KeygenArgs {
    /// The algorithm
    #[arg(long, value_name = "ALG", value_enum, default_value_t = Alg::Ed25519)]
    alg: Alg,
    /// The name of the key in its published set
    #[arg(long, value_name = "KID")]
    kid: Option<String>,
    /// Write the private key to a new file that only you can read, and print the public one
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Name the algorithm in the key as this dialect does; draft-11 requires it
    #[arg(long, value_enum)]
    dialect: Option<DialectName>,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// The algorithms by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Alg {
    /// EdDSA on Curve25519
    #[value(name = "Ed25519", alias = "EdDSA")]
    Ed25519,
    /// ECDSA on P-256 with SHA-256
    #[value(name = "ES256")]
    Es256,
}

/// Makes a key.
pub(crate) fn run(args: &KeygenArgs) -> Result<Report, Failure> {
    let key = generate(args)?;
    let private = key.to_private_jwk();
    match &args.out {
        None => Ok(Report::Document(private.expose().clone())),
        Some(path) => {
            write_private(path, private.expose()).map_err(|error| not_written(&error))?;
            Ok(Report::Document(key.public_jwk().to_json()))
        }
    }
}

fn generate(args: &KeygenArgs) -> Result<SigningKey, Failure> {
    let seed = random(&SystemEntropy).map_err(|error| Failure::usage("entropy", error.to_string()))?;
    let algorithm = match args.alg {
        Alg::Ed25519 => Algorithm::Ed25519,
        Alg::Es256 => Algorithm::Es256,
    };
    let key = SigningKey::from_seed(algorithm, Secret::new(seed), args.kid.as_deref())?;
    match args.dialect {
        Some(dialect) => Ok(key.with_alg(dialect.tables().tokens.algs)?),
        None => Ok(key),
    }
}

/// Creates the file with its mode, so that nobody can open it between the two; an existing one is left alone.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

fn not_written(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::new("file_exists", None, "the file exists and is not overwritten")
        }
        kind => Failure::usage("unwritable", format!("the file cannot be written: {kind}")),
    }
}
