//! Routes about workflows.

use http::Method;
use serde_json::{Value, json};

use super::workflow::{FOLDER, File, Workflow};
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::node_id::node;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/workflows",
        needs: Needs::READ_ACTIONS,
        documentation: "rest/actions/workflows#list-repository-workflows",
        answer: list,
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/workflows/{workflow_id}",
        needs: Needs::READ_ACTIONS,
        documentation: "rest/actions/workflows#get-a-workflow",
        answer: |call| {
            call.look_for_workflows()?;
            Ok(Answer::ok(shown(call, call.workflow()?)))
        },
    },
    Route {
        method: Method::PUT,
        path: "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/disable",
        needs: Needs::WRITE_ACTIONS,
        documentation: "rest/actions/workflows#disable-a-workflow",
        answer: |call| set(call, true),
    },
    Route {
        method: Method::PUT,
        path: "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/enable",
        needs: Needs::WRITE_ACTIONS,
        documentation: "rest/actions/workflows#enable-a-workflow",
        answer: |call| set(call, false),
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/permissions",
        needs: Needs::READ_SETTINGS,
        documentation: "rest/actions/permissions#get-github-actions-permissions-for-a-repository",
        answer: |_| {
            Ok(Answer::ok(json!({"enabled": true, "allowed_actions": "all", "sha_pinning_required": false})))
        },
    },
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/actions/permissions/workflow",
        needs: Needs::READ_SETTINGS,
        documentation: "rest/actions/permissions#get-default-workflow-permissions-for-a-repository",
        answer: |_| {
            let permissions =
                json!({"default_workflow_permissions": "read", "can_approve_pull_request_reviews": false});
            Ok(Answer::ok(permissions))
        },
    },
];

impl Call<'_> {
    /// Looks which workflows there are on the default branch.
    pub(super) fn look_for_workflows(&mut self) -> Result<(), Refusal> {
        let git = self.git()?;
        let mut found = Vec::new();
        if let Ok(head) = git.head().and_then(|head| head.peel_to_commit())
            && let Ok(entry) = head.tree()?.get_path(std::path::Path::new(FOLDER))
        {
            for entry in &git.find_tree(entry.id())? {
                let path = format!("{FOLDER}/{}", String::from_utf8_lossy(entry.name_bytes()));
                let is_workflow = path.ends_with(".yml") || path.ends_with(".yaml");
                if let Some(file) = File::at(&git, head.id(), &path).filter(|_| is_workflow) {
                    found.push((file.name(&path), path));
                }
            }
        }
        let now = self.now;
        for workflow in self.repository_mut()?.workflows.0.values_mut() {
            workflow.is_there = workflow.was_pushed && is_on_a_branch(&git, &workflow.path);
        }
        for (name, path) in found {
            let id = self.next();
            let known = self.repository_mut()?.workflows.0.entry(path.clone()).or_insert(Workflow {
                id,
                path,
                name: String::new(),
                is_disabled: false,
                is_there: false,
                was_pushed: false,
                created: now,
            });
            (known.name, known.is_there) = (name, true);
        }
        Ok(())
    }

    /// The workflow that the path names by its number or by its file.
    pub(super) fn workflow(&self) -> Result<&Workflow, Refusal> {
        let word = self.word("workflow_id");
        let is_meant = |workflow: &&Workflow| {
            workflow.id.to_string() == word || workflow.path.rsplit('/').next() == Some(word)
        };
        let known = self.repository()?.workflows.0.values().find(is_meant);
        known.filter(|workflow| workflow.is_there).ok_or_else(Refusal::not_found)
    }
}

/// Whether the end of any branch has a file at this path.
fn is_on_a_branch(git: &git2::Repository, path: &str) -> bool {
    let Ok(branches) = git.branches(Some(git2::BranchType::Local)) else { return false };
    let tips = branches.flatten().filter_map(|(branch, _)| branch.get().peel_to_commit().ok());
    tips.filter_map(|tip| tip.tree().ok()).any(|tree| tree.get_path(std::path::Path::new(path)).is_ok())
}

fn shown(call: &Call<'_>, workflow: &Workflow) -> Value {
    let branch = call.repository().map(|repository| call.default_branch(repository)).unwrap_or_default();
    let at = workflow.created.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    let name = workflow.path.rsplit('/').next().unwrap_or_default();
    json!({
        "id": workflow.id,
        "node_id": node("Workflow", workflow.id),
        "name": workflow.name,
        "path": workflow.path,
        "state": if workflow.is_disabled { "disabled_manually" } else { "active" },
        "created_at": at,
        "updated_at": at,
        "url": call.url(&format!("/actions/workflows/{}", workflow.id)),
        "html_url": call.page(&format!("/blob/{branch}/{}", workflow.path)),
        "badge_url": call.page(&format!("/actions/workflows/{name}/badge.svg")),
    })
}

fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    call.look_for_workflows()?;
    let all: Vec<_> = call.repository()?.workflows.0.values().filter(|workflow| workflow.is_there).collect();
    Ok(Answer::counted(call, "workflows", all, |workflow| shown(call, workflow)))
}

fn set(call: &mut Call<'_>, is_disabled: bool) -> Result<Answer, Refusal> {
    call.look_for_workflows()?;
    let workflow = call.workflow()?;
    if is_disabled && workflow.is_disabled {
        return Err(Refusal::forbidden("Unable to disable a workflow that is not active."));
    }
    let path = workflow.path.clone();
    if let Some(workflow) = call.repository_mut()?.workflows.0.get_mut(&path) {
        workflow.is_disabled = is_disabled;
    }
    Ok(Answer::done())
}
