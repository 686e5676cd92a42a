//! A pipeline in a lab, and the command in this process. The lab's time and the command's pass together.

use std::time::Duration;

use gitops_core::model::Exit;
use kubectl_gitops_lab::{BuiltIn, Clock, Fault, Lab, Scenario, Settings};
use serde_json::Value;

use crate::lab::client::Client;
use crate::support::{InProcess, Program};

pub(super) const CONFIGURATIONS: &str = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/\
    rg-contoso-edge/providers/Microsoft.Kubernetes/connectedClusters/edge-1/providers/\
    Microsoft.KubernetesConfiguration/fluxConfigurations";
pub(super) const SUBSCRIPTION: &str = "11111111-1111-4111-8111-111111111111";
/// The words that name project and cluster, as the kata has them.
pub(super) const PROJECT: [&str; 8] =
    ["--org", "contoso", "--project", "hello", "--cluster", "edge-1", "--resource-group", "rg-contoso-edge"];

pub(super) struct Scene {
    pub(super) lab: Lab,
}

/// How a run ended.
pub(super) struct Ended {
    pub(super) exit: Exit,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ended {
    #[track_caller]
    pub(super) fn assert_exit(&self, code: u8) -> &Self {
        assert_eq!(self.exit.code(), code, "{}\n{}", self.out, self.err);
        self
    }

    /// The line of a step.
    #[track_caller]
    pub(super) fn line(&self, step: &str) -> &str {
        let mut lines = self.out.lines();
        let found = lines.find(|line| line.split("   ").any(|cell| cell.trim() == step));
        found.unwrap_or_else(|| panic!("{step}: {}\n{}", self.out, self.err))
    }
}

impl Scene {
    pub(super) async fn set() -> Self {
        Self::of(BuiltIn::named("default").expect("a scenario").document(), &["lab"]).await
    }

    /// The default pipeline with more, on these clusters.
    pub(super) async fn with(more: &str, clusters: &[&str]) -> Self {
        let scenario = format!(
            "apiVersion: lab.gitops.dev/v1\nkind: Scenario\nmetadata: {{name: cleanup}}\nspec:\n  base: default\n{more}"
        );
        Self::of(Scenario::parse(&scenario).expect("a scenario"), clusters).await
    }

    pub(super) async fn of(scenario: Scenario, clusters: &[&str]) -> Self {
        let settings = Settings {
            clusters: clusters.iter().map(|name| (*name).to_owned()).collect(),
            scenario: Some(scenario),
            clock: Clock::Stepped("2026-01-02T03:04:05Z".parse().expect("a time")),
            ..Settings::default()
        };
        let lab = Lab::start(settings).await.expect("a lab");
        Self { lab }
    }

    /// A session that is signed in everywhere, on no terminal.
    pub(super) fn session(&self) -> InProcess {
        self.session_with(gitops_core::cli::Streams::captured(""), &[])
    }

    /// One on a terminal, where this is typed.
    pub(super) fn terminal(&self, input: &str) -> InProcess {
        let (streams, captured) = gitops_core::cli::Streams::captured(input);
        self.session_with((streams.on_terminal(160, 40), captured), &[])
    }

    pub(super) fn session_with(
        &self,
        streams: (gitops_core::cli::Streams, gitops_core::cli::Captured),
        further: &[(&str, &str)],
    ) -> InProcess {
        let lab = &self.lab;
        let owner = lab.azure_client();
        let roots = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(roots.path(), lab.authority()).expect("a file");
        let (_, roots) = roots.keep().expect("a file that stays");
        let roots = roots.to_string_lossy().into_owned();
        let own = [
            ("GITOPS_CA_FILE", roots.as_str()),
            ("GITHUB_SERVER_URL", lab.git_url()),
            ("GH_TOKEN", lab.git_token("admin").expect("a token")),
            ("GITOPS_ARM_ENDPOINT", lab.azure_url()),
            ("AZURE_AUTHORITY_HOST", lab.azure_url()),
            ("AZURE_TENANT_ID", &owner.tenant),
            ("AZURE_CLIENT_ID", &owner.client),
            ("AZURE_CLIENT_SECRET", owner.secret.expose()),
        ];
        let is_replaced = |name: &str| further.iter().any(|(other, _)| *other == name);
        let own = own.iter().filter(|(name, _)| !is_replaced(name)).copied();
        let variables: Vec<(&str, &str)> = own.chain(further.iter().copied()).collect();
        InProcess::with_streams(&lab.kubeconfig(), lab.now(), streams, &variables)
    }

    /// The program itself, signed in everywhere, by the lab's time.
    pub(super) async fn program(&self, words: &[&str]) -> crate::support::Ended {
        let azure = self.lab.azure_client();
        let program = Program::with_kubeconfig(&self.lab.kubeconfig());
        let roots = program.file("roots.pem", self.lab.authority());
        let program = program
            .with("GITOPS_NOW", &self.lab.now().to_string())
            .with("GITOPS_CA_FILE", &roots)
            .with("GITHUB_SERVER_URL", self.lab.git_url())
            .with("GH_TOKEN", self.lab.git_token("admin").expect("a token"))
            .with("AZURE_TENANT_ID", &azure.tenant)
            .with("AZURE_CLIENT_ID", &azure.client)
            .with("AZURE_CLIENT_SECRET", azure.secret.expose())
            .with("AZURE_AUTHORITY_HOST", self.lab.azure_url())
            .with("GITOPS_ARM_ENDPOINT", self.lab.azure_url());
        let words: Vec<String> = PROJECT.iter().chain(words).map(|word| (*word).to_owned()).collect();
        let run = move || {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            program.run("kubectl-gitops_cleanup", &words)
        };
        tokio::task::spawn_blocking(run).await.expect("it ends")
    }

