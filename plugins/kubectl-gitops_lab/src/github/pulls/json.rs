//! Pull requests as GitHub shows them.

use git2::Oid;
use serde_json::{Value, json};

use super::pull::{Mergeability, Pull};
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::timestamp::time;
use crate::github::content::changes;
use crate::github::issues::Issue;
use crate::github::node_id::node;

impl Call<'_> {
    /// A pull request as lists show it.
    pub(super) fn pull(&self, issue: &Issue, pull: &Pull) -> Result<Value, Refusal> {
        let repository = self.repository()?;
        let number = issue.number;
        let url = self.url(&format!("/pulls/{number}"));
        let issue_url = self.url(&format!("/issues/{number}"));
        let page = self.page(&format!("/pull/{number}"));
        let comments = format!("{issue_url}/comments");
        let statuses = self.url(&format!("/statuses/{}", pull.head_at));
        let review_comment = self.url("/pulls/comments{/number}");
        let labels = repository.issues.labels_of(issue);
        let merge_commit = match (&pull.merged, &pull.trial) {
            (Some(merged), _) => Some(merged.commit.to_string()),
            (None, Some(trial)) => match trial.outcome {
                Mergeability::Clean(commit) => Some(commit.to_string()),
                _ => None,
            },
            (None, None) => None,
        };
        let shown = self.simple(repository);
        let owner = self.account(repository.owner());
        let end = |branch: &str, at: Oid| {
            json!({
                "label": format!("{}:{branch}", repository.owner()),
                "ref": branch,
                "sha": at.to_string(),
                "user": owner,
                "repo": shown,
            })
        };
        let link = |href: &str| json!({"href": href});
        Ok(json!({
            "url": url,
            "id": issue.id,
            "node_id": node("PullRequest", issue.id),
            "html_url": page,
            "diff_url": format!("{page}.diff"),
            "patch_url": format!("{page}.patch"),
            "issue_url": issue_url,
            "number": number,
            "state": if issue.is_open { "open" } else { "closed" },
            "locked": false,
            "title": issue.title,
            "user": self.account(&issue.author),
            "body": issue.body,
            "created_at": time(issue.created),
            "updated_at": time(issue.updated),
            "closed_at": issue.closed.map(time),
            "merged_at": pull.merged.as_ref().map(|merged| time(merged.at)),
            "merge_commit_sha": merge_commit,
            "assignee": null,
            "assignees": [],
            "requested_reviewers": [],
            "requested_teams": [],
            "labels": labels.into_iter().map(|label| self.label(label)).collect::<Vec<_>>(),
            "milestone": null,
            "draft": pull.is_draft,
            "commits_url": format!("{url}/commits"),
            "review_comments_url": format!("{url}/comments"),
            "review_comment_url": review_comment,
            "comments_url": comments,
            "statuses_url": statuses,
            "head": end(&pull.head, pull.head_at),
            "base": end(&pull.base, pull.base_at),
            "_links": {
                "self": link(&url),
                "html": link(&page),
                "issue": link(&issue_url),
                "comments": link(&comments),
                "review_comments": link(&format!("{url}/comments")),
                "review_comment": link(&review_comment),
                "commits": link(&format!("{url}/commits")),
                "statuses": link(&statuses),
            },
            "author_association": self.association(&issue.author),
            "auto_merge": null,
            "active_lock_reason": null,
        }))
    }

    /// All of a pull request.
    pub(super) fn full_pull(&self, issue: &Issue, pull: &Pull) -> Result<Value, Refusal> {
        let git = self.git()?;
        let begin = git.merge_base(pull.base_at, pull.head_at).unwrap_or(pull.base_at);
        let (before, after) = (git.find_commit(begin)?.tree()?, git.find_commit(pull.head_at)?.tree()?);
        let files = changes(&git, Some(&before), Some(&after))?;
        let commits = git.graph_ahead_behind(pull.head_at, pull.base_at).map_or(0, |(ahead, _)| ahead);
        let mergeable = match pull.trial.map(|trial| trial.outcome) {
            _ if !issue.is_open => None,
            None | Some(Mergeability::Unknown) => None,
            Some(Mergeability::Conflict) => Some(false),
            Some(Mergeability::Clean(_)) => Some(true),
        };
        let state = match mergeable {
            None => "unknown",
            Some(false) => "dirty",
            Some(true) => self.merge_state(issue, pull)?,
        };
        let mut shown = self.pull(issue, pull)?;
        for (field, value) in [
            ("merged", json!(pull.merged.is_some())),
            ("mergeable", json!(mergeable)),
            ("rebaseable", json!(mergeable)),
            ("mergeable_state", json!(state)),
            ("merged_by", pull.merged.as_ref().map_or(Value::Null, |merged| self.account(&merged.by))),
            ("comments", json!(issue.comments.len())),
            ("review_comments", json!(0)),
            ("maintainer_can_modify", json!(pull.may_maintainers_modify)),
            ("commits", json!(commits)),
            ("additions", json!(files.iter().map(|file| file.additions).sum::<usize>())),
            ("deletions", json!(files.iter().map(|file| file.deletions).sum::<usize>())),
            ("changed_files", json!(files.len())),
        ] {
            shown[field] = value;
        }
        Ok(shown)
    }
}
