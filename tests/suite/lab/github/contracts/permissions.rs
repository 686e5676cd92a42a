//! What routes need against what GitHub's pages say they do: "Permissions required for fine-grained personal access
//! tokens" (docs.github.com, REST API, authentication), and the scopes that the real service was recorded to accept.

use std::collections::BTreeMap;

use super::description::nameless;
use crate::support::contracts;

/// Permissions, as `X-Accepted-GitHub-Permissions` spells them, and the routes that are documented below them. A route
/// that stands below several needs any one of them; below `{}/{}` is a repository.
const DOCUMENTED: [(&str, &[&str]); 24] = [
    (
        "metadata=read",
        &[
            "GET {}/{}",
            "GET {}/{}/topics",
            "GET {}/{}/collaborators/{}",
            "GET {}/{}/collaborators/{}/permission",
            "GET /orgs/{}/repos",
            "GET /users/{}/repos",
            "GET /user/repos",
        ],
    ),
    (
        "administration=read",
        &[
            "GET {}/{}/branches/{}/protection",
            "GET {}/{}/branches/{}/protection/enforce_admins",
            "GET {}/{}/branches/{}/protection/required_pull_request_reviews",
            "GET {}/{}/branches/{}/protection/required_status_checks",
            "GET {}/{}/branches/{}/protection/restrictions",
            "GET {}/{}/actions/permissions",
            "GET {}/{}/actions/permissions/workflow",
        ],
    ),
    (
        "administration=write",
        &[
            "PATCH {}/{}",
            "DELETE {}/{}",
            "PUT {}/{}/topics",
            "POST /orgs/{}/repos",
            "POST /user/repos",
            "PUT {}/{}/branches/{}/protection",
            "DELETE {}/{}/branches/{}/protection",
            "PATCH {}/{}/branches/{}/protection/required_status_checks",
            "PATCH {}/{}/branches/{}/protection/required_pull_request_reviews",
            "POST {}/{}/branches/{}/protection/enforce_admins",
            "DELETE {}/{}/branches/{}/protection/enforce_admins",
            "PUT {}/{}/environments/{}",
            "DELETE {}/{}/environments/{}",
        ],
    ),
    (
        "contents=read",
        &[
            "GET {}/{}/branches",
            "GET {}/{}/branches/{}",
            "GET {}/{}/commits",
            "GET {}/{}/commits/{}",
            "GET {}/{}/compare/{}",
            "GET {}/{}/contents",
            "GET {}/{}/contents/{}",
            "GET {}/{}/git/blobs/{}",
            "GET {}/{}/git/commits/{}",
            "GET {}/{}/git/matching-refs/{}",
            "GET {}/{}/git/ref/{}",
            "GET {}/{}/git/tags/{}",
            "GET {}/{}/git/trees/{}",
            "GET {}/{}/pulls/{}",
        ],
    ),
    (
        "contents=write",
        &[
            "PUT {}/{}/contents/{}",
            "DELETE {}/{}/contents/{}",
            "POST {}/{}/dispatches",
            "POST {}/{}/git/blobs",
            "POST {}/{}/git/commits",
            "POST {}/{}/git/tags",
            "POST {}/{}/git/trees",
            "POST {}/{}/git/refs",
            "PATCH {}/{}/git/refs/{}",
            "DELETE {}/{}/git/refs/{}",
            "DELETE {}/{}/git/ref/{}",
            "POST {}/{}/merges",
            "PUT {}/{}/pulls/{}/merge",
        ],
    ),
    ("deployments=write", &["POST {}/{}/actions/runs/{}/pending_deployments"]),
    ("contents=write,workflows=write", &["POST {}/{}/git/refs", "PATCH {}/{}/git/refs/{}"]),
    ("statuses=read", &["GET {}/{}/commits/{}/status", "GET {}/{}/commits/{}/statuses"]),
    ("statuses=write", &["POST {}/{}/statuses/{}"]),
    ("checks=read", &["GET {}/{}/commits/{}/check-runs"]),
    (
        "pull_requests=read",
        &[
            "GET {}/{}/commits/{}/pulls",
            "GET {}/{}/pulls",
            "GET {}/{}/pulls/{}",
            "GET {}/{}/pulls/{}/commits",
            "GET {}/{}/pulls/{}/files",
            "GET {}/{}/pulls/{}/merge",
            "GET {}/{}/pulls/{}/requested_reviewers",
            "GET {}/{}/pulls/{}/reviews",
            "GET {}/{}/pulls/{}/reviews/{}",
            "GET {}/{}/labels",
            "GET {}/{}/labels/{}",
            "GET {}/{}/issues/{}/labels",
            "GET {}/{}/issues/{}/comments",
        ],
    ),
    (
        "pull_requests=write",
        &[
            "POST {}/{}/pulls",
            "PATCH {}/{}/pulls/{}",
            "POST {}/{}/pulls/{}/reviews",
            "PUT {}/{}/pulls/{}/reviews/{}",
            "DELETE {}/{}/pulls/{}/reviews/{}",
            "PUT {}/{}/pulls/{}/reviews/{}/dismissals",
            "POST {}/{}/labels",
            "PATCH {}/{}/labels/{}",
            "DELETE {}/{}/labels/{}",
            "POST {}/{}/issues/{}/labels",
            "PUT {}/{}/issues/{}/labels",
            "DELETE {}/{}/issues/{}/labels/{}",
            "POST {}/{}/issues/{}/comments",
        ],
    ),
    (
        "issues=read",
        &[
            "GET {}/{}/issues/{}",
            "GET {}/{}/labels",
            "GET {}/{}/labels/{}",
            "GET {}/{}/issues/{}/labels",
            "GET {}/{}/issues/{}/comments",
        ],
    ),
    (
        "issues=write",
        &[
            "POST {}/{}/labels",
            "PATCH {}/{}/labels/{}",
            "DELETE {}/{}/labels/{}",
            "POST {}/{}/issues/{}/labels",
            "PUT {}/{}/issues/{}/labels",
            "DELETE {}/{}/issues/{}/labels/{}",
            "POST {}/{}/issues/{}/comments",
        ],
    ),
    (
        "actions=read",
        &[
            "GET {}/{}/environments",
            "GET {}/{}/environments/{}",
            "GET {}/{}/actions/runs",
            "GET {}/{}/actions/runs/{}",
            "GET {}/{}/actions/runs/{}/jobs",
            "GET {}/{}/actions/runs/{}/pending_deployments",
            "GET {}/{}/actions/jobs/{}",
            "GET {}/{}/actions/jobs/{}/logs",
            "GET {}/{}/actions/workflows",
            "GET {}/{}/actions/workflows/{}",
            "GET {}/{}/actions/workflows/{}/runs",
        ],
    ),
    (
        "actions=write",
        &[
            "DELETE {}/{}/actions/runs/{}",
            "POST {}/{}/actions/runs/{}/cancel",
            "POST {}/{}/actions/runs/{}/rerun",
            "POST {}/{}/actions/runs/{}/rerun-failed-jobs",
            "PUT {}/{}/actions/workflows/{}/disable",
            "PUT {}/{}/actions/workflows/{}/enable",
            "POST {}/{}/actions/workflows/{}/dispatches",
        ],
    ),
    (
        "secrets=read",
        &[
            "GET {}/{}/actions/secrets",
            "GET {}/{}/actions/secrets/public-key",
            "GET {}/{}/actions/secrets/{}",
        ],
    ),
    ("secrets=write", &["PUT {}/{}/actions/secrets/{}", "DELETE {}/{}/actions/secrets/{}"]),
    ("actions_variables=read", &["GET {}/{}/actions/variables", "GET {}/{}/actions/variables/{}"]),
    (
        "actions_variables=write",
        &[
            "POST {}/{}/actions/variables",
            "PATCH {}/{}/actions/variables/{}",
            "DELETE {}/{}/actions/variables/{}",
        ],
    ),
    (
        "environments=read",
        &[
            "GET {}/{}/environments/{}/secrets",
            "GET {}/{}/environments/{}/secrets/public-key",
            "GET {}/{}/environments/{}/secrets/{}",
            "GET {}/{}/environments/{}/variables",
            "GET {}/{}/environments/{}/variables/{}",
        ],
    ),
    (
        "environments=write",
        &[
            "PUT {}/{}/environments/{}/secrets/{}",
            "DELETE {}/{}/environments/{}/secrets/{}",
            "POST {}/{}/environments/{}/variables",
            "PATCH {}/{}/environments/{}/variables/{}",
            "DELETE {}/{}/environments/{}/variables/{}",
        ],
    ),
    ("members=read", &["GET /user/memberships/orgs/{}"]),
    (
        "allows_permissionless_access=true",
        &[
            "GET /",
            "GET /zen",
            "GET /rate_limit",
            "GET /user",
            "GET /user/orgs",
            "GET /users/{}",
            "GET /orgs/{}",
        ],
    ),
];

