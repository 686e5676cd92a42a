//! A running lab: what the command or a test holds in its hand.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::azure_routes::AzureRoutes;
use super::certificate::ServerIdentity;
use super::clock::{Clock, Time};
use super::credentials::Credentials;
use super::error::ServingError;
use super::git_server::{GitListener, GitServer};
use super::kubernetes_routes::KubernetesRoutes;
use super::middleware::Journalled;
use super::server::serve;
use super::shared_world::SharedWorld;
use super::startup::Beginnings;
use crate::arc::ArcAgent;
use crate::azure::{Azure, AzureIdentity};
use crate::git::GitHost;
use crate::github::GitHub;
use crate::kubernetes::Tokens;
use crate::message::Request;
use crate::scenario::Scenario;
use crate::world::{Fault, Faults};

/// The cluster that is there without being asked for.
const FIRST: &str = "lab";

/// How a lab is served.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What its clusters are called, which is what their contexts are: `lab` alone when nothing is said.
    pub clusters: Vec<String>,
    /// The ports of the Kubernetes APIs on 127.0.0.1, in the order of the clusters; any free one where none or 0 is said.
    pub ports: Vec<u16>,
    /// The port of the git host; any free one when it is 0.
    pub git_port: u16,
    /// The port of Azure; any free one when it is 0.
    pub azure_port: u16,
    /// What it proves itself with and is entered with: those of an earlier lab, which its clients know. New ones when
    /// nothing is said.
    pub credentials: Option<Credentials>,
    /// The resource version that the clusters begin after. A lab that takes the place of an earlier one begins after
    /// all of its versions, so that a watch of then is told that it has expired.
    pub after_version: u64,
    /// What it begins with; nothing but clusters when nothing is said.
    pub scenario: Option<Scenario>,
    /// What moves its time.
    pub clock: Clock,
    /// How much later everything is answered, by its clock.
    pub latency: Duration,
    /// The suite's program, which its page of releases has; none there when nothing is said.
    pub program: Option<PathBuf>,
}

/// Clusters in memory, each served as a Kubernetes API, beside a git host, until this is dropped. They are served by tasks of
/// the runtime that [`Lab::start`] was called in: a test that runs a program against it must not block that runtime.
#[derive(Debug)]
pub struct Lab {
    clusters: Vec<Endpoint>,
    credentials: Credentials,
    world: Arc<SharedWorld>,
    git: GitServer,
    azure_url: String,
    /// Ends the servers with the lab.
    _tasks: JoinSet<()>,
}

/// Where the Kubernetes API of a cluster is.
#[derive(Debug)]
struct Endpoint {
    name: String,
    url: String,
    tokens: Tokens,
}

