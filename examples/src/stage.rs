//! Where a flow is played: time, entropy, addresses, and the servers that run there.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aauth_agent::{Client, DelegationSettings, Identity, Settings, publish};
use aauth_auth_server::{Approvals, router_with_approvals};
use aauth_discovery::HttpResolver;
use aauth_http::{Listening, listen};
use aauth_jose::{Algorithm, SigningKey};
use aauth_resource::{Protection, Resource};
use aauth_roles::SEED;
use aauth_runtime::{Clock, Entropy, SystemClock, SystemEntropy, random};
use aauth_store::Memory;
use aauth_types::{Network, Secret, ServerId};
use axum::Router;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::{Choice, Fault, Kept, Played, Policy, Transcript, auth_server, play, server_at};

/// How time passes on a stage.
pub enum Time {
    /// By itself.
    Real,
    /// When it is told to: moves the stage's clock on.
    Told(Box<dyn Fn(Duration) + Send + Sync>),
}

/// Servers on loopback, their clock, their entropy, and the transcript of what agents send.
pub struct Stage {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    time: Time,
    port: AtomicU16,
    transcript: Arc<Transcript>,
    servers: Mutex<Vec<JoinHandle<()>>>,
}

/// How often a port that is taken is tried again, and how long after.
const TRIES: (u32, Duration) = (100, Duration::from_millis(200));

/// What auth servers announce as the time between two polls.
pub const POLL: Duration = Duration::from_secs(2);

impl Stage {
    /// With the time and the entropy of this machine, on free ports.
    #[must_use]
    pub fn live(transcript: Arc<Transcript>) -> Self {
        Self::new(Arc::new(SystemClock), Arc::new(SystemEntropy), Time::Real, 0, transcript)
    }

    /// With a clock and entropy of the caller's, on ports from `port` on (0: free ones), so that two runs say the same.
    #[must_use]
    pub fn new(
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        time: Time,
        port: u16,
        transcript: Arc<Transcript>,
    ) -> Self {
        let (port, servers) = (AtomicU16::new(port), Mutex::default());
        Self { clock, entropy, time, port, transcript, servers }
    }

