//! A lab whose Azure has many configurations that nobody made, and the program that asks about them.

use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Settings};
use serde_json::Value;

use crate::support::{Ended, Program};

/// When the lab begins.
pub(super) const START: &str = "2026-01-02T03:04:05Z";

pub(super) struct Scene {
    pub(super) lab: Lab,
}

impl Scene {
    /// The default scenario, with so many configurations of repository `contoso/fleet-gitops`.
    pub(super) async fn of(configurations: u32) -> Self {
        let clock = Clock::Stepped(START.parse().expect("a time"));
        let scenario = BuiltIn::named("default").expect("the default").document();
        let settings = Settings { scenario: Some(scenario), clock, ..Settings::default() };
        let lab = Lab::start(settings).await.expect("a lab");
        let url = format!("{}/contoso/fleet-gitops", lab.git_url());
        lab.with_azure(|azure, now| azure.add_synthetic_configurations(configurations, &url, now));
        lab.step(std::time::Duration::from_secs(120));
        Self { lab }
    }

    /// A program with a credential for Azure and none for GitHub.
    pub(super) fn program(&self) -> Program {
        let lab = &self.lab;
        let program = Program::with_kubeconfig(&lab.kubeconfig());
        let roots = program.file("roots.pem", lab.authority());
        let identity = lab.azure_client();
        program
            .with("GITOPS_NOW", &lab.now().to_string())
            .with("GITOPS_CA_FILE", &roots)
            .with("GITHUB_SERVER_URL", lab.git_url())
            .with("GITOPS_ARM_ENDPOINT", lab.azure_url())
            .with("AZURE_AUTHORITY_HOST", lab.azure_url())
            .with("AZURE_TENANT_ID", &identity.tenant)
            .with("AZURE_CLIENT_ID", &identity.client)
            .with("AZURE_CLIENT_SECRET", identity.secret.expose())
    }

    /// The same with a token for GitHub.
    pub(super) fn with_github(&self) -> Program {
        self.program().with("GH_TOKEN", self.lab.git_token("push").expect("a token"))
    }

    /// What came of it.
    pub(super) async fn asked(&self, program: Program, words: &'static [&'static str]) -> Ended {
        let run = move || program.status(&[&["--fleet"], words].concat());
        tokio::task::spawn_blocking(run).await.expect("it ends")
    }

    pub(super) async fn document(&self, program: Program, words: &'static [&'static str]) -> Value {
        let ended = self.asked(program, words).await;
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        serde_json::from_str(&ended.stdout).expect("a document")
    }

    /// How many queries Resource Graph was asked.
    pub(super) fn queries(&self) -> usize {
        let journal = self.lab.journal();
        let requests = journal["requests"].as_array().cloned().unwrap_or_default();
        let is_query = |request: &&Value| {
            let target = request["target"].as_str().or(request["path"].as_str()).unwrap_or_default();
            target.contains("Microsoft.ResourceGraph")
        };
        requests.iter().filter(is_query).count()
    }
}
