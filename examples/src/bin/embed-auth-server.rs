//! An axum application with people and a sign-in page of its own, and an AAuth auth server merged into it.
//!
//! Usage: `cargo run --bin embed-auth-server [LISTEN]`, by default 127.0.0.1:8003. Sign in with any name and the
//! password `wonderland`.
#![allow(clippy::print_stdout, reason = "it is a program")]

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use aauth_auth_server::{
    AuthServer, Begin, Decide, Decision, Required, Settings, SignIn, SignInFuture, SigningKeys, Subject,
    router,
};
use aauth_discovery::HttpResolver;
use aauth_jose::{Algorithm, SigningKey, b64};
use aauth_roles::SEED;
use aauth_runtime::{SystemClock, SystemEntropy, random};
use aauth_store::Memory;
use aauth_types::{Network, Secret, ServerId};
use axum::extract::{Form, Query, State};
use axum::response::{Html, IntoResponse, Redirect};
use axum::{Router, routing::get};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, StatusCode, request::Parts};
use serde::Deserialize;

/// Loopback http is for this machine only. A server on the internet has `Network::Public` and an https identifier.
const NETWORK: Network = Network::InsecureLoopback;

/// What the application had before: who is signed in, by session.
#[derive(Clone, Default)]
struct People(Arc<Mutex<HashMap<String, String>>>);

impl People {
    fn signed_in(&self, fields: &HeaderMap) -> Option<String> {
        let cookies = fields.get(COOKIE)?.to_str().ok()?;
        let session = cookies.split("; ").find_map(|pair| pair.strip_prefix("app-session="))?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(session).cloned()
    }
}

/// The only thing that the auth server has to know about the application's people.
impl SignIn for People {
    fn recognise<'a>(&'a self, request: &'a Parts) -> SignInFuture<'a, Option<Subject>> {
        Box::pin(async { self.signed_in(&request.headers).map(Subject::new).transpose() })
    }

    fn begin(&self, return_to: &str) -> Begin {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", return_to).finish();
        Begin::Elsewhere(format!("/login?{query}"))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listen = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8003".to_owned());
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let id = ServerId::parse(&format!("http://{}", listener.local_addr()?), NETWORK)?;
    let people = People::default();

    // Key and secret of this run. Yours outlive a restart, and so does the store: see docs/OPERATIONS.md.
    let key =
        SigningKey::from_seed(Algorithm::Ed25519, Secret::new(random(&SystemEntropy)?), Some("auth-key-1"))?;
    let discovery = aauth_discovery::Settings::auth_server(NETWORK);
    let settings = Settings::from(Required {
        role: AuthServer::new(id.clone(), vec![&SEED], NETWORK),
        network: NETWORK,
        keys: SigningKeys::new(Arc::new(key))?,
        secret: Secret::new(random(&SystemEntropy)?),
        resolver: Arc::new(HttpResolver::new(discovery, Arc::new(SystemClock))?),
        store: Arc::new(Memory::default()),
        policy: Arc::new(Decide(|_input| Decision::Consent)),
        sign_in: Arc::new(people.clone()),
    });

    let app = Router::new()
        .route("/", get(home))
        .route("/login", get(login_page).post(login))
        .with_state(people)
        .merge(router(settings));
    println!("auth server {id}");
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}

async fn home(State(people): State<People>, fields: HeaderMap) -> String {
    format!("Hello, {}.", people.signed_in(&fields).unwrap_or_else(|| "stranger".to_owned()))
}

/// Posts to its own address, so that `next` stays in it.
async fn login_page() -> Html<&'static str> {
    Html(
        "<form method=post>Name <input name=name> Password <input name=password type=password><button>Sign in</button>",
    )
}

#[derive(Deserialize)]
struct Login {
    name: String,
    password: String,
}

async fn login(
    State(people): State<People>,
    Query(query): Query<HashMap<String, String>>,
    Form(login): Form<Login>,
) -> Result<impl IntoResponse, StatusCode> {
    // Only back to a page of ours, or the sign-in page would send people anywhere.
    let next = query.get("next").and_then(|url| Some(url.split_at_checked(url.find("/interact?")?)?.1));
    let session = random::<16>(&SystemEntropy).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    if login.password != "wonderland" {
        return Err(StatusCode::FORBIDDEN);
    }
    let session = b64::encode(&session);
    people.0.lock().unwrap_or_else(PoisonError::into_inner).insert(session.clone(), login.name);
    let cookie = format!("app-session={session}; HttpOnly; SameSite=Lax; Path=/");
    Ok(([(SET_COOKIE, cookie)], Redirect::to(next.unwrap_or("/"))))
}
