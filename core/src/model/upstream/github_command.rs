//! Commands about what is on GitHub: `gh`, where it can be led to the host. It takes no port, so a GitHub on a port of
//! its own is asked with curl: the API, with the variables that the suite reads. `CURL_CA_BUNDLE` counts as unset where
//! it is empty. The token goes through a pipe: arguments of a process are for everybody to read.

use crate::model::contract;
use crate::model::github::{PullRequest, RepositoryName, Workflow, WorkflowRun, run_number};
use crate::model::shell_word;
use crate::model::verdict::{NextCommand, short};

/// A repository, and the host that it is on.
#[derive(Clone, Copy)]
pub(super) struct GithubPlace<'a> {
    host: &'a str,
    repository: &'a RepositoryName,
}

impl<'a> GithubPlace<'a> {
    pub(super) fn new(host: &'a str, repository: &'a RepositoryName) -> Self {
        Self { host, repository }
    }

    /// `gh` with the repository, or a request to the API where `gh` has no word for the host.
    fn command(&self, words: &str, method: &str, route: &str, body: Option<&str>) -> String {
        if self.host.contains(':') {
            let address = format!("https://{}/api/v3/repos/{}/{route}", self.host, self.repository);
            return curl(method, &address, body);
        }
        let repository = match self.host {
            "github.com" => self.repository.to_string(),
            host => format!("{host}/{}", self.repository),
        };
        format!("gh {words} --repo {}", shell_word(&repository))
    }

    /// What a run says of itself, and its link.
    pub(super) fn view_run(&self, run: &WorkflowRun, why: &str) -> NextCommand {
        let (words, route) = (format!("run view {}", run.id), format!("actions/runs/{}", run.id));
        NextCommand::new(self.command(&words, "GET", &route, None), why)
    }

    /// The log of what failed in a run.
    pub(super) fn view_failed_run(&self, id: u64) -> NextCommand {
        let words = format!("run view {id} --log-failed");
        let route = format!("actions/runs/{id}/jobs");
        NextCommand::new(self.command(&words, "GET", &route, None), "see what failed")
    }

    /// Follows a run to its end.
    pub(super) fn watch_run(&self, run: &WorkflowRun) -> NextCommand {
        let (words, route) = (format!("run watch {}", run.id), format!("actions/runs/{}", run.id));
        NextCommand::new(self.command(&words, "GET", &route, None), "follow it")
    }

    /// Runs it once more.
    pub(super) fn rerun(&self, run: &WorkflowRun, why: &str) -> NextCommand {
        let (words, route) = (format!("run rerun {}", run.id), format!("actions/runs/{}/rerun", run.id));
        NextCommand::new(self.command(&words, "POST", &route, None), why)
    }

    /// Lets a workflow start runs again.
    pub(super) fn enable(&self, workflow: &Workflow) -> NextCommand {
        let words = format!("workflow enable {}", workflow.id);
        let route = format!("actions/workflows/{}/enable", workflow.id);
        NextCommand::new(self.command(&words, "PUT", &route, None), "let it start runs again")
    }

    /// The workflows, with those that are disabled.
    pub(super) fn list_workflows(&self) -> NextCommand {
        let command = self.command("workflow list --all", "GET", "actions/workflows", None);
        NextCommand::new(command, "see which workflows there are")
    }

    /// What was merged to a branch last.
    pub(super) fn list_merged(&self, branch: &str) -> NextCommand {
        let words = format!("pr list --state merged --limit 5 --base {}", shell_word(branch));
        let route = format!("pulls?state=closed&per_page=5&base={}", url_segment(branch));
        NextCommand::new(self.command(&words, "GET", &route, None), "see what was merged, and by whom")
    }

    /// Starts a workflow by hand, with inputs.
    pub(super) fn start(&self, file: &str, inputs: &[(&str, &str)], why: &str) -> NextCommand {
        let words: String =
            inputs.iter().map(|(name, value)| format!(" -f {name}={}", shell_word(value))).collect();
        let inputs: serde_json::Map<String, serde_json::Value> =
            inputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let body = serde_json::json!({"ref": "main", "inputs": inputs}).to_string();
        let route = format!("actions/workflows/{file}/dispatches");
        let words = format!("workflow run {file}{words}");
        NextCommand::new(self.command(&words, "POST", &route, Some(&body)), why)
    }

    /// The newest commits of a branch: what they are called, and who made them.
    pub(super) fn list_commits(&self, branch: &str, why: &str) -> NextCommand {
        let route = format!("commits?per_page=5&sha={}", url_segment(branch));
        let shown = r#".[] | .sha[:7] + " " + .commit.author.name + ": " + .commit.message"#;
        NextCommand::new(self.api(&route, shown), why)
    }

    /// The statuses of a commit, and who reported them.
    pub(super) fn list_statuses(&self, commit: &str) -> NextCommand {
        let shown = r#".[] | .created_at + " " + .context + " " + .state + " by " + .creator.login"#;
        NextCommand::new(self.api(&format!("commits/{commit}/statuses"), shown), "see who reported that")
    }

    /// What the API answers to a question that `gh` has no word for.
    fn api(&self, route: &str, shown: &str) -> String {
        if self.host.contains(':') {
            return self.command("", "GET", route, None);
        }
        let host = match self.host {
            "github.com" => String::new(),
            host => format!("--hostname {} ", shell_word(host)),
        };
        let route = shell_word(&format!("repos/{}/{route}", self.repository));
        format!("gh api {host}{route} --jq {}", shell_word(shown))
    }

    /// The number of the run that a page of this repository shows, `None` where it shows something else.
    pub(super) fn run_of_page(&self, page: &str) -> Option<u64> {
        let own = format!("https://{}/{}/", self.host, self.repository);
        page.starts_with(&own).then(|| run_number(page))?
    }