/// Recorded scopes that are others today, and why.
const OTHER_SCOPES: [(&str, &str); 2] = [
    ("DELETE /repos/{}/{} 404", "recorded without the scope delete_repo, which is documented for it since"),
    ("GET /repos/{}/{} 404", "recorded of a page that was moved since"),
];

/// What the pages say of a route, in the form of the header.
fn documented() -> BTreeMap<String, Vec<&'static str>> {
    let mut all: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for (permission, routes) in DOCUMENTED {
        for route in routes {
            all.entry(route.replace(" {}/{}", " /repos/{}/{}")).or_default().push(permission);
        }
    }
    all
}

/// A header's sets, in whatever order.
fn sets(header: &str) -> Vec<&str> {
    let mut sets: Vec<_> = header.split("; ").collect();
    sets.sort_unstable();
    sets
}

/// The whole table, a line a route.
fn table() -> String {
    let lines =
        kubectl_gitops_lab::github_needs().into_iter().map(|(method, path, role, permissions, scopes)| {
            format!("{:<6} {path} | {role} | {permissions} | {scopes}", method.as_str())
        });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_route_needs_what_github_documents() {
    let mut documented = documented();
    let mut problems = Vec::new();
    for (method, path, _, header, _) in kubectl_gitops_lab::github_needs() {
        let route = format!("{method} {}", nameless(path));
        match documented.remove(&route) {
            None => problems.push(format!("{route} is not documented, and needs {header}")),
            Some(mut pages) => {
                pages.sort_unstable();
                if sets(&header) != pages {
                    problems.push(format!("{route} needs {header}, and by the pages {}", pages.join("; ")));
                }
            }
        }
    }
    problems.extend(documented.into_keys().map(|route| format!("{route} is no route")));
    assert!(problems.is_empty(), "{problems:#?}\n{}", table());
}

#[test]
fn every_route_accepts_the_scopes_that_were_recorded() {
    let needs = kubectl_gitops_lab::github_needs().into_iter();
    let needs: BTreeMap<_, _> =
        needs.map(|(method, path, _, _, scopes)| (format!("{method} {}", nameless(path)), scopes)).collect();
    let (mut checked, mut problems) = (0, Vec::new());
    for file in [
        "account",
        "actions",
        "commits-statuses",
        "environments",
        "git",
        "issues-labels",
        "pulls",
        "repository",
    ] {
        let Some(entries) = contracts::json(&format!("github/recorded/{file}.json")) else { return };
        for entry in entries.as_array().unwrap() {
            let response = &entry["response"];
            // Answers that somebody made up are none of GitHub's.
            let is_real = !response["body"]["error"].is_string();
            let scopes = response["headers"]["x-accepted-oauth-scopes"].as_str().filter(|_| is_real);
            let route = nameless(entry["route"].as_str().unwrap());
            let (Some(scopes), Some(own)) = (scopes, needs.get(&route)) else { continue };
            let named = format!("{route} {}", response["status"]);
            checked += 1;
            if *own != scopes && OTHER_SCOPES.iter().all(|(other, _)| *other != named) {
                problems.push(format!("{named} accepts {own:?} and not {scopes:?}"));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(checked > 40, "{checked} recorded answers name scopes");
}
