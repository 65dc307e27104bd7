//! A handler behind the resource layer, over a socket, beside the same handler without it.

use std::cell::RefCell;
use std::sync::Arc;

use aauth_discovery::StaticResolver;
use aauth_jose::{Jwks, Signer as _};
use aauth_resource::{Protection, Settings};
use aauth_roles::{Requirement, Resource, SEED};
use aauth_runtime::Clock;
use aauth_types::{Network, UnixTime};
use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

use crate::request::{NOW, agent, id, signer};
use crate::{Goal, Operation, Request, Scheme};

/// The row: both sides are one signed request on a connection that stays open, client and server on one thread.
pub(crate) fn row() -> Operation {
    let (with, without) = (Served::new(protected(handler())), Served::new(handler()));
    Operation {
        name: "layer on axum, loopback, token seen",
        ours: Box::new(move || with.exchange()),
        floor: Some(Box::new(move || without.exchange())),
        goal: Goal::None,
        peers: Vec::new(),
    }
}

/// A server with one connection to it.
struct Served {
    runtime: Runtime,
    connection: RefCell<TcpStream>,
    request: Vec<u8>,
}

const BODY: &str = "the data";

fn handler() -> Router {
    Router::new().route("/data-auth", get(async || BODY))
}

fn protected(routes: Router) -> Router {
    let key = signer();
    let (me, issuer) = (id("https://important.resource.com"), id("https://auth-server.com"));
    let keys = || Jwks::from_keys([key.public_jwk()]);
    let resolver = StaticResolver::new().with_jwks(issuer.clone(), keys()).with_jwks(agent(), keys());
    let resource = Resource::new(me, issuer, vec![&SEED], Network::Public);
    let mut settings = Settings::new(resource, Arc::new(key), Arc::new(resolver));
    settings.clock = Arc::new(Stopped);
    routes.layer(Protection::new(settings).require(Requirement::Identity))
}

/// The second in which the request was signed.
#[derive(Debug)]
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> UnixTime {
        NOW
    }
}

impl Served {
    fn new(routes: Router) -> Self {
        let runtime = Builder::new_current_thread().enable_io().build().expect("a runtime");
        let connection = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            tokio::spawn(async move { axum::serve(listener, routes).await });
            let connection = TcpStream::connect(address).await.expect("a connection");
            connection.set_nodelay(true).expect("a socket");
            connection
        });
        Self { runtime, connection: RefCell::new(connection), request: request() }
    }

    fn exchange(&self) {
        let mut connection = self.connection.borrow_mut();
        self.runtime.block_on(async {
            connection.write_all(&self.request).await.expect("the server reads");
            let (mut answer, mut length) = ([0; 4096], 0);
            while !answer.get(..length).is_some_and(|read| read.ends_with(BODY.as_bytes())) {
                let room = answer.get_mut(length..).unwrap_or_default();
                let read = connection.read(room).await.expect("the server answers");
                assert_ne!(read, 0, "the answer is not the handler's");
                length = length.saturating_add(read);
            }
        });
    }
}

/// The request as HTTP/1.1 writes it.
fn request() -> Vec<u8> {
    let signed = Request::signed(Scheme::Jwt);
    let head = signed.head();
    let mut text =
        format!("{} {} HTTP/1.1\r\nhost: {}\r\n", head.method, head.target, head.authority).into_bytes();
    for (name, value) in head.fields {
        text.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    text.extend(b"\r\n");
    text
}