impl Lab {
    /// Serves what the scenario says.
    pub async fn start(settings: Settings) -> Result<Self, ServingError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let names = match settings.clusters.as_slice() {
            [] => vec![FIRST.to_owned()],
            names => names.to_vec(),
        };
        let known = settings.credentials.map_or_else(|| Credentials::generate(&provider), Ok)?;
        let known = known.with_clusters(&provider, &names)?;
        let identity = ServerIdentity::of(&provider, &known.authority)?;
        let mut listeners = Vec::new();
        for index in 0..names.len() {
            let port = settings.ports.get(index).copied().unwrap_or_default();
            listeners.push(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?);
        }
        let git = GitListener::bind(settings.git_port).await?;
        let azure_listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.azure_port)).await?;
        let azure_url = format!("https://{}", azure_listener.local_addr()?);
        let time = Arc::new(Time::of(settings.clock));
        let host = GitHost::new()?;
        let faults = Faults::with_latency(settings.latency);
        let beginnings = Beginnings {
            provider: &provider,
            credentials: &known,
            clusters: &names,
            host: &host,
            git_url: &git.url,
            authority: &identity.authority,
            after_version: settings.after_version,
            now: time.now(),
        };
        let azure = Azure::new(&azure_url, AzureIdentity::of_owner(&known.azure_secret));
        let world = git.world(&identity, &host, azure, &time, faults)?;
        let (world, git_tokens) = beginnings.make(world, settings.scenario.as_ref())?;
        let world = Arc::new(SharedWorld::new(world, time));
        let mut tasks = JoinSet::new();
        if let Clock::Real { .. } = settings.clock {
            tasks.spawn(Arc::clone(&world).run());
        }
        let git = git.serve(&identity, host, &world, settings.program);
        let mut clusters = Vec::new();
        for (site, (name, listener)) in names.into_iter().zip(listeners).enumerate() {
            let url = format!("https://{}", listener.local_addr()?);
            let tokens = known.of_cluster(&name).clone();
            let (token, acceptor) = (tokens.admin.clone(), identity.server.clone());
            let routes = KubernetesRoutes { world: Arc::clone(&world), site, token, acceptor };
            tasks.spawn(serve(listener, Arc::new(Journalled { routes, world: Arc::clone(&world) })));
            clusters.push(Endpoint { name, url, tokens });
        }
        let routes = AzureRoutes { world: Arc::clone(&world), acceptor: identity.server.clone() };
        tasks.spawn(serve(azure_listener, Arc::new(Journalled { routes, world: Arc::clone(&world) })));
        let credentials = known.with_git_tokens(git_tokens);
        Ok(Self { clusters, credentials, world, git, azure_url, _tasks: tasks })
    }

    /// Lets every container write `text` of which nothing else is said (`lab.gitops.dev/logs`).
    pub fn write_logs(&self, text: &str) {
        self.world.with(|world, _| {
            world.sites.iter_mut().for_each(|site| site.cluster.write_logs(text.to_owned()));
        });
    }

    /// Lets so much time pass at once, in a lab whose clock is stepped: what is due meanwhile happens in the order
    /// of time, each as of its own time, before this returns.
    pub fn step(&self, duration: Duration) {
        self.world.step(duration);
    }

    /// What time it is in the lab.
    pub fn now(&self) -> Timestamp {
        self.world.time.now()
    }

    /// The names of its clusters, which are their contexts.
    pub fn clusters(&self) -> impl Iterator<Item = &str> {
        self.clusters.iter().map(|cluster| cluster.name.as_str())
    }

    /// Where the first cluster is: `https://127.0.0.1:<port>`
    pub fn url(&self) -> &str {
        &self.clusters[0].url
    }

    /// Where every cluster is.
    pub fn urls(&self) -> impl Iterator<Item = &str> {
        self.clusters.iter().map(|cluster| cluster.url.as_str())
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

    /// Where Azure is: `https://127.0.0.1:<port>`, of Resource Manager and of the authority that signs in.
    pub fn azure_url(&self) -> &str {
        &self.azure_url
    }

    /// As whom whoever runs the lab signs in to Azure.
    pub fn azure_client(&self) -> AzureIdentity {
        AzureIdentity::of_owner(&self.credentials.azure_secret)
    }

    /// Looks into the lab's Azure, or changes what it knows.
    pub fn with_azure<T>(&self, act: impl FnOnce(&mut Azure, Timestamp) -> T) -> T {
        self.world.with(|world, now| act(&mut world.azure, now))
    }

    /// Cuts the cluster that is called so off from Azure, or lets it through again.
    pub fn cut_from_azure(&self, cluster: &str, is_cut: bool) {
        self.with_agents(cluster, |agents| agents.cut(is_cut));
    }

    /// How long what happens in the cluster that is called so takes until its agents tell Azure, from now on.
    pub fn set_report_lag(&self, cluster: &str, lag: SignedDuration) {
        self.with_agents(cluster, |agents| agents.set_report_lag(lag));
    }

    /// Does something to the agents of a cluster; nothing where there is none that is called so.
    fn with_agents(&self, cluster: &str, act: impl FnOnce(&mut ArcAgent)) {
        self.world.with(|world, now| {
            if let Some(index) = world.sites.iter().position(|site| site.name == cluster) {
                act(&mut world.sites[index].arc);
                world.exchange(index, now);
            }
        });
    }

    /// The document at a path of the first cluster's API, as its administrator reads it; none when it is not there.
    pub fn get(&self, path: &str) -> Option<serde_json::Value> {
        self.get_in(&self.clusters[0].name, path)
    }

    /// The same of the cluster that is called so.
    pub fn get_in(&self, cluster: &str, path: &str) -> Option<serde_json::Value> {
        let site = self.clusters.iter().position(|known| known.name == cluster)?;
        let request = Request::new(http::Method::GET, path).with_token(&self.clusters[site].tokens.admin);
        let reply = self.world.with(|world, now| world.ask_site(site, &request, now));
        let (status, document) = reply.into_document();
        status.is_success().then_some(document).filter(serde_json::Value::is_object)
    }

    /// The token of the git host that the scenario calls so; `admin` is that of whoever runs the lab.
    pub fn git_token(&self, name: &str) -> Option<&str> {
        self.credentials.git_tokens.get(name).map(String::as_str)
    }

    /// The bearer token of the first cluster's administrator.
    pub fn token(&self) -> &str {
        &self.clusters[0].tokens.admin
    }

    /// The bearer token of somebody who is known there and may do nothing.
    pub fn viewer_token(&self) -> &str {
        &self.clusters[0].tokens.viewer
    }

    /// The certificate authority to trust, PEM.
    pub fn authority(&self) -> &str {
        &self.credentials.authority.certificate
    }

    /// What whoever takes the place of this lab needs, to be taken for it.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// A kubeconfig with the contexts `<cluster>` and `<cluster>-viewer` of every cluster, the first being the current
    /// one. JSON, which is YAML.
    pub fn kubeconfig(&self) -> String {
        let named = self.clusters.iter().map(|cluster| (cluster.name.as_str(), cluster));
        self.kubeconfig_of(&named.collect::<Vec<_>>())
    }

    /// The same of the first cluster alone, called `name`: kubeconfigs of several labs can be merged.
    pub fn kubeconfig_named(&self, name: &str) -> String {
        self.kubeconfig_of(&[(name, &self.clusters[0])])
    }

    fn kubeconfig_of(&self, named: &[(&str, &Endpoint)]) -> String {
        let authority = base64::engine::general_purpose::STANDARD.encode(self.authority());
        let (mut clusters, mut users, mut contexts) = (Vec::new(), Vec::new(), Vec::new());
        for (name, cluster) in named {
            let viewer = format!("{name}-viewer");
            clusters.push(json!({
                "name": name,
                "cluster": {"server": cluster.url, "certificate-authority-data": authority},
            }));
            for (user, token) in [(*name, &cluster.tokens.admin), (&viewer, &cluster.tokens.viewer)] {
                users.push(json!({"name": user, "user": {"token": token}}));
                let context = json!({"cluster": name, "user": user, "namespace": "default"});
                contexts.push(json!({"name": user, "context": context}));
            }
        }
        let kubeconfig = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": clusters,
            "users": users,
            "contexts": contexts,
            "current-context": named.first().map(|(name, _)| name),
        });
        format!("{kubeconfig:#}\n")
    }
}