    /// Lifts the hold on an environment.
    pub(super) fn lift_hold(&self, environment: &str) -> NextCommand {
        self.delete_variable(environment, contract::HOLD, "lift the hold, once its reason is gone")
    }

    /// Takes a variable from an environment.
    pub(super) fn delete_variable(&self, environment: &str, name: &str, why: &str) -> NextCommand {
        let words = format!("variable delete {name} --env {}", shell_word(environment));
        let segment = url_segment(environment);
        let route = format!("environments/{segment}/variables/{name}");
        NextCommand::new(self.command(&words, "DELETE", &route, None), why)
    }
}

/// Where a commit is in another environment of its pipeline.
pub(super) fn status_of_commit(source: &RepositoryName, environment: &str, commit: &str) -> NextCommand {
    let (project, environment) = (shell_word(&source.to_string()), shell_word(environment));
    let commit = short(commit);
    NextCommand::new(
        format!("kubectl gitops-status --project {project} --environment {environment} --revision {commit}"),
        "see how far it is there",
    )
}

/// Where another environment of a pipeline stands.
pub(super) fn status_of_environment(source: &RepositoryName, environment: &str) -> NextCommand {
    let (project, environment) = (shell_word(&source.to_string()), shell_word(environment));
    NextCommand::new(
        format!("kubectl gitops-status --project {project} --environment {environment}"),
        "see what keeps it there",
    )
}

/// Shows a pull request.
pub(super) fn view_pull_request(pull: &PullRequest, why: &str) -> NextCommand {
    let command = match api_address(&pull.url) {
        None => format!("gh pr view {}", url_word(&pull.url)),
        Some(address) => curl("GET", &address, None),
    };
    NextCommand::new(command, why)
}

fn curl(method: &str, address: &str, body: Option<&str>) -> String {
    let method = if method == "GET" { String::new() } else { format!(" -X {method}") };
    let body = body.map(|body| format!(" -d {}", shell_word(body))).unwrap_or_default();
    format!(
        "printf 'Authorization: Bearer %s' \"$GH_TOKEN\" | CURL_CA_BUNDLE=\"$GITOPS_CA_FILE\" curl -sS -H @-{method}{body} {}",
        url_word(address)
    )
}

/// A segment of a URL: names of environments hold any character.
fn url_segment(name: &str) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    let encode = |byte: u8| {
        if is_plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    name.bytes().map(encode).collect()
}

/// A URL as one word of a shell: a colon needs no quotes.
fn url_word(url: &str) -> String {
    let is_plain = url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte));
    if is_plain { url.to_owned() } else { shell_word(url) }
}

/// Where the API has the pull request of a page, on a host with a port: that of GitHub Enterprise Server lies beneath
/// `/api/v3`.
fn api_address(page: &str) -> Option<String> {
    let (scheme, rest) = page.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let (_, port) = host.rsplit_once(':')?;
    port.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    let (repository, number) = path.rsplit_once("/pull/")?;
    Some(format!("{scheme}://{host}/api/v3/repos/{repository}/pulls/{number}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn gh_is_asked_where_it_can_be_and_curl_on_a_port() {
        for (url, command) in [
            (
                "https://github.com/contoso/hello-gitops/pull/12",
                "gh pr view https://github.com/contoso/hello-gitops/pull/12",
            ),
            (
                "https://git.example/contoso/hello-gitops/pull/12",
                "gh pr view https://git.example/contoso/hello-gitops/pull/12",
            ),
            (
                "https://127.0.0.1:8443/contoso/hello-gitops/pull/12",
                "printf 'Authorization: Bearer %s' \"$GH_TOKEN\" | CURL_CA_BUNDLE=\"$GITOPS_CA_FILE\" curl -sS -H @- https://127.0.0.1:8443/api/v3/repos/contoso/hello-gitops/pulls/12",
            ),
            ("https://git.example/$(reboot)/pull/1", "gh pr view 'https://git.example/$(reboot)/pull/1'"),
        ] {
            let pull = PullRequest::from_json(&json!({"number": 12, "html_url": url}));
            assert_eq!(view_pull_request(&pull, "").command, command);
        }
    }

    #[test]
    fn a_run_is_looked_at_where_it_is() {
        let run = WorkflowRun::from_json(&json!({"id": 7}));
        let repository: RepositoryName = "contoso/hello".parse().expect("a name");
        let on = |host| GithubPlace::new(host, &repository).view_failed_run(run.id).command;
        assert_eq!(on("github.com"), "gh run view 7 --log-failed --repo contoso/hello");
        assert_eq!(on("git.example"), "gh run view 7 --log-failed --repo git.example/contoso/hello");
        let address = "https://127.0.0.1:8443/api/v3/repos/contoso/hello/actions/runs/7/jobs";
        assert!(on("127.0.0.1:8443").ends_with(&format!(" curl -sS -H @- {address}")));
    }

    #[test]
    fn names_of_environments_hold_anything() {
        let repository: RepositoryName = "contoso/hello".parse().expect("a name");
        let lift = |host, name| GithubPlace::new(host, &repository).lift_hold(name).command;
        assert_eq!(
            lift("github.com", "a b;reboot"),
            "gh variable delete HOLD --env 'a b;reboot' --repo contoso/hello"
        );
        let end =
            " -X DELETE https://h:1/api/v3/repos/contoso/hello/environments/a%20b%3Breboot/variables/HOLD";
        let command = lift("h:1", "a b;reboot");
        let decoded = command.replace('\'', "");
        assert!(decoded.ends_with(end), "{command}");
    }
}
