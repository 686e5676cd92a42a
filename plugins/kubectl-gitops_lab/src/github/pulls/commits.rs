//! Which pull requests brought a commit: an index that lags behind merges.

use git2::Oid;
use http::Method;
use jiff::SignedDuration;

use super::pull::Pull;
use crate::github::api::answer::Answer;
use crate::github::api::call::Call;
use crate::github::api::refusal::Refusal;
use crate::github::api::route::{Needs, Route};
use crate::github::content::commit_at;
use crate::github::issues::Issue;

/// So long the index knows nothing of a merge.
const LAG: SignedDuration = SignedDuration::from_secs(5);

pub(in crate::github) const ROUTES: &[Route] = &[Route {
    method: Method::GET,
    path: "/repos/{owner}/{repo}/commits/{ref+}/pulls",
    needs: Needs::READ_PULLS,
    documentation: "rest/commits/commits#list-pull-requests-associated-with-a-commit",
    answer: pulls,
}];

fn pulls(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let git = call.history()?;
    let wanted = call.word("ref");
    let id = commit_at(&git, wanted)
        .ok_or_else(|| Refusal::unprocessable(format!("No commit found for SHA: {wanted}")))?;
    let brought = |pull: &Pull| -> bool {
        let is_in = |tip: Oid| tip == id || git.graph_descendant_of(tip, id).unwrap_or_default();
        is_in(pull.head_at) && !is_in(pull.base_at)
    };
    let is_known = |pull: &Pull| match &pull.merged {
        None => brought(pull),
        Some(merged) => call.now.duration_since(merged.at) >= LAG && (merged.commit == id || brought(pull)),
    };
    let pulls =
        call.repository()?.issues.all.values().filter_map(|issue| Some((issue, issue.pull.as_ref()?)));
    let found: Vec<(&Issue, &Pull)> = pulls.filter(|(_, pull)| is_known(pull)).collect();
    Ok(Answer::list(call, found, |(issue, pull)| call.pull(issue, pull).unwrap_or_default()))
}