    /// Takes the next address.
    ///
    /// # Errors
    /// It stays taken.
    pub async fn listen(&self) -> Result<(ServerId, Listening), Fault> {
        let port = self.port.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |port| {
            if port == 0 { Some(0) } else { port.checked_add(1) }
        });
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.unwrap_or(0)));
        for _ in 1..TRIES.0 {
            if let Ok(server) = listen(address).await {
                return Ok((server_at(server.address())?, server));
            }
            tokio::time::sleep(TRIES.1).await;
        }
        let server = listen(address).await?;
        Ok((server_at(server.address())?, server))
    }

    /// Serves until the stage is cleared.
    pub fn serve(&self, server: Listening, router: Router) {
        let task = tokio::spawn(server.serve(router, std::future::pending()));
        self.servers.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    /// Stops the servers; their addresses are free again.
    pub async fn clear(&self) {
        let servers = std::mem::take(&mut *self.servers.lock().unwrap_or_else(PoisonError::into_inner));
        for server in servers {
            server.abort();
            // Aborted is how it ends.
            let _ended = server.await;
        }
    }

    /// Lets time pass.
    pub async fn pass(&self, time: Duration) {
        match &self.time {
            Time::Real => tokio::time::sleep(time).await,
            Time::Told(pass) => pass(time),
        }
    }

    /// A new key.
    ///
    /// # Errors
    /// No entropy.
    pub fn key(&self, kid: &str) -> Result<SigningKey, Fault> {
        Ok(SigningKey::from_seed(Algorithm::Ed25519, self.secret()?, Some(kid))?)
    }

    /// A new secret of a server.
    ///
    /// # Errors
    /// No entropy.
    pub fn secret(&self) -> Result<Secret<[u8; 32]>, Fault> {
        Ok(Secret::new(random(&*self.entropy)?))
    }

    /// Fetches metadata and keys by the stage's clock.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub fn resolver(&self) -> Result<Arc<HttpResolver>, Fault> {
        let settings = aauth_discovery::Settings::auth_server(Network::InsecureLoopback);
        Ok(Arc::new(HttpResolver::new(settings, Arc::clone(&self.clock))?))
    }

    /// An agent with its documents.
    ///
    /// # Errors
    /// No address, no entropy.
    pub async fn agent(&self) -> Result<Identity, Fault> {
        let (id, server) = self.listen().await?;
        let identity = Identity::new(id, Arc::new(self.key("key-1")?));
        let documents =
            publish(&identity, |metadata| metadata.client_name = Some("Supply Chain Agent".into()));
        self.serve(server, documents);
        Ok(identity)
    }

    /// What issues agent tokens for `agent`, to nobody unless told otherwise.
    #[must_use]
    pub fn delegation(&self, agent: ServerId, key: Arc<SigningKey>) -> DelegationSettings {
        let mut settings = DelegationSettings::new(agent, key, Network::InsecureLoopback);
        settings.clock = Arc::clone(&self.clock);
        settings.entropy = Arc::clone(&self.entropy);
        settings
    }

    /// What a client of this agent is made of.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub fn client(&self, identity: Identity) -> Result<Settings, Fault> {
        let mut settings = Settings::new(identity, self.resolver()?, Network::InsecureLoopback);
        settings.observer = Some(self.transcript.clone());
        settings.patience.wait = None;
        settings.clock = Arc::clone(&self.clock);
        settings.entropy = Arc::clone(&self.entropy);
        Ok(settings)
    }

    /// Where what agents send is written down.
    #[must_use]
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// The same, for an observer that outlives the borrow.
    #[must_use]
    pub fn shared_transcript(&self) -> Arc<Transcript> {
        Arc::clone(&self.transcript)
    }

    /// A client of this agent, and the links that its prompt shows.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub fn prompting(&self, identity: Identity) -> Result<(Client, mpsc::UnboundedReceiver<String>), Fault> {
        let (prompted, links) = mpsc::unbounded_channel();
        let mut settings = self.client(identity)?;
        settings.prompt = Arc::new(Played::new(prompted));
        Ok((Client::new(settings)?, links))
    }

    /// An auth server that treats every request by `policy`, changed as told; served.
    ///
    /// # Errors
    /// The test users cannot be made, no entropy.
    pub fn auth_server(
        &self,
        (id, server): (ServerId, Listening),
        policy: Policy,
        change: impl FnOnce(&mut aauth_auth_server::Settings),
    ) -> Result<Approvals, Fault> {
        let (key, secret) = (self.key("auth-key-1")?, self.secret()?);
        let kept = Kept { key, secret, store: Arc::new(Memory::default()) };
        let mut settings = auth_server(id, policy, kept, self.resolver()?)?;
        settings.clock = Arc::clone(&self.clock);
        settings.entropy = Arc::clone(&self.entropy);
        change(&mut settings);
        let (router, approvals) = router_with_approvals(settings);
        self.serve(server, router);
        Ok(approvals)
    }

    /// What protects the routes of a resource, changed as told.
    ///
    /// # Errors
    /// No entropy.
    pub fn protection(
        &self,
        id: ServerId,
        auth_server: ServerId,
        key: SigningKey,
        change: impl FnOnce(Resource) -> Resource,
    ) -> Result<Protection, Fault> {
        let resource = Resource::new(id, auth_server, vec![&SEED], Network::InsecureLoopback);
        let mut settings = aauth_resource::Settings::new(change(resource), Arc::new(key), self.resolver()?);
        settings.clock = Arc::clone(&self.clock);
        settings.entropy = Arc::clone(&self.entropy);
        Ok(Protection::new(settings))
    }

    /// A person who consents to each link, in as long as an agent waits between two polls; ends only when that fails.
    pub async fn consenting(&self, mut links: mpsc::UnboundedReceiver<String>) -> Fault {
        while let Some(link) = links.recv().await {
            if let Err(error) = play(&link, Choice::Approve, &self.transcript).await {
                return error.into();
            }
            self.pass(POLL).await;
        }
        std::future::pending().await
    }
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stage").field("port", &self.port).finish_non_exhaustive()
    }
}
