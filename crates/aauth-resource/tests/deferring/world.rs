//! A resource that asks a person before it pays.

use std::sync::{Arc, Mutex};

use aauth_resource::{
    Allowed, Ask, Deferring, DeferringSettings, Protection, Requirement, Resource, SEED, Settings, TestUsers,
    Verified,
};
use aauth_store::Memory;
use aauth_testkit::{CountingEntropy, FakeClock};
use aauth_types::{Network, Secret};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::post;
use http::{Request, Response};

use crate::{AUTH, Answer, Known, Peer, RESOURCE, key, server};

/// Where the browser's forms come from.
pub(crate) const ORIGIN: &str = RESOURCE;

pub(crate) struct World {
    router: Router,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) deferring: Deferring,
    store: Arc<Memory>,
    /// What was carried out.
    pub(crate) done: Arc<Mutex<Vec<Allowed>>>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut DeferringSettings)) -> Self {
        let clock = Arc::new(FakeClock::at(FakeClock::TRACE));
        Self::over(Arc::default(), clock, CountingEntropy::default(), change)
    }

    /// The same resource after a restart: nothing but the store is left.
    pub(crate) fn restarted(&self) -> Self {
        // The counting source would begin anew; one number in, it gives no identifier twice.
        let entropy = CountingEntropy::default();
        aauth_runtime::Entropy::fill(&entropy, &mut [0; 1]).unwrap();
        Self::over(self.store.clone(), self.clock.clone(), entropy, |_| {})
    }

    fn over(
        store: Arc<Memory>,
        clock: Arc<FakeClock>,
        entropy: CountingEntropy,
        change: impl FnOnce(&mut DeferringSettings),
    ) -> Self {
        let resource = Resource::new(server(RESOURCE), server(AUTH), vec![&SEED], Network::Public);
        let mut settings = Settings::new(resource, Arc::new(key("resource")), Known::new());
        settings.clock = clock.clone();
        settings.entropy = Arc::new(entropy);
        let protection = Protection::new(settings);
        let done = Arc::new(Mutex::new(Vec::new()));
        let users = TestUsers::demonstration_only([("testuser", "testpass")]).unwrap();
        let log = done.clone();
        let pay = move |allowed: Allowed| {
            let text = format!("paid {}", String::from_utf8(allowed.call.clone()).unwrap());
            log.lock().unwrap().push(allowed);
            async move { Response::builder().status(201).header("x-receipt", "7").body(Body::from(text)).unwrap() }
        };
        let mut settings = DeferringSettings::new(store.clone(), Secret::new([7; 32]), Arc::new(users), pay);
        change(&mut settings);
        let deferring = Deferring::new(protection.clone(), settings);
        let router = routes(&protection, &deferring).merge(deferring.routes());
        Self { router, clock, deferring, store, done }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(&self.router, request).await
    }

    /// The agent asks for a payment: `202` with location and code.
    pub(crate) async fn pay(&self) -> (Answer, String, String) {
        let answer = self.send(Peer::agent().post(RESOURCE, "/pay", "12 EUR").signed()).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        let (location, code) = (answer.json()["location"].clone(), answer.json()["code"].clone());
        let path = location.as_str().unwrap().strip_prefix(RESOURCE).unwrap().to_owned();
        (answer, path, code.as_str().unwrap().to_owned())
    }

    pub(crate) async fn poll(&self, peer: &Peer, path: &str) -> Answer {
        self.send(peer.call("GET", RESOURCE, path).at(self.now()).signed()).await
    }

    pub(crate) fn now(&self) -> i64 {
        aauth_runtime::Clock::now(&*self.clock).as_secs()
    }

    pub(crate) fn done(&self) -> usize {
        self.done.lock().unwrap().len()
    }
}

fn routes(protection: &Protection, deferring: &Deferring) -> Router {
    let (one, two, three) = (deferring.clone(), deferring.clone(), deferring.clone());
    let pay = move |Verified(caller): Verified, body: Bytes| async move {
        one.ask(&caller, Ask::person("payment", "Pay this bill", body.to_vec())).await
    };
    let elsewhere = move |Verified(caller): Verified| async move {
        let mut ask = Ask::person("payment", "Pay this bill", Vec::new());
        ask.onward = Some("https://second-auth-server.com/interact?code=SECRET23".to_owned());
        two.ask(&caller, ask).await
    };
    let approval = move |Verified(caller): Verified| async move {
        let mut ask = Ask::person("payment", "Pay this bill", Vec::new());
        ask.waits_for = aauth_resource::WaitsFor::Approval;
        three.ask(&caller, ask).await
    };
    Router::new()
        .route("/pay", post(pay).layer(protection.require(Requirement::Pseudonym)))
        .route("/elsewhere", post(elsewhere).layer(protection.require(Requirement::Identity)))
        .route("/approval", post(approval).layer(protection.require(Requirement::Identity)))
}
