//! Workflows, dispatches, runs, jobs and their logs.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::connect::Github;
use super::error::GithubError;
use super::request::absent;
use super::route::{encoded, of};
use crate::model::github::{Job, RepositoryName, Run, Workflow};
use crate::wire::retry::Repeat;

/// What came of a dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dispatched {
    /// This run.
    Run(u64),
    /// A run that an older server does not name: look for it by its title.
    Unnamed,
}

impl Github {
    /// The workflows of a repository.
    pub async fn workflows(&self, name: &RepositoryName) -> Result<Vec<Workflow>, GithubError> {
        let listed = self.list(&of(name, &["actions", "workflows"]), Some("workflows")).await?;
        Ok(listed.iter().map(Workflow::read).collect())
    }

    /// Starts a workflow by its file's name. It is sent once: a caller that got no answer looks for the run by its
    /// title before it sends another. Empty inputs are left out, so that defaults hold.
    pub async fn dispatch(
        &self,
        name: &RepositoryName,
        workflow: &str,
        branch: &str,
        inputs: &[(&str, &str)],
    ) -> Result<Dispatched, GithubError> {
        let given = inputs.iter().filter(|(_, value)| !value.is_empty());
        let given: Map<String, Value> =
            given.map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let route = of(name, &["actions", "workflows", workflow, "dispatches"]);
        let mut body = json!({"ref": branch, "inputs": given, "return_run_details": true});
        let mut answer = self.write(Method::POST, &route, Some(&body), Repeat::Never).await;
        // Servers up to 3.20 refuse what they do not know, before they do anything.
        if let (Err(GithubError::Invalid { message, .. }), Some(fields)) = (&answer, body.as_object_mut())
            && message.contains("return_run_details")
        {
            fields.remove("return_run_details");
            answer = self.write(Method::POST, &route, Some(&body), Repeat::Never).await;
        }
        let answer = answer?;
        if answer.status == StatusCode::NO_CONTENT {
            return Ok(Dispatched::Unnamed);
        }
        let id = answer.json()?["workflow_run_id"].as_u64();
        Ok(id.map_or(Dispatched::Unnamed, Dispatched::Run))
    }

    /// Tells a repository's workflows of an event.
    pub async fn repository_dispatch(
        &self,
        name: &RepositoryName,
        event: &str,
        payload: &Value,
    ) -> Result<(), GithubError> {
        let body = json!({"event_type": event, "client_payload": payload});
        self.write(Method::POST, &of(name, &["dispatches"]), Some(&body), Repeat::Never).await.map(drop)
    }

    /// The newest runs of a workflow, the newest first.
    pub async fn runs(
        &self,
        name: &RepositoryName,
        workflow: &str,
        branch: Option<&str>,
    ) -> Result<Vec<Run>, GithubError> {
        let branch = branch.map(|branch| format!("&branch={}", encoded(branch))).unwrap_or_default();
        let route = format!("{}?per_page=100{branch}", of(name, &["actions", "workflows", workflow, "runs"]));
        let value = self.get(&route).await?;
        Ok(value["workflow_runs"].as_array().into_iter().flatten().map(Run::read).collect())
    }

    /// One run.
    pub async fn run(&self, name: &RepositoryName, id: u64) -> Result<Option<Run>, GithubError> {
        Ok(self.find(&of(name, &["actions", "runs", &id.to_string()])).await?.map(|value| Run::read(&value)))
    }

    /// The jobs of a run's newest attempt.
    pub async fn jobs(&self, name: &RepositoryName, run: u64) -> Result<Vec<Job>, GithubError> {
        let listed =
            self.list(&of(name, &["actions", "runs", &run.to_string(), "jobs"]), Some("jobs")).await?;
        Ok(listed.iter().map(Job::read).collect())
    }

    /// What a job printed. It lies on another host, which gets no token.
    pub async fn job_log(&self, name: &RepositoryName, job: u64) -> Result<Option<String>, GithubError> {
        let route = of(name, &["actions", "jobs", &job.to_string(), "logs"]);
        Ok(absent(self.read(&route, "application/vnd.github+json").await)?.map(|answer| answer.text()))
    }

    /// Asks a run to stop.
    pub async fn cancel_run(&self, name: &RepositoryName, run: u64) -> Result<(), GithubError> {
        let route = of(name, &["actions", "runs", &run.to_string(), "cancel"]);
        self.write(Method::POST, &route, None, Repeat::Freely).await.map(drop)
    }

    /// Deletes a run and its logs; that it was not there is no error.
    pub async fn delete_run(&self, name: &RepositoryName, run: u64) -> Result<(), GithubError> {
        self.remove(&of(name, &["actions", "runs", &run.to_string()])).await
    }
}
