//! One run of a plugin that all requests share which wait for credentials, and the credentials it gave.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared};
use jiff::Timestamp;

use super::error::CredentialsError;
use super::plugin::Plugin;
use super::source::Credential;

type PluginOutcome = Result<Arc<Credential>, CredentialsError>;
type PluginRun = Shared<BoxFuture<'static, PluginOutcome>>;

/// A plugin with what it gave last.
pub(super) struct SharedRun {
    plugin: Arc<Plugin>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Arc<Credential>>,
    /// Kept while it goes on: a request that stops waiting does not stop it for the others.
    run: Option<PluginRun>,
}

impl SharedRun {
    pub(super) fn new(plugin: Plugin) -> Self {
        Self { plugin: Arc::new(plugin), state: Mutex::default() }
    }

    /// The credentials, from a run of the plugin where there are none or they have expired.
    pub(super) async fn current(&self) -> PluginOutcome {
        let run = {
            let mut state = self.state();
            match &state.current {
                Some(credential) if !credential.has_expired(Timestamp::now()) => {
                    return Ok(credential.clone());
                }
                _ => state.run.get_or_insert_with(|| start(self.plugin.clone())).clone(),
            }
        };
        let outcome = run.clone().await;
        let mut state = self.state();
        if state.run.as_ref().is_some_and(|current| current.ptr_eq(&run)) {
            state.run = None;
            state.current = outcome.as_ref().ok().cloned();
        }
        outcome
    }

    /// Credentials other than `refused`: those that another request obtained meanwhile, else from a new run.
    pub(super) async fn renewed(&self, refused: &Arc<Credential>) -> PluginOutcome {
        {
            let mut state = self.state();
            if state.current.as_ref().is_some_and(|current| Arc::ptr_eq(current, refused)) {
                state.current = None;
            }
        }
        self.current().await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The run is a task of its own; when the last who waits for it goes, it is aborted and the plugin killed.
fn start(plugin: Arc<Plugin>) -> PluginRun {
    let run = async move {
        let mut task = tokio::task::JoinSet::new();
        task.spawn(async move { plugin.run().await });
        match task.join_next().await {
            Some(Ok(outcome)) => outcome.map(Arc::new),
            _ => Err(CredentialsError::PluginUnstartable {
                command: "of the kubeconfig".to_owned(),
                why: "it was given up".to_owned(),
            }),
        }
    };
    run.boxed().shared()
}

#[cfg(all(test, unix))]
mod tests {
    use kube::config::{ExecConfig, ExecInteractiveMode};

    use super::*;
    use crate::kubernetes::credentials::plugin_request::ClusterInfo;
    use crate::kubernetes::credentials::source::Host;

    fn shared(script: String) -> SharedRun {
        let exec = ExecConfig {
            api_version: Some("client.authentication.k8s.io/v1".into()),
            command: Some("/bin/sh".into()),
            args: Some(vec!["-c".into(), script]),
            interactive_mode: Some(ExecInteractiveMode::Never),
            ..ExecConfig::default()
        };
        SharedRun::new(Plugin::new(&exec, &ClusterInfo::default(), Host::default()).expect("a plugin"))
    }

    /// A script that counts its runs in a file and prints a token with the count.
    fn counting(folder: &std::path::Path, more: &str) -> String {
        let count = folder.join("runs").display().to_string();
        format!(
            "echo run >> {count}; n=$(wc -l < {count} | tr -d ' '); printf '{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\
             \"kind\":\"ExecCredential\",\"status\":{{\"token\":\"t%s\"{more}}}}}' $n"
        )
    }

    fn token(outcome: &PluginOutcome) -> String {
        let credential = outcome.as_ref().expect("credentials");
        let value = credential.authorization.as_ref().expect("a token");
        value.to_str().expect("text").to_owned()
    }

    fn folder(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("gitops-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    #[tokio::test]
    async fn requests_that_wait_at_once_share_a_run_and_a_refusal_makes_one_more() {
        let shared = shared(counting(&folder("shared"), ""));
        let (first, second, third) = tokio::join!(shared.current(), shared.current(), shared.current());
        for outcome in [&first, &second, &third, &shared.current().await] {
            assert_eq!(token(outcome), "Bearer t1");
        }
        let refused = first.expect("credentials");
        let (one, other) = tokio::join!(shared.renewed(&refused), shared.renewed(&refused));
        assert_eq!((token(&one), token(&other)), ("Bearer t2".to_owned(), "Bearer t2".to_owned()));
        // A refusal that arrives late is not about the credentials that were obtained meanwhile.
        assert_eq!(token(&shared.renewed(&refused).await), "Bearer t2");
    }

    #[tokio::test]
    async fn expired_credentials_are_obtained_again() {
        let shared =
            shared(counting(&folder("expired"), ",\"expirationTimestamp\":\"2020-01-01T00:00:00Z\""));
        assert_eq!(token(&shared.current().await), "Bearer t1");
        assert_eq!(token(&shared.current().await), "Bearer t2");
    }

    #[tokio::test]
    async fn a_request_that_stops_waiting_does_not_stop_the_run() {
        let folder = folder("patient");
        let go = folder.join("go");
        let wait = format!("until [ -e {} ]; do :; done; ", go.display());
        let shared = shared(wait + &counting(&folder, ""));
        assert!(futures::poll!(std::pin::pin!(shared.current())).is_pending());
        let waiting = shared.current();
        std::fs::write(&go, "").expect("a file");
        assert_eq!(token(&waiting.await), "Bearer t1");
    }
}
