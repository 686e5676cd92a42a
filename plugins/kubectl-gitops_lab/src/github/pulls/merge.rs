//! Merges: as a merge commit, squashed into one commit, or commit by commit; of the head that was seen and no other.

use git2::{Commit, Index, Oid, Repository, Tree};
use http::{Method, StatusCode};
use serde_json::json;

use super::pull::Pull;
use crate::git::Via;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::content::{Author, between, branch_tip, commit_at, text};
use crate::github::issues::Issue;
use crate::github::refs::RefRefusal;
use crate::github::repositories::repository::Merging;

pub(in crate::github) const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/merge",
        needs: Needs::READ_PULLS,
        documentation: "rest/pulls/pulls#check-if-a-pull-request-has-been-merged",
        answer: is_merged,
    },
    Route {
        method: Method::PUT,
        path: "/repos/{owner}/{repo}/pulls/{pull_number}/merge",
        needs: Needs::MERGE,
        documentation: "rest/pulls/pulls#merge-a-pull-request",
        answer: merge,
    },
    Route {
        method: Method::POST,
        path: "/repos/{owner}/{repo}/merges",
        needs: Needs::MERGE,
        documentation: "rest/branches/branches#merge-a-branch",
        answer: merge_branch,
    },
];

fn is_merged(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (_, pull) = call.asked(call.number("pull_number")?)?;
    if pull.merged.is_some() { Ok(Answer::done()) } else { Err(Refusal::not_found()) }
}

fn not_allowed(message: &str) -> Refusal {
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message)
}

fn merge(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (number, fields, git) = (call.number("pull_number")?, call.body()?, call.git()?);
    let method = fields.text("merge_method")?.unwrap_or_else(|| "merge".to_owned());
    let (issue, pull) = call.asked(number)?;
    let merging = call.repository()?.merging.clone();
    let is_allowed = match method.as_str() {
        "merge" if !merging.allows_merge => Err("Merge commits are not allowed on this repository."),
        "squash" if !merging.allows_squash => Err("Squash merges are not allowed on this repository."),
        "rebase" if !merging.allows_rebase => Err("Rebase merges are not allowed on this repository."),
        "merge" | "squash" | "rebase" => Ok(()),
        _ => {
            return Err(Refusal::mistyped(
                "merge_method",
                &json!(method),
                "a member of [\"merge\", \"squash\", \"rebase\"]",
            ));
        }
    };
    if !issue.is_open {
        return Err(not_allowed("Pull Request is not mergeable"));
    }
    if pull.is_draft {
        return Err(not_allowed("Pull Request is still a draft"));
    }
    is_allowed.map_err(not_allowed)?;
    if fields.text("sha")?.is_some_and(|sha| sha != pull.head_at.to_string()) {
        return Err(Refusal::conflict("Head branch was modified. Review and try the merge again."));
    }
    if let Some(missing) = call.missing(number)? {
        return Err(not_allowed(&missing));
    }
    let merge = Merge { call, git: &git, issue, pull, merging: &merging };
    let said = (fields.text("commit_title")?, fields.text("commit_message")?);
    let commit = match method.as_str() {
        "squash" => merge.squash(said)?,
        "rebase" => merge.rebase()?,
        _ => merge.merge(said)?,
    };
    let (head, base, base_at) = (pull.head.clone(), pull.base.clone(), pull.base_at);
    let name = format!("refs/heads/{base}");
    let (via, head_at) = (Via::Merge(number), pull.head_at);
    call.move_ref(&name, Some(base_at), Some(commit), via).map_err(|refusal| match refusal {
        RefRefusal::Protected { violations, .. } => {
            not_allowed(violations.first().map_or("", String::as_str))
        }
        stale if stale.is_stale() => not_allowed("Base branch was modified. Review and try the merge again."),
        other => other.into(),
    })?;
    if merging.deletes_branch {
        // A head that is protected, or that somebody has moved on, stays.
        let _ = call.move_ref(&format!("refs/heads/{head}"), Some(head_at), None, via);
    }
    Ok(Answer::ok(json!({
        "sha": commit.to_string(),
        "merged": true,
        "message": "Pull Request successfully merged",
    })))
}

/// A merge that may be done.
struct Merge<'a> {
    call: &'a Call<'a>,
    git: &'a Repository,
    issue: &'a Issue,
    pull: &'a Pull,
    merging: &'a Merging,
}

impl<'a> Merge<'a> {
    fn ends(&self) -> Result<(Commit<'a>, Commit<'a>), Refusal> {
        Ok((self.git.find_commit(self.pull.base_at)?, self.git.find_commit(self.pull.head_at)?))
    }

    fn merge(&self, said: (Option<String>, Option<String>)) -> Result<Oid, Refusal> {
        let (base, head) = self.ends()?;
        let tree = written(self.git, self.git.merge_commits(&base, &head, None)?)?;
        let (number, title) = (self.issue.number, &self.issue.title);
        let owner = self.call.repository()?.owner();
        let heading = said.0.unwrap_or_else(|| match self.merging.merge_title.as_str() {
            "PR_TITLE" => format!("{title} (#{number})"),
            _ => format!("Merge pull request #{number} from {owner}/{}", self.pull.head),
        });
        let message = said.1.unwrap_or_else(|| match self.merging.merge_message.as_str() {
            "PR_BODY" => self.issue.body.clone().unwrap_or_default(),
            "BLANK" => String::new(),
            _ => title.clone(),
        });
        self.commit(&self.call.author(), &heading, &message, &tree, &[&base, &head])
    }

