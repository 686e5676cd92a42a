//! Who may read nothing of a cluster, and has no login elsewhere, gets what there is to know, and what to do about the rest.

use kubectl_gitops_lab::{BuiltIn, Clock, Lab, Settings};
use serde_json::{Value, json};

use crate::support::{Call, Ended, Program, Reply, Server};

/// Refuses everything, as an API server does: with the name of who asks.
fn refusing(_: &Call) -> Reply {
    let message = r#"kustomizations.kustomize.toolkit.fluxcd.io is forbidden: User "ada" cannot list resource "kustomizations" in API group "kustomize.toolkit.fluxcd.io""#;
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": "Forbidden",
        "message": message, "code": 403,
    });
    Reply::Json(403, status)
}

/// Whose logins a program has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Logins {
    None,
    Both,
}

struct Scene {
    lab: Lab,
    /// The cluster that may not be read.
    server: Server,
}

impl Scene {
    async fn new() -> Self {
        let clock = Clock::Stepped("2026-01-12T09:00:00Z".parse().expect("a time"));
        let scenario = Some(BuiltIn::named("default").expect("the default").document());
        let lab = Lab::start(Settings { scenario, clock, ..Settings::default() }).await.expect("a lab");
        Self { lab, server: Server::start(refusing) }
    }

    fn program(&self, logins: Logins) -> Program {
        let program = Program::with_kubeconfig(&self.server.kubeconfig());
        let roots = program.file("roots.pem", self.lab.authority());
        let program = program
            .with("GITOPS_NOW", &self.lab.now().to_string())
            .with("GITOPS_CA_FILE", &roots)
            .with("GITHUB_SERVER_URL", self.lab.git_url())
            .with("AZURE_AUTHORITY_HOST", self.lab.azure_url())
            .with("GITOPS_ARM_ENDPOINT", self.lab.azure_url());
        if logins == Logins::None {
            return program;
        }
        let azure = self.lab.azure_client();
        program
            .with("GH_TOKEN", self.lab.git_token("push").expect("a token"))
            .with("AZURE_TENANT_ID", &azure.tenant)
            .with("AZURE_CLIENT_ID", &azure.client)
            .with("AZURE_CLIENT_SECRET", azure.secret.expose())
    }

    async fn status(&self, program: Program, words: &'static [&'static str]) -> Ended {
        tokio::task::spawn_blocking(move || program.status(words)).await.expect("it ends")
    }
}

const CAN_I: &str = "kubectl auth can-i list ";

#[tokio::test]
async fn a_project_is_shown_from_github_and_azure_where_the_cluster_may_not_be_read() {
    let scene = Scene::new().await;
    let ended = scene.status(scene.program(Logins::Both), &["--project", "contoso/hello"]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let rows: Vec<Vec<&str>> =
        ended.stdout.lines().skip(1).take(2).map(|line| line.split_whitespace().take(3).collect()).collect();
    // Azure says what is applied there, and GitHub which version that is.
    assert_eq!(rows, [["dev", "Deployed", "0.0.1-12"], ["qa", "Deployed", "0.0.1-12"]], "{}", ended.stdout);
    assert!(!ended.stdout.contains("NotObserved"), "{}", ended.stdout);
    let row =
        "cluster   everything: not allowed; see what you may do: kubectl auth can-i --list --context test\n";
    assert!(ended.stdout.contains(row), "{}", ended.stdout);
    let document =
        scene.status(scene.program(Logins::Both), &["--project", "contoso/hello", "-o", "json"]).await;
    let document: Value = serde_json::from_str(&document.stdout).expect("JSON");
    let answers: Vec<&Value> =
        document["worlds"].as_array().expect("worlds").iter().map(|world| &world["answer"]).collect();
    assert_eq!(answers[1..], ["complete", "complete"]);
}

#[tokio::test]
async fn a_namespace_that_may_not_be_read_says_who_may_not_what_and_how_to_check() {
    let scene = Scene::new().await;
    let ended = scene.status(scene.program(Logins::Both), &["-n", "dev-hello"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(4), ""), "{}", ended.stderr);
    let error = ended.stderr.lines().next().unwrap_or_default();
    assert!(error.starts_with("error: not allowed to read anything at https://"), "{error}");
    assert!(error.contains(" as ada: list ") && error.contains(".fluxcd.io in "), "{error}");
    assert!(ended.stderr.contains(CAN_I), "{}", ended.stderr);
}

#[tokio::test]
async fn a_namespace_that_may_not_be_read_is_shown_from_the_pipeline_that_it_is_named_after() {
    let scene = Scene::new().await;
    for (name, value, from) in [
        ("GITOPS_ORG", "contoso", "GITOPS_ORG"),
        ("GITHUB_REPOSITORY", "contoso/hello", "GITHUB_REPOSITORY"),
        ("GITHUB_REPOSITORY", "contoso/hello-gitops", "GITHUB_REPOSITORY"),
    ] {
        let program = scene.program(Logins::Both).with(name, value);
        let ended = scene.status(program, &["-n", "dev-hello"]).await;
        assert_eq!(ended.code, Some(0), "{value}: {}", ended.stderr);
        assert!(ended.stdout.contains("\ndev           Deployed"), "{value}: {}", ended.stdout);
        let told = format!("shown is the pipeline of {value}, from {from}")
            .replace("pipeline of contoso,", "pipeline of contoso/hello,");
        let remark = ended.stdout.lines().find(|line| line.starts_with("NotReadable: ")).unwrap_or_default();
        assert!(remark.contains(" as ada: ") && remark.ends_with(&told), "{value}: {}", ended.stdout);
    }
    // Another project's checkout says nothing of it.
    let program = scene.program(Logins::Both).with("GITHUB_REPOSITORY", "contoso/world");
    assert_eq!(scene.status(program, &["-n", "dev-hello"]).await.code, Some(4));
}

#[tokio::test]
async fn without_any_login_each_world_says_in_a_line_what_to_do() {
    let scene = Scene::new().await;
    let ended = scene.status(scene.program(Logins::None), &["--project", "contoso/hello"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{}", ended.stderr);
    for words in ["nothing is known of project contoso/hello", "gh auth login", "no credential for Azure"] {
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
}

/// A program that may ask the cluster, and knows where the others are.
fn logged_out(scene: &Scene) -> Program {
    let program = Program::with_kubeconfig(&scene.lab.kubeconfig());
    let roots = program.file("roots.pem", scene.lab.authority());
    program
        .with("GITOPS_NOW", &scene.lab.now().to_string())
        .with("GITOPS_CA_FILE", &roots)
        .with("GITHUB_SERVER_URL", scene.lab.git_url())
}

/// The cluster alone is enough: what is not configured is a line each where more is asked for, and no alarm.
#[tokio::test]
async fn a_machine_without_logins_is_told_what_the_cluster_says() {
    let scene = Scene::new().await;
    let ended = scene.status(logged_out(&scene), &["-n", "dev-hello"]).await;
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains("2 Deployed in context lab\n"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("NOT CHECKED"), "all is well: {}", ended.stdout);
    let ended = scene.status(logged_out(&scene), &["-n", "dev-hello", "-o", "wide"]).await;
    let (_, gaps) = ended.stdout.split_once("NOT CHECKED\n").expect("rows");
    let rows: Vec<&str> =
        gaps.trim().lines().map(|row| row.split_whitespace().next().unwrap_or_default()).collect();
    assert_eq!(rows, ["github", "azure"], "{gaps}");
    let details = ended.stdout.contains("\n  - ") || ended.stdout.contains("next:");
    assert!(!details, "nothing alarms: {}", ended.stdout);
}
