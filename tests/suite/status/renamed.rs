//! The default scenario with repositories of other names, and `status` beside it with the worlds that a test gives it.

use std::time::Duration;

use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Scenario, Settings};

use crate::support::{Ended, Program};

/// No name tells another one: variables lead from each repository to the others.
pub(super) const RENAMED: [(&str, &str); 2] =
    [("contoso/hello-gitops", "contoso/manifests"), ("contoso/hello-configs", "contoso/settings")];
/// By convention the source repository would be another one, which is not there.
pub(super) const MISLEADING: [(&str, &str); 1] = [("contoso/hello-gitops", "contoso/shop-gitops")];

/// The default scenario in which each of these texts stands for another.
fn scenario(replacements: &[(&str, &str)]) -> Scenario {
    let text = BuiltIn::named("default").expect("the default").text.to_owned();
    let replace = |text: String, (from, to): &(&str, &str)| text.replace(from, to);
    Scenario::parse(&replacements.iter().fold(text, replace)).expect("a scenario")
}

/// A lab in which each of these texts of the default scenario stands for another; its clock stands unless answers take
/// their time.
pub(super) async fn lab(replacements: &[(&str, &str)], latency: Duration) -> Lab {
    let stepped = Clock::Stepped("2026-01-02T03:04:05Z".parse().expect("a time"));
    let clock = if latency.is_zero() { stepped } else { Settings::default().clock };
    let scenario = Some(scenario(replacements));
    Lab::start(Settings { scenario, latency, clock, ..Settings::default() }).await.expect("a lab")
}

/// A world that `status` can ask.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Cluster,
    Github,
    Azure,
}

/// What is said where these worlds can be asked.
pub(super) async fn status(lab: &Lab, asked: &[Asked], words: &[&str]) -> Ended {
    let mut program = match asked.contains(&Asked::Cluster) {
        true => Program::with_kubeconfig(&lab.kubeconfig()),
        false => Program::new(),
    };
    let roots = program.file("roots.pem", lab.authority());
    program = program
        .with("GITOPS_NOW", &lab.now().to_string())
        .with("GITOPS_CA_FILE", &roots)
        .with("GITHUB_SERVER_URL", lab.git_url())
        .with("GITOPS_ARM_ENDPOINT", lab.azure_url())
        .with("AZURE_AUTHORITY_HOST", lab.azure_url());
    if asked.contains(&Asked::Github) {
        program = program.with("GH_TOKEN", lab.git_token("push").expect("a token"));
    }
    if asked.contains(&Asked::Azure) {
        let owner = lab.azure_client();
        program = program
            .with("AZURE_TENANT_ID", &owner.tenant)
            .with("AZURE_CLIENT_ID", &owner.client)
            .with("AZURE_CLIENT_SECRET", owner.secret.expose());
    }
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let run = move || program.status(&words.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(run).await.expect("it ends")
}