    /// Cleans the project up, with these words more and without a question.
    pub(super) async fn cleanup(&self, words: &[&str]) -> Ended {
        self.run(&self.session(), &[&["--yes"], words].concat()).await
    }

    /// Runs the command to its end. Whenever it waits, time passes for both.
    pub(super) async fn run(&self, session: &InProcess, words: &[&str]) -> Ended {
        let words = [&PROJECT[..], words].concat();
        self.run_plain(session, &words).await
    }

    pub(super) async fn run_plain(&self, session: &InProcess, words: &[&str]) -> Ended {
        let command = session.run(words, kubectl_gitops_cleanup::run);
        let exit = tokio::select! {
            exit = command => exit,
            () = self.pass(session) => unreachable!("time passes for ever"),
        };
        Ended { exit, out: session.out(), err: session.err() }
    }

    /// Lets time pass whenever the command waits for it.
    pub(super) async fn pass(&self, session: &InProcess) {
        loop {
            if session.clock.waiting() > 0 {
                self.lab.step(Duration::from_secs(1));
                session.clock.advance(Duration::from_secs(1));
            }
            tokio::task::yield_now().await;
        }
    }

    pub(super) fn inject(&self, fault: &Value) {
        self.lab.inject(serde_json::from_value::<Fault>(fault.clone()).expect("a fault"));
    }

    /// Method and path of the requests that were carried out and changed something.
    pub(super) fn writes(&self) -> Vec<String> {
        let journal = self.lab.journal();
        let text = |entry: &Value, field: &str| entry[field].as_str().unwrap_or_default().to_owned();
        let is_write = |entry: &&Value| {
            let target = text(entry, "target");
            !matches!(text(entry, "method").as_str(), "GET" | "HEAD")
                && !target.contains("/oauth2/")
                && !target.contains("Microsoft.ResourceGraph")
        };
        let entries = journal["requests"].as_array().expect("requests").iter().filter(is_write);
        entries.map(|entry| format!("{} {}", text(entry, "method"), text(entry, "target"))).collect()
    }

    /// Asks Azure.
    pub(super) async fn azure(&self, method: &str, target: &str, body: &[u8]) -> (u16, Value) {
        let client = self.lab.azure_client().client;
        let token = self.lab.with_azure(|azure, now| azure.token(&client, now));
        let client = Client::new(self.lab.authority(), self.lab.azure_url(), &token);
        let headers = [("Content-Type", "application/json")];
        let answer = client.send_with(method, target, &headers, body).await.whole().await;
        (answer.status, serde_json::from_str(&answer.text).unwrap_or_default())
    }

    /// Asks the API server of the first cluster.
    pub(super) async fn kubernetes(&self, method: &str, target: &str, body: &Value) -> u16 {
        let client = Client::new(self.lab.authority(), self.lab.url(), self.lab.token());
        let media = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        let headers = [("Content-Type", media)];
        client.send_with(method, target, &headers, body.to_string().as_bytes()).await.whole().await.status
    }

    /// Asks GitHub, as its owner.
    pub(super) async fn github(&self, method: &str, path: &str, body: &str) -> u16 {
        let token = self.lab.git_token("admin").expect("a token");
        let client = Client::new(self.lab.authority(), self.lab.git_url(), token);
        let headers = [("User-Agent", "test"), ("Content-Type", "application/json")];
        let path = format!("/api/v3{path}");
        client.send_with(method, &path, &headers, body.as_bytes()).await.whole().await.status
    }

    /// The names of the configurations that Azure lists for the cluster.
    pub(super) async fn configurations(&self) -> Vec<String> {
        let (_, list) = self.azure("GET", &format!("{CONFIGURATIONS}?api-version=2025-04-01"), b"").await;
        let all = list["value"].as_array().expect("a list").iter();
        all.map(|one| one["name"].as_str().expect("a name").to_owned()).collect()
    }

    /// The names of the namespaces that the kata would list.
    pub(super) fn namespaces(&self) -> Vec<String> {
        let list = self.lab.get("/api/v1/namespaces").expect("a list");
        let all = list["items"].as_array().expect("items").iter();
        let name = |one: &Value| one["metadata"]["name"].as_str().expect("a name").to_owned();
        all.map(name).filter(|name| name.contains("dev") || name.contains("qa")).collect()
    }

    /// The repositories of the project that are there.
    pub(super) fn repositories(&self) -> Vec<String> {
        let mut names: Vec<String> = self.lab.git().names();
        names.retain(|name| name.contains("hello"));
        names.sort();
        names
    }

    /// What the kata's verification finds: configurations, namespaces, repositories.
    pub(super) async fn left(&self) -> (Vec<String>, Vec<String>, Vec<String>) {
        (self.configurations().await, self.namespaces(), self.repositories())
    }
}
