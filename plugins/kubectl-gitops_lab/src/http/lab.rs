//! A running lab: what the command or a test holds in its hand.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use jiff::Timestamp;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::certificate::ServerIdentity;
use super::clock::{Clock, Time};
use super::credentials::Credentials;
use super::faults::Fault;
use super::git_server::GitServer;
use super::kubernetes_routes::Served;
use super::middleware::{Gate, Gated};
use super::replay::ServingError;
use super::server::serve;
use super::shared_world::{Running, locked};
use super::startup::{Beginnings, Made};
use crate::git::GitHost;
use crate::github::GitHub;
use crate::kubernetes::{Reply, Request};
use crate::scenario::Scenario;

/// How a lab is served.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The port of the Kubernetes API on 127.0.0.1; any free one when it is 0.
    pub port: u16,
    /// The port of the git host; any free one when it is 0.
    pub git_port: u16,
    /// What it proves itself with and is entered with: those of an earlier lab, which its clients know. New ones when
    /// nothing is said.
    pub credentials: Option<Credentials>,
    /// The resource version that the cluster begins after. A lab that takes the place of an earlier one begins after
    /// all of its versions, so that a watch of then is told that it has expired.
    pub after_version: u64,
    /// What it begins with; nothing but a cluster when nothing is said.
    pub scenario: Option<Scenario>,
    /// What moves its time.
    pub clock: Clock,
    /// How much later everything is answered, by the machine's clock.
    pub latency: Duration,
}

/// A cluster in memory, served as a Kubernetes API beside a git host until it is dropped. It is served by tasks of the runtime
/// that [`Lab::start`] was called in: a test that runs a program against it must not block that runtime.
#[derive(Debug)]
pub struct Lab {
    url: String,
    credentials: Credentials,
    running: Arc<Running>,
    git: GitServer,
    /// Ends the server with the lab.
    _tasks: JoinSet<()>,
}

