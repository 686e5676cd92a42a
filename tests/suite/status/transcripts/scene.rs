//! A lab with a scenario of a pipeline, on a clock that stands, and `status` beside it with all it needs to sign in.

use std::path::PathBuf;

use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Settings};

use crate::support::{Ended, Program};

/// When the scenario has happened.
const NOW: &str = "2026-01-12T09:00:00Z";

pub(super) struct Scene {
    pub(super) lab: Lab,
}

impl Scene {
    pub(super) async fn set(scenario: &str) -> Self {
        let clock = Clock::Stepped(NOW.parse().expect("a time"));
        let scenario = Some(BuiltIn::named(scenario).expect(scenario).document());
        let settings = Settings { scenario, clock, ..Settings::default() };
        Self { lab: Lab::start(settings).await.expect("a lab") }
    }

    /// What `status` says of the pipeline that deploys to `dev-hello`.
    pub(super) async fn status(&self, words: &[&str]) -> Ended {
        let program = self.program();
        let words: Vec<String> =
            ["-n", "dev-hello"].iter().chain(words).map(|word| (*word).to_owned()).collect();
        let run = move || program.status(&words.iter().map(String::as_str).collect::<Vec<_>>());
        tokio::task::spawn_blocking(run).await.expect("it ends")
    }

    fn program(&self) -> Program {
        let azure = self.lab.azure_client();
        let program = Program::with_kubeconfig(&self.lab.kubeconfig());
        let roots = program.file("roots.pem", self.lab.authority());
        program
            .with("GITOPS_NOW", &self.lab.now().to_string())
            .with("GITOPS_CA_FILE", &roots)
            .with("GITHUB_SERVER_URL", self.lab.git_url())
            .with("GH_TOKEN", self.lab.git_token("push").expect("a token"))
            .with("AZURE_TENANT_ID", &azure.tenant)
            .with("AZURE_CLIENT_ID", &azure.client)
            .with("AZURE_CLIENT_SECRET", azure.secret.expose())
            .with("AZURE_AUTHORITY_HOST", self.lab.azure_url())
            .with("GITOPS_ARM_ENDPOINT", self.lab.azure_url())
    }

    /// A text without what is another in every lab: where its hosts are.
    pub(super) fn normalised(&self, text: &str) -> String {
        let hosts = [(self.lab.git_url(), "https://github.lab"), (self.lab.azure_url(), "https://azure.lab")];
        let named = hosts.iter().fold(text.to_owned(), |text, (url, name)| text.replace(url, name));
        named.replace(self.lab.url(), "https://kubernetes.lab")
    }
}

/// Where the transcript of a scenario is kept.
pub(super) fn file(scenario: &str) -> PathBuf {
    PathBuf::from(format!("{}/golden/pipeline/{scenario}.txt", env!("CARGO_MANIFEST_DIR")))
}
