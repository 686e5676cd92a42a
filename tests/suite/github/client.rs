//! A client of GitHub that gives up quickly, against a server whose every answer a test decides.

use std::time::Duration;

use gitops_core::github::{Github, GithubOptions};
use gitops_core::model::github::RepositoryName;
use gitops_core::wire::retry::Patience;
use gitops_core::wire::{Proxies, Roots, Secret, Settings};
use serde_json::Value;

use crate::support::{Call, Reply, Server};

/// The token that must not show anywhere.
pub(super) const TOKEN: &str = "ghp_hunter2hunter2hunter2";

pub(super) fn name() -> RepositoryName {
    "contoso/hello-gitops".parse().expect("a name")
}

/// Options of a client that trusts a server whose API lies at a path.
pub(super) fn options(server: &Server, path: &str) -> GithubOptions {
    options_of(server.authority(), &server.url(), path)
}

/// Options of a client that trusts an authority.
pub(super) fn options_of(authority: &str, url: &str, path: &str) -> GithubOptions {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("roots.pem");
    std::fs::write(&file, authority).expect("a file");
    let transport = Settings {
        roots: Roots::read(Some(&file)).expect("roots"),
        proxies: Proxies::default(),
        agent: "test".to_owned(),
        timeout: Duration::from_millis(700),
        patience: Patience {
            attempts: 3,
            first: Duration::from_millis(1),
            longest: Duration::from_millis(4),
            limit: Duration::from_secs(3),
            waits_for_limits: true,
        },
    };
    let (api, server) = (format!("{url}{path}"), url.to_owned());
    GithubOptions { api, server, token: Some(Secret::new(TOKEN)), transport }
}

/// GitHub of a lab, as the holder of a token sees it.
pub(crate) fn lab_client(lab: &kubectl_gitops_lab::Lab, token: &str) -> Github {
    let mut options = options_of(lab.authority(), lab.git_url(), "/api/v3");
    options.token = Some(Secret::new(token));
    // A lab works for its answers, on a machine that may be busy.
    options.transport.timeout = Duration::from_secs(20);
    Github::open(options).expect("a client")
}

/// Runs `work` with a client of a server.
pub(super) fn with_client<T>(server: &Server, work: impl AsyncFnOnce(Github) -> T) -> T {
    with_client_of(options(server, ""), work)
}

pub(super) fn with_client_of<T>(options: GithubOptions, work: impl AsyncFnOnce(Github) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async { work(Github::open(options).expect("a client")).await })
}

/// Requests of a method whose path ends so.
pub(super) fn count(server: &Server, method: &str, end: &str) -> usize {
    server.calls().iter().filter(|call| call.method == method && call.path.ends_with(end)).count()
}

/// A refusal in GitHub's words.
pub(super) fn refusal(status: u16, headers: &[(&'static str, &str)], message: &str) -> Reply {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Reply::Whole(status, headers, serde_json::json!({"message": message}).to_string())
}

pub(super) fn ok(value: Value) -> Reply {
    Reply::Json(200, value)
}

/// A server that answers the first matching requests with a failure, and everything else as it should.
pub(super) fn failing_first(
    times: usize,
    is_matching: impl Fn(&Call) -> bool + Send + Sync + 'static,
    failure: impl Fn() -> Reply + Send + Sync + 'static,
    otherwise: impl Fn(&Call) -> Reply + Send + Sync + 'static,
) -> Server {
    let left = std::sync::atomic::AtomicUsize::new(times);
    Server::start(move |call| {
        let fails = is_matching(call)
            && left
                .fetch_update(
                    std::sync::atomic::Ordering::SeqCst,
                    std::sync::atomic::Ordering::SeqCst,
                    |left| left.checked_sub(1),
                )
                .is_ok();
        if fails { failure() } else { otherwise(call) }
    })
}
