//! Repositories: what GitHub knows of them, and the routes about them.

pub(super) mod collaborators;
pub(super) mod json;
pub(super) mod repository;
pub(super) mod routes;
mod settings;

pub(super) use collaborators::ROUTES as COLLABORATORS;
pub(super) use routes::ROUTES;
