//! The flags for TLS.

use std::fs;
use std::path::PathBuf;

use aauth_http::{Listening, Tls};
use clap::Args;

use crate::Fault;

/// Certificate and key; both or neither.
#[derive(Debug, Default, Args)]
pub struct TlsFiles {
    /// Speak https with this certificate and its chain (PEM)
    #[arg(long, requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key of the certificate (PEM)
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl TlsFiles {
    /// The scheme of the server's identifier.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.tls_cert.is_some() { "https" } else { "http" }
    }

    /// The same server, with TLS where there are files.
    ///
    /// # Errors
    /// A file that cannot be read or used.
    pub fn on(&self, server: Listening) -> Result<Listening, Fault> {
        let (Some(certificates), Some(key)) = (&self.tls_cert, &self.tls_key) else {
            return Ok(server);
        };
        Ok(server.with_tls(Tls::from_pem(&fs::read(certificates)?, &fs::read(key)?)?))
    }
}
