//! A small HTTP server with limits.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt as _;

#[cfg(feature = "tls")]
use crate::Tls;
use crate::protocol::Protocol;

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
/// The same for HTTP/2, which counts it uncompressed (RFC 9113 section 6.5.2).
const HEADER_LIST: u32 = 32 * 1024;
/// How many connections may wait to be accepted, as far as the operating system allows as many.
const BACKLOG: u32 = 4096;
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
    let listener = bind(address).map_err(failed)?;
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

/// As `TcpListener::bind`, with a longer queue: after a restart all who polled come back at once.
fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // On Windows this would let another program take the port.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
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
    /// polls are answered, too. Handlers find the client's address in `ConnectInfo<SocketAddr>`. A client that has not sent a
    /// header section after 15 s is left.
    pub async fn serve(self, router: Router, stop: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        // Dropped when it stops; a client that has said nothing by then has nothing to finish.
        let (open, opening) = watch::channel(());
        let notice = self.notice;
        let mut stop = std::pin::pin!(async move {
            stop.await;
            tokio::time::sleep(notice).await;
        });
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, peer)) => {
                        let client = Client { peer, router: router.clone(), watcher: graceful.watcher() };
                        tokio::spawn(self.connection(stream, client, opening.clone()));
                    }
                    // Out of file descriptors, or the client is gone: the next one may do better.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
            }
        }
        drop((self.listener, open));
        let _drained = tokio::time::timeout(self.drain, graceful.shutdown()).await;
    }

    fn connection(
        &self,
        stream: TcpStream,
        client: Client,
        mut opening: watch::Receiver<()>,
    ) -> impl Future<Output = ()> + Send + use<> {
        #[cfg(feature = "tls")]
        let tls = self.tls.clone();
        async move {
            #[cfg(feature = "tls")]
            if let Some(tls) = tls {
                // A handshake that fails is the client's business.
                if let Ok(Ok(stream)) = tokio::time::timeout(HANDSHAKE_TIME, tls.accept(stream)).await {
                    drop(opening);
                    let protocol = Protocol::agreed(stream.get_ref().1.alpn_protocol());
                    let _ended = client.speak(stream, protocol).await;
                }
                return;
            }
            let protocol = tokio::select! {
                protocol = tokio::time::timeout(HEADER_TIME, Protocol::of(&stream)) => protocol,
                _stopped = opening.changed() => return,
            };
            drop(opening);
            if let Ok(Ok(protocol)) = protocol {
                // A connection that ends in an error is the client's business.
                let _ended = client.speak(stream, protocol).await;
            }
        }
    }
}

/// An open connection, until it ends.
type Connection = Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>;

/// Who is served.
struct Client {
    peer: SocketAddr,
    router: Router,
    watcher: Watcher,
}

impl Client {
    /// Serves the connection to its end.
    ///
    /// On the heap, because a task is as large as the largest that it may wait for; and no `async fn`, because that would keep
    /// its arguments beside the connection.
    fn speak<S>(self, stream: S, protocol: Protocol) -> Connection
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { peer, router, watcher } = self;
        let service = router.map_request(move |mut request: http::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request.map(axum::body::Body::new)
        });
        let (stream, service) = (TokioIo::new(stream), TowerToHyperService::new(service));
        match protocol {
            Protocol::Http1 => {
                let mut builder = http1::Builder::new();
                builder
                    .timer(TokioTimer::new())
                    .header_read_timeout(HEADER_TIME)
                    .max_buf_size(HEADER_SECTION)
                    .max_header_size(HEADER_SECTION);
                Box::pin(watcher.watch(builder.serve_connection(stream, service)))
            }
            Protocol::Http2 => {
                let mut builder = http2::Builder::new(TokioExecutor::new());
                builder
                    .timer(TokioTimer::new())
                    .keep_alive_interval(HEADER_TIME)
                    .max_header_list_size(HEADER_LIST);
                Box::pin(watcher.watch(builder.serve_connection(stream, service)))
            }
        }
    }
}
