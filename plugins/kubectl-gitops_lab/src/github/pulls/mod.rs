//! Pull requests: opened, looked at, reviewed and merged.

mod commits;
mod create;
mod json;
mod merge;
mod pull;
mod requirements;
mod reviews;
mod routes;
mod synchronize;

pub(super) use commits::ROUTES as COMMITS;
pub(super) use merge::ROUTES as MERGING;
pub(super) use pull::Pull;
pub(super) use reviews::ROUTES as REVIEWS;
pub(super) use routes::ROUTES as PULLS;
pub(super) use synchronize::follow;
