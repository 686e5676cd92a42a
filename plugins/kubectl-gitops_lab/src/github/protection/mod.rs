//! Branch protection: the rules, and the routes about them.

pub(super) mod routes;
pub(super) mod rules;

pub(super) use routes::ROUTES;
