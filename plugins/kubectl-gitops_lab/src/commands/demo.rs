//! `demo`: a version is deployed, another one fails, the next one mends it, and `status --watch` tells of it. Each comes as
//! in the flow: a pull request to the gitops repository, which is merged.

use std::ffi::OsString;
use std::time::Duration;

use gitops_core::cli::Session;
use gitops_core::model::Exit;
use gitops_core::model::contract::{TRACKING_IMAGE_TAG, TRACKING_SOURCE_COMMIT, TRACKING_VERSION};
use http::Method;
use serde_json::{Value, json};
use tokio::process::Child;
use tokio::time::{Instant, sleep, timeout};

use super::arguments;
use super::command::{PATIENCE, prepare};
use super::command_folder::CommandFolder;
use super::failure::CommandError;
use super::up::comment;
use crate::git::Change;
use crate::http::{Lab, Settings};
use crate::platform::interrupt;
use crate::scenario::{BuiltIn, Scenario, ask};

/// The source repository and its branch.
const SOURCE: (&str, &str) = ("contoso/hello", "main");
/// The gitops repository, its branch, and the file that is edited.
const REPOSITORY: &str = "contoso/hello-gitops";
const BRANCH: &str = "dev";
const MANIFESTS: &str = "hello/gen_manifests.yaml";
/// What applies it.
const KUSTOMIZATION: &str =
    "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/hello-dev-hello-dev";
/// How long anything may take before it has gone wrong.
const LONGEST: Duration = Duration::from_secs(30);
/// How long the page may take to ask for pull requests.
const LONGEST_QUESTION: Duration = Duration::from_secs(5);
/// How long a reader has for a line.
const READING: Duration = Duration::from_secs(2);

/// What the commands on the pages are good for.
const ABOUT_COMMANDS: &str = "\
commands on the pages are for this lab, which is gone when the demo ends; \
to type them, serve one that stays: kubectl gitops-lab up";

