//! The command line of every server: flags and their reasons, nothing about order or readiness.
//!
//! Everything listens on 127.0.0.1, on ports that were free a moment ago.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::plane::certificates::Certificates;
use crate::plane::process::{self, Server};
use crate::problem::{Context, Outcome};
use crate::tools::Tools;

/// Who may sign in. `one-namespace` gets its rights where they are given (`serve.rs`); `nobody` has none.
const TOKENS: &str = "admin-token,admin,1,\"system:masters\"\n\
                      one-namespace-token,one-namespace,2\n\
                      nobody-token,nobody,3\n";

/// What a container would have written.
const POD_LOG: &str = "2026-01-01T00:00:00.000000000Z stdout F listening on :8080\n";

/// The ports of one run.
pub(crate) struct Ports {
    etcd: u16,
    etcd_peer: u16,
    pub(crate) api: u16,
    controllers: u16,
    scheduler: u16,
    pub(crate) kwok: u16,
    pub(crate) source_health: u16,
    source_metrics: u16,
    source_storage: u16,
    pub(crate) kustomize_health: u16,
    kustomize_metrics: u16,
}

impl Ports {
    /// All held at once, so that no two are the same, and then let go.
    pub(crate) fn free() -> io::Result<Self> {
        let held: Vec<_> =
            (0..11).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).collect::<io::Result<_>>()?;
        let mut ports = held.iter().map(|listener| listener.local_addr().map(|address| address.port()));
        let mut next = || ports.next().unwrap_or_else(|| Err(io::ErrorKind::AddrNotAvailable.into()));
        Ok(Self {
            etcd: next()?,
            etcd_peer: next()?,
            api: next()?,
            controllers: next()?,
            scheduler: next()?,
            kwok: next()?,
            source_health: next()?,
            source_metrics: next()?,
            source_storage: next()?,
            kustomize_health: next()?,
            kustomize_metrics: next()?,
        })
    }
}

/// What every server's command line is made from.
pub(crate) struct Servers<'a> {
    pub(crate) tools: &'a Tools,
    pub(crate) folder: &'a Path,
    pub(crate) ports: &'a Ports,
    pub(crate) certificates: &'a Certificates,
    pub(crate) kubeconfig: &'a Path,
    pub(crate) path: &'a OsString,
}

