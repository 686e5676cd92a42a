//! Extensions of clusters: Flux, for one.

mod document;
mod routes;

pub(in crate::azure) use document::identity;
pub(in crate::azure) use routes::ROUTES;
