//! How two commits stand to each other.

use git2::{Oid, Repository, Sort};
use http::Method;
use serde_json::{Value, json};

use super::diff::changes;
use super::revision::commit_at;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};

/// So many files are told.
const FILES: usize = 300;

pub(in crate::github) const ROUTES: &[Route] = &[Route {
    method: Method::GET,
    path: "/repos/{owner}/{repo}/compare/{basehead+}",
    needs: Needs::READ_CONTENTS,
    documentation: "rest/commits/commits#compare-two-commits",
    answer: compare,
}];

/// The commits of `head` that `base` has not, the oldest first.
pub(in crate::github) fn between(git: &Repository, base: Oid, head: Oid) -> Result<Vec<Oid>, git2::Error> {
    let mut walk = git.revwalk()?;
    walk.set_sorting(Sort::TIME | Sort::TOPOLOGICAL | Sort::REVERSE)?;
    walk.push(head)?;
    walk.hide(base)?;
    walk.collect()
}

fn compare(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let spec = call.word("basehead");
    let (base, head) =
        spec.split_once("...").or_else(|| spec.split_once("..")).ok_or_else(Refusal::not_found)?;
    // `owner:branch` is a branch of a fork; the only fork here is the repository itself.
    let own = |name: &str| {
        let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
        commit_at(&git, name).ok_or_else(Refusal::not_found)
    };
    let (base_id, head_id) = (own(base)?, own(head)?);
    let merge_base = git
        .merge_base(base_id, head_id)
        .map_err(|_| Refusal::absent(&format!("No common ancestor between {base} and {head}.")))?;
    let (ahead, behind) = git.graph_ahead_behind(head_id, base_id)?;
    let status = match (ahead, behind) {
        (0, 0) => "identical",
        (_, 0) => "ahead",
        (0, _) => "behind",
        _ => "diverged",
    };
    let commits = between(&git, base_id, head_id)?;
    let (before, after) = (git.find_commit(merge_base)?.tree()?, git.find_commit(head_id)?.tree()?);
    let files = changes(&git, Some(&before), Some(&after))?;
    let page = call.page(&format!("/compare/{base}...{head}"));
    let permanent = call.page(&format!("/compare/{base_id}...{head_id}"));
    let url = call.url(&format!("/compare/{base}...{head}"));
    let ids = commits.clone();
    let mut answer =
        Answer::list(call, ids, |id| git.find_commit(id).map_or(Value::Null, |commit| call.commit(&commit)));
    let (base_commit, merge_commit) = (git.find_commit(base_id)?, git.find_commit(merge_base)?);
    answer.wrap(|shown| {
        json!({
            "url": url,
            "html_url": page,
            "permalink_url": permanent,
            "diff_url": format!("{page}.diff"),
            "patch_url": format!("{page}.patch"),
            "base_commit": call.commit(&base_commit),
            "merge_base_commit": call.commit(&merge_commit),
            "status": status,
            "ahead_by": ahead,
            "behind_by": behind,
            "total_commits": commits.len(),
            "commits": shown,
            "files": files.iter().take(FILES).map(|change| call.change(change, head_id)).collect::<Vec<_>>(),
        })
    });
    Ok(answer)
}
