//! Clusters: those that are connected through Azure Arc, and Azure's own, of which only that they are there matters.

mod document;
mod routes;

pub(in crate::azure) use routes::ROUTES;
