//! `aauth thumbprint`

use clap::Args;
use serde_json::json;

use crate::args::Source;
use crate::failure::Failure;
use crate::output::Report;
use crate::{input, keys};

/// Options of `thumbprint`.
#[derive(Debug, Args)]
pub(crate) struct ThumbprintArgs {
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Prints the thumbprint of a private or public JWK.
pub(crate) fn run(args: &ThumbprintArgs) -> Result<Report, Failure> {
    let key = keys::public_half(&input::read(args.source.file.as_deref())?)?;
    let thumbprint = key.key().thumbprint().to_string();
    let value = json!({ "thumbprint": thumbprint, "kid": key.kid() });
    Ok(Report::Result { text: thumbprint, value })
}
