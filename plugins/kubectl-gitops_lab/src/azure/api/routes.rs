//! All routes of Resource Manager, and which of them a path means.

use http::Method;

use super::route::Route;
use crate::azure::{clusters, extensions, flux_configurations, graph, operations, subscriptions};
use crate::path_pattern::{Case, PathParameters, PathWords};

/// All routes. Of those that fit a path, the first is meant.
fn routes() -> impl Iterator<Item = &'static Route> {
    let tables = [
        subscriptions::ENDPOINTS,
        subscriptions::ROUTES,
        subscriptions::GROUPS,
        subscriptions::PROVIDERS,
        clusters::ROUTES,
        operations::ROUTES,
        extensions::ROUTES,
        flux_configurations::ROUTES,
        flux_configurations::SOURCE_CONTROL,
        graph::ROUTES,
    ];
    tables.into_iter().flatten()
}

/// Every route of Resource Manager: its method and its path.
pub fn azure_routes() -> Vec<(Method, &'static str)> {
    routes().map(|route| (route.method.clone(), route.path)).collect()
}

/// The path of the route that answers a request.
pub fn azure_route(method: &str, path: &str) -> Option<&'static str> {
    find(&method.parse().ok()?, path).map(|(route, _)| route.path)
}

/// The route of a path.
pub(super) fn find(method: &Method, path: &str) -> Option<(&'static Route, PathParameters)> {
    let words = PathWords::of(path);
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    routes().filter(|route| route.method == *method).find_map(|route| {
        let parameters = words.matched(route.path, Case::Insensitive)?;
        Some((route, parameters))
    })
}
