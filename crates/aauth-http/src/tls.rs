//! TLS for the small server.

use std::io;
use std::sync::Arc;

use thiserror::Error;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate and its key, ready to serve with. TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
#[derive(Clone)]
pub struct Tls(Arc<ServerConfig>);

/// A certificate or key that cannot be used. The caller's fault.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TlsError {
    /// No certificate, or one that is no PEM.
    #[error("the certificates are no PEM text with at least one certificate")]
    Certificates,
    /// No private key, or one that is no PEM.
    #[error("the key is no PEM text with a private key")]
    Key,
    /// They do not belong together, or their kind is not supported.
    #[error("certificate and key cannot be used: {source}")]
    Unusable {
        /// What rustls said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl TlsError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Certificates => "tls_certificates",
            Self::Key => "tls_key",
            Self::Unusable { .. } => "tls_unusable",
        }
    }
}

impl Tls {
    /// Reads PEM texts: the certificate with its chain, leaf first, and its private key.
    ///
    /// # Errors
    /// `Certificates`, `Key`, `Unusable`.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(certificates)
            .collect::<Result<_, _>>()
            .map_err(|_| TlsError::Certificates)?;
        if chain.is_empty() {
            return Err(TlsError::Certificates);
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsError::Key)?;
        let unusable = |source| TlsError::Unusable { source: Box::new(source) };
        // The provider is named: with two of them in a program, rustls picks none by itself.
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(unusable)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }

    pub(crate) async fn accept(
        &self,
        stream: tokio::net::TcpStream,
    ) -> io::Result<tokio_rustls::server::TlsStream<tokio::net::TcpStream>> {
        TlsAcceptor::from(Arc::clone(&self.0)).accept(stream).await
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}
