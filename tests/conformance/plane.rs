//! The control plane of one run: in which order its servers start, when they are ready, where they live.
//!
//! Plain processes in a temporary folder: no containers, no root, no ports that two runs could quarrel over.
//! Flux's controllers run outside the cluster; stand-ins of their Deployments are in `flux-system`.

mod certificates;
pub(crate) mod cluster;
pub(crate) mod flux;
mod node;
pub(crate) mod objects;
pub(crate) mod process;
pub(crate) mod registry;
pub(crate) mod repository;
mod servers;
mod stand_ins;

use std::env;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kubectl_gitops_lab::{GitHost, GitServer, Right};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::plane::certificates::Certificates;
use crate::plane::cluster::Cluster;
use crate::plane::process::Server;
use crate::plane::registry::Registry;
use crate::plane::servers::{Ports, Servers};
use crate::problem::{Context, Outcome, Problem};
use crate::tools::Tools;

/// User and password for the lab's GitHub, as a fine-grained token that may read would be.
pub(crate) const GIT_USER: &str = "git";
pub(crate) const GIT_PASSWORD: &str = "t0ken";
/// The token that people push with.
pub(crate) const PUSH_TOKEN: &str = "t0ken-for-pushes";
/// The organisation that all repositories belong to.
pub(crate) const ORGANISATION: &str = "contoso";

/// The file with the authority that the git host's certificate is of.
pub(crate) const AUTHORITY: &str = "git-authority.pem";

const PATIENCE: Duration = Duration::from_secs(60);

/// Everything that runs. Dropped, it is all gone: first the servers, then the folder they wrote to.
pub(crate) struct Plane {
    servers: Vec<Server>,
    pub(crate) kustomize_controller: Server,
    pub(crate) git: GitServer,
    pub(crate) registry: Registry,
    /// Whether HelmReleases are defined here.
    pub(crate) releases: bool,
    pub(crate) cluster: Cluster,
    pub(crate) plugins: PathBuf,
    folder: TempDir,
}

impl Plane {
    pub(crate) async fn start(tools: &Tools) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("conformance-").tempdir().context("temporary folder")?;
        let place = folder.path();
        for name in ["home", "logs", "person", "tmp", "work"] {
            fs::create_dir(place.join(name)).context(name)?;
        }
        // What advised commands read from the folder where a person stands.
        for name in ["token", "known_hosts"] {
            let file = place.join("person").join(name);
            fs::write(&file, GIT_PASSWORD).context(file.display())?;
        }
        let plugins = copy_plugin(place)?;
        let ports = Ports::free().context("free ports")?;
        let certificates = Certificates::make(&place.join("certificates"))?;
        let kubectl = tools.path("kubectl")?;
        let path = search_path(&plugins, &kubectl)?;
        let cluster = Cluster {
            kubectl,
            kubeconfig: place.join("kubeconfig"),
            home: place.join("home"),
            path: path.clone(),
        };
        write_kubeconfig(&cluster.kubeconfig, &certificates.authority, ports.api)?;
        let command = Servers {
            tools,
            folder: place,
            ports: &ports,
            certificates: &certificates,
            kubeconfig: &cluster.kubeconfig,
            path: &path,
        };

