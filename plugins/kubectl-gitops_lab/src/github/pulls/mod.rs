//! Pull requests: opened, looked at, reviewed and merged.

mod commits;
mod making;
mod merging;
mod pull;
mod refresh;
mod requirements;
mod reviews;
mod routes;
mod shape;

pub(super) use commits::ROUTES as COMMITS;
pub(super) use merging::ROUTES as MERGING;
pub(super) use pull::Pull;
pub(super) use reviews::ROUTES as REVIEWS;
pub(super) use routes::ROUTES as PULLS;
