//! Branch protection: the rules, and the routes about them.

mod json;
pub(super) mod routes;
pub(super) mod rules;
mod settings;
mod violations;

pub(super) use routes::ROUTES;