        let mut servers = vec![command.etcd()?, command.api()?];
        ready(&mut servers, async || cluster.kubectl(&["get", "--raw", "/readyz"]).await.is_ok()).await?;
        servers.push(command.controllers()?);
        servers.push(command.scheduler()?);
        // Flux's controllers end at once where their resources are not defined.
        for definitions in tools.definitions() {
            cluster.apply(&definitions).await?;
        }
        let definition = release_definition();
        if let Some(file) = &definition {
            cluster.apply(file).await?;
        }
        cluster.kubectl(&["wait", "crd", "--all", "--for=condition=Established", "--timeout=30s"]).await?;
        servers.push(command.kwok()?);
        servers.push(command.source_controller()?);
        ready(&mut servers, async || answers(ports.source_health).await).await?;
        let mut kustomize = vec![command.kustomize_controller()?];
        ready(&mut kustomize, async || answers(ports.kustomize_health).await).await?;
        let kustomize_controller =
            kustomize.pop().ok_or_else(|| Problem::new("kustomize-controller was not started"))?;
        node::join(&cluster, ports.kwok).await?;
        // The controller manager is ready when it does what it is for.
        cluster.namespace("flux-system").await?;
        let controllers = ["source-controller", "kustomize-controller", "helm-controller"];
        stand_ins::create(&cluster, &controllers[..if definition.is_some() { 3 } else { 2 }]).await?;
        let registry = Registry::start().await.context("registry")?;
        let host = GitHost::new().context("git host")?;
        let all = format!("{ORGANISATION}/*");
        host.grant(GIT_PASSWORD, &all, Right::Read);
        host.grant(PUSH_TOKEN, &all, Right::Write);
        let git = GitServer::start(host).await.context("git host")?;
        fs::write(place.join(AUTHORITY), git.authority()).context(AUTHORITY)?;
        Ok(Self {
            servers,
            kustomize_controller,
            git,
            registry,
            releases: definition.is_some(),
            cluster,
            plugins,
            folder,
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A server that has ended explains failures that name something else.
    pub(crate) fn casualties(&mut self) -> Vec<String> {
        let all = self.servers.iter_mut().chain([&mut self.kustomize_controller]);
        all.filter_map(|server| {
            server.has_ended().then(|| format!("{} has ended:\n{}", server.name(), server.tail()))
        })
        .collect()
    }
}

/// Polls until an answer comes, or says which server is to blame and what it wrote last. The newest server of
/// the list is the one that is waited for.
async fn ready(servers: &mut [Server], mut answers: impl AsyncFnMut() -> bool) -> Outcome {
    let deadline = Instant::now() + PATIENCE;
    while !answers().await {
        if let Some(server) = servers.iter_mut().find_map(|server| server.has_ended().then_some(server)) {
            return Err(Problem::new(format!("{} ended while starting:\n{}", server.name(), server.tail())));
        }
        if Instant::now() > deadline {
            let last = servers.last().map(|server| (server.name().to_owned(), server.tail()));
            let (name, tail) = last.unwrap_or_default();
            return Err(Problem::new(format!("{name} is not ready after {} s:\n{tail}", PATIENCE.as_secs())));
        }
        sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Asks a controller's health endpoint. One request over a bare socket needs no HTTP client.
async fn answers(port: u16) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        stream.write_all(b"GET /readyz HTTP/1.0\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.map(|_| answer)
    };
    let answer = timeout(Duration::from_secs(2), ask).await;
    matches!(answer, Ok(Ok(text)) if text.lines().next().is_some_and(|line| line.contains(" 200 ")))
}

/// helm-controller itself does not run here: the definition of its kind comes from the contracts, which lie
/// outside of the checkout, and scenarios write what it would.
pub(crate) fn release_definition() -> Option<PathBuf> {
    let contracts = PathBuf::from(env::var_os("GITOPS_CONTRACTS")?);
    let file = contracts.join("flux/helm.toolkit.fluxcd.io_helmreleases.yaml");
    file.is_file().then_some(file)
}

/// The binary under test, by the name under which kubectl looks for it. A copy: a build that ends while
/// scenarios run would otherwise change the plugin between two of them.
fn copy_plugin(place: &Path) -> Outcome<PathBuf> {
    let plugins = place.join("plugins");
    fs::create_dir(&plugins).context(plugins.display())?;
    fs::copy(env!("CARGO_BIN_EXE_gitops-under-test"), plugins.join("kubectl-gitops_status"))
        .context("copying the plugin")?;
    Ok(plugins)
}

fn search_path(plugins: &Path, kubectl: &Path) -> Outcome<std::ffi::OsString> {
    let system = env::var_os("PATH").unwrap_or_default();
    let first = [Some(plugins), kubectl.parent()].into_iter().flatten().map(Path::to_owned);
    env::join_paths(first.chain(env::split_paths(&system))).context("PATH")
}

fn write_kubeconfig(file: &Path, authority: &Path, port: u16) -> Outcome {
    let users = ["admin", "one-namespace", "nobody"];
    let server = format!("https://127.0.0.1:{port}");
    let user = |name: &&str| json!({"name": name, "user": {"token": format!("{name}-token")}});
    let context = |name: &&str| json!({"name": name, "context": {"cluster": "conformance", "user": name}});
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": "conformance", "cluster": {"server": server, "certificate-authority": authority}},
        ],
        "users": users.iter().map(user).collect::<Vec<_>>(),
        "contexts": users.iter().map(context).collect::<Vec<_>>(),
        "current-context": "admin",
    });
    fs::write(file, format!("{config:#}\n")).context(file.display())
}