impl Lab {
    /// Serves what the scenario says.
    pub async fn start(settings: Settings) -> Result<Self, ServingError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let known = settings.credentials.map_or_else(|| Credentials::generate(&provider), Ok)?;
        let identity = ServerIdentity::of(&provider, &known.authority)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).await?;
        let url = format!("https://{}", listener.local_addr()?);
        let time = Arc::new(Time::of(settings.clock));
        let gate = Arc::new(Gate::new(Arc::clone(&time), settings.latency));
        let git = GitServer::behind(&gate, &identity, GitHost::new()?, settings.git_port).await?;
        let beginnings = Beginnings {
            provider: &provider,
            credentials: &known,
            git: &git.hosted(),
            gate: &gate,
            after_version: settings.after_version,
            now: time.now(),
        };
        let Made { simulation, git_tokens, history } = beginnings.make(settings.scenario.as_ref())?;
        for fault in history.into_iter().flat_map(|scenario| scenario.spec.faults) {
            locked(&gate.faults).arm(fault);
        }
        let running = Arc::new(Running::new(simulation, time));
        let mut tasks = JoinSet::new();
        if let Clock::Real { .. } = settings.clock {
            tasks.spawn(Arc::clone(&running).run());
        }
        let acceptor = identity.server.clone();
        let admin = known.tokens.admin.clone();
        let routes = Served::new(Arc::clone(&running), Arc::clone(&gate), admin, acceptor);
        tasks.spawn(serve(listener, Arc::new(Gated { routes, gate })));
        let credentials = Credentials { git_tokens, ..known };
        Ok(Self { url, credentials, running, git, _tasks: tasks })
    }

    /// Lets every container write `text` of which nothing else is said (`lab.gitops.dev/logs`).
    pub fn write_logs(&self, text: &str) {
        self.running.with(|simulation, _| simulation.write_logs(text.to_owned()));
    }

    /// Lets so much time pass at once, in a lab whose clock is stepped: what is due meanwhile happens in the order
    /// of time, each as of its own time, before this returns.
    pub fn step(&self, duration: Duration) {
        self.running.step(duration);
    }

    /// What time it is in the lab.
    pub fn now(&self) -> Timestamp {
        self.running.time.now()
    }

    /// `https://127.0.0.1:<port>`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lets something go wrong from now on, besides what goes wrong already.
    pub fn inject(&self, fault: Fault) {
        self.git.inject(fault);
    }

    /// Lets all go well again that [`Lab::inject`] let go wrong. What waits already goes on waiting.
    pub fn clear_faults(&self) {
        self.git.clear_faults();
    }

    /// What was asked for since the beginning or [`Lab::clear_journal`]: the document of `/_lab/requests`.
    pub fn journal(&self) -> serde_json::Value {
        self.git.journal()
    }

    /// Forgets what was asked for.
    pub fn clear_journal(&self) {
        self.git.clear_journal();
    }

    /// Its git host.
    pub fn git(&self) -> &GitHost {
        self.git.host()
    }

    /// Where repositories are found: `https://127.0.0.1:<port>`, to which `/<organisation>/<repository>` is added.
    pub fn git_url(&self) -> &str {
        self.git.url()
    }

    /// Looks into the lab's GitHub, or changes what it knows.
    pub fn with_github<T>(&self, act: impl FnOnce(&mut GitHub, Timestamp) -> T) -> T {
        self.git.with_github(act)
    }

    /// Where GitHub's API is: `https://127.0.0.1:<port>/api/v3`
    pub fn api_url(&self) -> String {
        self.git.api_url()
    }

    /// The document at a path of the Kubernetes API, as its administrator reads it; none when it is not there.
    pub fn get(&self, path: &str) -> Option<serde_json::Value> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let request = Request {
            method: http::Method::GET,
            path: path.to_owned(),
            query: query.to_owned(),
            accept: None,
            media: None,
            token: Some(self.credentials.tokens.admin.clone()),
            agent: None,
            impersonated: None,
            body: Vec::new(),
        };
        match self.running.answer(&request) {
            Reply::Document(document) => document.status.is_success().then_some(document.value),
            _ => None,
        }
    }

    /// The token of the git host that the scenario calls so; `admin` is that of whoever runs the lab.
    pub fn git_token(&self, name: &str) -> Option<&str> {
        self.credentials.git_tokens.get(name).map(String::as_str)
    }

    /// The bearer token of the administrator.
    pub fn token(&self) -> &str {
        &self.credentials.tokens.admin
    }

    /// The bearer token of somebody who is known and may do nothing.
    pub fn viewer_token(&self) -> &str {
        &self.credentials.tokens.viewer
    }

    /// The certificate authority to trust, PEM.
    pub fn authority(&self) -> &str {
        &self.credentials.authority.certificate
    }

    /// What whoever takes the place of this lab needs, to be taken for it.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// A kubeconfig with the contexts `lab`, the current one, and `lab-viewer`. JSON, which is YAML.
    pub fn kubeconfig(&self) -> String {
        self.kubeconfig_named("lab")
    }

    /// The same with the contexts `<name>` and `<name>-viewer`, of a cluster and users of these names: kubeconfigs of
    /// several labs can be merged.
    pub fn kubeconfig_named(&self, name: &str) -> String {
        let authority = base64::engine::general_purpose::STANDARD.encode(self.authority());
        let viewer = format!("{name}-viewer");
        let context = |user: &str| json!({"name": user, "context": {"cluster": name, "user": user, "namespace": "default"}});
        let kubeconfig = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{
                "name": name,
                "cluster": {"server": self.url, "certificate-authority-data": authority},
            }],
            "users": [
                {"name": name, "user": {"token": self.token()}},
                {"name": viewer, "user": {"token": self.viewer_token()}},
            ],
            "contexts": [context(name), context(&viewer)],
            "current-context": name,
        });
        format!("{kubeconfig:#}\n")
    }
}
