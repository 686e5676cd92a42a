//! A running git host: the lab's own, or one alone for whoever has another cluster.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::certificate::ServerIdentity;
use super::clock::{Clock, Time};
use super::faults::Fault;
use super::git_routes::GitRoutes;
use super::middleware::{Gate, Gated};
use super::releases::Releases;
use super::replay::ServingError;
use super::server::serve;
use super::shared_world::locked;
use super::simulation::Hosted;
use crate::git::{Door, GitHost};
use crate::github::GitHub;

/// A git host, served over HTTPS on loopback until this is dropped, by tasks of the runtime that it was started in.
#[derive(Debug)]
pub struct GitServer {
    host: GitHost,
    hub: Arc<Mutex<GitHub>>,
    url: String,
    authority: String,
    gate: Arc<Gate>,
    /// Ends the server.
    _tasks: JoinSet<()>,
}

impl GitServer {
    /// Serves `host` on a free port.
    ///
    /// # Errors
    ///
    /// No port, or no certificate.
    pub async fn start(host: GitHost) -> Result<Self, ServingError> {
        let identity = ServerIdentity::generate(&Arc::new(rustls::crypto::ring::default_provider()))?;
        let gate = Arc::new(Gate::new(Arc::new(Time::of(Clock::default())), Duration::ZERO));
        Self::behind(&gate, &identity, host, 0).await
    }

    /// The same with what it shares with other hosts.
    pub(super) async fn behind(
        gate: &Arc<Gate>,
        identity: &ServerIdentity,
        host: GitHost,
        port: u16,
    ) -> Result<Self, ServingError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let url = format!("https://{}", listener.local_addr()?);
        host.set_door(&url, Door::Well);
        let hub = GitHub::new(host.clone(), &url, seed()?, gate.time.now());
        let hub = Arc::new(Mutex::new(hub));
        let routes = GitRoutes {
            host: host.clone(),
            hub: Arc::clone(&hub),
            releases: Releases::default(),
            time: Arc::clone(&gate.time),
            address: url.clone(),
            acceptor: identity.server.clone(),
            foreign: identity.foreign.clone(),
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, Arc::new(Gated { routes, gate: Arc::clone(gate) })));
        let (authority, gate) = (identity.authority.clone(), Arc::clone(gate));
        Ok(Self { host, hub, url, authority, gate, _tasks: tasks })
    }

    /// Lets something go wrong from now on, besides what goes wrong already.
    pub fn inject(&self, fault: Fault) {
        locked(&self.gate.faults).arm(fault);
    }

    /// Lets all go well again.
    pub fn clear_faults(&self) {
        locked(&self.gate.faults).clear();
    }

    /// What was asked for.
    pub fn journal(&self) -> serde_json::Value {
        locked(&self.gate.journal).document()
    }

    /// Forgets what was asked for.
    pub fn clear_journal(&self) {
        locked(&self.gate.journal).clear();
    }

    /// The host and what is to be known of it.
    pub(super) fn hosted(&self) -> Hosted {
        Hosted {
            host: self.host.clone(),
            hub: Arc::clone(&self.hub),
            url: self.url.clone(),
            authority: self.authority.clone(),
        }
    }

    /// The host itself.
    pub fn host(&self) -> &GitHost {
        &self.host
    }

    /// Looks into GitHub, or changes what it knows, at a time of the server's.
    pub fn with_github<T>(&self, act: impl FnOnce(&mut GitHub, Timestamp) -> T) -> T {
        let mut hub = locked(&self.hub);
        // The time is read behind the lock, so that it never goes back.
        act(&mut hub, self.gate.time.now())
    }

    /// Where GitHub's API is: `https://127.0.0.1:<port>/api/v3`
    pub fn api_url(&self) -> String {
        format!("{}{}", self.url, super::github_routes::API)
    }

    /// `https://127.0.0.1:<port>`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The certificate authority to trust, PEM.
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

/// Bytes that nobody can guess.
fn seed() -> Result<[u8; 32], ServingError> {
    let mut bytes = [0; 32];
    let filled = rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes);
    filled.map_err(|_| ServingError::Token)?;
    Ok(bytes)
}
