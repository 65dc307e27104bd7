//! A small HTTP server with limits.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

#[cfg(feature = "tls")]
use crate::Tls;

/// The server could not start.
#[derive(Debug, Error)]
#[error("cannot listen on {address}: {source}")]
pub struct ServerError {
    /// Where it was to listen.
    pub address: SocketAddr,
    /// What the operating system said.
    pub source: io::Error,
}

/// A server that listens and waits to be run.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    notice: Duration,
    drain: Duration,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
}

/// Largest header section: 32 KiB, beyond which the answer is 431.
const HEADER_SECTION: usize = 32 * 1024;
/// How long a client may take to send its header section, and how long a connection may wait for the next one.
const HEADER_TIME: Duration = Duration::from_secs(15);
/// How long open requests may go on after shutdown began, unless told otherwise.
const DRAIN_TIME: Duration = Duration::from_secs(10);
/// How long a TLS handshake may take.
#[cfg(feature = "tls")]
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// Listens on `address`; port 0 takes a free one.
///
/// # Errors
/// `ServerError`: the address is taken or not allowed.
pub async fn listen(address: SocketAddr) -> Result<Listening, ServerError> {
    let failed = |source| ServerError { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Listening {
        listener,
        address,
        notice: Duration::ZERO,
        drain: DRAIN_TIME,
        #[cfg(feature = "tls")]
        tls: None,
    })
}

impl Listening {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Goes on accepting connections for so long after `stop`, while readiness says 503 already: as long as a load balancer
    /// takes to notice. Default zero.
    #[must_use]
    pub fn with_notice(mut self, notice: Duration) -> Self {
        self.notice = notice;
        self
    }

    /// Lets open requests finish for so long at most, after that. Default 10 s.
    #[must_use]
    pub fn with_drain(mut self, drain: Duration) -> Self {
        self.drain = drain;
        self
    }

    /// Speaks TLS.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn with_tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Serves `router` until `stop` is done, then lets open requests finish.
    ///
    /// `stop`: [`Shutdown::begun`](aauth_runtime::Shutdown::begun) of the handle that the server's settings have, so that held
    /// polls are answered, too. Handlers find the client's address in `ConnectInfo<SocketAddr>`.
    pub async fn serve(self, router: Router, stop: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let notice = self.notice;
        let mut stop = std::pin::pin!(async move {
            stop.await;
            tokio::time::sleep(notice).await;
        });
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, peer)) => { tokio::spawn(self.connection(stream, peer, router.clone(), &graceful)); }
                    // Out of file descriptors, or the client is gone: the next one may do better.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
            }
        }
        drop(self.listener);
        let _drained = tokio::time::timeout(self.drain, graceful.shutdown()).await;
    }

    #[cfg(feature = "tls")]
    fn connection(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        router: Router,
        graceful: &GracefulShutdown,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (tls, watcher) = (self.tls.clone(), graceful.watcher());
        async move {
            let Some(tls) = tls else {
                let _ended = connection(stream, peer, router, watcher).await;
                return;
            };
            // A handshake that fails is the client's business.
            if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_TIME, tls.accept(stream)).await {
                let _ended = Box::pin(connection(stream, peer, router, watcher)).await;
            }
        }
    }

    #[cfg(not(feature = "tls"))]
    fn connection(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        router: Router,
        graceful: &GracefulShutdown,
    ) -> impl Future<Output = impl Sized + Send + use<>> + Send + use<> {
        connection(stream, peer, router, graceful.watcher())
    }
}

/// No `async fn`: that would keep its arguments beside the connection, as long as it is open.
fn connection<S>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    watcher: Watcher,
) -> impl Future<Output = impl Sized + Send + use<S>> + Send + use<S>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(HEADER_SECTION)
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(32 * 1024);
    let service = router.map_request(move |mut request: http::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(axum::body::Body::new)
    });
    let connection =
        builder.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(service));
    // A connection that ends in an error is the client's business.
    watcher.watch(connection.into_owned())
}
