//! A lab with an environment, and the command in this process. The lab's time and the command's pass together.

use std::time::Duration;

use gitops_core::model::Exit;
use gitops_core::model::cluster::Kind;
use gitops_core::model::cluster::{Answer, Scope};
use kubectl_gitops_lab::{BuiltIn, Clock, Fault, Lab, Settings};
use serde_json::Value;

use crate::support::{InProcess, connection};

pub(super) const SOURCE: &str = "hello-dev";
pub(super) const KUSTOMIZATION: &str = "hello-dev-hello-dev";

pub(super) struct Scene {
    pub(super) lab: Lab,
}

impl Scene {
    pub(super) async fn of(scenario: &str) -> Self {
        let clock = Clock::Stepped("2026-01-02T03:04:05Z".parse().expect("a time"));
        let scenario = BuiltIn::named(scenario).expect("a scenario").document();
        let settings = Settings { scenario: Some(scenario), clock, ..Settings::default() };
        Self { lab: Lab::start(settings).await.expect("a lab") }
    }

    pub(super) fn session(&self) -> InProcess {
        InProcess::new(&self.lab.kubeconfig(), self.lab.now())
    }

    /// A session on a terminal, where this is typed.
    pub(super) fn terminal(&self, input: &str) -> InProcess {
        InProcess::on_terminal(&self.lab.kubeconfig(), self.lab.now(), input)
    }

    /// Runs the command to its end, while time passes for both.
    pub(super) async fn run(&self, session: &InProcess, words: &[&str]) -> Exit {
        let command = session.run(words, kubectl_gitops_reconcile::run);
        let passing = async {
            loop {
                tokio::time::sleep(Duration::from_millis(30)).await;
                self.lab.step(Duration::from_secs(1));
                session.clock.advance(Duration::from_secs(1));
            }
        };
        tokio::select! {
            exit = command => exit,
            () = passing => unreachable!("time passes for ever"),
        }
    }

    pub(super) fn inject(&self, fault: &Value) {
        self.lab.inject(serde_json::from_value::<Fault>(fault.clone()).expect("a fault"));
    }

    /// The paths of the patches that arrived.
    pub(super) fn patches(&self) -> Vec<String> {
        self.targets(|request| request["method"] == "PATCH")
    }

    /// Whether a watch has arrived: then the plan is made, and something is waited for.
    pub(super) fn is_watched(&self) -> bool {
        self.targets(|_| true).iter().any(|target| target.contains("watch=true"))
    }

    fn targets(&self, is_wanted: impl Fn(&Value) -> bool) -> Vec<String> {
        let journal = self.lab.journal();
        let requests = journal["requests"].as_array().or(journal.as_array()).expect("requests").clone();
        let path = |request: &Value| request["target"].as_str().unwrap_or_default().to_owned();
        requests.iter().filter(|request| is_wanted(request)).map(path).collect()
    }

    /// An object of Flux.
    pub(super) async fn object(&self, kind: Kind, name: &str) -> Value {
        let scope = Scope::object(kind, "flux-system", name);
        match connection(&self.lab).await.ask(&scope).await {
            Answer::Objects(mut objects) => objects.remove(0),
            answer => panic!("{name}: {answer:?}"),
        }
    }
}

/// Text without what differs from run to run: revisions and times.
pub(super) fn stable(text: &str) -> String {
    let revision = regex::Regex::new(r"\b[0-9a-f]{7}\b").expect("valid");
    let time = regex::Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z").expect("valid");
    time.replace_all(&revision.replace_all(text, "REVISION"), "TIME").into_owned()
}
