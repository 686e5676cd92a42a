//! A running git host: the lab's own, or one alone for whoever has another cluster.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::certificate::ServerIdentity;
use super::clock::{Clock, Time};
use super::error::ServingError;
use super::git_routes::{API, GitRoutes};
use super::middleware::Journalled;
use super::releases::Releases;
use super::server::serve;
use super::shared_world::SharedWorld;
use crate::azure::{Azure, AzureIdentity};
use crate::git::{GitHost, Reachability};
use crate::github::GitHub;
use crate::world::{Fault, Faults, World};

/// A git host, served over HTTPS on loopback until this is dropped, by tasks of the runtime that it was started in.
#[derive(Debug)]
pub struct GitServer {
    host: GitHost,
    url: String,
    authority: String,
    pub(super) world: Arc<SharedWorld>,
    /// Ends the server.
    _tasks: JoinSet<()>,
}

/// Where a git host will be served.
pub(super) struct GitListener {
    listener: TcpListener,
    pub(super) url: String,
}

impl GitListener {
    /// Takes a port; any free one when it is 0.
    pub(super) async fn bind(port: u16) -> Result<Self, ServingError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let url = format!("https://{}", listener.local_addr()?);
        Ok(Self { listener, url })
    }

    /// A world without sites around `host`, which answers here from now on, and `azure`.
    pub(super) fn world(
        &self,
        identity: &ServerIdentity,
        host: &GitHost,
        azure: Azure,
        time: &Time,
        faults: Faults,
    ) -> Result<World, ServingError> {
        host.set_reachability(&self.url, Reachability::Up);
        let github = GitHub::new(host.clone(), &self.url, seed()?, time.now());
        Ok(World::new(github, azure, host.clone(), identity.authority.clone(), faults))
    }

    /// Serves `host`, of this world, and `program` on its page of releases.
    pub(super) fn serve(
        self,
        identity: &ServerIdentity,
        host: GitHost,
        world: &Arc<SharedWorld>,
        program: Option<PathBuf>,
    ) -> GitServer {
        let routes = GitRoutes {
            host: host.clone(),
            world: Arc::clone(world),
            releases: Releases::of(program),
            address: self.url.clone(),
            acceptor: identity.server.clone(),
            foreign: identity.foreign.clone(),
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(self.listener, Arc::new(Journalled { routes, world: Arc::clone(world) })));
        let (authority, world) = (identity.authority.clone(), Arc::clone(world));
        GitServer { host, url: self.url, authority, world, _tasks: tasks }
    }
}

impl GitServer {
    /// Serves `host` on a free port; its page of releases has nothing.
    ///
    /// # Errors
    ///
    /// No port, or no certificate.
    pub async fn start(host: GitHost) -> Result<Self, ServingError> {
        Self::begin(host, None).await
    }

    /// The same, with a program on the page of releases.
    ///
    /// # Errors
    ///
    /// No port, or no certificate.
    pub async fn start_releasing(host: GitHost, program: PathBuf) -> Result<Self, ServingError> {
        Self::begin(host, Some(program)).await
    }

    async fn begin(host: GitHost, program: Option<PathBuf>) -> Result<Self, ServingError> {
        let identity = ServerIdentity::generate(&Arc::new(rustls::crypto::ring::default_provider()))?;
        let listener = GitListener::bind(0).await?;
        let time = Arc::new(Time::of(Clock::default()));
        // Nobody can reach it: it has no port and no secret.
        let azure = Azure::new("", AzureIdentity::of_owner(""));
        let world = listener.world(&identity, &host, azure, &time, Faults::default())?;
        let world = Arc::new(SharedWorld::new(world, time));
        let mut server = listener.serve(&identity, host, &world, program);
        server._tasks.spawn(world.run());
        Ok(server)
    }

    /// Lets something go wrong from now on, besides what goes wrong already.
    pub fn inject(&self, fault: Fault) {
        self.world.with(|world, _| world.faults.arm(fault));
    }

    /// Lets all go well again.
    pub fn clear_faults(&self) {
        self.world.with(|world, _| world.faults.clear());
    }

    /// What was asked for.
    pub fn journal(&self) -> serde_json::Value {
        self.world.with(|world, _| world.journal.document())
    }

    /// Forgets what was asked for.
    pub fn clear_journal(&self) {
        self.world.with(|world, _| world.journal.clear());
    }

    /// The host itself.
    pub fn host(&self) -> &GitHost {
        &self.host
    }

    /// Looks into GitHub, or changes what it knows, at a time of the server's.
    pub fn with_github<T>(&self, act: impl FnOnce(&mut GitHub, Timestamp) -> T) -> T {
        self.world.with(|world, now| act(&mut world.github, now))
    }

    /// Where GitHub's API is: `https://127.0.0.1:<port>/api/v3`
    pub fn api_url(&self) -> String {
        format!("{}{API}", self.url)
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
