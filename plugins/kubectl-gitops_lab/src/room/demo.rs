//! `demo`: a commit is deployed, another one fails, the next one mends it, and `status --watch` tells of it.

use std::ffi::OsString;
use std::time::Duration;

use gitops_core::cli::Session;
use gitops_core::model::Exit;
use serde_json::Value;
use tokio::process::Child;
use tokio::time::{Instant, sleep, timeout};

use super::arguments;
use super::command::{PATIENCE, prepare};
use super::failure::RoomError;
use super::surroundings::Surroundings;
use crate::git::Change;
use crate::platform::interrupt;
use crate::scenario::{BuiltIn, Scenario};
use crate::serving::{Lab, Settings};

/// The gitops repository, its branch, and the file that is edited.
const REPOSITORY: &str = "contoso/hello-gitops";
const BRANCH: &str = "dev";
const MANIFESTS: &str = "hello/gen_manifests.yaml";
/// What applies it.
const KUSTOMIZATION: &str =
    "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/hello-dev-hello-dev";
/// How long anything may take before it has gone wrong.
const LONGEST: Duration = Duration::from_secs(30);
/// How long a reader has for a line.
const READING: Duration = Duration::from_secs(2);

/// A source that is looked at every second or two: nobody wants to wait for ten.
const HASTE: &str = "\
apiVersion: lab.gitops.dev/v1
kind: Scenario
metadata: {name: demo}
spec:
  base: default
  ago: 5s
  objects:
    - apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: hello-dev, namespace: flux-system}
      spec: {interval: 2s}
";

/// A commit of the story: what is said, what is changed, and whether it can be deployed.
struct Step {
    told: &'static str,
    message: &'static str,
    find: &'static str,
    with: &'static str,
    is_well: bool,
}

const STORY: [Step; 3] = [
    Step {
        told: "a commit to dev brings version 0.0.1-13",
        message: "Deploy to 'dev' '0.0.1-13'",
        find: "hello:0.0.1-12",
        with: "hello:0.0.1-13",
        is_well: true,
    },
    Step {
        told: "the next one has lost a colon",
        message: "Deploy to 'dev' '0.0.1-14'",
        find: "replicas: 2",
        with: "replicas 3",
        is_well: false,
    },
    Step {
        told: "the one after it puts that right",
        message: "Deploy to 'dev' '0.0.1-15'",
        find: "replicas 3",
        with: "replicas: 3",
        is_well: true,
    },
];

/// Runs it.
pub(super) async fn run(_: &arguments::Demo, session: &Session) -> Result<Exit, RoomError> {
    let scenario = Scenario::parse(HASTE).expect("the scenario is tested");
    let lab = Lab::start(Settings { scenario: Some(scenario), ..Settings::default() }).await?;
    let path = session.env_vars.get_os("PATH");
    let surroundings =
        Surroundings::make(&lab.kubeconfig(), &session.program, path).map_err(RoomError::Surroundings)?;
    let words = ["kubectl-gitops_status", "-n", "dev-hello", "--watch"].map(OsString::from);
    let command = prepare(&words, &surroundings)?;
    let description = BuiltIn::named("default").map(BuiltIn::description).unwrap_or_default();
    session.message(&format!("# a lab: {description}\n# kubectl gitops-status -n dev-hello --watch\n"));
    let mut child = command.spawn()?;
    let begin = Instant::now();
    let told = |text: &str| session.message(&format!("# {:.0} s  {text}\n", begin.elapsed().as_secs_f64()));
    let outcome = tokio::select! {
        biased;
        _ = child.wait() => Err(RoomError::Astray("status ended before the story did")),
        outcome = tell(&lab, told) => outcome,
    };
    stop(&mut child).await?;
    outcome?;
    told("that is all; kubectl gitops-lab up serves it for as long as you like");
    Ok(Exit::Done)
}

async fn tell(lab: &Lab, told: impl Fn(&str)) -> Result<(), RoomError> {
    let ready = |state: &State| state.is_ready;
    until(lab, ready, "the pipeline is not well to begin with").await?;
    sleep(READING).await;
    for step in &STORY {
        told(step.told);
        let commit = push(lab, step)?;
        if step.is_well {
            let applied = |state: &State| state.is_ready && state.applied.ends_with(&commit);
            until(lab, applied, "a commit was not deployed").await?;
        } else {
            let failed = |state: &State| state.reason == "BuildFailed";
            until(lab, failed, "a commit that cannot be built did not fail").await?;
        }
        sleep(READING).await;
    }
    Ok(())
}

/// Edits the manifests as a step says; the answer is the commit.
fn push(lab: &Lab, step: &Step) -> Result<String, RoomError> {
    let astray = |_| RoomError::Astray("a commit could not be made");
    let git = lab.git();
    let tip = git.tip(REPOSITORY, BRANCH).map_err(astray)?.unwrap_or_default();
    let before = git.files(REPOSITORY, &tip).map_err(astray)?.remove(MANIFESTS).unwrap_or_default();
    let text = String::from_utf8_lossy(&before).replace(step.find, step.with);
    let files = [(MANIFESTS, text.as_str())];
    let change = Change { message: step.message, files: &files, removed: &[], at: lab.now() };
    git.commit(REPOSITORY, BRANCH, &change).map_err(astray)
}

/// What the kustomization says.
struct State {
    is_ready: bool,
    reason: String,
    applied: String,
}

/// Waits for the kustomization to be so.
async fn until(lab: &Lab, is_so: impl Fn(&State) -> bool, otherwise: &'static str) -> Result<(), RoomError> {
    let waiting = async {
        while !state(lab).is_some_and(|state| is_so(&state)) {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(LONGEST, waiting).await.map_err(|_| RoomError::Astray(otherwise))
}

fn state(lab: &Lab) -> Option<State> {
    let status = lab.get(KUSTOMIZATION)?["status"].take();
    let conditions = status["conditions"].as_array()?;
    let ready = conditions.iter().find(|condition| condition["type"] == "Ready")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Some(State {
        is_ready: ready["status"] == "True",
        reason: text(&ready["reason"]),
        applied: text(&status["lastAppliedRevision"]),
    })
}

/// Ends the watch as Ctrl-C would.
async fn stop(child: &mut Child) -> Result<(), RoomError> {
    interrupt(child);
    if timeout(PATIENCE, child.wait()).await.is_err() {
        child.kill().await.map_err(RoomError::Lost)?;
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
