//! A pipeline on two clusters, of which the gate runs elsewhere, as on a hosted runner, or beside them. The test moves
//! the clock of both whenever the gate waits.

use std::time::Duration;

use gitops_core::model::Exit;
use kubectl_gitops_lab::{Change, Clock, Lab, Scenario, Settings};
use serde_json::Value;

use crate::lab::client::Client;
use crate::support::{InProcess, signed_in};

pub(super) const GITOPS: &str = "contoso/hello-gitops";
pub(super) const SOURCE: &str = "contoso/hello";
const MANIFESTS: &str = "hello/gen_manifests.yaml";
/// How far the clock is moved whenever the gate waits.
const STEP: Duration = Duration::from_secs(5);
const YIELDS: usize = 20;
pub(super) const NO_CLUSTER: &str = "apiVersion: v1\nkind: Config\n";

/// The default pipeline, with images that it does not run yet. Of `0.0.1-66` there is no image.
const SCENARIO: &str = "
apiVersion: lab.gitops.dev/v1
kind: Scenario
metadata: {name: gate}
spec:
  base: default
  ago: 1m
  images: ['ghcr.io/contoso/hello/hello:0.0.1-13', 'ghcr.io/contoso/hello/hello:0.0.1-14']
";

/// Arc clusters `edge-1` and `lab-2`, whose contexts are `lab` and `lab-2`.
pub(super) struct GateScene {
    pub(super) lab: Lab,
}

/// How a gate ended.
pub(super) struct GateEnded {
    pub(super) exit: Exit,
    pub(super) out: String,
    pub(super) err: String,
}

impl GateEnded {
    pub(super) fn document(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    #[track_caller]
    pub(super) fn assert_exit(&self, code: u8) -> &Self {
        assert_eq!(self.exit.code(), code, "{}\n{}", self.out, self.err);
        self
    }
}

impl GateScene {
    pub(super) async fn set() -> Self {
        Self::set_with("").await
    }

    /// The same, with more in the scenario.
    pub(super) async fn set_with(more: &str) -> Self {
        let scenario = format!("{SCENARIO}{more}");
        let settings = Settings {
            clusters: ["lab", "lab-2"].map(str::to_owned).to_vec(),
            scenario: Some(Scenario::parse(&scenario).expect("a scenario")),
            clock: Clock::Stepped("2026-01-02T03:04:05Z".parse().expect("a time")),
            ..Settings::default()
        };
        Self { lab: Lab::start(settings).await.expect("a lab") }
    }

    /// Puts a version on dev, as a merge does.
    pub(super) fn deploy(&self, version: &str) -> String {
        let source = self.lab.git().tip(SOURCE, "main").expect("asked").expect("a branch");
        self.deploy_of(&source, version)
    }

    /// Puts a version that was made of a source commit on dev.
    pub(super) fn deploy_of(&self, source: &str, version: &str) -> String {
        let head = self.lab.git().tip(GITOPS, "dev").expect("asked").expect("a branch");
        let files = self.lab.git().files(GITOPS, &head).expect("files");
        let manifests = String::from_utf8(files[MANIFESTS].clone()).expect("a text");
        let image = manifests.lines().find(|line| line.contains("image:")).expect("an image");
        let (before, _) = image.rsplit_once(':').expect("a tag");
        let manifests = manifests.replace(image, &format!("{before}:{version}"));
        let tracked = [
            (".github/tracking/Version", format!("{version}\n")),
            (".github/tracking/Image_tag", format!("{version}\n")),
            (".github/tracking/Promoted_Commit_Id", format!("{source}\n")),
            (MANIFESTS, manifests),
        ];
        let files: Vec<(&str, &str)> = tracked.iter().map(|(path, text)| (*path, text.as_str())).collect();
        self.commit(GITOPS, "dev", &format!("Deploy to 'dev' '{version}'"), &files)
    }

    pub(super) fn commit(
        &self,
        repository: &str,
        branch: &str,
        message: &str,
        files: &[(&str, &str)],
    ) -> String {
        let change = Change { message, files, removed: &[], at: self.lab.now() };
        self.lab.git().commit(repository, branch, &change).expect("a commit")
    }

    /// What the pipeline's file says.
    pub(super) fn keep_to(&self, environment: &str) {
        let text = format!(
            "apiVersion: gitops.dev/v1\nkind: Pipeline\nspec:\n  environments:\n  - name: dev\n{environment}"
        );
        self.commit(SOURCE, "main", "Keep to it", &[(".gitops/pipeline.yaml", &text)]);
    }