/// A source that is looked at every second or two: nobody wants to wait for ten.
const HASTE: &str = "\
apiVersion: lab.gitops.dev/v1
kind: Scenario
metadata: {name: demo}
spec:
  base: default
  ago: 5s
  images: [ghcr.io/contoso/hello/*]
  objects:
    - apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: hello-dev, namespace: flux-system}
      spec: {interval: 2s}
";

/// A version of the story: what is said when its pull request is merged, what it changes, and whether it can be deployed.
struct Step {
    told: &'static str,
    version: &'static str,
    find: &'static str,
    with: &'static str,
    is_well: bool,
}

const STORY: [Step; 3] = [
    Step {
        told: "it is merged: 0.0.1-13 goes to dev",
        version: "0.0.1-13",
        find: "hello:0.0.1-12",
        with: "hello:0.0.1-13",
        is_well: true,
    },
    Step {
        told: "0.0.1-14 is merged as well; it has lost a colon",
        version: "0.0.1-14",
        find: "replicas: 2",
        with: "replicas 3",
        is_well: false,
    },
    Step {
        told: "0.0.1-15 puts that right",
        version: "0.0.1-15",
        find: "replicas 3",
        with: "replicas: 3",
        is_well: true,
    },
];

/// Runs it.
pub(super) async fn run(_: &arguments::DemoArgs, session: &Session) -> Result<Exit, CommandError> {
    let scenario = Scenario::parse(HASTE).expect("the scenario is tested");
    let command_folder = CommandFolder::of_session(session).await?;
    let lab = Lab::start(Settings { scenario: Some(scenario), ..Settings::default() }).await?;
    command_folder.add_kubeconfig(&lab.kubeconfig())?;
    let authority = command_folder
        .add_file("ca.pem", lab.authority())
        .map_err(CommandError::CommandFolder)?
        .into_os_string();
    let azure = lab.azure_client();
    let variables = [
        // Pages one below the other, with what is said between them: a screen would be drawn over it.
        ("TERM", "dumb".into()),
        ("GITOPS_CA_FILE", authority),
        ("GITHUB_API_URL", lab.api_url().into()),
        ("GITHUB_SERVER_URL", lab.git_url().into()),
        ("GITOPS_GITHUB_TOKEN", lab.git_token("admin").unwrap_or_default().into()),
        ("AZURE_TENANT_ID", azure.tenant.into()),
        ("AZURE_CLIENT_ID", azure.client.into()),
        ("AZURE_CLIENT_SECRET", azure.secret.expose().into()),
        ("AZURE_AUTHORITY_HOST", lab.azure_url().into()),
        ("GITOPS_ARM_ENDPOINT", lab.azure_url().into()),
    ];
    let command = prepare(&watch_words(session), &command_folder, &variables)?;
    // The page begins with the first pull request open.
    let first = open_pull_request(&lab, &STORY[0])?;
    let description = BuiltIn::named("default").map(BuiltIn::description).unwrap_or_default();
    for text in [description, ABOUT_COMMANDS, "kubectl gitops-status -n dev-hello --watch"] {
        session.message(&comment(text));
    }
    let mut child = command.spawn()?;
    let begin = Instant::now();
    let told =
        |text: &str| session.message(&comment(&format!("{:.0} s: {text}", begin.elapsed().as_secs_f64())));
    let outcome = tokio::select! {
        biased;
        _ = child.wait() => Err(CommandError::Astray("status ended before the story did")),
        outcome = tell(&lab, first, told) => outcome,
    };
    stop(&mut child).await?;
    outcome?;
    told("that is all");
    Ok(Exit::Done)
}

/// The watch, in the colours of the user's terminal, which the child takes for one that has none.
fn watch_words(session: &Session) -> Vec<OsString> {
    let mut words = vec!["kubectl-gitops_status", "-n", "dev-hello", "--watch", "--no-progress"];
    let variables = &session.env_vars;
    let is_dumb = variables.get("TERM") == Some("dumb");
    if session.terminals().out && variables.get("NO_COLOR").is_none() && !is_dumb {
        words.extend(["--color", "always"]);
    }
    words.into_iter().map(OsString::from).collect()
}

/// Lets the story happen; `first` is the pull request of its first step.
async fn tell(lab: &Lab, first: u64, told: impl Fn(&str)) -> Result<(), CommandError> {
    let ready = |state: &DemoState| state.is_ready;
    until(lab, ready, "the pipeline is not well to begin with").await?;
    told("a pull request to deploy 0.0.1-13 waits for approval");
    // A page that does not ask for it is no reason not to go on.
    let _ = timeout(LONGEST_QUESTION, asked_for_pull_requests(lab)).await;
    sleep(READING).await;
    let mut open = Some(first);
    for step in &STORY {
        let number = match open.take() {
            Some(number) => number,
            None => open_pull_request(lab, step)?,
        };
        told(step.told);
        let commit = merge(lab, number)?;
        if step.is_well {
            let applied = |state: &DemoState| state.is_ready && state.applied.ends_with(&commit);
            until(lab, applied, "a commit was not deployed").await?;
        } else {
            let failed = |state: &DemoState| state.reason == "BuildFailed";
            until(lab, failed, "a commit that cannot be built did not fail").await?;
        }
        sleep(READING).await;
    }
    Ok(())
}

async fn asked_for_pull_requests(lab: &Lab) {
    while !lab.journal().to_string().contains("/pulls") {
        sleep(Duration::from_millis(100)).await;
    }
}

/// Opens the pull request that the flow opens to deploy a version: manifests and tracking files. The answer is its number.
fn open_pull_request(lab: &Lab, step: &Step) -> Result<u64, CommandError> {
    let astray = |_| CommandError::Astray("a commit could not be made");
    let (git, version) = (lab.git(), step.version);
    let (repository, branch) = SOURCE;
    let message = format!("Change what becomes {version}");
    let readme = format!("# hello\n\nThis is what became {version}.\n");
    let files = [("README.md", readme.as_str())];
    let change = Change { message: &message, files: &files, removed: &[], at: lab.now() };
    let source_commit = git.commit(repository, branch, &change).map_err(astray)?;

    let tip = git.tip(REPOSITORY, BRANCH).map_err(astray)?.unwrap_or_default();
    let head = format!("deploy/{BRANCH}/{version}");
    let reference = json!({"ref": format!("refs/heads/{head}"), "sha": tip});
    ask_github(lab, (Method::POST, "git/refs"), &reference)?;
    let before = git.files(REPOSITORY, &tip).map_err(astray)?.remove(MANIFESTS).unwrap_or_default();
    let manifests = String::from_utf8_lossy(&before).replace(step.find, step.with);
    let (version_line, commit_line) = (format!("{version}\n"), format!("{source_commit}\n"));
    let files = [
        (MANIFESTS, manifests.as_str()),
        (TRACKING_VERSION, version_line.as_str()),
        (TRACKING_IMAGE_TAG, version_line.as_str()),
        (TRACKING_SOURCE_COMMIT, commit_line.as_str()),
    ];
    let title = format!("Deploy to '{BRANCH}' '{version}'");
    let change = Change { message: &title, files: &files, removed: &[], at: lab.now() };
    git.commit(REPOSITORY, &head, &change).map_err(astray)?;
    let pull_request = json!({"title": title, "head": head, "base": BRANCH});
    let opened = ask_github(lab, (Method::POST, "pulls"), &pull_request)?;
    opened["number"].as_u64().ok_or(CommandError::Astray("a pull request has no number"))
}

/// Merges a pull request; the answer is the commit.
fn merge(lab: &Lab, number: u64) -> Result<String, CommandError> {
    let merged = ask_github(lab, (Method::PUT, &format!("pulls/{number}/merge")), &json!({}))?;
    Ok(merged["sha"].as_str().unwrap_or_default().to_owned())
}

/// Asks GitHub for something of the gitops repository, as whoever runs the lab.
fn ask_github(lab: &Lab, (method, path): (Method, &str), body: &Value) -> Result<Value, CommandError> {
    let path = format!("/repos/{REPOSITORY}/{path}");
    let token = lab.git_token("admin").unwrap_or_default();
    lab.with_github(|github, now| ask(github, token, (method, &path), body, now))
        .map_err(|_| CommandError::Astray("GitHub refused a pull request"))
}

/// What the kustomization says.
struct DemoState {
    is_ready: bool,
    reason: String,
    applied: String,
}

/// Waits for the kustomization to be so.
async fn until(
    lab: &Lab,
    is_so: impl Fn(&DemoState) -> bool,
    otherwise: &'static str,
) -> Result<(), CommandError> {
    let waiting = async {
        while !state(lab).is_some_and(|state| is_so(&state)) {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(LONGEST, waiting).await.map_err(|_| CommandError::Astray(otherwise))
}

fn state(lab: &Lab) -> Option<DemoState> {
    let status = lab.get(KUSTOMIZATION)?["status"].take();
    let conditions = status["conditions"].as_array()?;
    let ready = conditions.iter().find(|condition| condition["type"] == "Ready")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Some(DemoState {
        is_ready: ready["status"] == "True",
        reason: text(&ready["reason"]),
        applied: text(&status["lastAppliedRevision"]),
    })
}

/// Ends the watch as Ctrl-C would.
async fn stop(child: &mut Child) -> Result<(), CommandError> {
    interrupt(child);
    if timeout(PATIENCE, child.wait()).await.is_err() {
        child.kill().await.map_err(CommandError::Lost)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{HASTE, MANIFESTS, REPOSITORY, STORY};
    use crate::scenario::{BuiltIn, Scenario};

    #[test]
    fn every_step_of_the_story_edits_what_is_there() {
        assert!(Scenario::parse(HASTE).is_ok());
        let document = BuiltIn::named("default").unwrap().document();
        let repository = document.spec.repositories.iter().find(|one| one.name == REPOSITORY).unwrap();
        let mut text = repository.branches["dev"].files[MANIFESTS].clone().unwrap();
        for step in &STORY {
            assert!(text.contains(step.find), "{}", step.told);
            text = text.replace(step.find, step.with);
        }
    }
}
