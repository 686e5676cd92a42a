//! Repositories as GitHub shows them: in few words to name them, or with all that there is.

use serde_json::{Value, json};

use super::repository::Repository;
use crate::git::Right;
use crate::github::api::call::Call;
use crate::github::api::timestamp::time;
use crate::github::node_id::node;

/// Addresses of the API below a repository's own, and the templates behind them.
const ADDRESSES: [(&str, &str); 38] = [
    ("forks_url", "/forks"),
    ("keys_url", "/keys{/key_id}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("teams_url", "/teams"),
    ("hooks_url", "/hooks"),
    ("issue_events_url", "/issues/events{/number}"),
    ("events_url", "/events"),
    ("assignees_url", "/assignees{/user}"),
    ("branches_url", "/branches{/branch}"),
    ("tags_url", "/tags"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("trees_url", "/git/trees{/sha}"),
    ("statuses_url", "/statuses/{sha}"),
    ("languages_url", "/languages"),
    ("stargazers_url", "/stargazers"),
    ("contributors_url", "/contributors"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("commits_url", "/commits{/sha}"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("comments_url", "/comments{/number}"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("contents_url", "/contents/{+path}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("merges_url", "/merges"),
    ("archive_url", "/{archive_format}{/ref}"),
    ("downloads_url", "/downloads"),
    ("issues_url", "/issues{/number}"),
    ("pulls_url", "/pulls{/number}"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("labels_url", "/labels{/name}"),
    ("releases_url", "/releases{/id}"),
    ("deployments_url", "/deployments"),
    ("url", ""),
    ("svn_url", ""),
];

impl Call<'_> {
    /// A repository with nothing but what names it.
    pub(in crate::github) fn minimal(&self, repository: &Repository) -> Value {
        let api = format!("{}/repos/{}", self.github.urls.api, repository.name);
        let page = format!("{}/{}", self.github.urls.server, repository.name);
        let mut shown = json!({
            "id": repository.id,
            "node_id": node("Repository", repository.id),
            "name": repository.short(),
            "full_name": repository.name,
            "private": repository.is_private,
            "owner": self.account(repository.owner()),
            "html_url": page,
            "description": repository.description,
            "fork": false,
        });
        for (field, rest) in ADDRESSES {
            shown[field] = json!(format!("{api}{rest}"));
        }
        shown["svn_url"] = json!(page);
        shown
    }

    /// A repository as lists and pull requests show it.
    pub(in crate::github) fn simple(&self, repository: &Repository) -> Value {
        let mut shown = self.minimal(repository);
        let page = format!("{}/{}", self.github.urls.server, repository.name);
        let host = self.github.urls.server.trim_start_matches("https://");
        let open = repository.open_issues();
        for (field, value) in [
            ("created_at", time(repository.created)),
            ("updated_at", time(repository.updated)),
            ("pushed_at", time(repository.pushed)),
            ("git_url", json!(format!("git://{host}/{}.git", repository.name))),
            ("ssh_url", json!(format!("git@{host}:{}.git", repository.name))),
            ("clone_url", json!(format!("{page}.git"))),
            ("svn_url", json!(page)),
            ("homepage", json!(repository.homepage)),
            ("size", json!(0)),
            ("stargazers_count", json!(0)),
            ("watchers_count", json!(0)),
            ("language", Value::Null),
            ("has_issues", json!(true)),
            ("has_projects", json!(true)),
            ("has_downloads", json!(true)),
            ("has_wiki", json!(true)),
            ("has_pages", json!(false)),
            ("has_discussions", json!(false)),
            ("has_pull_requests", json!(true)),
            ("pull_request_creation_policy", json!("all")),
            ("forks_count", json!(0)),
            ("mirror_url", Value::Null),
            ("archived", json!(repository.is_archived)),
            ("disabled", json!(false)),
            ("open_issues_count", json!(open)),
            ("license", Value::Null),
            ("allow_forking", json!(true)),
            ("is_template", json!(false)),
            ("web_commit_signoff_required", json!(false)),
            ("topics", json!(repository.topics)),
            ("visibility", json!(if repository.is_private { "private" } else { "public" })),
            ("forks", json!(0)),
            ("open_issues", json!(open)),
            ("watchers", json!(0)),
            ("default_branch", json!(self.default_branch(repository))),
        ] {
            shown[field] = value;
        }
        shown
    }

    /// A repository as lists of repositories show it: with what the caller may do there.
    pub(in crate::github) fn listed(&self, repository: &Repository) -> Value {
        let mut shown = self.simple(repository);
        if let Some(right) = self.github.right(&self.caller, repository)
            && self.caller.is_somebody()
        {
            let (push, admin) = (right >= Right::Write, right >= Right::Admin);
            shown["permissions"] =
                json!({"admin": admin, "maintain": admin, "push": push, "triage": push, "pull": true});
        }
        shown
    }

    /// All of a repository.
    pub(in crate::github) fn full(&self, repository: &Repository) -> Value {
        let mut shown = self.listed(repository);
        shown["network_count"] = json!(0);
        shown["subscribers_count"] = json!(0);
        shown["custom_properties"] = json!({});
        if self.github.accounts.is_organization(repository.owner()) {
            shown["organization"] = self.account(repository.owner());
        }
        // Who may push sees how it is merged.
        if self.github.right(&self.caller, repository) >= Some(Right::Write) {
            let merging = &repository.merging;
            for (field, value) in [
                ("temp_clone_token", json!("")),
                ("allow_squash_merge", json!(merging.allows_squash)),
                ("allow_merge_commit", json!(merging.allows_merge)),
                ("allow_rebase_merge", json!(merging.allows_rebase)),
                ("allow_auto_merge", json!(merging.allows_auto)),
                ("delete_branch_on_merge", json!(merging.deletes_branch)),
                ("allow_update_branch", json!(merging.allows_update)),
                ("use_squash_pr_title_as_default", json!(merging.squash_title == "PR_TITLE")),
                ("squash_merge_commit_message", json!(merging.squash_message)),
                ("squash_merge_commit_title", json!(merging.squash_title)),
                ("merge_commit_message", json!(merging.merge_message)),
                ("merge_commit_title", json!(merging.merge_title)),
            ] {
                shown[field] = value;
            }
        }
        shown
    }

    /// The branch that clones begin with: git knows it.
    pub(in crate::github) fn default_branch(&self, repository: &Repository) -> String {
        let found = self.github.host.repository(&repository.name).ok().and_then(|git| {
            let head = git.find_reference("HEAD").ok()?;
            let target = head.symbolic_target().ok().flatten()?;
            target.strip_prefix("refs/heads/").map(str::to_owned)
        });
        found.unwrap_or_else(|| "main".to_owned())
    }
}
