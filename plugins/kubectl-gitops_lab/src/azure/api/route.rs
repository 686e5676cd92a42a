//! One line of a table of routes.

use http::Method;

use super::answer::Answer;
use super::call::Call;
use super::refusal::Refusal;
use super::version::Versions;

/// A route of Resource Manager.
#[derive(Debug)]
pub(in crate::azure) struct Route {
    pub(in crate::azure) method: Method,
    /// `{name}` is one word of the path. Words count in any case.
    pub(in crate::azure) path: &'static str,
    /// The versions of the API that have it.
    pub(in crate::azure) versions: Versions,
    /// What it needs.
    pub(in crate::azure) needs: Needs,
    pub(in crate::azure) answer: fn(&mut Call<'_>) -> Result<Answer, Refusal>,
}

impl Versions {
    /// A route that has these.
    pub(in crate::azure) const fn route(
        self,
        method: Method,
        path: &'static str,
        needs: Needs,
        answer: fn(&mut Call<'_>) -> Result<Answer, Refusal>,
    ) -> Route {
        Route { method, path, versions: self, needs, answer }
    }
}

/// What a route needs of who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::azure) enum Needs {
    /// Nothing: clients ask before they sign in.
    Nothing,
    /// A token.
    Token,
    /// A role that permits this at the resource that the path names: `Microsoft.Kubernetes/connectedClusters/read`.
    Action(&'static str),
    /// The same, of the resource that a list belongs to.
    ListAction(&'static str),
}
