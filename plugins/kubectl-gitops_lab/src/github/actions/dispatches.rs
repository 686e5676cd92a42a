//! Routes that start runs: a dispatch of one workflow, and an event for all that listen.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::new_run::NewRun;
use super::workflow::{File, RunContext, plain};
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::content::commit_at;

/// So many inputs a dispatch has at most.
const INPUTS: usize = 25;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
        needs: Needs::WRITE_ACTIONS,
        documentation: "rest/actions/workflows#create-a-workflow-dispatch-event",
        answer: dispatch,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/dispatches",
        needs: Needs::DISPATCH,
        documentation: "rest/repos/repos#create-a-repository-dispatch-event",
        answer: tell,
    },
];

fn dispatch(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    call.look_for_workflows()?;
    let (fields, git) = (call.body()?, call.git()?);
    let workflow = call.workflow()?.clone();
    let name = fields.needed("ref")?;
    let branch = name.trim_start_matches("refs/heads/").trim_start_matches("refs/tags/").to_owned();
    let commit = commit_at(&git, &branch).filter(|_| git.find_commit_by_prefix(&branch).is_err());
    let commit = commit.ok_or_else(|| Refusal::unprocessable(format!("No ref found for: {name}")))?;
    if workflow.is_disabled {
        return Err(Refusal::unprocessable("Cannot trigger a 'workflow_dispatch' on a disabled workflow"));
    }
    let file = File::at(&git, commit, &workflow.path);
    let file = file.filter(|file| file.trigger("workflow_dispatch").is_some());
    let file =
        file.ok_or_else(|| Refusal::unprocessable("Workflow does not have 'workflow_dispatch' trigger"))?;
    let given = fields.inner("inputs")?.map(|inner| inner.0).unwrap_or_default();
    let inputs = inputs(&file, given)?;
    let context = RunContext { inputs: &inputs, actor: &call.caller.login, branch: &branch, commit };
    let new = NewRun {
        title: file.title(&context, &workflow.name),
        jobs: file.jobs(&context),
        workflow: workflow.path,
        workflow_id: workflow.id,
        name: workflow.name,
        event: "workflow_dispatch".to_owned(),
        branch,
        commit,
        actor: call.caller.login.clone(),
        inputs,
    };
    let (repository, now) = (call.repository()?.id, call.now);
    let id = call.github.begin(repository, new, now).ok_or_else(Refusal::not_found)?;
    let details = json!({
        "workflow_run_id": id,
        "run_url": call.url(&format!("/actions/runs/{id}")),
        "html_url": call.page(&format!("/actions/runs/{id}")),
    });
    match fields.flag("return_run_details")?.unwrap_or_default() {
        true => Ok(Answer { status: StatusCode::OK, ..Answer::ok(details) }),
        false => Ok(Answer::done()),
    }
}

/// What a run gets of what was given, defaults included.
fn inputs(file: &File, given: Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    if given.len() > INPUTS {
        let told = format!(
            "Invalid request.\n\nNo more than {INPUTS} properties are allowed; {} were supplied.",
            given.len()
        );
        return Err(Refusal::unprocessable(told));
    }
    let known = file.inputs();
    let unknown: Vec<_> =
        given.keys().filter(|name| known.iter().all(|input| input.name != **name)).collect();
    if !unknown.is_empty() {
        return Err(Refusal::unprocessable(format!("Unexpected inputs provided: {}", json!(unknown))));
    }
    let mut inputs = Map::new();
    for input in known {
        let value = given.get(&input.name).map(plain).filter(|value| !value.is_empty());
        let Some(value) = value.or(input.default) else {
            if input.is_required {
                return Err(Refusal::unprocessable(format!("Required input '{}' not provided", input.name)));
            }
            continue;
        };
        if input.options.is_some_and(|options| !options.contains(&value)) {
            let told = format!(
                "Provided value '{value}' for input '{}' not in the list of allowed values",
                input.name
            );
            return Err(Refusal::unprocessable(told));
        }
        inputs.insert(input.name, json!(value));
    }
    Ok(inputs)
}

/// Tells all workflows of the default branch that listen for an event.
fn tell(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    call.look_for_workflows()?;
    let (fields, git) = (call.body()?, call.git()?);
    let event = fields.needed("event_type")?;
    let payload = fields.inner("client_payload")?.map(|inner| inner.0).unwrap_or_default();
    if payload.len() > 10 {
        let told = format!(
            "Invalid request.\n\nNo more than 10 properties are allowed; {} were supplied.",
            payload.len()
        );
        return Err(Refusal::unprocessable(told));
    }
    let branch = call.default_branch(call.repository()?);
    let Some(commit) = commit_at(&git, &branch) else { return Ok(Answer::done()) };
    let all: Vec<_> = call
        .repository()?
        .workflows
        .0
        .values()
        .filter(|one| one.is_there && !one.is_disabled)
        .cloned()
        .collect();
    for workflow in all {
        let Some(file) = File::at(&git, commit, &workflow.path) else { continue };
        let Some(trigger) = file.trigger("repository_dispatch") else { continue };
        let is_meant = match &trigger["types"] {
            Value::Array(types) => types.iter().any(|one| *one == event),
            Value::String(only) => *only == event,
            _ => true,
        };
        if !is_meant {
            continue;
        }
        let nothing = Map::new();
        let context = RunContext { inputs: &nothing, actor: &call.caller.login, branch: &branch, commit };
        let new = NewRun {
            title: file.title(&context, &event),
            jobs: file.jobs(&context),
            workflow: workflow.path,
            workflow_id: workflow.id,
            name: workflow.name,
            event: "repository_dispatch".to_owned(),
            branch: branch.clone(),
            commit,
            actor: call.caller.login.clone(),
            inputs: payload.clone(),
        };
        let (repository, now) = (call.repository()?.id, call.now);
        call.github.begin(repository, new, now);
    }
    Ok(Answer::done())
}