impl Servers<'_> {
    pub(crate) fn etcd(&self) -> Outcome<Server> {
        let client = format!("http://127.0.0.1:{}", self.ports.etcd);
        let peer = format!("http://127.0.0.1:{}", self.ports.etcd_peer);
        self.start("etcd", |command| {
            command.arg("--data-dir").arg(self.folder.join("etcd"));
            command.args(["--listen-client-urls", &client, "--advertise-client-urls", &client]);
            command.args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer]);
            command.args(["--initial-cluster", &format!("default={peer}")]);
            // What is lost with the power is thrown away anyway.
            command.arg("--unsafe-no-fsync");
        })
    }

    pub(crate) fn api(&self) -> Outcome<Server> {
        let tokens = self.folder.join("tokens.csv");
        fs::write(&tokens, TOKENS).context(tokens.display())?;
        let certificates = self.certificates;
        self.start("kube-apiserver", |command| {
            command.args(["--bind-address=127.0.0.1", "--advertise-address=127.0.0.1"]);
            command.arg(format!("--secure-port={}", self.ports.api));
            command.arg(format!("--etcd-servers=http://127.0.0.1:{}", self.ports.etcd));
            command.arg("--tls-cert-file").arg(&certificates.serving);
            command.arg("--tls-private-key-file").arg(&certificates.serving_key);
            command.arg("--service-account-issuer=https://kubernetes.default.svc");
            command.arg("--service-account-key-file").arg(&certificates.accounts_public);
            command.arg("--service-account-signing-key-file").arg(&certificates.accounts_key);
            command.arg("--token-auth-file").arg(tokens);
            command.args(["--authorization-mode=RBAC", "--allow-privileged", "--profiling=false"]);
            command.args(["--service-cluster-ip-range=10.96.0.0/16", "--endpoint-reconciler-type=none"]);
            command.arg("--kubelet-preferred-address-types=InternalIP");
        })
    }

    pub(crate) fn controllers(&self) -> Outcome<Server> {
        self.start("kube-controller-manager", |command| {
            command.arg("--kubeconfig").arg(self.kubeconfig);
            command.arg("--service-account-private-key-file").arg(&self.certificates.accounts_key);
            command.arg("--root-ca-file").arg(&self.certificates.authority);
            command.args([
                "--bind-address=127.0.0.1",
                "--leader-elect=false",
                "--authentication-skip-lookup",
            ]);
            command.arg(format!("--secure-port={}", self.ports.controllers));
            command.arg("--use-service-account-credentials");
            // The node reports once (`node.rs`); with the default its pods turn unready after 50 s.
            command.args(["--node-monitor-grace-period=24h", "--node-startup-grace-period=24h"]);
        })
    }

    pub(crate) fn scheduler(&self) -> Outcome<Server> {
        self.start("kube-scheduler", |command| {
            command.arg("--kubeconfig").arg(self.kubeconfig);
            command.args([
                "--bind-address=127.0.0.1",
                "--leader-elect=false",
                "--authentication-skip-lookup",
            ]);
            command.arg(format!("--secure-port={}", self.ports.scheduler));
        })
    }

    pub(crate) fn kwok(&self) -> Outcome<Server> {
        let log = self.write("pod.log", POD_LOG)?;
        let stages = include_str!("../kwok.yaml").replace("${POD_LOG}", &log.to_string_lossy());
        let stages = self.write("kwok.yaml", &stages)?;
        self.start("kwok", |command| {
            command.arg("--kubeconfig").arg(self.kubeconfig).arg("--config").arg(stages);
            command.args(["--manage-all-nodes=true", "--node-ip=127.0.0.1"]);
            command.arg(format!("--server-address=127.0.0.1:{}", self.ports.kwok));
            command.arg("--tls-cert-file").arg(&self.certificates.serving);
            command.arg("--tls-private-key-file").arg(&self.certificates.serving_key);
        })
    }

    pub(crate) fn source_controller(&self) -> Outcome<Server> {
        let storage = self.folder.join("artifacts");
        fs::create_dir_all(&storage).context(storage.display())?;
        let address = format!("127.0.0.1:{}", self.ports.source_storage);
        self.start("source-controller", |command| {
            command.arg(format!("--health-addr=127.0.0.1:{}", self.ports.source_health));
            command.arg(format!("--metrics-addr=127.0.0.1:{}", self.ports.source_metrics));
            command.arg("--storage-path").arg(storage);
            command.args(["--storage-addr", &address, "--storage-adv-addr", &address, "--concurrent=20"]);
        })
    }

    pub(crate) fn kustomize_controller(&self) -> Outcome<Server> {
        self.start("kustomize-controller", |command| {
            command.arg(format!("--health-addr=127.0.0.1:{}", self.ports.kustomize_health));
            command.arg(format!("--metrics-addr=127.0.0.1:{}", self.ports.kustomize_metrics));
            // By default a dependency is looked at again after 30 s, which nothing here is about.
            command.args(["--concurrent=20", "--requeue-dependency=5s"]);
        })
    }

    fn start(&self, name: &str, set: impl FnOnce(&mut Command)) -> Outcome<Server> {
        let mut command = process::command(self.tools.path(name)?);
        command.current_dir(self.folder).env("PATH", self.path).env("HOME", self.folder.join("home"));
        command.env("KUBECONFIG", self.kubeconfig).env("TMPDIR", self.folder.join("tmp"));
        // What Flux's own Deployments set: which namespace is theirs.
        command.env("RUNTIME_NAMESPACE", "flux-system");
        set(&mut command);
        Server::start(name, command, &self.folder.join("logs").join(format!("{name}.log")))
    }

    fn write(&self, name: &str, text: &str) -> Outcome<PathBuf> {
        let path = self.folder.join(name);
        fs::write(&path, text).context(path.display()).map(|()| path)
    }
}
