//! GitHub beside the cluster, both the lab's.

use gitops_core::model::github::RepositoryName;
use jiff::Timestamp;
use kubectl_gitops_lab::{BuiltIn, Change, Clock, Effect, Fault, Host, Lab, Limited, Right, Settings};
use serde_json::{Value, json};

use crate::support::{Ended, Program, has_tool};

const GITOPS: &str = "contoso/hello-gitops";

async fn lab() -> Lab {
    let clock = Clock::Stepped("2026-01-02T03:04:05Z".parse().expect("a time"));
    let scenario = BuiltIn::named("default").expect("the default").document();
    let settings = Settings { scenario: Some(scenario), clock, ..Settings::default() };
    Lab::start(settings).await.expect("a lab")
}

/// What `status` says with this token.
async fn status(lab: &Lab, token: &str, words: &'static [&'static str]) -> Ended {
    let program = Program::with_kubeconfig(&lab.kubeconfig());
    let roots = program.file("roots.pem", lab.authority());
    let program = program
        .with("GITOPS_NOW", &lab.now().to_string())
        .with("GITOPS_CA_FILE", &roots)
        .with("GITHUB_SERVER_URL", lab.git_url())
        .with("GH_TOKEN", token);
    let ended = tokio::task::spawn_blocking(move || program.status(words)).await.expect("it ends");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stderr.contains(token) && !ended.stdout.contains(token));
    ended
}

async fn document(lab: &Lab, words: &'static [&'static str]) -> Value {
    let ended = status(lab, lab.git_token("push").expect("a token"), words).await;
    serde_json::from_str(&ended.stdout).expect("JSON")
}

fn commit(lab: &Lab, repository: &str, branch: &str, message: &str, files: &[(&str, &str)]) -> String {
    let at: Timestamp = lab.now();
    lab.git().commit(repository, branch, &Change { message, files, removed: &[], at }).expect("a commit")
}

fn remarks(environment: &Value) -> Vec<&str> {
    environment["remarks"].as_array().into_iter().flatten().filter_map(|one| one["reason"].as_str()).collect()
}

#[tokio::test]
async fn everything_is_said_of_a_pipeline_that_is_well() {
    let lab = lab().await;
    let status = document(&lab, &["-A", "-o", "json"]).await;
    assert_eq!(status["worlds"][1], json!({"world": "github", "answer": "complete", "missing": []}));
    let (dev, qa) = (&status["environments"][0], &status["environments"][1]);
    let main = lab.git().tip("contoso/hello", "main").expect("asked");
    for one in [dev, qa] {
        assert_eq!((&one["standing"], &one["version"]), (&json!("Deployed"), &json!("0.0.1-12")));
        assert_eq!(one["github"]["running"]["commit"].as_str(), main.as_deref());
        assert_eq!(one["github"]["source"], "contoso/hello");
        assert!(remarks(one).is_empty(), "{one}");
        let states: Vec<&str> = one["github"]["statuses"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| one["state"].as_str())
            .collect();
        assert_eq!(states, ["success", "success"]);
    }
    assert_eq!(dev["github"]["next"], json!({"environment": "qa", "waiting": 0}));
    assert_eq!(qa["github"]["next"], Value::Null);
}

#[tokio::test]
async fn a_change_is_followed_from_the_merge_to_the_cluster() {
    let lab = lab().await;
    let source = commit(&lab, "contoso/hello", "main", "Say more", &[("README.md", "more\n")]);
    let files =
        [(".github/tracking/Version", "0.0.1-13\n"), (".github/tracking/Promoted_Commit_Id", &source)];
    let head = commit(&lab, GITOPS, "dev", "Deploy to 'dev' '0.0.1-13'", &files);
    let status = document(&lab, &["-A", "-o", "json"]).await;
    let dev = &status["environments"][0];
    assert_eq!(remarks(dev), ["CiRunning", "MergedNotFetched"], "{dev}");
    assert_eq!(
        (&dev["version"], &dev["github"]["newest"]["version"]),
        (&json!("0.0.1-12"), &json!("0.0.1-13"))
    );
    assert_eq!(
        (dev["github"]["head"].as_str(), &dev["github"]["distance"]),
        (Some(head.as_str()), &json!({"ahead": 1, "behind": 0}))
    );

    lab.step(std::time::Duration::from_secs(120));
    let status = document(&lab, &["-A", "-o", "json"]).await;
    let dev = &status["environments"][0];
    assert_eq!((&dev["standing"], &dev["version"]), (&json!("Deployed"), &json!("0.0.1-13")));
    assert_eq!(remarks(dev), ["NextIsBehind"], "{dev}");
    assert_eq!(dev["remarks"][0]["message"], "qa is 1 commit behind dev");
    assert_eq!(dev["github"]["next"], json!({"environment": "qa", "waiting": 1}));
}

