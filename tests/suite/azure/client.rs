//! A client of Azure that gives up quickly, against a server whose every answer a test decides.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gitops_core::azure::{Azure, AzureAccess, GivenCredentials, GivenEndpoints};
use gitops_core::model::azure::{ArcCluster, ClusterKind};
use gitops_core::wire::retry::Patience;
use gitops_core::wire::{Clock, Proxies, Secret};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Call, Reply, Server};

/// The client secret, which must not show anywhere.
pub(super) const SECRET: &str = "hunter2~hunter2/hunter2";
/// What every token begins with; none must show anywhere.
pub(super) const TOKEN: &str = "eyJhbGciOiJub25lIn0.hunter2";

pub(crate) const SUBSCRIPTION: &str = "11111111-1111-4111-8111-111111111111";
const TENANT: &str = "22222222-2222-4222-8222-222222222222";

pub(super) fn cluster() -> ArcCluster {
    ArcCluster::new(SUBSCRIPTION, "rg-edge", ClusterKind::Connected, "edge-1").expect("a cluster")
}

/// The path of a Flux configuration of that cluster.
pub(super) fn configuration_path(name: &str) -> String {
    format!("{}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations/{name}", cluster().id())
}

/// A Flux configuration as Azure answers it.
pub(super) fn configuration(name: &str, state: &str) -> Value {
    json!({
        "id": configuration_path(name), "name": name,
        "properties": {
            "provisioningState": state, "complianceState": "Pending", "namespace": "dev-hello", "suspend": false,
            "lastConfigApplied": "0001-01-01T00:00:00+00:00", "statusUpdatedAt": "the day before yesterday",
            "gitRepository": { "url": "https://github.com/contoso/hello", "repositoryRef": { "branch": "dev" } },
        },
    })
}

/// What makes a client, with the folder of its files, which goes with it.
pub(crate) struct TestAccess {
    access: AzureAccess,
    pub(super) folder: TempDir,
}

impl Deref for TestAccess {
    type Target = AzureAccess;

    fn deref(&self) -> &AzureAccess {
        &self.access
    }
}

impl DerefMut for TestAccess {
    fn deref_mut(&mut self) -> &mut AzureAccess {
        &mut self.access
    }
}

impl std::fmt::Debug for TestAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.access.fmt(f)
    }
}

/// What makes a client of a server that is Entra ID and Resource Manager at once.
pub(super) fn access(server: &Server) -> TestAccess {
    access_of(server.authority(), &server.url(), &server.url())
}

/// What makes a client that trusts an authority.
pub(crate) fn access_of(authority: &str, sign_in: &str, resource_manager: &str) -> TestAccess {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("roots.pem");
    std::fs::write(&file, authority).expect("a file");
    let access = AzureAccess {
        endpoints: GivenEndpoints::of_variables(Some(sign_in), Some(resource_manager)),
        credentials: GivenCredentials {
            tenant: Some(TENANT.to_owned()),
            client: Some("client".to_owned()),
            client_secret: Some(Secret::new(SECRET)),
            ..GivenCredentials::default()
        },
        authorities: Some(file),
        proxies: Proxies::default(),
        timeout: Duration::from_millis(700),
        sign_in_limit: Duration::from_secs(20),
        patience: Patience {
            attempts: 3,
            first: Duration::from_millis(1),
            longest: Duration::from_millis(4),
            limit: Duration::from_secs(3),
            waits_for_limits: true,
        },
    };
    TestAccess { access, folder }
}

/// A server that gives tokens, each another, which last so long, and answers everything else as a test says.
pub(super) fn service(lasts: i64, handler: impl Fn(&Call) -> Reply + Send + Sync + 'static) -> Server {
    let count = Arc::new(AtomicUsize::new(0));
    Server::start(move |call| {
        if is_sign_in(call) {
            let number = count.fetch_add(1, Ordering::SeqCst);
            return token(&format!("{TOKEN}{number}"), lasts);
        }
        handler(call)
    })
}

pub(super) fn is_sign_in(call: &Call) -> bool {
    call.path.ends_with("/oauth2/v2.0/token")
}

pub(super) fn token(text: &str, lasts: i64) -> Reply {
    Reply::Json(200, json!({"token_type": "Bearer", "expires_in": lasts, "access_token": text}))
}

/// Runs `work` with a client of a server.
pub(super) fn with_client<T>(server: &Server, work: impl AsyncFnOnce(Azure) -> T) -> T {
    with_client_of(&access(server), work)
}

/// The same on a clock that goes on whenever something waits for it, so that no real time passes.
pub(super) fn with_client_of<T>(access: &AzureAccess, work: impl AsyncFnOnce(Azure) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let clock = Clock::manual("2026-01-01T00:00:00Z".parse().expect("a time"));
    runtime.block_on(async {
        let ticking = clock.clone();
        let ticks = tokio::spawn(async move {
            loop {
                if ticking.waiting() > 0 {
                    ticking.advance(Duration::from_secs(1));
                }
                tokio::task::yield_now().await;
            }
        });
        let result = work(access.open(clock).expect("a client")).await;
        ticks.abort();
        result
    })
}

/// Requests of a method whose path ends so.
pub(super) fn count(server: &Server, method: &str, end: &str) -> usize {
    server.calls().iter().filter(|call| call.method == method && call.path.ends_with(end)).count()
}

/// A refusal in Resource Manager's words.
pub(super) fn refusal(status: u16, headers: &[(&'static str, &str)], code: &str, message: &str) -> Reply {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Reply::Whole(status, headers, json!({"error": {"code": code, "message": message}}).to_string())
}

pub(super) fn ok(value: Value) -> Reply {
    Reply::Json(200, value)
}
