//! Workflows, dispatches, runs, jobs and their logs.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::client::Github;
use super::error::GithubError;
use super::request::{JSON, none_if_absent};
use super::route::{encode_segment, repository_route};
use crate::model::github::{PendingDeployment, RepositoryName, RunList, Workflow, WorkflowJob, WorkflowRun};
use crate::wire::retry::Repeat;

/// The run that a dispatch started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DispatchedRun {
    /// The run with this number.
    Id(u64),
    /// Servers up to 3.20 do not say which: look for it by its title.
    Unidentified,
}

impl Github {
    /// The workflows of a repository.
    pub async fn workflows(&self, name: &RepositoryName) -> Result<Vec<Workflow>, GithubError> {
        let workflows =
            self.list(&repository_route(name, &["actions", "workflows"]), Some("workflows")).await?;
        Ok(workflows.iter().map(Workflow::from_json).collect())
    }

    /// Starts a workflow by its file's name. It is sent once: a caller that got no response looks for the run by its
    /// title before it sends another. Empty inputs are left out, so that defaults hold.
    pub async fn dispatch(
        &self,
        name: &RepositoryName,
        workflow: &str,
        branch: &str,
        inputs: &[(&str, &str)],
    ) -> Result<DispatchedRun, GithubError> {
        let inputs = inputs.iter().filter(|(_, value)| !value.is_empty());
        let inputs: Map<String, Value> =
            inputs.map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let route = repository_route(name, &["actions", "workflows", workflow, "dispatches"]);
        let mut body = json!({"ref": branch, "inputs": inputs, "return_run_details": true});
        let mut response = self.write(Method::POST, &route, Some(&body), Repeat::Never).await;
        // Servers up to 3.20 refuse a field that they do not know, before they do anything.
        if let (Err(GithubError::Invalid { message, .. }), Some(fields)) = (&response, body.as_object_mut())
            && message.contains("return_run_details")
        {
            fields.remove("return_run_details");
            response = self.write(Method::POST, &route, Some(&body), Repeat::Never).await;
        }
        let response = response?;
        if response.status == StatusCode::NO_CONTENT {
            return Ok(DispatchedRun::Unidentified);
        }
        let id = response.json()?["workflow_run_id"].as_u64();
        Ok(id.map_or(DispatchedRun::Unidentified, DispatchedRun::Id))
    }

    /// Creates a repository dispatch event, which starts the workflows that listen to it.
    pub async fn repository_dispatch(
        &self,
        name: &RepositoryName,
        event: &str,
        payload: &Value,
    ) -> Result<(), GithubError> {
        let body = json!({"event_type": event, "client_payload": payload});
        self.write(Method::POST, &repository_route(name, &["dispatches"]), Some(&body), Repeat::Never)
            .await
            .map(drop)
    }

    /// The newest runs of a workflow, the newest first.
    pub async fn runs(
        &self,
        name: &RepositoryName,
        workflow: &str,
        branch: Option<&str>,
    ) -> Result<Vec<WorkflowRun>, GithubError> {
        let branch = branch.map(|branch| format!("&branch={}", encode_segment(branch))).unwrap_or_default();
        let route = format!(
            "{}?per_page=100{branch}",
            repository_route(name, &["actions", "workflows", workflow, "runs"])
        );
        let value = self.get(&route).await?;
        Ok(value["workflow_runs"].as_array().into_iter().flatten().map(WorkflowRun::from_json).collect())
    }

    /// The newest runs of all workflows of a repository: one page.
    pub async fn newest_runs(&self, name: &RepositoryName) -> Result<RunList, GithubError> {
        let route = format!("{}?per_page=100", repository_route(name, &["actions", "runs"]));
        Ok(RunList::from_json(&self.get(&route).await?))
    }

    /// The environments that a run waits to deploy to.
    pub async fn pending_deployments(
        &self,
        name: &RepositoryName,
        run: u64,
    ) -> Result<Vec<PendingDeployment>, GithubError> {
        let route = repository_route(name, &["actions", "runs", &run.to_string(), "pending_deployments"]);
        let value = self.get(&route).await?;
        Ok(value.as_array().into_iter().flatten().map(PendingDeployment::from_json).collect())
    }

    /// One run.
    pub async fn run(&self, name: &RepositoryName, id: u64) -> Result<Option<WorkflowRun>, GithubError> {
        Ok(self
            .find(&repository_route(name, &["actions", "runs", &id.to_string()]))
            .await?
            .map(|value| WorkflowRun::from_json(&value)))
    }

    /// The jobs of a run's newest attempt.
    pub async fn jobs(&self, name: &RepositoryName, run: u64) -> Result<Vec<WorkflowJob>, GithubError> {
        let jobs = self
            .list(&repository_route(name, &["actions", "runs", &run.to_string(), "jobs"]), Some("jobs"))
            .await?;
        Ok(jobs.iter().map(WorkflowJob::from_json).collect())
    }

    /// The log of a job. It lies on another host, which gets no token.
    pub async fn job_log(&self, name: &RepositoryName, job: u64) -> Result<Option<String>, GithubError> {
        let route = repository_route(name, &["actions", "jobs", &job.to_string(), "logs"]);
        Ok(none_if_absent(self.read(&route, JSON).await)?.map(|response| response.text()))
    }

    /// Asks a run to stop.
    pub async fn cancel_run(&self, name: &RepositoryName, run: u64) -> Result<(), GithubError> {
        let route = repository_route(name, &["actions", "runs", &run.to_string(), "cancel"]);
        self.write(Method::POST, &route, None, Repeat::Freely).await.map(drop)
    }

    /// Deletes a run and its logs; that it was not there is no error.
    pub async fn delete_run(&self, name: &RepositoryName, run: u64) -> Result<(), GithubError> {
        self.remove(&repository_route(name, &["actions", "runs", &run.to_string()])).await
    }
}
