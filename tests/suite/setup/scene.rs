//! A lab with an empty organisation and a cluster of Azure Arc, and the command in this process. The lab's time and the
//! command's pass together, as soon as the command waits.

use std::time::Duration;

use gitops_core::github::{Github, GithubOptions};
use gitops_core::model::Exit;
use gitops_core::model::github::RepositoryName;
use gitops_core::wire::retry::Patience;
use gitops_core::wire::{Proxies, Roots, Secret, Settings as TransportSettings};
use kubectl_gitops_lab::{BuiltIn, Clock, Fault, Lab, Settings};
use serde_json::{Value, json};

use crate::support::{Faulty, InProcess, signed_in};

/// One step of the lab's clock.
const STEP: Duration = Duration::from_secs(1);
/// Digests of a release that nobody downloads.
pub(super) const DIGESTS: &str = "amd64=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,arm64=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

pub(super) struct Scene {
    pub(super) lab: Lab,
}

pub(super) struct SetupEnded {
    pub(super) exit: Exit,
    pub(super) out: String,
    pub(super) err: String,
}

impl SetupEnded {
    /// Both streams, for assertions that explain themselves.
    pub(super) fn all(&self) -> String {
        format!("{:?}\n{}{}", self.exit, self.out, self.err)
    }
}

impl Scene {
    /// An empty organisation.
    pub(super) async fn empty() -> Self {
        Self::of("organization", 1).await
    }

    /// A scenario, on so many clusters.
    pub(super) async fn of(scenario: &str, clusters: usize) -> Self {
        let clock = Clock::Stepped("2026-01-02T03:04:05Z".parse().expect("a time"));
        let scenario = BuiltIn::named(scenario).expect("a scenario").document();
        let clusters = (1..=clusters).map(|number| format!("lab-{number}")).collect();
        let settings = Settings { scenario: Some(scenario), clock, clusters, ..Settings::default() };
        Self { lab: Lab::start(settings).await.expect("a lab") }
    }

    /// The service principal of the workflows, which the command is signed in as too.
    pub(super) fn principal(&self) -> String {
        let identity = self.lab.azure_client();
        json!({
            "clientId": identity.client,
            "clientSecret": identity.secret.expose(),
            "tenantId": identity.tenant,
            "subscriptionId": "11111111-1111-4111-8111-111111111111",
        })
        .to_string()
    }

    /// A session that is signed in everywhere.
    pub(super) fn session(&self, further: &[(&str, &str)]) -> InProcess {
        let principal = self.principal();
        let own = [("AZURE_CREDENTIALS_SP", principal.as_str())];
        let is_replaced = |name: &str| further.iter().any(|(other, _)| *other == name);
        let own = own.into_iter().filter(|(name, _)| !is_replaced(name));
        let variables: Vec<(&str, &str)> = own.chain(further.iter().copied()).collect();
        signed_in(&self.lab, &self.lab.kubeconfig(), &variables).hasty()
    }

    /// Sets the project `hello` up, with further words.
    pub(super) async fn set_up(&self, words: &[&str]) -> SetupEnded {
        self.set_up_with(&[], &[&["--yes"], words].concat()).await
    }

    /// The same with further variables, and without `--yes`.
    pub(super) async fn set_up_with(&self, variables: &[(&str, &str)], words: &[&str]) -> SetupEnded {
        let usual = ["--org", "contoso", "--project", "hello", "--suite-sha256", DIGESTS];
        self.run(variables, &[&usual[..], words].concat()).await
    }

    /// Runs the command to its end.
    pub(super) async fn run(&self, variables: &[(&str, &str)], words: &[&str]) -> SetupEnded {
        let session = self.session(variables);
        let exit = self.pass_while(&session, session.run(words, kubectl_gitops_setup::run)).await;
        SetupEnded { exit, out: session.out(), err: session.err() }
    }

    /// Lets time pass for both, whenever the command waits.
    pub(super) async fn pass_while<T>(&self, session: &InProcess, work: impl Future<Output = T>) -> T {
        let passing = async {
            loop {
                while session.clock.waiting() == 0 {
                    tokio::task::yield_now().await;
                }
                self.lab.step(STEP);
                session.clock.advance(STEP);
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
            }
        };
        tokio::select! {
            done = work => done,
            () = passing => unreachable!("time passes for ever"),
        }
    }

    /// GitHub as the owner of everything sees it.
    pub(super) fn github(&self) -> Github {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), self.lab.authority()).expect("a file");
        let transport = TransportSettings {
            roots: Roots::read(Some(file.path())).expect("roots"),
            proxies: Proxies::default(),
            agent: "tests".to_owned(),
            timeout: Duration::from_secs(30),
            patience: Patience::default(),
        };
        let mut options = GithubOptions::public(transport);
        options.api = self.lab.api_url();
        options.server = self.lab.git_url().to_owned();
        options.token = self.lab.git_token("admin").map(Secret::new);
        Github::open(options).expect("a client")
    }

    /// The requests since the journal was cleared that change something.
    pub(super) fn writes(&self) -> Vec<String> {
        let journal = self.lab.journal();
        let entries = journal["requests"].as_array().expect("requests").iter();
        let text = |entry: &Value, field: &str| entry[field].as_str().unwrap_or_default().to_owned();
        let is_read = |entry: &Value| {
            let target = text(entry, "target");
            entry["method"] == "GET"
                || ["/resources?", "/selfsubjectaccessreviews", "/oauth2/"]
                    .iter()
                    .any(|word| target.contains(word))
        };
        let of = |entry: &Value| format!("{} {}", text(entry, "method"), text(entry, "target"));
        entries.filter(|entry| !is_read(entry)).map(of).collect()
    }
}

impl Faulty for Scene {
    fn inject(&self, fault: Fault) {
        self.lab.inject(fault);
    }

    fn clear_faults(&self) {
        self.lab.clear_faults();
    }

    fn journal(&self) -> Value {
        self.lab.journal()
    }
}

pub(super) fn name(text: &str) -> RepositoryName {
    text.parse().expect("a name")
}
