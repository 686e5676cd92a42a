//! All routes, and which of them a path means.

use http::Method;

use super::route::Route;
use crate::github::{actions, content, issues, people, protection, pulls, repositories};
use crate::path_pattern::{Case, PathParameters, PathWords};

/// All routes. Of those that fit a path, the first is meant.
pub(in crate::github) fn routes() -> impl Iterator<Item = &'static Route> {
    let tables = [
        people::ROUTES,
        repositories::ROUTES,
        repositories::COLLABORATORS,
        content::REFS,
        content::OBJECTS,
        content::TREES,
        content::FILES,
        protection::ROUTES,
        content::BRANCHES,
        content::STATUSES,
        pulls::COMMITS,
        content::COMMITS,
        content::COMPARE,
        pulls::PULLS,
        pulls::REVIEWS,
        pulls::MERGING,
        issues::LABELS,
        issues::COMMENTS,
        actions::SECRETS,
        actions::VARIABLES,
        actions::ENVIRONMENTS,
        actions::DISPATCHING,
        actions::WORKFLOWS,
        actions::RUNS,
        actions::PENDING_DEPLOYMENTS,
        actions::JOBS,
    ];
    tables.into_iter().flatten()
}

/// Every route: its method, its path, and the page that documents it.
pub fn github_routes() -> Vec<(Method, &'static str, &'static str)> {
    routes().map(|route| (route.method.clone(), route.path, route.documentation)).collect()
}

/// What every route needs, as it is compared with GitHub's own pages: its method, its path, the role, the
/// permissions and the scopes, as headers spell these.
pub fn github_needs() -> Vec<(Method, &'static str, &'static str, String, &'static str)> {
    let line = |route: &'static Route| {
        let needs = &route.needs;
        (route.method.clone(), route.path, needs.role.name(), needs.header(), needs.scopes)
    };
    routes().map(line).collect()
}

/// The path of the route that answers a request.
pub fn github_route(method: &str, path: &str) -> Option<String> {
    let method = method.parse().ok()?;
    find(&method, path).ok().map(|(route, _)| route.path.to_owned())
}

/// The route of a path; and whether there is another method.
pub(in crate::github) fn find(
    method: &Method,
    path: &str,
) -> Result<(&'static Route, PathParameters), Missing> {
    let words = PathWords::of(path);
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let found = routes().find_map(|route| {
        let parameters = words.matched(route.path, Case::Sensitive).filter(|_| route.method == *method)?;
        Some((route, parameters))
    });
    found.ok_or(Missing)
}

/// The lab has no such route.
#[derive(Debug)]
pub(in crate::github) struct Missing;