    fn squash(&self, said: (Option<String>, Option<String>)) -> Result<Oid, Refusal> {
        let (base, head) = self.ends()?;
        let tree = written(self.git, self.git.merge_commits(&base, &head, None)?)?;
        let mut commits = Vec::new();
        for id in between(self.git, base.id(), head.id())? {
            commits.push(self.git.find_commit(id)?);
        }
        let messages: Vec<String> = commits.iter().map(|commit| text(commit.message_bytes())).collect();
        let only = messages.first().filter(|_| messages.len() == 1).map(|message| message.trim_end());
        let (first, rest) = only.map_or((None, ""), |message| {
            let (first, rest) = message.split_once('\n').unwrap_or((message, ""));
            (Some(first), rest.trim_start())
        });
        let number = self.issue.number;
        let heading = said.0.unwrap_or_else(|| match (self.merging.squash_title.as_str(), first) {
            ("COMMIT_OR_PR_TITLE", Some(first)) => format!("{first} (#{number})"),
            _ => format!("{} (#{number})", self.issue.title),
        });
        let message = said.1.unwrap_or_else(|| match self.merging.squash_message.as_str() {
            "PR_BODY" => self.issue.body.clone().unwrap_or_default(),
            "BLANK" => String::new(),
            _ if only.is_some() => rest.to_owned(),
            _ => messages
                .iter()
                .map(|message| format!("* {}", message.trim_end()))
                .collect::<Vec<_>>()
                .join("\n\n"),
        });
        let accounts = &self.call.github.accounts;
        let email = accounts.get(&self.issue.author).map(crate::github::people::accounts::Account::email);
        let author =
            Author { name: self.issue.author.clone(), email: email.unwrap_or_default(), at: self.call.now };
        self.commit(&author, &heading, &message, &tree, &[&base])
    }

    fn rebase(&self) -> Result<Oid, Refusal> {
        let (base, head) = self.ends()?;
        let committer = self.call.author().signature()?;
        let mut tip = base.clone();
        for id in between(self.git, base.id(), head.id())? {
            let commit = self.git.find_commit(id)?;
            if commit.parent_count() > 1 {
                return Err(not_allowed("This branch can't be rebased"));
            }
            let tree = written(self.git, self.git.cherrypick_commit(&commit, &tip, 0, None)?)?;
            let message = text(commit.message_bytes());
            let id = self.git.commit(None, &commit.author(), &committer, &message, &tree, &[&tip])?;
            tip = self.git.find_commit(id)?;
        }
        Ok(tip.id())
    }

    fn commit(
        &self,
        author: &Author,
        heading: &str,
        message: &str,
        tree: &Tree<'_>,
        parents: &[&Commit<'_>],
    ) -> Result<Oid, Refusal> {
        let whole = if message.is_empty() { heading.to_owned() } else { format!("{heading}\n\n{message}") };
        let committer = Author::github(self.call.now).signature()?;
        Ok(self.git.commit(None, &author.signature()?, &committer, &whole, tree, parents)?)
    }
}

/// What was merged, unless it contradicts itself.
fn written(git: &Repository, mut index: Index) -> Result<Tree<'_>, Refusal> {
    if index.has_conflicts() {
        return Err(not_allowed("Pull Request is not mergeable"));
    }
    Ok(git.find_tree(index.write_tree_to(git)?)?)
}

/// Merges a branch or commit into a branch, without a pull request.
fn merge_branch(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let (git, fields) = (call.history()?, call.body()?);
    let (base, head) = (fields.needed("base")?, fields.needed("head")?);
    let base_at = branch_tip(&git, &base)?.ok_or_else(|| Refusal::absent("Base does not exist"))?;
    let head_at = commit_at(&git, &head).ok_or_else(|| Refusal::absent("Head does not exist"))?;
    if base_at == head_at || git.graph_descendant_of(base_at, head_at)? {
        return Ok(Answer::done());
    }
    let (ours, theirs) = (git.find_commit(base_at)?, git.find_commit(head_at)?);
    let tree = written(&git, git.merge_commits(&ours, &theirs, None)?)
        .map_err(|_| Refusal::conflict("Merge conflict"))?;
    let name = format!("refs/heads/{base}");
    let message = fields.text("commit_message")?.unwrap_or_else(|| format!("Merge {head} into {base}"));
    let (author, committer) = (call.author().signature()?, Author::github(call.now).signature()?);
    let id = git.commit(None, &author, &committer, &message, &tree, &[&ours, &theirs])?;
    call.move_ref(&name, Some(base_at), Some(id), Via::Api).map_err(|refusal| {
        if refusal.is_stale() { Refusal::conflict("Merge conflict") } else { refusal.into() }
    })?;
    Ok(Answer::created(call.commit(&git.find_commit(id)?)))
}