#[tokio::test]
async fn an_open_pull_request_waits() {
    let lab = lab().await;
    let github = crate::github::lab_client(&lab, lab.git_token("push").expect("a token"));
    let name: RepositoryName = GITOPS.parse().expect("a name");
    let head = github.head(&name, "dev").await.expect("asked").expect("a branch");
    let parent = github.commit(&name, &head).await.expect("asked").expect("a commit");
    let change = gitops_core::model::github::FileChange::Write { path: "x".into(), content: "y".into() };
    let made = github.make_commit(&name, &parent, "deploy", &[change]).await.expect("made").expect("new");
    github.create_branch(&name, "deploy/x/dev", &made).await.expect("made");
    github.create_pull(&name, ("deploy/x/dev", "dev"), "Deploy to 'dev' '0.0.1-13'", "").await.expect("made");
    let ended = status(&lab, lab.git_token("pull").expect("a token"), &["-n", "dev-hello"]).await;
    assert!(
        ended.stdout.contains("PullRequestOpen: #1 Deploy to 'dev' '0.0.1-13' waits for approval"),
        "{}",
        ended.stdout
    );
    let lines = ended.stdout.lines().map(str::trim_start);
    let line = lines.filter(|line| line.ends_with("/pulls/1")).collect::<String>();
    assert!(line.ends_with(&format!("{}/api/v3/repos/{GITOPS}/pulls/1", lab.git_url())), "{}", ended.stdout);
    assert_eq!(run_with_curl(&lab, &line).await.as_deref(), Some("Deploy to 'dev' '0.0.1-13'"));
}

/// The title of the pull request that a printed line shows; without curl the one that is expected.
async fn run_with_curl(lab: &Lab, line: &str) -> Option<String> {
    if !has_tool("curl") {
        return Some("Deploy to 'dev' '0.0.1-13'".to_owned());
    }
    let authority = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(authority.path(), lab.authority()).expect("a file");
    let mut command = tokio::process::Command::new("sh");
    command.args(["-c", line]);
    command.env("GITOPS_CA_FILE", authority.path()).env("GH_TOKEN", lab.git_token("pull").expect("a token"));
    let output = command.output().await.expect("a shell");
    let pull: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    pull["title"].as_str().map(str::to_owned)
}

/// Everything of a repository that a token does not see answers 404. That is not the same as a branch that is gone.
#[tokio::test]
async fn a_token_without_rights_to_the_repository_is_told_so() {
    const STRANGER: &str = "ghp_hunter4stranger";
    let lab = lab().await;
    lab.git().grant(STRANGER, "fabrikam/*", Right::Admin);
    lab.with_github(|hub, now| hub.sign_in(STRANGER, "mallory", Some(&["repo"]), now));
    let ended = status(&lab, STRANGER, &["-A"]).await;
    let row = format!("github   repository {GITOPS}: the token does not see it, or it is not there\n");
    assert!(ended.stdout.contains(&row), "{}", ended.stdout);
    assert!(!ended.stdout.contains("BranchNotFound"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("TrackingMissing"), "{}", ended.stdout);
    let journal = lab.journal();
    let path = format!("/api/v3/repos/{GITOPS}");
    let requests = journal["requests"].as_array().expect("requests");
    let looks = requests.iter().filter(|request| request["target"] == path.as_str()).count();
    assert_eq!(looks, 1, "one look for both environments: {journal:#}");

    // The branch alone is gone: the repository is seen, and nothing more is asked.
    let lab = self::lab().await;
    let admin = crate::github::lab_client(&lab, lab.git_token("admin").expect("a token"));
    admin.delete_branch(&GITOPS.parse().expect("a name"), "qa").await.expect("deleted");
    let ended = status(&lab, lab.git_token("push").expect("a token"), &["-n", "qa-hello"]).await;
    assert!(ended.stdout.contains("BranchNotFound"), "{}", ended.stdout);
    let requests = lab.journal();
    let is_look = |request: &&Value| request["target"] == path.as_str();
    assert_eq!(requests["requests"].as_array().expect("requests").iter().filter(is_look).count(), 0);
}

/// The cluster's part is the same whatever GitHub does.
#[tokio::test]
async fn faults_of_github_are_rows() {
    let lab = lab().await;
    let token = lab.git_token("push").expect("a token").to_owned();
    let status_of = |code| Effect::Status(kubectl_gitops_lab::FaultStatus { code, ..Default::default() });
    let limited = Effect::Limited(Limited { secondary: false, code: 403, seconds: 3600 });
    for (effect, row) in [
        (status_of(401), "not authenticated: Bad credentials"),
        (status_of(403), "not allowed: Resource not accessible"),
        (limited, "rate limit reached; it resets at 04:05 UTC (in 60 min)"),
        (status_of(503), "GitHub failed with 503"),
        (Effect::Cut(0), "the connection was cut"),
        (Effect::Half, "the connection was cut"),
        (Effect::Silence, "it does not answer in time"),
    ] {
        lab.inject(Fault::on(Host::Github, "**", effect));
        let ended = status(&lab, &token, &["-n", "dev-hello"]).await;
        assert!(ended.stdout.contains("dev           Deployed   -         2/2"), "{row}: {}", ended.stdout);
        assert!(ended.stdout.contains(&format!("github   {row}")), "{row}: {}", ended.stdout);
        lab.clear_faults();
    }
    assert!(!lab.journal().to_string().contains(&token));
}