    /// Runs the gate as on a hosted runner.
    pub(super) async fn gate(&self, words: &[&str]) -> GateEnded {
        let words = [&["--wait", "--project", SOURCE, "--environment", "dev"], words].concat();
        self.run(NO_CLUSTER, &words, &[], async |_| ()).await
    }

    /// The same, and does something before each step of the clock.
    pub(super) async fn gate_while(&self, words: &[&str], act: impl AsyncFn(u32)) -> GateEnded {
        let words = [&["--wait", "--project", SOURCE, "--environment", "dev"], words].concat();
        self.run(NO_CLUSTER, &words, &[], act).await
    }

    /// Runs the gate where the first cluster is at hand.
    pub(super) async fn gate_at_hand(&self, words: &[&str]) -> GateEnded {
        let words = [&["--wait", "-n", "dev-hello"], words].concat();
        self.run(&self.lab.kubeconfig(), &words, &[], async |_| ()).await
    }

    pub(super) async fn run(
        &self,
        kubeconfig: &str,
        words: &[&str],
        further: &[(&str, &str)],
        act: impl AsyncFn(u32),
    ) -> GateEnded {
        let session = self.session(kubeconfig, further);
        let running = session.run(words, kubectl_gitops_status::run);
        let passing = async {
            for step in 0.. {
                while session.clock.waiting() == 0 {
                    tokio::task::yield_now().await;
                }
                act(step).await;
                assert!(step < 500, "it never ends: {}{}", session.out(), session.err());
                self.lab.step(STEP);
                session.clock.advance(STEP);
                // Whoever waited hears of it before the clock is moved again.
                for _ in 0..YIELDS {
                    tokio::task::yield_now().await;
                }
            }
        };
        let exit = tokio::select! {
            exit = running => exit,
            () = passing => unreachable!("time passes for ever"),
        };
        GateEnded { exit, out: session.out(), err: session.err() }
    }

    /// A session that is signed in everywhere.
    pub(super) fn session(&self, kubeconfig: &str, further: &[(&str, &str)]) -> InProcess {
        signed_in(&self.lab, kubeconfig, further)
    }
}

impl GateScene {
    /// Changes the configuration of dev on a cluster of Azure's.
    pub(super) async fn change(&self, cluster: &str, properties: Value) {
        let client = self.lab.azure_client().client;
        let token = self.lab.with_azure(|azure, now| azure.token(&client, now));
        let client = Client::new(self.lab.authority(), self.lab.azure_url(), &token);
        let target = format!(
            "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-contoso-edge/providers/\
             Microsoft.Kubernetes/connectedClusters/{cluster}/providers/Microsoft.KubernetesConfiguration/\
             fluxConfigurations/hello-dev?api-version=2025-04-01"
        );
        let body = serde_json::json!({ "properties": properties }).to_string();
        let headers = [("Content-Type", "application/json")];
        let answer = client.send_with("PATCH", &target, &headers, body.as_bytes()).await.whole().await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        self.lab.step(Duration::from_secs(60));
    }

    /// Has the configuration of dev spell its repository otherwise.
    pub(super) async fn respell(&self, cluster: &str, url: &str) {
        self.change(cluster, serde_json::json!({ "gitRepository": { "url": url } })).await;
    }

    /// Stops the controller that applies, on a cluster by its context's name.
    pub(super) async fn stop_controller(&self, context: &str) {
        let kubeconfig: Value = serde_json::from_str(&self.lab.kubeconfig()).expect("a kubeconfig");
        let named = |list: &str| {
            let entries = kubeconfig[list].as_array().expect("a list").iter();
            entries.into_iter().find(|entry| entry["name"] == context).expect("an entry").clone()
        };
        let (server, token) =
            (named("clusters")["cluster"]["server"].clone(), named("users")["user"]["token"].clone());
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let client = Client::new(self.lab.authority(), &text(&server), &text(&token));
        let path = "/apis/apps/v1/namespaces/flux-system/deployments/kustomize-controller";
        let headers = [("Content-Type", "application/merge-patch+json")];
        let answer =
            client.send_with("PATCH", path, &headers, br#"{"spec": {"replicas": 0}}"#).await.whole().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        self.lab.step(Duration::from_secs(30));
    }
}
