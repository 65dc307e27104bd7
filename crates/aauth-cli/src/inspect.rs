//! `aauth inspect`

mod explanation;
mod field;
mod json;
mod recognise;
mod token;

use std::path::PathBuf;

use aauth_roles::Dialect;
use aauth_types::{Network, UnixTime};
use clap::Args;

use self::explanation::Explanation;
use self::recognise::Subject;
use crate::args::{Reach, Source, unix_time};
use crate::dialect::DialectName;
use crate::failure::Failure;
use crate::input::{self, without_newline};
use crate::keys::KeySets;
use crate::output::Report;

/// Options of `inspect`.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct InspectArgs {
    #[command(flatten)]
    pub(crate) source: Source,
    /// The dialect [default: the one that the input looks like]
    #[arg(long, value_enum)]
    dialect: Option<DialectName>,
    /// A JSON object from identifier to JWKS, to verify the signature of a token with
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// The clock to hold times against, in seconds since 1970
    #[arg(long, value_name = "UNIX", value_parser = unix_time)]
    now: Option<UnixTime>,
    #[command(flatten)]
    reach: Reach,
}

const AFTER: &str = "\
Takes a header value, with or without its name before a colon, a compact token, a JWK or key set, decoded claims or a
decoded token header, a metadata document, or the body of a 202 or of an error, and says what it is.";

/// What the explanations need beside the input.
struct Setting {
    dialect: Option<&'static Dialect>,
    network: Network,
    now: Option<UnixTime>,
    keys: KeySets,
}

impl Setting {
    /// The dialect that was asked for, or the one that the input looks like.
    fn dialect_or(&self, likely: DialectName) -> &'static Dialect {
        self.dialect.unwrap_or_else(|| likely.tables())
    }
}

/// Explains one value.
pub(crate) fn run(args: &InspectArgs) -> Result<Report, Failure> {
    let setting = Setting {
        dialect: args.dialect.map(DialectName::tables),
        network: args.reach.network(),
        now: args.now,
        keys: KeySets::read(args.keys.as_deref())?,
    };
    let bytes = input::read(args.source.file.as_deref())?;
    let explanation = explain(&bytes, &setting)?;
    Ok(Report::Result { text: explanation.text(), value: explanation.value() })
}

fn explain(bytes: &[u8], setting: &Setting) -> Result<Explanation, Failure> {
    if bytes.trim_ascii_start().starts_with(b"{") {
        return json::explain(bytes, setting);
    }
    let text = input::field_value(without_newline(bytes))?.text;
    let (subject, value) = recognise::recognise(&text)?;
    match subject {
        Subject::Token => token::explain(value, setting),
        subject => field::explain(subject, value, setting),
    }
}
